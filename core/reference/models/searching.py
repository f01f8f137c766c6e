"""Towns and villages, and every name by which a place, a region or a country is found.

Nothing points to these rows: a load replaces them all.
"""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core.reference.models.base import CODE_COLLATION
from core.reference.models.places import Country, NutsUnit
from core.reference.querysets import PlaceNameQuerySet

LONGEST_NAME = 120


class Place(models.Model):
    """A town or village, by its number at GeoNames.

    unit: its region; none outside the countries that take part.
    may_be_in: if its region is uncertain, codes of those to choose from, perhaps of it alone; else empty.
    """

    geonameid = models.PositiveIntegerField("GeoNames", primary_key=True)
    name = models.CharField(_("name"), max_length=LONGEST_NAME)
    # Not a key: some of these countries are in no file of ours.
    country_code = models.CharField(_("ISO code"), max_length=2, db_collation=CODE_COLLATION)
    unit = models.ForeignKey(
        NutsUnit, models.PROTECT, null=True, blank=True, related_name="places", verbose_name=_("region")
    )
    may_be_in = ArrayField(
        models.CharField(max_length=6), default=list, blank=True, verbose_name=_("possible regions")
    )
    population = models.PositiveIntegerField(_("population"), help_text=_("0 means unknown."))
    lon = models.FloatField(_("longitude"))
    lat = models.FloatField(_("latitude"))

    class Meta:
        verbose_name = _("town or village")
        verbose_name_plural = _("towns and villages")
        ordering = ["name", "geonameid"]
        constraints = [
            models.CheckConstraint(
                condition=Q(may_be_in=[]) | Q(unit__isnull=False), name="place_uncertain_only_with_unit"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class PlaceName(models.Model):
    """A name that finds a place, a region or a country; for finding only, never shown.

    folded: the name, folded.
    latin: the same in Latin letters, its umlauts written in one way.
    weight: the heavier ones are found first: those at a land border, then the larger ones.
    """

    folded = models.CharField(max_length=LONGEST_NAME, db_collation=CODE_COLLATION)
    latin = models.CharField(max_length=LONGEST_NAME, db_collation=CODE_COLLATION)
    weight = models.BigIntegerField()
    # One load writes both tables: to have each of 300,000 rows checked takes as long as all the rest.
    place = models.ForeignKey(Place, models.CASCADE, null=True, related_name="names", db_constraint=False)
    unit = models.ForeignKey(NutsUnit, models.CASCADE, null=True, related_name="names")
    country = models.ForeignKey(Country, models.CASCADE, null=True, related_name="names")

    objects = PlaceNameQuerySet.as_manager()

    class Meta:
        verbose_name = _("place name")
        verbose_name_plural = _("place names")
        constraints = [
            models.CheckConstraint(
                condition=Q(place__isnull=False, unit__isnull=True, country__isnull=True)
                | Q(place__isnull=True, unit__isnull=False, country__isnull=True)
                | Q(place__isnull=True, unit__isnull=True, country__isnull=False),
                name="place_name_of_one_thing",
            ),
        ]
        indexes = [
            models.Index(fields=["latin"], name="place_name_latin"),
            # In Latin letters: without a locale PostgreSQL takes no others for letters.
            GinIndex(fields=["latin"], opclasses=["gin_trgm_ops"], name="place_name_similar"),
        ]

    def __str__(self) -> str:
        return self.folded
