"""The frozen input of a run: pilot regions, experts, matches and rules as the engine's contract."""

from __future__ import annotations

import hashlib
import json
import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from applications.models import PilotRegion
from experts.models import Expert, ExpertExpertise, ExpertLanguage, ExpertOrganisation, WrittenLanguage
from matching import capacity, completeness
from matching.capacity import Capacity
from matching.models import Match, MatchRule, Reservation

CONFLICT_PARTS = ("organisations", "places")
# Stands in no key of an organisation and in no code of a place.
PRIVATE = "@"
# Defaults of ours, to be confirmed by staff; docs/matching.md says what each does.
DEFAULT_PARAMETERS: dict[str, Any] = {
    "side_language_level": "B2",
    "lead_language_level": "C1",
    "lead_areas": [
        {"area": "clld-design", "level": 2},
        {"area": "clld-partnership", "level": 2},
        {"area": "clld-participation", "level": 3},
    ],
    "change_cost": 0,
    "time_limit_s": 120,
    "threads": 1,
    "salt": "impact",
}


def take(
    *, today: date, parameters: dict[str, Any], reservations: Sequence[Reservation] | None = None
) -> dict[str, Any]:
    """Return the engine's problem as of now: every region that waits for a team, every approved expert.

    Args:
        today: months before its month are over and count for nobody.
        parameters: over `DEFAULT_PARAMETERS`.
        reservations: what is kept back for coming calls; None: what is in force now.

    Returns:
        The JSON contract of docs/matching.md; ids are primary keys as strings. The same
        database gives the same value.
    """
    waiting = _waiting()
    months = _months(waiting, today)
    # All current matches, so that a region of an earlier call keeps its experts' days.
    matches, waiting_ids = list(Match.objects.current().with_months()), {region.pk for region in waiting}
    staying = [match for match in matches if match.region_id in waiting_ids]
    experts = list(Expert.objects.pool(keep=[match.expert_id for match in staying]))
    pins = _pins(waiting_ids, staying, {expert.pk for expert in experts if expert.is_available})
    kept_back = list(Reservation.objects.in_force()) if reservations is None else reservations
    free = capacity.of_experts(experts, matches, kept_back)
    region_rows = [_region(region, months) for region in waiting]
    known = _Profiles.of(experts, with_writing="lead_written_level" in parameters)
    expert_rows = [_expert(expert, known, free[expert.pk], months) for expert in experts]
    _close_locked_teams(region_rows, pins)
    _clear_conflicts(region_rows, expert_rows)
    return {
        "version": 1,
        "months": [f"{month:%Y-%m}" for month in months],
        "regions": region_rows,
        "experts": expert_rows,
        "pinned": [_pin(region, expert, role) for (region, expert), role in sorted(pins.items())],
        "forbidden": _forbidden(waiting_ids, experts, pins),
        "locked": _locked(matches, waiting_ids, experts, months),
        "previous": [_member(match) for match in staying],
        **_wishes(waiting_ids, experts),
        "parameters": DEFAULT_PARAMETERS | parameters,
    }


def digest(problem: dict[str, Any]) -> str:
    """Return the SHA-256 of a problem in its canonical form: sorted keys, no spaces, UTF-8."""
    text = json.dumps(problem, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def lacks(region: PilotRegion) -> list[str]:
    """Return what staff must fill in before a run: `sides`, `needs`, `months`; empty if ready."""
    missing = []
    sides = list(region.sides.all())
    if len(sides) < 2 or not all(side.languages.all() for side in sides):
        missing.append("sides")
    if not region.needs.all():
        missing.append("needs")
    if not any(month.half_days for month in region.months.all()):
        missing.append("months")
    return missing


def conflicts(region: Mapping[str, Any], expert: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Return what a region and an expert of a problem have in common: (`organisations` or `places`, key)."""
    return [(part, key) for part in CONFLICT_PARTS for key in sorted({*region[part]} & {*expert[part]})]


def conflicts_between(region_id: int, expert_id: int) -> list[tuple[str, str]]:
    """Return the conflicts of interest of a pair as of now, cleared or not; empty for a region not active."""
    region = PilotRegion.objects.for_matching().filter(pk=region_id).first()
    expert = Expert.objects.filter(pk=expert_id).first()
    if not region or not expert:
        return []
    row = _expert(expert, _Profiles.of([expert]), Capacity({}, expert.max_regions), [])
    return conflicts(_region(region, []), row)


def organisation_key(name: str) -> str:
    """Return a name as it is compared for conflicts of interest: no case, accents, punctuation or spaces."""
    plain = unicodedata.normalize("NFKD", name.casefold())
    return re.sub(r"[\W_]+", "", "".join(c for c in plain if not unicodedata.combining(c)))


def _clear_conflicts(regions: Sequence[dict[str, Any]], experts: Sequence[dict[str, Any]]) -> None:
    """Take a conflict away from the cleared pairs only.

    The contract knows no pair that is cleared, but its keys mean nothing to the engine: the expert's key
    is replaced by one of his or her own, which every other region that had it gets as well.
    """
    rules = MatchRule.objects.in_force().cleared().values_list("region_id", "expert_id")
    cleared = {(str(region), str(expert)) for region, expert in rules}
    for expert in experts:
        own = [region for region in regions if (region["id"], expert["id"]) in cleared]
        for part, key in {found for region in own for found in conflicts(region, expert)}:
            private = f"{key}{PRIVATE}{expert['id']}"
            expert[part] = sorted({*expert[part]} - {key} | {private})
            for region in regions:
                if key in region[part] and region not in own:
                    region[part] = sorted({*region[part], private})


def _waiting() -> list[PilotRegion]:
    """Return the regions that wait for a team, or for a part of one, and say all that a run must know."""
    complete = set(completeness.complete_teams().values_list("region_id", flat=True))
    ready = (region for region in PilotRegion.objects.for_matching() if not lacks(region))
    return [region for region in ready if region.pk not in complete]


def _months(regions: Iterable[PilotRegion], today: date) -> list[date]:
    first = today.replace(day=1)
    return sorted({m.month for r in regions for m in r.months.all() if m.half_days and m.month >= first})


def _half_days(rows: Iterable[Any], months: Sequence[date]) -> list[int]:
    by_month = {row.month: row.half_days for row in rows}
    return [by_month.get(month, 0) for month in months]


def _region(region: PilotRegion, months: Sequence[date]) -> dict[str, Any]:
    sides = [
        {"country": side.country_id, "languages": sorted(language.pk for language in side.languages.all())}
        for side in region.sides.all()
    ]
    spoken = {code for side in sides for code in side["languages"]}
    return {
        "id": str(region.pk),
        "sides": sides,
        # Without a choice of theirs, any language of a side serves; never one merely understood.
        "working_languages": sorted(language.pk for language in region.working_languages.all())
        or sorted(spoken),
        "needs": [
            {"area": need.area_id, "weight": need.weight, "level": need.level, "must": need.is_must}
            for need in region.needs.all()
        ],
        "half_days": _half_days(region.months.all(), months),
        "team_max": region.team_max,
        "organisations": sorted({organisation_key(p.name) for p in region.application.partners.all()} - {""}),
        "places": sorted(unit.pk for unit in region.units.all()),
    }


@dataclass(frozen=True)
class _Profiles:
    """What experts say of themselves, by primary key; plain values, since there are thousands."""

    languages: Mapping[int, dict[str, str]]
    areas: Mapping[int, dict[str, int]]
    organisations: Mapping[int, list[str]]
    written: Mapping[int, dict[str, str]] | None = None  # only where a rule of the run asks for it

    @classmethod
    def of(cls, experts: Iterable[Expert], *, with_writing: bool = False) -> _Profiles:
        written: Mapping[int, dict[str, str]] | None = defaultdict(dict) if with_writing else None
        found = cls(defaultdict(dict), defaultdict(dict), defaultdict(list), written)
        whose = {"expert__in": [expert.pk for expert in experts]}
        languages = ExpertLanguage.objects.filter(**whose).values_list("expert_id", "language_id", "level")
        for key, language, level in languages:
            found.languages[key][language] = level
        areas = ExpertExpertise.objects.filter(**whose).values_list("expert_id", "area_id", "level")
        for key, area, step in areas:
            found.areas[key][area] = step
        for key, name in ExpertOrganisation.objects.filter(**whose).values_list("expert_id", "name"):
            found.organisations[key].append(name)
        if found.written is not None:
            rows = WrittenLanguage.objects.filter(**whose).values_list("expert_id", "language_id", "level")
            for key, language, level in rows:
                found.written[key][language] = level
        return found


def _expert(expert: Expert, known: _Profiles, free: Capacity, months: Sequence[date]) -> dict[str, Any]:
    return {
        "id": str(expert.pk),
        "country": expert.country_id or "",
        "languages": known.languages[expert.pk],
        "areas": known.areas[expert.pk],
        "half_days": [free.half_days.get(month, 0) for month in months],
        "max_regions": free.regions,
        "roles": sorted(expert.roles),
        "organisations": sorted({organisation_key(name) for name in known.organisations[expert.pk]} - {""}),
        "places": [expert.unit_id] if expert.unit_id else [],
        **({} if known.written is None else {"written": known.written[expert.pk]}),
    }


def _pins(region_ids: set[int], staying: Sequence[Match], available: set[int]) -> dict[tuple[int, int], str]:
    """Return the role by region and expert: pins by staff, and who stays in a team that lost a member."""
    rules = MatchRule.objects.in_force().pins().filter(region_id__in=region_ids, expert_id__in=available)
    pins = {(rule.region_id, rule.expert_id): rule.role for rule in rules}
    return pins | {(match.region_id, match.expert_id): match.role for match in staying}


def _close_locked_teams(regions: Sequence[dict[str, Any]], pins: Iterable[tuple[int, int]]) -> None:
    """Let nobody join a locked team: it has as many places as when it was locked, or as are pinned since.

    The size of the team says it for experts who come later as well; a ban for each pair would not.
    """
    locks = MatchRule.objects.in_force().pins().locking()
    sizes = dict(locks.order_by("team_size").values_list("region_id", "team_size"))
    pinned = Counter(str(region) for region, _ in pins)
    for region in regions:
        if size := sizes.get(int(region["id"])):
            region["team_max"] = min(region["team_max"], max(size, pinned[region["id"]]))


def _pin(region: int, expert: int, role: str) -> dict[str, str]:
    return {"region": str(region), "expert": str(expert)} | ({"role": role} if role else {})


def _forbidden(
    region_ids: set[int], experts: Sequence[Expert], pins: dict[tuple[int, int], str]
) -> list[dict[str, str]]:
    """Return the bans by staff; those who declined or whose match ended, as nobody is asked twice for the
    same region unless staff pin them; and whoever keeps a present match but takes no other."""
    bans = set(MatchRule.objects.in_force().bans().values_list("region_id", "expert_id"))
    bans |= set(Match.objects.left().values_list("region_id", "expert_id"))
    bans |= {(region, expert.pk) for expert in experts if not expert.is_available for region in region_ids}
    known = {expert.pk for expert in experts}
    return [_pin(r, e, "") for r, e in sorted(bans - pins.keys()) if r in region_ids and e in known]


def _wishes(region_ids: set[int], experts: Sequence[Expert]) -> dict[str, list[dict[str, str]]]:
    """Return who would like to serve which region; nothing at all where nobody said so."""
    known = {expert.pk for expert in experts}
    pairs = MatchRule.objects.in_force().wishes().order_by("region", "expert")
    said = pairs.filter(region__in=region_ids, expert__in=known).values_list("region_id", "expert_id")
    rows = [_pin(region, expert, "") for region, expert in said]
    return {"wishes": rows} if rows else {}


def _member(match: Match) -> dict[str, Any]:
    return {"region": str(match.region_id), "expert": str(match.expert_id), "role": match.role}


def _locked(
    matches: Sequence[Match], waiting_ids: set[int], experts: Sequence[Expert], months: Sequence[date]
) -> list[dict[str, Any]]:
    known = {expert.pk for expert in experts}
    elsewhere = [m for m in matches if m.region_id not in waiting_ids and m.expert_id in known]
    return [_member(match) | {"half_days": _half_days(match.months.all(), months)} for match in elsewhere]
