"""Borders: pairs of units, pairs of countries, points where three countries meet, programmes."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from core.reference.enums import BorderKind, InterregStrand, Verification
from core.reference.models.base import CODE_COLLATION, EditableRow, ReferenceRow
from core.reference.models.places import Country, NutsUnit
from core.reference.querysets import (
    BorderPairQuerySet,
    CountryBorderQuerySet,
    ReferenceQuerySet,
    TripointQuerySet,
)


class BorderPair(ReferenceRow):
    """Two neighbouring units in different countries; `a` is the lower code.

    Countries without NUTS 3 are here with their level-0 unit, and with those parts that are known to touch.
    """

    a = models.ForeignKey(NutsUnit, models.PROTECT, related_name="pairs_as_a", verbose_name=_("region"))
    b = models.ForeignKey(
        NutsUnit, models.PROTECT, related_name="pairs_as_b", verbose_name=_("region on the other side")
    )
    kind = models.CharField(_("kind"), max_length=8, choices=BorderKind.choices)
    distance_km = models.FloatField(_("distance in km"), null=True, blank=True)
    is_doubtful = models.BooleanField(
        _("uncertain"),
        default=False,
        help_text=_(
            "The regions meet only at a point or in a lake, nearly touch, or may not touch at "
            "all. Staff decide."
        ),
    )

    objects = BorderPairQuerySet.as_manager()

    class Meta:
        verbose_name = _("pair of border regions")
        verbose_name_plural = _("pairs of border regions")
        ordering = ["a", "b", "kind"]
        constraints = [
            models.UniqueConstraint(fields=["a", "b", "kind"], name="border_pair_unique"),
            models.CheckConstraint(condition=Q(a__lt=F("b")), name="border_pair_ordered"),
            models.CheckConstraint(condition=Q(kind__in=BorderKind.values), name="border_pair_kind_known"),
            models.CheckConstraint(
                condition=Q(kind=BorderKind.LAND, distance_km__isnull=True)
                | Q(kind=BorderKind.MARITIME, distance_km__gte=0),
                name="border_pair_distance_at_sea_only",
            ),
            models.CheckConstraint(
                condition=Q(kind=BorderKind.LAND) | Q(is_doubtful=False),
                name="border_pair_doubtful_on_land_only",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.a_id}–{self.b_id}"


class CountryBorder(ReferenceRow):
    """Two neighbouring countries, worked out from the pairs: land if any pair is, else maritime."""

    a = models.ForeignKey(Country, models.PROTECT, related_name="borders_as_a", verbose_name=_("country"))
    b = models.ForeignKey(
        Country, models.PROTECT, related_name="borders_as_b", verbose_name=_("country on the other side")
    )
    kind = models.CharField(_("kind"), max_length=8, choices=BorderKind.choices)

    objects = CountryBorderQuerySet.as_manager()

    class Meta:
        verbose_name = _("border")
        verbose_name_plural = _("borders")
        ordering = ["a", "b"]
        constraints = [
            models.UniqueConstraint(fields=["a", "b"], name="country_border_unique"),
            models.CheckConstraint(condition=Q(a__lt=F("b")), name="country_border_ordered"),
            models.CheckConstraint(condition=Q(kind__in=BorderKind.values), name="country_border_kind_known"),
        ]

    def __str__(self) -> str:
        return f"{self.a_id}–{self.b_id}"


class Tripoint(ReferenceRow):
    """A point where three countries meet, with the unit of each; codes in rising order."""

    unit_a = models.ForeignKey(NutsUnit, models.PROTECT, related_name="+", verbose_name=_("first region"))
    unit_b = models.ForeignKey(NutsUnit, models.PROTECT, related_name="+", verbose_name=_("second region"))
    unit_c = models.ForeignKey(NutsUnit, models.PROTECT, related_name="+", verbose_name=_("third region"))
    lon = models.FloatField(_("longitude"))
    lat = models.FloatField(_("latitude"))

    objects = TripointQuerySet.as_manager()

    class Meta:
        verbose_name = _("tripoint")
        verbose_name_plural = _("tripoints")
        ordering = ["unit_a", "unit_b", "unit_c"]
        constraints = [
            models.UniqueConstraint(fields=["unit_a", "unit_b", "unit_c"], name="tripoint_unique"),
            models.CheckConstraint(
                condition=Q(unit_a__lt=F("unit_b")) & Q(unit_b__lt=F("unit_c")), name="tripoint_ordered"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.unit_a_id}–{self.unit_b_id}–{self.unit_c_id}"


class InterregProgramme(EditableRow):
    """An Interreg VI-A programme (2021-2027); many rows are still to be checked against a source."""

    code = models.SlugField(  # type: ignore[call-arg]  # the stubs lack db_collation
        _("code"), max_length=60, primary_key=True, db_collation=CODE_COLLATION
    )
    strand = models.CharField(_("strand"), max_length=10, choices=InterregStrand.choices)
    name = models.CharField(_("name"), max_length=120)
    countries = models.ManyToManyField(Country, related_name="programmes", verbose_name=_("countries"))
    cci = models.CharField(
        "CCI", max_length=20, blank=True, help_text=_("Programme number in the Commission’s systems.")
    )
    keep_id = models.CharField(_("keep.eu number"), max_length=10, blank=True)
    has_clld = models.BooleanField(_("has cross-border CLLD"), default=False)
    verified = models.CharField(
        _("checked"), max_length=6, choices=Verification.choices, default=Verification.NO
    )
    source = models.CharField(_("source"), max_length=300, blank=True)

    objects = ReferenceQuerySet.as_manager()

    class Meta:
        verbose_name = _("Interreg programme")
        verbose_name_plural = _("Interreg programmes")
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(
                condition=Q(strand__in=InterregStrand.values), name="programme_strand_known"
            ),
            models.CheckConstraint(
                condition=Q(verified__in=Verification.values), name="programme_verified_known"
            ),
        ]

    def __str__(self) -> str:
        return self.name
