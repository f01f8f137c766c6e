"""What bars an expert from a region, in words that follow the expert's name."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from core.half_days import days_in_words
from matching.wording.names import Names, cefr, days_between, month, months_between

Fact = Mapping[str, Any]
# Named one by one; more of them are said together, or nobody reads on.
FEW_MONTHS = 2


def because(fact: Fact, names: Names) -> str:
    """Say a rule that bars an expert; `fact` is an entry of `because` or `broken`."""
    return _BARS[fact["kind"]](fact, names)


def together(facts: Sequence[Fact]) -> list[Fact]:
    """Return the facts with many short months of one expert, and one role, as a single fact."""
    short: dict[Any, list[Fact]] = defaultdict(list)
    for fact in facts:
        if fact["kind"] == "month":
            short[_pair(fact)].append(fact)
    merged = []
    for fact in facts:
        months = short[_pair(fact)] if fact["kind"] == "month" else []
        if len(months) <= FEW_MONTHS:
            merged.append(fact)
        elif months[0] is fact:
            merged.append({**fact, "months": months})
    return merged


def _pair(fact: Fact) -> tuple[Any, Any]:
    return fact.get("expert"), fact.get("as_role")


def _role(fact: Fact, names: Names) -> str:
    return (
        _("has not offered to be a lead expert")
        if fact["role"] == "lead"
        else _("has not offered to be a support expert")
    )


def _conflict(fact: Fact, names: Names) -> str:
    said = []
    if fact["organisations"]:
        partners = names.conflict_list("organisations", fact["organisations"])
        said.append(_("is connected to a partner of the region (%(partners)s)") % {"partners": partners})
    if fact["places"]:
        places = names.conflict_list("places", fact["places"])
        said.append(_("lives in the region (%(places)s)") % {"places": places})
    return ", ".join(said)


def _max_regions(fact: Fact, names: Names) -> str:
    return _("has reached their maximum number of regions (%(most)s)") % fact


def _adds_nothing(fact: Fact, names: Names) -> str:
    return _("speaks none of the border languages and covers none of the areas needed")


def _lead_language(fact: Fact, names: Names) -> str:
    return _("does not speak a working language at %(level)s or better") % fact


def _lead_area(fact: Fact, names: Names) -> str:
    if fact.get("all"):
        return _("does not cover all the areas that a lead expert needs")
    return _("covers none of the areas that a lead expert needs")


def _lead_writing(fact: Fact, names: Names) -> str:
    return _("does not write a working language at %(level)s or better") % {"level": cefr(fact["level"])}


def _forbidden(fact: Fact, names: Names) -> str:
    return _("is marked “never include” for this region")


def _locked(fact: Fact, names: Names) -> str:
    return _("is already in this region's team")


def _month(fact: Fact, names: Names) -> str:
    if months := fact.get("months"):
        return _("is %(days)s short in each of %(months)s") % {
            "days": days_between([row["asked"] - row["free"] for row in months]),
            "months": months_between([row["month"] for row in months]),
        }
    return _("has %(free)s free in %(month)s, but the region needs %(asked)s") % {
        "free": days_in_words(fact["free"]),
        "month": month(fact["month"]),
        "asked": days_in_words(fact["asked"]),
    }


_BARS: dict[str, Callable[[Fact, Names], str]] = {
    "role": _role,
    "conflict": _conflict,
    "max_regions": _max_regions,
    "adds_nothing": _adds_nothing,
    "lead_language": _lead_language,
    "lead_area": _lead_area,
    "lead_writing": _lead_writing,
    "forbidden": _forbidden,
    "locked": _locked,
    "month": _month,
}
