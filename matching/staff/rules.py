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
        choices=[("", _("Either")), *ExpertRole.choices],
        required=False,
        help_text=_("Only for a pin."),
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
            label=_("Pin, ban or clear"),
            action=actions.add_rule,
            permission="matching.run_matching",
            form=RuleForm,
            asked=ASKED,
            scope=Scope.LIST,
            explain=_(
                "It counts in the runs to come and stays on record with your name and reason. "
                "A pin that breaks a hard rule is refused by name. To clear a conflict of interest is to say "
                "that what the two have in common is no reason against the team."
            ),
            refusals=(NothingToDo,),
            done=_("It counts from the next run on. Undo it here, or on the board, as long as you like."),
            go_to=lambda rule: reverse("admin:matching_matchrule_change", args=[rule.pk]),
            icon="push_pin",
        ),
        Decision(
            name="lift",
            label=_("Lift"),
            action=actions.lift_rule,
            permission="matching.run_matching",
            target="rule_id",
            form=FromBoard,
            asked={"run": "run"},
            is_possible=lambda rule: rule.lifted_at is None,
            explain=_("It no longer counts, but stays on record."),
            refusals=(NothingToDo,),
            icon="keep_off",
        ),
        Decision(
            name="lock",
            label=_("Lock the team"),
            action=actions.lock_team,
            permission="matching.run_matching",
            form=LockForm,
            asked=ASKED_OF_TEAM,
            scope=Scope.LIST,
            explain=_(
                "Everybody in the proposed team is pinned in the role that the run gave them, and nobody "
                "joins them: the runs to come leave the team as it is. Lift one of the pins to free a place."
            ),
            refusals=(NothingToDo,),
            done=_("The team is locked for the runs to come. “Unlock the team” on the board undoes it."),
            go_to=_pins_of,
            icon="lock",
        ),
        Decision(
            name="unlock",
            label=_("Unlock the team"),
            action=actions.unlock_team,
            permission="matching.run_matching",
            form=TeamForm,
            asked=ASKED_OF_TEAM,
            scope=Scope.LIST,
            explain=_("Every pin of the region is lifted; they stay on record."),
            refusals=(NothingToDo,),
            done=_("The team is no longer locked."),
            go_to=_pins_of,
            icon="lock_open",
        ),
    ]

    def anchor(self, made: MatchRule | list[MatchRule]) -> str:
        rule = made[0] if isinstance(made, list) else made
        return f"region-{rule.region_id}"
