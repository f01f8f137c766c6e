"""Calls: a later closing time, and the correction of one."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from applications.calls import emails
from applications.enums import ApplicationStatus, CallState, MemberRole
from applications.models import Application, Call, CallExtension, Member
from core.accounts.models import User
from core.history import require, say_who_writes

# Defaults to confirm: so far ahead a call may close, and so long before a nearer closing everybody is told.
FARTHEST = timedelta(days=366)
NOTICE = timedelta(days=1)


@transaction.atomic
def extend(*, call_id: int, by: User, closes_at: datetime, reason: str) -> CallExtension:
    """Let a call close later, keep the reason, and tell everyone who may write on an application in it.

    That is also who submitted in time: until the new closing they may change it and submit again, as
    everybody else.

    Args:
        call_id: the call.
        by: the person.
        closes_at: aware; later than now and than the present closing time, and at most a year ahead.
        reason: as it stands on the public page.

    Raises:
        NotAllowed: the person may not extend calls.
        ValidationError: the call has no closing time or is past its results, or the time is not later,
            or too far ahead.
    """
    call = _locked(call_id, by)
    if closes_at <= max(_closing(call), timezone.now()):
        raise ValidationError(_("Enter a closing time later than the current one, and in the future."))
    if closes_at > timezone.now() + FARTHEST:
        raise ValidationError(_("Enter a closing time within a year from now. Check the year."))
    return _close_at(call, closes_at, by=by, reason=reason, is_correction=False)


@transaction.atomic
def correct_extension(*, call_id: int, by: User, closes_at: datetime, reason: str) -> CallExtension:
    """Let a call close earlier again after an extension by mistake, and tell the same people.

    Args:
        call_id: a call that was extended.
        by: the person.
        closes_at: aware; earlier than the present closing time, but not than the one that stood before the
            last extension, and at least a day from now.
        reason: as it stands on the public page.

    Raises:
        NotAllowed: the person may not extend calls.
        ValidationError: the call was not extended or is past its results, or the time is out of these bounds.
    """
    call = _locked(call_id, by)
    last = call.extensions.filter(is_correction=False).last()
    if last is None:
        raise ValidationError(_("This call has not been extended."))
    if not last.closed_at <= closes_at < _closing(call):
        raise ValidationError(
            _("Enter a closing time between the one before the extension and the current one.")
        )
    if closes_at < timezone.now() + NOTICE:
        raise ValidationError(_("Enter a time at least one day from now, so that everybody has notice."))
    return _close_at(call, closes_at, by=by, reason=reason, is_correction=True)


def too_late_to_change(call: Call) -> QuerySet[Application]:
    """Return the submitted applications that an extension does not open again: they have a verdict."""
    open_again = [ApplicationStatus.DRAFT, ApplicationStatus.SUBMITTED, ApplicationStatus.RETURNED]
    gone = [ApplicationStatus.WITHDRAWN]
    return Application.objects.submitted().filter(call=call).exclude(status__in=[*open_again, *gone])


def _locked(call_id: int, by: User) -> Call:
    require(by, "applications.extend_call")
    call = Call.objects.select_for_update().get(pk=call_id)
    _closing(call)
    if call.state == CallState.PUBLISHED:
        raise ValidationError(_("The results of this call have been published."))
    return call


def _closing(call: Call) -> datetime:
    if call.closes_at is None:
        raise ValidationError(_("The call has no closing time yet. Set it on the call’s page."))
    return call.closes_at


def _close_at(
    call: Call, closes_at: datetime, *, by: User, reason: str, is_correction: bool
) -> CallExtension:
    extension = CallExtension.objects.create(
        call=call,
        closed_at=_closing(call),
        closes_at=closes_at,
        reason=reason,
        by=by,
        is_correction=is_correction,
    )
    call.closes_at = closes_at
    save_columns(call, by=by, reason=reason, fields=["closes_at"])
    emails.announce_extension(extension, _writers(call))
    return extension


def _writers(call: Call) -> QuerySet[Member]:
    """Return who may write on an application that is not decided; a draft comes first."""
    writers = Member.objects.filter(
        application__call=call,
        application__status__in=[ApplicationStatus.DRAFT, ApplicationStatus.SUBMITTED],
        application__is_test=False,
        role__in=[MemberRole.LEAD, MemberRole.EDIT],
    )
    return writers.select_related("user", "application").order_by("-application__status", "pk")


def save_columns(call: Call, *, by: User, reason: str, fields: list[str]) -> None:
    """Write some columns of a call, with who and why in its history."""
    # The whole reason stands in the extension.
    say_who_writes(call, by=by, reason=reason)
    call.save(update_fields=fields)
