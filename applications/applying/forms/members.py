"""Inviting a person, accepting an invitation, confirming for a partner."""

from __future__ import annotations

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from applications.enums import MemberRole
from core.forms.fields import AddressField
from core.forms.forms import PublicForm

GIVEN_ROLES = [(role.value, role.label) for role in (MemberRole.EDIT, MemberRole.VIEW)]


class InvitationForm(PublicForm):
    submit_label = _("Invite")

    email = AddressField(
        label=_("E-mail"),
        help_text=_("The person will get an e-mail with a link. They do not need an account."),
    )
    role = forms.ChoiceField(label=_("Access"), choices=GIVEN_ROLES, widget=forms.RadioSelect)
    language = forms.ChoiceField(
        label=_("Language of the message"),
        help_text=_("People with an account receive it in the language of their account."),
        choices=settings.LANGUAGES,
        required=False,
    )


class AcceptForm(PublicForm):
    submit_label = _("Accept invitation")


class ConfirmPartnerForm(PublicForm):
    submit_label = _("Confirm that we take part")

    name = forms.CharField(label=_("Your name and position"), max_length=150)
    is_entitled = forms.BooleanField(label=_("I am authorised to represent the organisation"))


class DeclinePartnerForm(PublicForm):
    submit_label = _("We are not taking part")

    name = forms.CharField(label=_("Your name and position"), max_length=150)
    message = forms.CharField(
        label=_("Message to the lead person"),
        help_text=_("For example, why not, or what needs to be corrected."),
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
