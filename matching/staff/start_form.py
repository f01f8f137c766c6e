"""What staff say when they start a run: a note, how readily members change, and rules of the programme."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.half_days import HALF_DAYS_PER_DAY, MAX_HALF_DAYS
from core.reference.enums import CefrLevel
from core.staff.admin import DecisionForm
from matching.wording.programme import TITLES

LONGEST_RUN_DAYS = 1_000_000


def days_field(*, most: Decimal, **kwargs: Any) -> forms.DecimalField:
    """Return a field for days in steps of a half, which may stay empty."""
    return forms.DecimalField(
        required=False,
        min_value=Decimal("0.5"),
        max_value=most,
        step_size=Decimal("0.5"),
        error_messages={"step_size": _("Enter whole or half days, such as 3 or 2.5.")},
        **kwargs,
    )


def half_days_of(days: Decimal | None) -> int | None:
    """Return typed days as half-days; None where nothing was typed."""
    return None if days is None else int(days * HALF_DAYS_PER_DAY)


class ProgrammeForm(DecisionForm):
    """Rules that the engine keeps when they are asked for; each is off by default."""

    # Days as they are typed, by the rule of the engine in half-days.
    IN_DAYS = {
        "member_days_min": "member_half_days_min",
        "days_max": "half_days_max",
        "expert_days_min": "expert_half_days_min",
    }
    AS_TYPED = ("outside_member", "single_teams_max", "lead_all_areas", "lead_written_level")

    member_days_min = days_field(
        label=TITLES["member_half_days_min"],
        most=Decimal(MAX_HALF_DAYS) / HALF_DAYS_PER_DAY,
        help_text=_(
            "Each team member gives at least this many days in every month in which the region "
            "has days. A region with fewer days in any such month gets no team. Leave empty "
            "for no minimum (default, to confirm)."
        ),
    )
    outside_member = forms.BooleanField(
        label=TITLES["outside_member"],
        required=False,
        help_text=_(
            "Each team must include somebody who lives outside the countries on the region’s "
            "border. Not ticked: no such rule (default, to confirm)."
        ),
    )
    days_max = days_field(
        label=TITLES["half_days_max"],
        most=Decimal(LONGEST_RUN_DAYS),
        help_text=_(
            "Day budget for the teams of this run, over all months. Teams that are already "
            "complete do not count. If it is not enough for all, regions that ask for fewer "
            "days come first, so that as many as possible get a team. Leave empty for no limit "
            "(default, to confirm)."
        ),
    )
    single_teams_max = forms.IntegerField(
        label=TITLES["single_teams_max"],
        required=False,
        min_value=0,
        max_value=1000,
        help_text=_(
            "At most this many regions can have a team without a second member; with 0, none "
            "can. Regions whose largest team is one member count too. Leave empty for no limit "
            "(default, to confirm)."
        ),
    )
    expert_days_min = days_field(
        label=TITLES["expert_half_days_min"],
        most=Decimal(LONGEST_RUN_DAYS),
        help_text=_(
            "Each expert in a team has at least this many days in total across all regions and "
            "months, including days already promised. Experts for whom this is not possible "
            "are not in any team. Experts marked “always include”, or who stay in their team, "
            "are exempt. Leave empty for no minimum (default, to confirm)."
        ),
    )
    lead_all_areas = forms.BooleanField(
        label=TITLES["lead_all_areas"],
        required=False,
        help_text=_(
            "The lead must cover every lead area, each at the required level. Not ticked: one "
            "area is enough (default, to confirm)."
        ),
    )

    lead_written_level = forms.ChoiceField(
        label=TITLES["lead_written_level"],
        required=False,
        choices=[("", _("No minimum")), *CefrLevel.choices],
        help_text=_(
            "The lead must speak one of the region’s working languages and write it at this "
            "level or better, as recorded by staff on the expert’s page (“Record written "
            "languages”). If no level is chosen: no such rule (default, to confirm)."
        ),
    )

    def clean(self) -> dict[str, Any]:
        answers = super().clean()
        rules: dict[str, Any] = {
            rule: half_days_of(answers.pop(name, None)) for name, rule in self.IN_DAYS.items()
        }
        rules |= {name: answers.pop(name, None) for name in self.AS_TYPED}
        is_on = {
            rule: value for rule, value in rules.items() if value is not False and value not in (None, "")
        }
        return answers | {"programme": is_on}


class StartForm(ProgrammeForm):
    field_order = ["note", "change_cost", "time_limit_s"]

    note = forms.CharField(
        label=_("Note"), required=False, max_length=200, help_text=_("Helps you find this run in the list.")
    )
    change_cost = forms.IntegerField(
        label=_("Minimum gain before changing a team member"),
        min_value=0,
        max_value=1000,
        initial=0,
        help_text=_(
            "Each team scores 0 to 1000 points. With 0, members change whenever that raises "
            "the scores. With 20, a member changes only if the total rises by at least 20 "
            "points."
        ),
    )
    time_limit_s = forms.IntegerField(
        label=_("Time limit in seconds"),
        min_value=5,
        max_value=600,
        initial=120,
        help_text=_("When the time runs out, the best result so far is used and marked as not proven."),
    )
