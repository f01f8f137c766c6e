"""The public forms of the newsletter."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from core.forms.fields import AddressField, HoneypotField
from core.forms.forms import PublicForm
from newsletter.enums import Topic


class PreferencesForm(PublicForm):
    submit_label = _("Save my choice")

    topics = forms.MultipleChoiceField(
        label=_("Topics"), choices=Topic.choices, widget=forms.CheckboxSelectMultiple
    )
    language = forms.ChoiceField(
        label=_("E-mail language"), choices=settings.LANGUAGES, widget=forms.RadioSelect
    )


class SubscribeForm(PreferencesForm):
    submit_label = _("Subscribe")
    field_order = ["email", "topics", "language", "subject"]

    email = AddressField(
        label=_("E-mail address"),
        widget=forms.EmailInput({"autocomplete": "email"}),
        help_text=_("We will first send you an e-mail and ask you to confirm."),
    )
    # Named so that machines want to fill it in, and no browser knows an answer.
    subject = HoneypotField()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["language"].initial = (get_language() or "en").split("-")[0]


class LostLinkForm(PublicForm):
    submit_label = _("Send me the link")

    email = AddressField(
        label=_("E-mail address"), max_length=254, widget=forms.EmailInput({"autocomplete": "email"})
    )
