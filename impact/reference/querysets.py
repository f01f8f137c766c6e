"""Which places, languages, borders, programmes and words."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Case, Count, IntegerField, Q, QuerySet, Value, When

from impact.reference.enums import BorderKind
from impact.reference.names import fold


class ReferenceQuerySet(QuerySet):
    def active(self) -> ReferenceQuerySet:
        """Those that may still be chosen; answers of the past may point to the others."""
        return self.filter(is_active=True)

    def as_choices(self) -> list[tuple[str, str]]:
        """Return (code, name) sorted by the name in the reader's language, accents ignored."""
        return sorted(((row.pk, str(row)) for row in self), key=lambda choice: fold(choice[1]))


class CountryQuerySet(ReferenceQuerySet):
    def eligible(self) -> CountryQuerySet:
        """Countries whose organisations may take part in IMPACT."""
        return self.active().filter(is_eligible=True)

    def neighbours_of(self, code: str) -> CountryQuerySet:
        """Eligible countries on the other side of a land or sea border of the country."""
        return self.eligible().filter(Q(borders_as_a__b=code) | Q(borders_as_b__a=code)).distinct()


class NutsUnitQuerySet(ReferenceQuerySet):
    def with_country(self) -> NutsUnitQuerySet:
        return self.select_related("country")

    def selectable(self) -> NutsUnitQuerySet:
        """What a partner may choose: NUTS 3, or the ISO 3166-2 unit where there is no NUTS 3."""
        return self.active().filter(level=3, country__is_eligible=True, country__is_active=True)

    def of_country(self, code: str) -> NutsUnitQuerySet:
        return self.filter(country=code)

    def on_land_border(self) -> NutsUnitQuerySet:
        """Units known to touch an eligible neighbour on land."""
        return self.filter(is_land_border_eligible=True)

    def search(self, text: str) -> NutsUnitQuerySet:
        """Units whose names or code contain every word, accents and case ignored; best first."""
        words = fold(text).split()
        if not words:
            return self.none()
        start = " ".join(words)
        return self.filter(*(Q(search_name__contains=word) for word in words)).order_by(
            Case(
                When(search_name__startswith=f"{start} ", then=Value(0)),
                When(search_name__contains=f" {start} ", then=Value(1)),
                When(search_name__startswith=start, then=Value(2)),
                When(search_name__contains=f" {start}", then=Value(3)),
                default=Value(4),
                output_field=IntegerField(),
            ),
            "search_name",
        )


class BorderPairQuerySet(ReferenceQuerySet):
    def touching(self, countries: Iterable[str]) -> BorderPairQuerySet:
        """Pairs with at least one side in the countries."""
        codes = set(countries)
        return self.active().filter(Q(a__country__in=codes) | Q(b__country__in=codes))

    def land(self) -> BorderPairQuerySet:
        return self.filter(kind=BorderKind.LAND)

    def maritime(self) -> BorderPairQuerySet:
        return self.filter(kind=BorderKind.MARITIME)

    def with_countries(self) -> QuerySet:
        """Return tuples: kind, then for each side the unit and its country's code, names and eligibility.

        Rows, not objects: a check reads some hundred pairs, and objects take ten times as long.
        """
        of_country = ("country_id", "country__name_en", "country__name_fr", "country__is_eligible")
        return self.values_list(
            "kind",
            *(f"{side}{name}" for side in ("a", "b") for name in ("_id", *(f"__{c}" for c in of_country))),
        )


class TripointQuerySet(ReferenceQuerySet):
    def touching(self, countries: Iterable[str]) -> TripointQuerySet:
        """Tri-points at which at least two of the countries meet."""
        codes = set(countries)
        a, b, c = (Q(**{f"unit_{side}__country__in": codes}) for side in "abc")
        return self.active().filter((a & b) | (a & c) | (b & c))

    def with_countries(self) -> QuerySet:
        """Return tuples: the three units, then their three countries."""
        sides = [f"unit_{side}" for side in "abc"]
        return self.values_list(*(f"{s}_id" for s in sides), *(f"{s}__country_id" for s in sides))


class InterregProgrammeQuerySet(ReferenceQuerySet):
    def covering(self, countries: Iterable[str]) -> InterregProgrammeQuerySet:
        """Programmes that include at least two of the countries; those with most of them first."""
        return (
            self.active()
            .annotate(shared=Count("countries", filter=Q(countries__in=set(countries)), distinct=True))
            .filter(shared__gte=2)
            .order_by("-shared", "name")
        )


class VocabularyQuerySet(ReferenceQuerySet):
    def as_choices(self) -> list[tuple[str, str]]:
        """Return (code, label) in the order that staff have set."""
        return [(row.pk, row.label) for row in self]


class GroupedVocabularyQuerySet(VocabularyQuerySet):
    def as_grouped_choices(self) -> list[tuple[str, list[tuple[str, str]]]]:
        """Return the choices under the name of their group, for a select or several fieldsets."""
        groups: dict[str, list[tuple[str, str]]] = {}
        for row in self:
            groups.setdefault(row.get_group_display(), []).append((row.pk, row.label))
        return list(groups.items())
