"""Inviting a person, accepting an invitation, confirming for a partner."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from applications.enums import MemberRole
from impact.forms import PublicForm

GIVEN_ROLES = [(role.value, role.label) for role in (MemberRole.EDIT, MemberRole.VIEW)]


class InvitationForm(PublicForm):
    submit_label = _("Invite")

    email = forms.EmailField(
        label=_("E-mail"), help_text=_("The person gets an e-mail with a link. No account is needed before.")
    )
    role = forms.ChoiceField(label=_("Rights"), choices=GIVEN_ROLES, widget=forms.RadioSelect)


class AcceptForm(PublicForm):
    submit_label = _("Accept the invitation")


class ConfirmPartnerForm(PublicForm):
    submit_label = _("Confirm that we take part")

    name = forms.CharField(label=_("Your name and position"), max_length=150)
    is_entitled = forms.BooleanField(label=_("I may speak for the organisation"))
