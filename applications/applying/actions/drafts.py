"""Applications before submission: started, answered section by section, withdrawn."""

from __future__ import annotations

from collections.abc import Callable, Collection, Container, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from applications.applying import emails
from applications.applying.actions import partners
from applications.applying.actions.clarifying import close_questions
from applications.applying.actions.erasing import erase_draft
from applications.applying.rules import clarified, part_of, require_editable
from applications.enums import ApplicationStatus, MemberRole
from applications.exceptions import AlreadyStarted, NotEditable, TooManyDrafts
from applications.form import answers
from applications.form.asked import asked_on
from applications.form.core_questions import PARTNERS
from applications.models import Application, Call, Member
from applications.querysets import ApplicationQuerySet
from core.accounts.models import User
from core.history import NotAllowed, move
from core.locking import lock_row
from core.sections import saving
from core.sections.questions import Answers, Section

Load = Callable[[ApplicationQuerySet], ApplicationQuerySet]


@dataclass
class SavedApplication(saving.Saved):
    """What came of a save of an application.

    Args:
        application: as it is now.
        lapsed: partners who had confirmed and have to again.
    """

    application: Application = field(kw_only=True)
    lapsed: Sequence[str] = ()


@transaction.atomic
def start(
    *,
    call_id: int,
    by: User,
    public_id: UUID,
    language: str = "en",
    regions: Sequence[str] = (),
    shown: Collection[str] | None = None,
) -> Application:
    """Start an application; two presses with the same `public_id` are one, and so are two in two tabs.

    The second tab finds what the first has started, as long as that is empty.

    Args:
        call_id: an open call.
        by: the person, who becomes its lead.
        public_id: drawn by the page with the button.
        language: in which the person works; the PDF follows it.
        regions: codes of the regions that the person checked before and takes over.
        shown: the public ids of their applications that the page with the button named; None without a page.

    Raises:
        AlreadyStarted: they have started another one since, and answered something there.
        TooManyDrafts: the person leads as many drafts as one may have.
        NotAllowed: the call is not open, or somebody else has this `public_id`.
    """
    call = Call.objects.select_for_update(no_key=True).get(pk=call_id)
    existing = _started_by_this_page(public_id, by)
    if existing:
        return existing
    if not call.is_open:
        raise NotAllowed
    newer = None if shown is None else _started_since(call, by, shown)
    if newer:
        return newer
    _check_drafts(call, by)
    application = _create(call, by, public_id=public_id, language=language, checked_regions=list(regions))
    if regions:
        answers.write(application, _answers_of(regions), by=by)
    return application


def _create(call: Call, by: User, **values: Any) -> Application:
    reference = _next_reference(call)
    application = Application.objects.create(
        call=call,
        form_version=call.form.published_version,
        reference=reference,
        changed_by=by,
        **values,
    )
    application.changes.create(to_status=ApplicationStatus.DRAFT, by=by)
    Member.objects.create(application=application, user=by, role=MemberRole.LEAD, added_by=by)
    return application


def _started_by_this_page(public_id: UUID, by: User) -> Application | None:
    existing = Application.objects.filter(public_id=public_id).first()
    if existing and not existing.members.filter(user=by).exists():
        raise NotAllowed
    return existing


def _next_reference(call: Call) -> str:
    """Return the next reference of a call, which is locked."""
    call.last_number += 1
    # Not through save(): a counter is no edit of the call, and leaves no row in its history.
    Call.objects.filter(pk=call.pk).update(last_number=call.last_number)
    return f"IMPACT-{call.number}-{call.last_number:04}"


def _answers_of(regions: Sequence[str]) -> Answers:
    """Return a territory of these regions, and for each a partner of whom no more is known yet."""
    blank = {column.name: column.kind.blank for column in PARTNERS.columns}
    partners = {answers.partner_cell(uuid4()): blank | {"unit": code} for code in regions}
    return {"units": sorted(regions)} | partners


def _started_since(call: Call, by: User, shown: Collection[str]) -> Application | None:
    newer = Application.objects.drafts_led_by(by).filter(call=call).exclude(public_id__in=shown).first()
    if newer and newer.revision:
        words = _("You have already started %(reference)s in another tab or window.")
        raise AlreadyStarted(words % {"reference": newer.reference})
    return newer


def _check_drafts(call: Call, by: User) -> None:
    # Two calls may be open at once; their starts wait here for each other.
    User.objects.select_for_update(no_key=True).get(pk=by.pk)
    calls = list(Application.objects.drafts_led_by(by).values_list("call_id", flat=True))
    for count, most in (
        (calls.count(call.pk), settings.DRAFTS_IN_CALL_MAX),
        (len(calls), settings.DRAFTS_MAX),
    ):
        if count >= most:
            text = _(
                "You already lead %(count)s unfinished applications, which is the maximum. "
                "Continue one of them, or withdraw one that you no longer need."
            )
            raise TooManyDrafts(text % {"count": count})


@transaction.atomic
def save_answers(
    *,
    public_id: UUID,
    by: User,
    section: str,
    mine: Answers,
    base: Mapping[str, str],
    choices: Mapping[str, str],
    asked: Container[str] | None = None,
    opened_at: datetime | None = None,
    version_id: int | None = None,
) -> SavedApplication:
    """Save the answers of a section, never over something that the person has not seen.

    Args:
        public_id: of the application.
        by: a member who may edit.
        section: the slug of the one that the cells belong to.
        mine: cell → value; cells that are not given stay as they are.
        base: cell → digest of the value on which the person's form was written.
        choices: cell → the decision of a conflict shown before.
        asked: names of the questions that the person's page asks; None: all of the section.
        opened_at: when the form was opened, from a value that we signed.
        version_id: of the form on which the page was drawn; what it asked is kept, asked by now or not.

    Raises:
        Application.DoesNotExist: the person is no member.
        NotEditable: the person may not edit the section, not now, or the form has none such.
    """
    application = lock_application(by, answers.with_codes, public_id=public_id)
    page = _editable(application, (form := asked_on(application, version_id)).section(section), opened_at)
    before, lapsed = answers.read(application, [page]), list[str]()

    def write(values: Answers) -> None:
        lapsed.extend(partners.lapse(application, saved=before, written=values, by=by))
        answers.write(application, values, by=by, form=form)

    sent: dict[str, Any] = {"mine": mine, "base": base, "choices": choices, "asked": asked}
    saved = saving.save(before, page, **sent, writers=application.writers, write=write)
    return SavedApplication(**vars(saved), application=application, lapsed=lapsed)


def _editable(application: Application, page: Section | None, opened_at: datetime | None) -> Section:
    """Return a section that may be changed, with its answers loaded."""
    if page is None:
        raise NotEditable(_("This page is no longer part of the form."))
    clarification = require_editable(
        application, page, role=application.role, at=timezone.now(), opened_at=opened_at
    )
    answers.load(application, [page])
    return part_of(page, clarified(application, clarification))


@transaction.atomic
def withdraw(*, application_id: int, by: User, reason: str = "") -> None:
    """Take an application back; versions and history stay on record. A test is deleted.

    Raises:
        Application.DoesNotExist: the person is no member.
        NotAllowed: the person is not the lead.
        IllegalMove: a decision has been taken that only staff can undo.
    """
    application = lock_application(by, pk=application_id)
    if application.role != MemberRole.LEAD:
        raise NotAllowed
    if not application.is_editable_status and application.status != ApplicationStatus.ELIGIBLE:
        raise NotAllowed
    if application.is_test:
        erase_draft(application)
        return
    move(application, ApplicationStatus.WITHDRAWN, by=by, reason=reason)
    close_questions(application, at=timezone.now())
    emails.confirm_withdrawal(application.changes.latest("pk"))


def lock_application(by: User, load: Load | None = None, **key: Any) -> Application:
    """Return a member's application, locked, with its call, the person's `role` and what `load` adds.

    Args:
        by: a member.
        load: adds to the query what the caller reads.
        key: `pk` or `public_id`, by which a page knows the application without reading it before.

    Raises:
        Application.DoesNotExist: there is none, or the person is no member.
    """
    rows = Application.including_tests.for_member(by).select_related("call")
    rows = load(rows) if load else rows
    return lock_row(rows, no_key=True, **key)
