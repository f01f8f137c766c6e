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
        help_text=_("Shown on the page of the call and in the e-mail to all who work on an application."),
        max_length=4000,
        widget=forms.Textarea,
    )


def explain_extension(targets: Sequence[Call]) -> list[StrOrPromise]:
    """Say who is told of an extension, and whom it leaves out."""
    (call,) = targets
    texts: list[StrOrPromise] = [
        _(
            "Everyone who may write on an application gets an e-mail at once. What was submitted may be "
            "changed and submitted again until the new closing time. The extension stays on record."
        )
    ]
    if late := [row.reference for row in actions.too_late_to_change(call).order_by("reference")]:
        warning = _(
            "These have a verdict and stay as they are: %(references)s. To treat all alike, take the "
            "verdicts back before you extend the call."
        )
        texts.append(warning % {"references": ", ".join(late)})
    if call.closes_at:
        texts.insert(0, _("Closes now: %(time)s.") % {"time": brussels(call.closes_at)})
    return texts


def explain_correction(targets: Sequence[Call]) -> list[StrOrPromise]:
    """Say who is told of a correction, and between which times it lies."""
    (call,) = targets
    last = call.extensions.filter(is_correction=False).last()
    texts: list[StrOrPromise] = [
        _(
            "For an extension by mistake. The same people get an e-mail at once. Both the extension and its "
            "correction stay on record."
        )
    ]
    if last and call.closes_at:
        between = _("Closes now: %(now)s. Before the extension: %(before)s. The corrected time lies between.")
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
    done=_("The call closes later; everyone who may write on an application is told."),
    icon="more_time",
)
CORRECT_EXTENSION = Decision(
    name="correct-extension",
    label=_("Correct the extension"),
    action=actions.correct_extension,
    permission="applications.extend_call",
    target="call_id",
    form=ClosingForm,
    is_possible=lambda call: call.state == CallState.OPEN and call.extensions.exists(),
    explain=explain_correction,
    done=_("The closing time is corrected; everyone who may write on an application is told."),
    icon="history",
    variant=ActionVariant.DEFAULT,
)
