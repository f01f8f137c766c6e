"""Rules of the programme, off unless asked for: how much each gives, who is in a team, how much in all."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import Any


@dataclass(frozen=True, slots=True)
class Programme:
    """Hard rules beside those of every problem; None or False is off.

    Attributes:
        member_half_days_min: each member gives at least so many in every month in which the region has any.
        outside_member: in each team somebody lives in none of the countries of the region's sides.
        half_days_max: all teams together are given at most so many; locked assignments are not counted.
        single_teams_max: at most so many teams have one member alone.
        expert_half_days_min: whoever is in a team has at least so many in all, locked assignments included;
            who is pinned is exempt.
        lead_all_areas: the lead has each of the lead areas, not only one.
        lead_written_level: the lead also writes, at this CEFR level or above, a working language that he or
            she speaks well enough.
    """

    member_half_days_min: int | None = None
    outside_member: bool = False
    half_days_max: int | None = None
    single_teams_max: int | None = None
    expert_half_days_min: int | None = None
    lead_all_areas: bool = False
    lead_written_level: str | None = None

    def asked(self) -> dict[str, int | str]:
        """Return the rules that are on, with their values in the contract."""
        values = ((each.name, getattr(self, each.name)) for each in fields(self))
        return {name: value for name, value in values if value is not None and value is not False}

    def without(self, rule: str) -> Programme:
        """Return the same with one rule off."""
        off: dict[str, Any] = {rule: getattr(Programme(), rule)}
        return replace(self, **off)

    @property
    def binds_the_whole(self) -> bool:
        """Whether a team may be refused because of the teams of other regions, not only for their time."""
        return bool(self.asked().keys() & OF_THE_WHOLE)


# Rules that no team keeps or breaks by itself.
OF_THE_WHOLE = frozenset({"half_days_max", "single_teams_max", "expert_half_days_min"})
RULES = tuple(each.name for each in fields(Programme))
