"""Why a region has no team, and what would give it one, in words."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.half_days import days_in_words
from core.phrases import labelled
from matching.wording import programme
from matching.wording.bars import FEW_MONTHS, because, together
from matching.wording.names import Names, days_between, month, months_between

Fact = Mapping[str, Any]
Say = Callable[[Fact, Names], str]


def missing(fact: Fact, names: Names) -> str:
    """Say what a region without a team lacks; `fact` is an entry of `unserved.missing`."""
    return _MISSING[fact["kind"]](fact, names)


def remedy(fact: Fact, names: Names) -> str:
    """Say a change that gives the region a team; `fact` is an entry of `unserved.remedies`."""
    return _REMEDIES[fact["kind"]](fact, names)


def _side_language(fact: Fact, names: Names) -> str:
    text = _("Nobody available speaks %(languages)s at %(level)s or better for the side of %(country)s.") % {
        "languages": names.language_list(fact["languages"]),
        "level": fact["level"],
        "country": names.country(fact["country"]),
    }
    return text + _barred(fact["barred"], names)


def _need(fact: Fact, names: Names) -> str:
    text = _("Nobody available covers “%(area)s” at level %(level)s, which is a must-have.") % {
        "area": names.area(fact["area"]),
        "level": fact["level"],
    }
    return text + _barred(fact["barred"], names)


def _outside(fact: Fact, names: Names) -> str:
    text = _(
        "Nobody available lives outside the countries on the border (%(countries)s), as a "
        "programme rule requires."
    ) % {"countries": ", ".join(names.country(code) for code in fact["countries"])}
    return text + _barred(fact["barred"], names)


def _rule(fact: Fact, names: Names) -> str:
    return _("A programme rule leaves the region without a team: %(rule)s") % {"rule": programme.rule(fact)}


def _lead(fact: Fact, names: Names) -> str:
    areas = (_(" and ") if fact.get("all") else _(" or ")).join(
        _("“%(area)s” at level %(level)s") % {"area": names.area(row["area"]), "level": row["level"]}
        for row in fact["areas"]
    )
    text = _("Nobody available can lead, which requires %(level)s in %(languages)s and %(areas)s.") % {
        "level": fact["level"],
        "languages": names.language_list(fact["languages"]),
        "areas": areas,
    }
    if written := fact.get("written"):
        text += " " + _("The lead expert must also write one of these languages at %(level)s.") % {
            "level": written
        }
    return text + _barred(fact["barred"], names)


def _barred(rows: Sequence[Fact], names: Names) -> str:
    """Say who would do, and what bars them."""
    said = [
        labelled(
            names.expert(row["expert"]), ", ".join(because(bar, names) for bar in together(row["because"]))
        )
        for row in rows
    ]
    return (
        " " + _("Experts who could, and what rules them out: %(experts)s.") % {"experts": "; ".join(said)}
        if said
        else ""
    )


def _contention(fact: Fact, names: Names) -> str:
    busy = [row for row in fact["experts"] if row["regions"]]
    if not busy:
        return _("The region’s best team has no days left after serving the other regions.")
    said = "; ".join(
        _("%(expert)s is in the team of %(regions)s")
        % {"expert": names.expert(row["expert"]), "regions": names.region_list(row["regions"])}
        for row in busy
    )
    return _("The region would have a team if its experts were not needed elsewhere: %(experts)s.") % {
        "experts": said
    }


def _pin(fact: Fact, names: Names) -> str:
    return _("%(expert)s is marked “always include” but cannot serve: %(reasons)s.") % {
        "expert": names.expert(fact["expert"]),
        "reasons": ", ".join(because(bar, names) for bar in together(fact["broken"])),
    }


def _pins(fact: Fact, names: Names) -> str:
    return _("More experts are marked “always include” than the team has places (%(most)s): %(experts)s.") % {
        "most": fact["most"],
        "experts": names.expert_list(fact["experts"]),
    }


def _conflict(fact: Fact, names: Names) -> str:
    return _("Conflicts of interest rule out %(experts)s.") % {"experts": names.expert_list(fact["experts"])}


def _months(fact: Fact, names: Names) -> str:
    return _("More days are needed: %(days)s.") % {"days": _days_by_expert(fact["shortages"], names)}


def _combination(fact: Fact, names: Names) -> str:
    return ngettext(
        "Each requirement can be met by somebody, but no team of %(most)s meets them all.",
        "Each requirement can be met by somebody, but no team of up to %(most)s meets them all.",
        fact["most"],
    ) % {"most": fact["most"]}


def _days_by_expert(rows: Sequence[Fact], names: Names) -> str:
    by_expert: dict[str, list[Fact]] = defaultdict(list)
    for row in rows:
        by_expert[row["expert"]].append(row)
    said = [text for key, own in by_expert.items() for text in _days_of_one(names.expert(key), own)]
    return ", ".join(said)


def _days_of_one(expert: str, rows: Sequence[Fact]) -> list[str]:
    if len(rows) > FEW_MONTHS:
        days = days_between([row["half_days"] for row in rows])
        months = months_between([row["month"] for row in rows])
        text = _("%(days)s more from %(expert)s in each of %(months)s")
        return [text % {"expert": expert, "days": days, "months": months}]
    text = _("%(days)s more from %(expert)s in %(month)s")
    return [
        text % {"expert": expert, "days": days_in_words(row["half_days"]), "month": month(row["month"])}
        for row in rows
    ]


def _add_days(fact: Fact, names: Names) -> str:
    return _("Add days: %(days)s.") % {"days": _days_by_expert(fact["days"], names)}


def _raise_max_regions(fact: Fact, names: Names) -> str:
    return _("Raise the maximum number of regions by one for %(experts)s.") % {
        "experts": names.expert_list(fact["experts"])
    }


def _offer_role(fact: Fact, names: Names) -> str:
    roles = {"lead": _("lead expert"), "support": _("support expert")}
    said = ", ".join(
        _("%(expert)s also as %(role)s") % {"expert": names.expert(row["expert"]), "role": roles[row["role"]]}
        for row in fact["offers"]
    )
    return _("Additional role: %(offers)s.") % {"offers": said}


def _lift_pins(fact: Fact, names: Names) -> str:
    text = _("Remove “always include” for %(experts)s in %(region)s.")
    return text % {"experts": names.expert_list(fact["experts"]), "region": names.region(fact["region"])}


def _lift_forbidden(fact: Fact, names: Names) -> str:
    text = _("Remove “never include” for %(expert)s in %(region)s.")
    return text % {"expert": names.expert(fact["expert"]), "region": names.region(fact["region"])}


def _drop_must(fact: Fact, names: Names) -> str:
    return _("Make “%(area)s” optional.") % {"area": names.area(fact["area"])}


def _drop_rule(fact: Fact, names: Names) -> str:
    return programme.without(fact)


def _add_expert(fact: Fact, names: Names) -> str:
    expert = fact["expert"]
    languages = ", ".join(f"{names.language(code)} {level}" for code, level in expert["languages"].items())
    areas = ", ".join(f"“{names.area(code)}” {level}" for code, level in expert["areas"].items())
    days = _("%(days)s in the busiest month") % {"days": days_in_words(max(expert["half_days"], default=0))}
    brings = "; ".join(part for part in (languages, areas, days, *programme.brought(expert, names)) if part)
    return _("One more expert: %(brings)s.") % {"brings": brings}


def _steps(fact: Fact, names: Names) -> str:
    return " ".join(remedy(step, names) for step in fact["steps"])


_MISSING: dict[str, Say] = {
    "side_language": _side_language,
    "need": _need,
    "outside": _outside,
    "rule": _rule,
    "lead": _lead,
    "contention": _contention,
    "pin": _pin,
    "pins": _pins,
    "conflict": _conflict,
    "months": _months,
    "combination": _combination,
}
_REMEDIES: dict[str, Say] = {
    "add_days": _add_days,
    "raise_max_regions": _raise_max_regions,
    "offer_role": _offer_role,
    "lift_pins": _lift_pins,
    "lift_forbidden": _lift_forbidden,
    "drop_must": _drop_must,
    "drop_rule": _drop_rule,
    "add_expert": _add_expert,
    "together": _steps,
}
