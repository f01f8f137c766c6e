"""The form that asks once more before an account goes."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms.forms import PublicForm


class DeletionForm(PublicForm):
    submit_label = _("Delete my account")
    understood = forms.BooleanField(
        label=_("I want my account and my personal data to be deleted"),
        error_messages={"required": _("Tick this box if you want your account to be deleted.")},
    )
