"""Closed lists of the reference data: codes that our code decides on."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class CefrLevel(models.TextChoices):
    """Levels of the Common European Framework of Reference for Languages, and native on top."""

    A1 = "A1", _("A1 Beginner")
    A2 = "A2", _("A2 Elementary")
    B1 = "B1", _("B1 Intermediate")
    B2 = "B2", _("B2 Upper intermediate")
    C1 = "C1", _("C1 Advanced")
    C2 = "C2", _("C2 Mastery")
    N = "N", _("Native or bilingual")

    @property
    def rank(self) -> int:
        """1 (A1) to 7 (native): a higher level includes the lower ones."""
        return CefrLevel.values.index(self.value) + 1

    @classmethod
    def at_least(cls, level: str) -> list[str]:
        """Return the codes of the level and of all above it."""
        return cls.values[cls(level).rank - 1 :]


class CountryGroup(models.TextChoices):
    EU = "eu", _("European Union")
    EFTA = "efta", _("European Free Trade Association")
    MICROSTATE = "microstate", _("Microstate")
    ENLARGEMENT = "enlargement", _("Enlargement country (IPA)")
    NEIGHBOURHOOD = "neighbourhood", _("Neighbourhood (NEXT)")
    OTHER = "other", _("Other neighbour")


class LanguageGroup(models.TextChoices):
    EU = "eu", _("Official language of the European Union")
    NATIONAL = "national", _("Other national or official language")
    REGIONAL = "regional", _("Regional, minority or neighbouring language")


class BorderKind(models.TextChoices):
    LAND = "land", _("Land border")
    MARITIME = "maritime", _("Maritime border (up to about 150 km)")


class InterregStrand(models.TextChoices):
    INTERNAL = "A-internal", _("Interreg A, internal borders")
    IPA = "A-IPA", _("Interreg A, IPA")
    NEXT = "A-NEXT", _("Interreg A, NEXT")


class Verification(models.TextChoices):
    YES = "yes", _("Checked against a source")
    PARTLY = "partly", _("Partly checked")
    NO = "no", _("Not checked yet")


class ExpertiseGroup(models.TextChoices):
    CLLD = "clld", _("CLLD method")
    GOVERNANCE = "governance", _("Cross-border governance")
    FUNDING = "funding", _("Funding and delivery")
    COACHING = "coaching", _("Coaching and learning")
    TERRITORY = "territory", _("Type of territory")
