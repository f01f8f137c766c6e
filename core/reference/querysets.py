"""Which places, languages, borders, programmes and words."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Self, TypeVar

from django.contrib.postgres.search import TrigramSimilarity
from django.db.models import Case, CharField, IntegerField, Q, QuerySet, Value, When
from django.db.models.functions import Round

from core.reference.enums import BorderKind
from core.reference.names import fold

if TYPE_CHECKING:
    from core.reference.models.base import ReferenceRow
    from core.reference.models.borders import BorderPair, CountryBorder, Tripoint
    from core.reference.models.places import Country, NutsUnit
    from core.reference.models.searching import PlaceName
    from core.reference.models.vocabularies import ExpertiseArea, VocabularyTerm

_Row = TypeVar("_Row", bound="ReferenceRow")
_Term = TypeVar("_Term", bound="VocabularyTerm")


class ReferenceQuerySet(QuerySet[_Row]):
    def active(self) -> Self:
        """Those that may still be chosen; answers of the past may point to the others."""
        return self.filter(is_active=True)

    def choices(self) -> list[tuple[str, str]]:
        """Return (code, name) sorted by the name in the reader's language, accents ignored."""
        return sorted(((row.pk, str(row)) for row in self), key=lambda choice: fold(choice[1]))


class CountryQuerySet(ReferenceQuerySet["Country"]):
    def eligible(self) -> CountryQuerySet:
        """Countries whose organisations may take part in IMPACT."""
        return self.active().filter(is_eligible=True)


class NutsUnitQuerySet(ReferenceQuerySet["NutsUnit"]):
    def with_country(self) -> NutsUnitQuerySet:
        return self.select_related("country")

    def selectable(self) -> NutsUnitQuerySet:
        """What a partner may choose: NUTS 3, or the ISO 3166-2 unit where there is no NUTS 3."""
        return self.active().filter(level=3, country__is_eligible=True, country__is_active=True)

    def of_country(self, code: str) -> NutsUnitQuerySet:
        return self.filter(country=code)

    def found_by(self, names: dict[str, str]) -> NutsUnitQuerySet:
        """Only those of the codes, in their order; each with what was found as its `found_place`."""
        places = [When(pk=code, then=Value(place)) for place, code in enumerate(names)]
        words = [When(pk=code, then=Value(name)) for code, name in names.items()]
        return (
            self.filter(pk__in=list(names))
            .annotate(found_place=Case(*words, default=Value(""), output_field=CharField()))
            .order_by(Case(*places, default=Value(0), output_field=IntegerField()), "pk")
        )

    def near_border(self, one: str, other: str) -> NutsUnitQuerySet:
        """Units that touch the border of two countries, on land or sea, and their sisters in the same NUTS 2.

        Of a country without NUTS 3, whose borders are known as a whole, all units.
        """
        sides = self.model.objects.none()
        for here, there in ((one, other), (other, one)):
            as_a = Q(pairs_as_a__is_active=True, pairs_as_a__b__country=there)
            as_b = Q(pairs_as_b__is_active=True, pairs_as_b__a__country=there)
            sides |= self.model.objects.filter(as_a | as_b, country=here)
        return self.filter(Q(parent__in=sides) | Q(parent__in=sides.values("parent")))


class PlaceNameQuerySet(QuerySet["PlaceName"]):
    """Names by what somebody typed, the best first; what is typed is folded already."""

    def named_rows(self) -> QuerySet[Any, Any]:
        """Return rows, not objects, and without what they name: of some thousand names few are needed."""
        return self.values_list("folded", "latin", "weight", "place_id", "unit_id", "country_id", named=True)

    def of_countries(self, latin: list[str]) -> QuerySet[Any, Any]:
        """Return the codes of the countries that have one of the names."""
        return self.filter(latin__in=latin).exclude(country=None).values_list("country", flat=True)

    def beginning_with(self, folded: str, latin: str) -> PlaceNameQuerySet:
        """Those that are, or else begin with, the text; first with its words, then with its letters."""
        return self.filter(latin__startswith=latin).order_by(
            Case(
                When(folded=folded, then=Value(0)),
                When(latin=latin, then=Value(1)),
                When(latin__startswith=f"{latin} ", then=Value(2)),
                default=Value(3),
                output_field=IntegerField(),
            ),
            "-weight",
            "pk",
        )

    def with_later_word(self, latin: str) -> PlaceNameQuerySet:
        """Those in which another word than the first begins with the text."""
        return self.filter(latin__contains=f" {latin}").order_by("-weight", "pk")

    def similar_to(self, latin: str, *, at_least: float) -> PlaceNameQuerySet:
        """Those that share many of their letters with the text.

        Args:
            latin: what was typed.
            at_least: share of the groups of three letters that they have in common, 0.3 to 1.
        """
        likeness = Round(TrigramSimilarity("latin", latin), 1)
        return (
            self.filter(latin__trigram_similar=latin)
            .annotate(likeness=likeness)
            .filter(likeness__gte=at_least)
            .order_by("-likeness", "-weight", "pk")
        )


class BorderPairQuerySet(ReferenceQuerySet["BorderPair"]):
    def touching(self, countries: Iterable[str]) -> BorderPairQuerySet:
        """Pairs with at least one side in the countries."""
        codes = set(countries)
        return self.active().filter(Q(a__country__in=codes) | Q(b__country__in=codes))

    def land(self) -> BorderPairQuerySet:
        return self.filter(kind=BorderKind.LAND)

    def maritime(self) -> BorderPairQuerySet:
        return self.filter(kind=BorderKind.MARITIME)

    def with_countries(self) -> QuerySet[Any, Any]:
        """Return tuples: kind and whether it is doubtful, then the unit and country of each side.

        Of a country its code, its names and whether it takes part.

        Rows, not objects: a check reads some hundred pairs, and objects take ten times as long.
        """
        of_country = ("country_id", "country__name_texts", "country__is_eligible")
        return self.values_list(
            "kind",
            "is_doubtful",
            *(f"{side}{name}" for side in ("a", "b") for name in ("_id", *(f"__{c}" for c in of_country))),
        )


class CountryBorderQuerySet(ReferenceQuerySet["CountryBorder"]):
    def between(self, countries: Iterable[str]) -> QuerySet[Any, Any]:
        """Return the codes of the two sides of each border that has both sides among the countries."""
        codes = list(countries)
        return self.filter(a__in=codes, b__in=codes).values_list("a", "b")


class TripointQuerySet(ReferenceQuerySet["Tripoint"]):
    def touching(self, countries: Iterable[str]) -> TripointQuerySet:
        """Tri-points at which at least two of the countries meet."""
        codes = set(countries)
        a, b, c = (Q(**{f"unit_{side}__country__in": codes}) for side in "abc")
        return self.active().filter((a & b) | (a & c) | (b & c))

    def with_countries(self) -> QuerySet[Any, Any]:
        """Return tuples: the three units, then their three countries."""
        sides = [f"unit_{side}" for side in "abc"]
        return self.values_list(*(f"{s}_id" for s in sides), *(f"{s}__country_id" for s in sides))


class VocabularyQuerySet(ReferenceQuerySet[_Term]):
    def choices(self) -> list[tuple[str, str]]:
        """Return (code, label) in the order that staff have set."""
        return [(row.pk, str(row.label)) for row in self]


class GroupedVocabularyQuerySet(VocabularyQuerySet["ExpertiseArea"]):
    def grouped_choices(self) -> list[tuple[str, list[tuple[str, str]]]]:
        """Return the choices under the name of their group, for a select or several fieldsets."""
        groups: dict[str, list[tuple[str, str]]] = {}
        for row in self:
            groups.setdefault(row.get_group_display(), []).append((row.pk, str(row.label)))
        return list(groups.items())
