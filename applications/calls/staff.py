"""The decisions on the closing time of a call."""

from __future__ import annotations

from collections.abc import Sequence

from django import forms
from django.utils.translation import gettext_lazy as _
from unfold.enums import ActionVariant

from applications.calls import actions
from applications.enums import CallState
from applications.models import Call
from core.phrases import StrOrPromise
from core.staff.admin import Decision, DecisionForm
from core.staff.inputs import BrusselsTimeField
from core.templatetags.impact_time import brussels


class ClosingForm(DecisionForm[Call]):
    closes_at = BrusselsTimeField(label=_("New closing time"))
    reason = forms.CharField(
        label=_("Reason"),
        help_text=_("Shown on the call’s page and in the e-mail to everyone who works on an application."),
        max_length=4000,
        widget=forms.Textarea,
    )


def explain_extension(targets: Sequence[Call]) -> list[StrOrPromise]:
    """Say who is told of an extension, and whom it leaves out."""
    (call,) = targets
    texts: list[StrOrPromise] = [
        _(
            "Everyone who can edit an application will get an e-mail at once. Submitted "
            "applications can be changed and submitted again until the new closing time. The "
            "extension stays on record."
        )
    ]
    if late := [row.reference for row in actions.too_late_to_change(call).order_by("reference")]:
        warning = _(
            "These applications have a verdict and will not change: %(references)s. To treat "
            "all applicants alike, undo the verdicts before you extend the call."
        )
        texts.append(warning % {"references": ", ".join(late)})
    if call.closes_at:
        texts.insert(0, _("Current closing time: %(time)s.") % {"time": brussels(call.closes_at)})
    return texts


def explain_correction(targets: Sequence[Call]) -> list[StrOrPromise]:
    """Say who is told of a correction, and between which times it lies."""
    (call,) = targets
    last = call.extensions.filter(is_correction=False).last()
    texts: list[StrOrPromise] = [
        _(
            "Use this if the call was extended by mistake. The same people will get an e-mail "
            "at once. Both the extension and its correction stay on record."
        )
    ]
    if last and call.closes_at:
        between = _(
            "Current closing time: %(now)s. Before the extension: %(before)s. Choose a time in between."
        )
        texts.insert(0, between % {"now": brussels(call.closes_at), "before": brussels(last.closed_at)})
    return texts


EXTEND = Decision(
    name="extend",
    label=_("Extend"),
    action=actions.extend,
    permission="applications.extend_call",
    target="call_id",
    form=ClosingForm,
    is_possible=lambda call: call.closes_at is not None and call.state != CallState.PUBLISHED,
    explain=explain_extension,
    done=_("Call extended. Everyone who can edit an application will be told."),
    icon="more_time",
)
CORRECT_EXTENSION = Decision(
    name="correct-extension",
    label=_("Correct extension"),
    action=actions.correct_extension,
    permission="applications.extend_call",
    target="call_id",
    form=ClosingForm,
    is_possible=lambda call: call.state == CallState.OPEN and call.extensions.exists(),
    explain=explain_correction,
    done=_("Closing time corrected. Everyone who can edit an application will be told."),
    icon="history",
    variant=ActionVariant.DEFAULT,
)
