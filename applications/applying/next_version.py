"""The next version: what pressing the button would submit now; the page shows it and the action keeps it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from django.utils.translation import gettext as _

from applications.applying import rules, snapshots
from applications.applying.clarified import Clarified
from applications.applying.eligibility import check_submission
from applications.applying.snapshots import Snapshot
from applications.calls.eligibility import Check
from applications.form import answers
from applications.form.asked import asked_of
from applications.models import Application, Clarification, Submission
from core.sections import completeness
from core.sections.completeness import Missing
from core.sections.conditions import narrowed
from core.sections.questions import Answers, Questionnaire, Section


@dataclass(frozen=True)
class NextVersion:
    """What an application would submit: all of its working copy, or what staff ask of it.

    An answer to a clarification is the version before with the sections asked about as they are now, and with
    what these lead to (`clarified`): what was changed elsewhere is neither sent with it nor in its way.

    Attributes:
        application: as `answers.with_answers` loads it.
        clarification: the open one, if any.
    """

    application: Application
    clarification: Clarification | None

    @cached_property
    def before(self) -> Submission | None:
        """The version that this one follows."""
        if not self.application.was_submitted:
            return None
        return self.application.submissions.order_by("-number").first()

    @property
    def number(self) -> int:
        return self.before.number + 1 if self.before else 1

    @cached_property
    def snapshot(self) -> Snapshot:
        return snapshots.answering(self.application, self.answer) if self.answer else self._working_copy

    @cached_property
    def answer(self) -> Clarified | None:
        """What it says to staff; None if they ask nothing."""
        return rules.clarified(self.application, self.clarification)

    @property
    def changeable(self) -> tuple[Section, ...]:
        """The sections that it takes from the working copy, each with the questions that it takes."""
        return rules.sections_asked(self.application, self.answer)

    @cached_property
    def asked(self) -> Questionnaire:
        """The form as it is asked now."""
        if self.answer is None:
            return answers.asked_now(self.application)
        return narrowed(asked_of(self.application), self.answer.asked.questions)

    @cached_property
    def cells(self) -> Answers:
        """The answers to what is asked now."""
        return self.answer.asked.cells if self.answer else answers.read_asked(self.application)

    @property
    def state(self) -> str:
        """What is to be known of a file with its answers, for people."""
        if self.clarification:
            words = _("version %(number)d: your answer to our question, not yet sent")
        elif self.before is None:
            return _("draft, not submitted")
        elif not self.application.has_unsent_changes:
            return _("as submitted, version %(number)d") % {"number": self.before.number}
        else:
            words = _("version %(number)d, not yet submitted")
        return words % {"number": self.number}

    @cached_property
    def sha256(self) -> str:
        return snapshots.sha256_of(self.snapshot)

    @property
    def is_whole(self) -> bool:
        """Whether it leaves nothing of the working copy out."""
        return self.snapshot == self._working_copy

    @property
    def is_unchanged(self) -> bool:
        """Whether it would repeat the version before; as an answer to staff that is something new."""
        return not self.clarification and self.before is not None and self.before.sha256 == self.sha256

    @cached_property
    def missing(self) -> list[Missing]:
        """What it lacks; of an answer to staff only what may be changed for it lacks."""
        sections = self.answer.sections_now if self.answer else self.asked
        return completeness.missing(self.cells, sections)

    @cached_property
    def checks(self) -> list[Check]:
        """What the rules on partners say of it."""
        return check_submission(self.snapshot)

    @cached_property
    def _working_copy(self) -> Snapshot:
        return snapshots.make(self.application)
