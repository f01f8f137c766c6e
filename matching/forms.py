"""What experts and regions say to proposals and invitations."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms.forms import PublicForm
from matching.enums import RuleKind


class WishForm(PublicForm):
    """Whether an expert would like to support a region, or cannot."""

    wish = forms.ChoiceField(
        label=_("Would you like to support this region?"),
        required=False,
        choices=[
            ("", _("No preference")),
            (RuleKind.WISHED, _("Yes, I would like to")),
            (RuleKind.FORBIDDEN, _("No, I cannot")),
        ],
        widget=forms.RadioSelect,
        help_text=_(
            "Your wish counts a little when teams are formed. If you cannot support "
            "the region, we will not propose you."
        ),
    )
    reason = forms.CharField(
        label=_("Reason why you cannot support this region"),
        required=False,
        help_text=_("Only needed if you cannot. OECD staff will see this, but the region will not."),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )

    def clean(self) -> dict[str, Any]:
        answers = super().clean() or {}
        if answers.get("wish") == RuleKind.FORBIDDEN and not answers.get("reason"):
            self.add_error("reason", _("Enter a short reason why you cannot support this region."))
        return answers


class RefuseForm(PublicForm):
    submit_label = _("Refuse this expert")
    submit_name = "refuse"

    reason = forms.CharField(
        label=_("Reason for refusing"),
        help_text=_("OECD staff will see this, but the expert will not. It helps us find somebody else."),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )


class DeclineForm(PublicForm):
    submit_label = _("Decline invitation")
    submit_name = "decline"

    reason = forms.CharField(
        label=_("Reason for declining"),
        help_text=_("OECD staff will see this, but the region will not. It helps us find somebody else."),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
