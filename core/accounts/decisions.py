"""The buttons of an account: who may log in, as what, and with which second factor."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from unfold.enums import ActionVariant

from core.accounts import actions, set_up_codes
from core.accounts.enums import Role
from core.forms.fields import AddressField
from core.staff.admin import Decision, ReasonForm

CHANGE = "accounts.change_user"


class RolesForm(ReasonForm):
    roles = forms.MultipleChoiceField(
        label=_("Roles"),
        choices=Role.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Anyone with a role can log in to the administration. Others cannot."),
    )
    field_order = ["roles", "reason"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.targets:
            person: Any = self.targets[0]
            self.initial["roles"] = [group.name for group in person.groups.all()]


class AddressForm(ReasonForm):
    email = AddressField(label=_("New e-mail address"))
    field_order = ["email", "reason"]


DECISIONS = [
    Decision(
        name="roles",
        label=_("Change roles"),
        action=actions.give_roles,
        target="user_id",
        form=RolesForm,
        permission=CHANGE,
        needs_proof=True,
        explain=_(
            "From the next page they open, the person will have exactly the ticked roles. "
            "Somebody who had no role must set up a second factor, with the code that you then "
            "get for them. Any earlier second factor is removed."
        ),
        done=_("Roles changed."),
        icon="admin_panel_settings",
    ),
    Decision(
        name="address",
        label=_("Change address"),
        action=actions.change_address,
        target="user_id",
        form=AddressForm,
        permission=CHANGE,
        needs_proof=True,
        explain=_(
            "From now on, codes will be sent to the new address. Make sure that it "
            "belongs to the same person."
        ),
        done=_("Address changed."),
        icon="alternate_email",
        variant=ActionVariant.DEFAULT,
    ),
    Decision(
        name="second-factor",
        label=_("Remove second factor"),
        action=actions.remove_second_factor,
        why_not_this_person=actions.why_not_this_person,
        target="user_id",
        form=ReasonForm,
        permission=CHANGE,
        needs_proof=True,
        explain=_(
            "For a person who has lost their phone or key. Authenticator apps, keys and "
            "recovery codes are removed. Staff set up new ones when they next log in, with the "
            "code that you then get for them. Make sure, but not by e-mail, that the request "
            "comes from the person themselves."
        ),
        done=_("Second factor removed."),
        icon="phonelink_erase",
        variant=ActionVariant.DEFAULT,
    ),
    Decision(
        name="set-up-code",
        label=_("New set-up code"),
        action=actions.issue_set_up_code,
        why_not_this_person=actions.why_not_this_person,
        target="user_id",
        form=ReasonForm,
        permission=CHANGE,
        needs_proof=True,
        is_possible=set_up_codes.is_needed,
        explain=_(
            "The person uses this code to set up a second factor for the first time. It is "
            "shown to you once and works for three days. Give it to them in person or by "
            "phone, never by e-mail. Any earlier code stops working."
        ),
        done=_("Set-up code created."),
        icon="key",
        variant=ActionVariant.DEFAULT,
    ),
    Decision(
        name="close",
        label=_("Close account"),
        action=actions.close_account,
        target="user_id",
        form=ReasonForm,
        permission=CHANGE,
        needs_proof=True,
        is_possible=lambda user: user.is_active,
        explain=_("The person is logged out and can no longer log in. What they did stays on record."),
        done=_("Account closed."),
        icon="block",
        variant=ActionVariant.DANGER,
    ),
    Decision(
        name="reopen",
        label=_("Reopen account"),
        action=actions.reopen_account,
        target="user_id",
        form=ReasonForm,
        permission=CHANGE,
        needs_proof=True,
        is_possible=lambda user: not user.is_active,
        explain=_("The person can log in again, with the roles shown."),
        done=_("Account reopened."),
        icon="lock_open",
    ),
]
