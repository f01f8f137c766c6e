"""What an application counts for in a balanced portfolio: countries, borders, programmes, kinds of border."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal
from functools import cached_property
from itertools import combinations
from typing import NamedTuple

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from applications.models import Application, Call, PilotRegion, Submission
from applications.reviewing.querysets import with_scores
from core.accounts.models import User
from core.phrases import StrOrPromise
from core.reference.enums import BorderKind
from core.reference.models import BorderPair, Country, CountryBorder, InterregProgramme
from engine.portfolio.problem import Candidate, Group

THREE_COUNTRIES = "three"
KINDS: dict[str, StrOrPromise] = {
    BorderKind.LAND: _("Land border"),
    BorderKind.MARITIME: _("Maritime border"),
    THREE_COUNTRIES: _("Three countries or more"),
}
FAMILIES: dict[str, StrOrPromise] = {
    "country": _("Country"),
    "border": _("Border"),
    "programme": _("Interreg programme"),
    "kind": _("Type of border"),
    "call": _("Call"),
}


class BordersAndProgrammes:
    """Borders and programmes as reference data has them, read once for all applications of a page."""

    @cached_property
    def borders(self) -> dict[tuple[str, str], str]:
        return {(a, b): kind for a, b, kind in CountryBorder.objects.values_list("a", "b", "kind")}

    @cached_property
    def pairs(self) -> dict[tuple[str, str], str]:
        """Neighbouring regions; by land if they are both."""
        rows = BorderPair.objects.active().order_by("-kind").values_list("a", "b", "kind")
        return {(a, b): kind for a, b, kind in rows}

    @cached_property
    def programmes(self) -> dict[str, set[str]]:
        found: dict[str, set[str]] = {}
        for code, country in InterregProgramme.objects.active().values_list("code", "countries"):
            found.setdefault(code, set()).add(country)
        return found

    def groups(self, countries: Sequence[str], units: Iterable[str]) -> Iterable[Group]:
        """Yield all groups but the call.

        Args:
            countries: of the partners, each once, sorted.
            units: codes of the partners' regions.
        """
        crossed = [pair for pair in combinations(countries, 2) if pair in self.borders]
        kinds = {self.pairs[pair] for pair in combinations(sorted(set(units)), 2) if pair in self.pairs}
        yield from (("country", code) for code in countries)
        yield from (("border", "-".join(pair)) for pair in crossed)
        # Where no two partners are neighbours, the border between their countries tells.
        yield from (("kind", kind) for kind in kinds or {self.borders[pair] for pair in crossed})
        if len(countries) > 2:
            yield "kind", THREE_COUNTRIES
        for code, members in self.programmes.items():
            if len(members.intersection(countries)) > 1:
                yield "programme", code


class GroupNames:
    """What people call a group."""

    @cached_property
    def _tables(self) -> dict[str, dict[str, str]]:
        countries = {row.pk: str(row) for row in Country.objects.all()}
        return {
            "country": countries,
            "border": {
                f"{a}-{b}": f"{countries[a]} – {countries[b]}" for a, b in BordersAndProgrammes().borders
            },
            "programme": dict(InterregProgramme.objects.values_list("code", "name")),
            "kind": {code: str(name) for code, name in KINDS.items()},
            "call": {str(call.pk): str(call.title) for call in Call.objects.all()},
        }

    def __getitem__(self, group: Group) -> str:
        return self._tables[group[0]].get(group[1], group[1])

    def of_family(self, family: str) -> list[tuple[str, str]]:
        """Return code and name of every group of a family, by name."""
        return sorted(self._tables[family].items(), key=lambda row: row[1])


class Profile(NamedTuple):
    """An application as the portfolio sees it.

    Args:
        reference, title: as staff read them.
        score: weighted score in hundredths of a point; None without a final review, or while the
            reader must not see it.
        groups: what it counts for.
    """

    reference: str
    title: str
    score: int | None
    groups: frozenset[Group]


def hundredths(points: Decimal | float | None) -> int | None:
    """Return points as a whole number of hundredths, halves up."""
    if points is None:
        return None
    return int((Decimal(str(points)) * 100).to_integral_value(ROUND_HALF_UP))


def profiles(applications: QuerySet[Application], *, reader: User) -> dict[int, Profile]:
    """Return the profile of each application, in a fixed number of queries.

    Args:
        applications: with a submission.
        reader: a score is hidden from who still has a review of the application to finish.
    """
    standings = with_scores(Application.objects.filter(pk__in=applications.values("pk")), reader)
    rows = standings.values_list("pk", "reference", "call", "mean_total", "is_blind")
    versions = {
        key: (title, countries, partners)
        for key, title, countries, partners in Submission.objects.latest_versions()
        .filter(application__in=applications.values("pk"))
        .values_list("application", "title", "countries", "partners")
    }
    geography = BordersAndProgrammes()
    found = {}
    for key, reference, call, total, is_blind in rows:
        if key in versions:
            title, codes, partners = versions[key]
            units = [partner["unit"]["code"] for partner in partners if partner.get("unit")]
            groups = [*geography.groups(sorted({c for c in codes if c}), units), ("call", str(call))]
            score = None if is_blind else hundredths(total)
            found[key] = Profile(reference, title or "", score, frozenset(groups))
    return found


def given_before(*, reader: User) -> list[Profile]:
    """Return the profiles of the applications that have a place already."""
    keys = PilotRegion.objects.active().values("application")
    return list(profiles(Application.objects.filter(pk__in=keys), reader=reader).values())


def candidates_from(rows: Mapping[int, Profile]) -> list[Candidate]:
    return [Candidate(key, row.reference, row.score, row.groups) for key, row in rows.items()]


def count_groups(rows: Iterable[Profile], family: str) -> Counter[Group]:
    return Counter(group for row in rows for group in row.groups if group[0] == family)
