"""Languages, countries and NUTS units."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core.reference.enums import CountryGroup, LanguageGroup
from core.reference.models.base import CODE_COLLATION, ReferenceRow
from core.reference.names import babel_name
from core.reference.querysets import CountryQuerySet, NutsUnitQuerySet, ReferenceQuerySet
from core.translated.fields import TranslatedField


class Language(ReferenceRow):
    """A language, by its ISO 639 code."""

    code = models.CharField(_("code"), max_length=3, primary_key=True, db_collation=CODE_COLLATION)
    name_texts = TranslatedField(_("name"), max_length=60)
    group = models.CharField(_("group"), max_length=10, choices=LanguageGroup.choices)
    order = models.PositiveSmallIntegerField(_("order"), default=0)
    close_to = models.ManyToManyField(
        "self",
        symmetrical=False,
        blank=True,
        related_name="close_from",
        verbose_name=_("understood by speakers of"),
    )

    objects = ReferenceQuerySet.as_manager()

    class Meta:
        verbose_name = _("language")
        verbose_name_plural = _("languages")
        ordering = ["order", "code"]
        constraints = [
            models.CheckConstraint(condition=Q(group__in=LanguageGroup.values), name="language_group_known"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """The name in the active language; Babel's in languages that our files do not have, else English."""
        return self.name_texts.is_foreign and babel_name("languages", self.code) or str(self.name_texts)


class Country(ReferenceRow):
    """A country that may take part, or a neighbour that one of our data files names."""

    KOSOVO = "XK"

    code = models.CharField(_("ISO code"), max_length=2, primary_key=True, db_collation=CODE_COLLATION)
    eurostat_code = models.CharField(_("Eurostat code"), max_length=2, unique=True)
    iso3 = models.CharField(_("ISO code (three letters)"), max_length=3, unique=True)
    name_texts = TranslatedField(_("name"), max_length=60)
    group = models.CharField(_("group"), max_length=15, choices=CountryGroup.choices)
    is_eligible = models.BooleanField(_("can take part in IMPACT"))
    has_nuts = models.BooleanField(_("has NUTS 3 regions"), default=False)
    order = models.PositiveSmallIntegerField(_("order"), default=0)
    languages = models.ManyToManyField(
        Language, blank=True, related_name="countries", verbose_name=_("official languages")
    )

    objects = CountryQuerySet.as_manager()

    class Meta:
        verbose_name = _("country")
        verbose_name_plural = _("countries")
        ordering = ["order", "code"]
        constraints = [
            models.CheckConstraint(condition=Q(group__in=CountryGroup.values), name="country_group_known"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """The name in the active language; Kosovo keeps its asterisk in every language."""
        name = babel_name("territories", self.code) if self.name_texts.is_foreign else None
        if not name:
            return str(self.name_texts)
        return f"{name}*" if self.code == self.KOSOVO else name


class NutsUnit(ReferenceRow):
    """A NUTS 2024 unit of level 0 to 3, or the ISO 3166-2 unit of a country without NUTS 3."""

    code = models.CharField(_("code"), max_length=6, primary_key=True, db_collation=CODE_COLLATION)
    level = models.PositiveSmallIntegerField(_("level"))
    country = models.ForeignKey(Country, models.PROTECT, related_name="units", verbose_name=_("country"))
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children", verbose_name=_("part of")
    )
    name_latin = models.CharField(_("name"), max_length=120)
    name_local = models.CharField(_("name in the local script"), max_length=120)
    search_name = models.CharField(max_length=300, editable=False)
    mountain_type = models.PositiveSmallIntegerField(
        _("mountain type"),
        default=0,
        help_text=_("Eurostat GISCO code: 0 not mountainous or not classified."),
    )
    urban_type = models.PositiveSmallIntegerField(
        _("urban type"),
        default=0,
        help_text=_("Eurostat GISCO code: 1 urban, 2 intermediate, 3 rural, 0 not classified."),
    )
    coast_type = models.PositiveSmallIntegerField(
        _("coast type"),
        default=0,
        help_text=_("Eurostat GISCO code: 1 coastal, 0 not coastal or not classified."),
    )
    lon = models.FloatField(
        _("longitude"), null=True, blank=True, help_text=_("Degrees east, at a point inside the region.")
    )
    lat = models.FloatField(
        _("latitude"), null=True, blank=True, help_text=_("Degrees north, at a point inside the region.")
    )
    is_land_border = models.BooleanField(
        _("on a land border"),
        null=True,
        help_text=_("With any country. Unknown if we have no boundary data."),
    )
    is_land_border_eligible = models.BooleanField(_("on a land border with an eligible country"), null=True)
    border_countries = models.ManyToManyField(
        Country, blank=True, related_name="bordering_units", verbose_name=_("land neighbours")
    )
    is_extra = models.BooleanField(_("not a NUTS region"), default=False)
    language_codes = ArrayField(
        models.CharField(max_length=3),
        default=list,
        blank=True,
        verbose_name=_("local official languages"),
        help_text=_(
            "Codes, most used first. If empty, those of the country apply. Written from "
            "general knowledge (default, to confirm)."
        ),
    )

    objects = NutsUnitQuerySet.as_manager()

    class Meta:
        verbose_name = _("NUTS region")
        verbose_name_plural = _("NUTS regions")
        ordering = ["code"]
        constraints = [
            models.CheckConstraint(condition=Q(level__lte=3), name="nuts_unit_level_0_to_3"),
            models.CheckConstraint(
                condition=Q(level=0, parent__isnull=True) | Q(level__gt=0, parent__isnull=False),
                name="nuts_unit_parent_unless_country",
            ),
        ]
        indexes = [models.Index(fields=["country", "level"], name="nuts_unit_country_level")]

    def __str__(self) -> str:
        return f"{self.name_latin} ({self.code})"

    @property
    def is_selectable(self) -> bool:
        """Whether it is among those of `NutsUnitQuerySet.selectable`."""
        return self.level == 3 and self.is_active and self.country.is_eligible and self.country.is_active

    @property
    def name(self) -> str:
        """The Latin name, followed by the local one where that is written in another way."""
        if self.name_local in ("", self.name_latin):
            return self.name_latin
        return f"{self.name_latin} ({self.name_local})"
