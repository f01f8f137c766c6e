"""The decision to take an application out, because its applicants ask for it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _
from unfold.enums import ActionVariant

from applications.enums import ApplicationStatus
from applications.models import PilotRegion
from applications.screening.staff import can_move
from applications.selecting import endings
from applications.selecting.actions import withdrawing
from core.decisions import READ_REASON
from core.staff.admin import Decision, ReasonForm


class WithdrawForm(ReasonForm):
    """A reason that the experts of a pilot region read."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if endings.told(_regions(self.targets)):
            self.fields["reason"].help_text = READ_REASON


def explain(targets: Sequence[Any]) -> list[Any]:
    """Say what follows from the withdrawal of an application, and who is told besides its applicant."""
    return [
        _(
            "This is permanent: a withdrawn application cannot be restored. A pilot region "
            "gives up its place. The applicant will get a confirmation."
        ),
        *endings.told(_regions(targets)),
    ]


def _regions(targets: Sequence[Any]) -> list[PilotRegion]:
    return list(PilotRegion.objects.active().filter(application__in=targets))


WITHDRAW = Decision(
    name="withdraw",
    label=_("Withdraw (applicant asked)"),
    action=withdrawing.withdraw,
    permission="applications.screen_application",
    target="application_id",
    form=WithdrawForm,
    is_possible=can_move(ApplicationStatus.WITHDRAWN),
    explain=explain,
    done=_("Application withdrawn. The applicant will be told."),
    icon="logout",
    variant=ActionVariant.DANGER,
)
