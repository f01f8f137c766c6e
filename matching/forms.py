"""What an expert says to an invitation."""

from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms.forms import PublicForm


class DeclineForm(PublicForm):
    submit_label = _("Decline the invitation")
    submit_name = "decline"

    reason = forms.CharField(
        label=_("Why you decline"),
        help_text=_("OECD staff read it, the region does not. It helps to find somebody else."),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
