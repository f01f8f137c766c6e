"""What bars an expert from a region, in words that follow the expert's name."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.utils.translation import gettext as _

from impact.half_days import days_in_words
from matching.wording.names import Names, month

Fact = Mapping[str, Any]


def because(fact: Fact, names: Names) -> str:
    """Say a rule that bars an expert; `fact` is an entry of `because` or `broken`."""
    return _BARS[fact["kind"]](fact, names)


def _role(fact: Fact, names: Names) -> str:
    return _("does not offer to lead") if fact["role"] == "lead" else _("does not offer to support")


def _conflict(fact: Fact, names: Names) -> str:
    said = []
    if fact["organisations"]:
        partners = names.conflict_list("organisations", fact["organisations"])
        said.append(_("is connected with a partner of the region (%(partners)s)") % {"partners": partners})
    if fact["places"]:
        places = names.conflict_list("places", fact["places"])
        said.append(_("lives in the region (%(places)s)") % {"places": places})
    return ", ".join(said)


def _max_regions(fact: Fact, names: Names) -> str:
    return _("takes no further region than %(most)s") % fact


def _adds_nothing(fact: Fact, names: Names) -> str:
    return _("speaks no language of the border and has no area that is needed")


def _lead_language(fact: Fact, names: Names) -> str:
    return _("speaks no working language at %(level)s") % fact


def _lead_area(fact: Fact, names: Names) -> str:
    return _("has none of the areas that a lead needs")


def _forbidden(fact: Fact, names: Names) -> str:
    return _("is banned from this region")


def _locked(fact: Fact, names: Names) -> str:
    return _("is in this region's team already")


def _month(fact: Fact, names: Names) -> str:
    return _("has %(free)s in %(month)s, where %(asked)s are asked") % {
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
    "forbidden": _forbidden,
    "locked": _locked,
    "month": _month,
}
