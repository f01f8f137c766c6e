"""What the portal itself needs of a form of each purpose: registered by the app whose form it is."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from core.questionnaires.enums import FormPurpose
from core.questionnaires.models import Form, FormVersion
from core.questionnaires.trying_out import TryingOut
from core.sections.questions import Question, Rule


@dataclass(frozen=True)
class Usage:
    """How much is written on a form.

    Args:
        drafts: how many are being filled in.
        submissions: how many were submitted and count.
        in_drafts: question → how many of the drafts answer it.
        in_submissions: the same of the submissions.
    """

    drafts: int = 0
    submissions: int = 0
    in_drafts: Mapping[str, int] = field(default_factory=dict)
    in_submissions: Mapping[str, int] = field(default_factory=dict)


class Carry(Protocol):
    def __call__(self, version: FormVersion, *, tells: bool) -> None:
        """Let whatever is being filled in go on with a version that was just published.

        Args:
            version: of the form.
            tells: write to the people concerned.
        """


class WrittenAnswers(Protocol):
    def __call__(
        self, form: Form, questions: Sequence[Question]
    ) -> tuple[Iterator[Mapping[str, Any]], Iterator[Mapping[str, Any]]]:
        """Return what drafts, and what submissions, answer to some questions: each the values by name."""


# Code and title of the criteria that questions of a form may serve; None where it cannot be known yet.
Criteria = Sequence[tuple[str, str]] | None


def no_criteria(form: Form) -> Criteria:
    """Nobody scores what is asked."""
    return ()


@dataclass(frozen=True)
class Purpose:
    """What staff cannot change of a form.

    Args:
        code: of the forms.
        core: by name, the questions whose answers rules of the portal read: their kinds, columns and widest
            limits; words and order are the form's.
        usage: tells how much is written on a form.
        written: tells what is written.
        carry: lets what is being filled in go on with another version.
        try_out: lets staff fill in a version as a test.
        addresses: returns its forms by the words under which the command line knows them.
        rules: on several of their answers.
        pages: slugs of sections with a page of their own, which ask nothing else.
        reserved: slugs that are addresses of other pages.
        taken: keys that no question of the form's own may have.
        private: core questions whose answers are never shown to others, whatever a form says.
        without: codes of kinds of which staff cannot make questions.
        criteria_of: the criteria that a question of a form may serve.
    """

    code: FormPurpose
    core: Mapping[str, Question]
    usage: Callable[[Form], Usage]
    written: WrittenAnswers
    carry: Carry
    try_out: TryingOut
    addresses: Callable[[], dict[str, Form]]
    rules: tuple[Rule, ...] = ()
    pages: frozenset[str] = field(default_factory=frozenset)
    reserved: frozenset[str] = field(default_factory=frozenset)
    taken: frozenset[str] = field(default_factory=frozenset)
    private: frozenset[str] = field(default_factory=frozenset)
    without: frozenset[str] = field(default_factory=frozenset)
    criteria_of: Callable[[Form], Criteria] = no_criteria


# The form of experts, on the command line; no call has this address.
ADDRESS_OF_EXPERTS = "experts"
_registered: dict[str, Purpose] = {}


def register(purpose: Purpose) -> None:
    _registered[purpose.code] = purpose


def purpose_of(code: str) -> Purpose:
    """Return what the portal needs of forms of a purpose."""
    return _registered[code]


def forms_by_address() -> dict[str, Form]:
    """Return all forms that somebody fills in, by the words under which the command line knows them."""
    return {word: form for purpose in _registered.values() for word, form in purpose.addresses().items()}
