"""Names by code, and half-days as people say them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from core.half_days import days_in_figures, days_in_words
from core.reference.enums import CefrLevel
from core.reference.models import Country, ExpertiseArea, Language


@dataclass(frozen=True)
class Names:
    """Names by code; one query for each vocabulary, however many sentences follow."""

    countries: Mapping[str, str]
    languages: Mapping[str, str]
    areas: Mapping[str, str]
    experts: Mapping[str, str]
    regions: Mapping[str, str]
    organisations: Mapping[str, str] = field(default_factory=dict)
    places: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def load(cls, **others: Mapping[str, str]) -> Names:
        """Read the vocabularies; the other names come from the caller."""
        return cls(
            countries={row.pk: str(row) for row in Country.objects.all()},
            languages={row.pk: str(row) for row in Language.objects.all()},
            areas={row.pk: str(row) for row in ExpertiseArea.objects.all()},
            **others,
        )

    def country(self, code: str) -> str:
        return self.countries.get(code, code)

    def language(self, code: str) -> str:
        return self.languages.get(code, code)

    def area(self, code: str) -> str:
        return self.areas.get(code, code)

    def expert(self, key: str) -> str:
        return self.experts.get(key, key)

    def region(self, key: str) -> str:
        return self.regions.get(key, key)

    def conflict_list(self, part: str, keys: Sequence[str]) -> str:
        """Say organisations or places (`part`) that a region and an expert have in common."""
        known = self.organisations if part == "organisations" else self.places
        plain = [key.partition("@")[0] for key in keys]
        return ", ".join(known.get(key, key) for key in plain)

    def expert_list(self, keys: Sequence[str]) -> str:
        return ", ".join(self.expert(key) for key in keys)

    def region_list(self, keys: Sequence[str]) -> str:
        return ", ".join(self.region(key) for key in keys)

    def language_list(self, codes: Sequence[str]) -> str:
        return _(" or ").join(self.language(code) for code in codes)


def cefr(level: str) -> str:
    """Say a CEFR level; a mother tongue has no code that people know."""
    return str(CefrLevel(level).label) if level == CefrLevel.N else level


def month(value: str) -> str:
    """Say a month of the contract: `2026-11` → `November 2026`."""
    return date_format(date.fromisoformat(f"{value}-01"), "F Y")


def days_between(half_days: Sequence[int]) -> str:
    """Say how many days, where they differ from month to month: "4 to 6½ days"."""
    least, most = min(half_days), max(half_days)
    if least == most:
        return days_in_words(most)
    return _("%(least)s to %(most)s") % {"least": days_in_figures(least), "most": days_in_words(most)}


def months_between(values: Sequence[str]) -> str:
    """Say several months of the contract by their number, the first and the last."""
    first, last = month(min(values)), month(max(values))
    return _("%(count)s months (%(first)s to %(last)s)") % {
        "count": len(values),
        "first": first,
        "last": last,
    }
