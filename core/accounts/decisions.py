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
        help_text=_("Who has a role is staff and may log in to the administration; who has none may not."),
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
        label=_("Give roles"),
        action=actions.give_roles,
        target="user_id",
        form=RolesForm,
        permission=CHANGE,
        needs_proof=True,
        explain=_(
            "The person has exactly the ticked roles from the next page on. Somebody who had none sets "
            "up a second factor for this, with the code that you then get for them; one from before is "
            "removed."
        ),
        done=_("The roles are changed."),
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
        explain=_("From now on codes go to the new address. Make sure that it is the same person's."),
        done=_("The address is changed."),
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
            "For a person who has lost the phone or the key. Apps, keys and recovery codes are "
            "removed; staff set up new ones at the next log-in, with the code that you then get for "
            "them. Make sure, and not by e-mail, that it is the person who asks."
        ),
        done=_("The second factor is removed."),
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
            "With this code the person sets up a second factor for the first time. It is shown to you "
            "once and works for three days. Tell it in person or by phone, never by e-mail. An earlier "
            "code stops working."
        ),
        done=_("The set-up code was made."),
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
        explain=_("The person is logged out and cannot log in any more. What they did stays on record."),
        done=_("The account is closed."),
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
        explain=_("The person may log in again, with the roles shown."),
        done=_("The account is open."),
        icon="lock_open",
    ),
]
