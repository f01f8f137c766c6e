"""The decision to end a pilot region."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.enums import ActionVariant

from applications.enums import PilotStatus
from applications.models import PilotRegion
from applications.selecting import endings
from applications.selecting.actions import piloting
from core.phrases import StrOrPromise
from core.staff.admin import Decision, ReadReasonForm


def explain(targets: Sequence[PilotRegion]) -> list[StrOrPromise]:
    """Say what follows from the end of a region, and who is told."""
    (region,) = targets
    applicants = gettext("Applicants: %(reference)s.") % {"reference": region.application.reference}
    return [
        _("Its place becomes free for another region. Everything written so far stays on record."),
        _("These people will be told by e-mail, with the reason:"),
        applicants,
        *endings.told(targets),
    ]


END = Decision(
    name="end",
    label=_("End pilot region"),
    action=piloting.end,
    permission="applications.end_pilotregion",
    target="region_id",
    form=ReadReasonForm,
    is_possible=lambda region: region.status == PilotStatus.ACTIVE,
    explain=explain,
    done=_("The pilot region has ended. Its place is free."),
    icon="event_busy",
    variant=ActionVariant.DANGER,
)
