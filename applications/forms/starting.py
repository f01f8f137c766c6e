"""The buttons that start, submit and withdraw."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from impact.forms import PublicForm


class StartForm(PublicForm):
    """Draws the key of the new application, so that pressing twice starts one."""

    submit_label = _("Start the application")
    key = forms.UUIDField(widget=forms.HiddenInput)


class SubmitForm(PublicForm):
    """Carries when the page was opened; what is submitted is what is stored."""

    submit_label = _("Submit the application")
    submit_name = "submit"
    opened = forms.CharField(widget=forms.HiddenInput, required=False)


class WithdrawForm(PublicForm):
    submit_label = _("Withdraw the application")
    submit_name = "withdraw"

    reason = forms.CharField(
        label=_("Reason"),
        help_text=_("Kept with the application. The OECD can read it."),
        required=False,
        max_length=1000,
        widget=forms.Textarea({"rows": 3}),
    )
    is_sure = forms.BooleanField(label=_("I am sure, and all partners know"))
