"""Calls: a later closing time."""

from __future__ import annotations

from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from applications.calls import emails
from applications.enums import ApplicationStatus, CallState, MemberRole
from applications.models import Call, CallExtension, Member
from core.accounts.models import User
from core.history import require, say_who_writes


@transaction.atomic
def extend(*, call_id: int, by: User, closes_at: datetime, reason: str) -> CallExtension:
    """Let a call close later, keep the reason, and tell everyone who has a draft in it.

    Args:
        call_id: the call.
        by: the person.
        closes_at: aware; later than now and than the present closing time.
        reason: as it stands on the public page.

    Raises:
        NotAllowed: the person may not extend calls.
        ValidationError: the call has no closing time or is past its results, or the time is not later.
    """
    require(by, "applications.extend_call")
    call = Call.objects.select_for_update().get(pk=call_id)
    if call.closes_at is None:
        raise ValidationError(_("The call has no closing time yet: set it on the page of the call."))
    if call.state == CallState.PUBLISHED:
        raise ValidationError(_("The results of this call are published."))
    if closes_at <= max(call.closes_at, timezone.now()):
        raise ValidationError(_("The new closing time must be later than the present one, and than now."))
    extension = CallExtension.objects.create(
        call=call, closed_at=call.closes_at, closes_at=closes_at, reason=reason, by=by
    )
    call.closes_at = closes_at
    save_columns(call, by=by, reason=reason, fields=["closes_at"])
    emails.announce_extension(extension, _writers_of_drafts(call))
    return extension


def _writers_of_drafts(call: Call) -> QuerySet[Member]:
    return Member.objects.filter(
        application__call=call,
        application__status=ApplicationStatus.DRAFT,
        application__is_test=False,
        role__in=[MemberRole.LEAD, MemberRole.EDIT],
    ).select_related("user", "application")


def save_columns(call: Call, *, by: User, reason: str, fields: list[str]) -> None:
    """Write some columns of a call, with who and why in its history."""
    # The whole reason stands in the extension.
    say_who_writes(call, by=by, reason=reason)
    call.save(update_fields=fields)
