"""Pins and bans: made and lifted by decisions, never edited."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import Model
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from applications.models import PilotRegion
from core.known_types import known_as
from core.staff.admin import Decision, ReadOnlyAdmin, ReasonForm, Scope
from experts.enums import ExpertRole
from experts.models import Expert
from matching import actions
from matching.enums import RuleKind
from matching.exceptions import NothingToDo
from matching.models import MatchRule
from matching.staff.from_board import BackToBoardMixin, FromBoard

# Fields of the forms, each with its name in an address of the board.
ASKED_OF_TEAM = {"run": "run", "region_id": "region"}
ASKED = ASKED_OF_TEAM | {"expert_id": "expert", "kind": "kind", "role": "role"}


class RuleForm(FromBoard, ReasonForm[Model]):
    field_order = ["region_id", "expert_id", "kind", "role", "reason"]

    region_id = forms.TypedChoiceField(label=_("Pilot region"), coerce=int)
    expert_id = forms.TypedChoiceField(label=_("Expert"), coerce=int)
    # A wish is the expert's own word.
    kind = forms.ChoiceField(
        label=_("Kind"), choices=[choice for choice in RuleKind.choices if choice[0] != RuleKind.WISHED]
    )
    role = forms.ChoiceField(
        label=_("Role"),
        choices=[("", _("Either role")), *ExpertRole.choices],
        required=False,
        help_text=_("Only for “always include”."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        regions = PilotRegion.objects.active()
        experts = Expert.objects.approved().select_related("user")
        for name, rows in (("region_id", regions), ("expert_id", experts)):
            offered = known_as(self.fields[name], forms.TypedChoiceField)
            offered.choices = [("", "–"), *((row.pk, str(row)) for row in rows)]


class TeamForm(FromBoard):
    """A region and the run whose board shows its team."""

    region_id = forms.TypedChoiceField(label=_("Pilot region"), coerce=int)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered = known_as(self.fields["region_id"], forms.TypedChoiceField)
        offered.choices = [("", "–"), *((row.pk, str(row)) for row in PilotRegion.objects.active())]


class LockForm(TeamForm, ReasonForm[Model]):
    field_order = ["region_id", "reason"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["run"].required = True

    def clean(self) -> dict[str, Any]:
        run = self.cleaned_data.get("run")
        return super().clean() | {"run_id": run}


def _pins_of(pins: list[MatchRule]) -> str:
    return reverse("admin:matching_matchrule_change", args=[pins[0].pk])


@admin.register(MatchRule)
class MatchRuleAdmin(BackToBoardMixin[MatchRule | list[MatchRule]], ReadOnlyAdmin):
    list_display = ["region", "expert", "kind", "origin", "role", "made_by", "made_at", "lifted_at"]
    list_filter = ["kind", "origin", ("lifted_at", admin.EmptyFieldListFilter)]
    list_select_related = ["region", "expert__user", "made_by"]
    search_fields = ["region__name", "expert__name"]
    fields = [
        "region",
        "expert",
        "kind",
        "origin",
        "role",
        "reason",
        "made_by",
        "made_at",
        "lifted_by",
        "lifted_at",
    ]
    readonly_fields = fields
    decisions = [
        Decision(
            name="add",
            label=_("Add inclusion rule"),
            action=actions.add_rule,
            permission="matching.run_matching",
            form=RuleForm,
            asked=ASKED,
            scope=Scope.LIST,
            explain=_(
                "The rule applies to future runs and stays on record with your name and "
                "reason. An “always include” rule that breaks a mandatory rule is refused, and "
                "the expert is named. Override a conflict of interest if the link does not "
                "prevent them from working together."
            ),
            refusals=(NothingToDo,),
            done=_("The rule applies from the next run. You can undo it here or on the board at any time."),
            go_to=lambda rule: reverse("admin:matching_matchrule_change", args=[rule.pk]),
            icon="push_pin",
        ),
        Decision(
            name="lift",
            label=_("Remove rule"),
            action=actions.lift_rule,
            permission="matching.run_matching",
            target="rule_id",
            form=FromBoard,
            asked={"run": "run"},
            is_possible=lambda rule: rule.lifted_at is None,
            explain=_("The rule will no longer apply, but it stays on record."),
            refusals=(NothingToDo,),
            icon="keep_off",
        ),
        Decision(
            name="lock",
            label=_("Lock team"),
            action=actions.lock_team,
            permission="matching.run_matching",
            form=LockForm,
            asked=ASKED_OF_TEAM,
            scope=Scope.LIST,
            explain=_(
                "Everyone in the proposed team will always be included, in the role that the "
                "run gave them, and nobody else can join. Future runs will leave the team as "
                "it is. To free a place, remove the “always include” rule for one member."
            ),
            refusals=(NothingToDo,),
            done=_("Team locked for future runs. To undo this, choose “Unlock team” on the board."),
            go_to=_pins_of,
            icon="lock",
        ),
        Decision(
            name="unlock",
            label=_("Unlock team"),
            action=actions.unlock_team,
            permission="matching.run_matching",
            form=TeamForm,
            asked=ASKED_OF_TEAM,
            scope=Scope.LIST,
            explain=_("All “always include” rules for this region will be removed. They stay on record."),
            refusals=(NothingToDo,),
            done=_("Team unlocked."),
            go_to=_pins_of,
            icon="lock_open",
        ),
    ]

    def anchor(self, made: MatchRule | list[MatchRule]) -> str:
        rule = made[0] if isinstance(made, list) else made
        return f"region-{rule.region_id}"
