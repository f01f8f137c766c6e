"""The decision to take an application out, because its applicants ask for it."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from unfold.enums import ActionVariant

from applications.enums import ApplicationStatus
from applications.screening.staff import can_move
from applications.selecting.actions import withdrawing
from core.staff.admin import Decision, ReasonForm

WITHDRAW = Decision(
    name="withdraw",
    label=_("Withdraw on request"),
    action=withdrawing.withdraw,
    permission="applications.screen_application",
    target="application_id",
    form=ReasonForm,
    is_possible=can_move(ApplicationStatus.WITHDRAWN),
    explain=_(
        "For good: a withdrawn application cannot come back. A pilot region gives up its place. The "
        "applicant gets a confirmation."
    ),
    done=_("Withdrawn; the applicant is told."),
    icon="logout",
    variant=ActionVariant.DANGER,
)
