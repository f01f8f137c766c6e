"""What the portal itself needs of a profile: the questions that matching, letters and searches read.

The form of experts says in which words and in which order they are asked; their kinds and their widest limits
are here. All other questions are the form's own.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from core.reference.enums import CefrLevel
from core.reference.models import Country, ExpertiseArea, Language
from core.reference.units import units
from core.sections import kinds
from core.sections.questions import Question, Rule
from experts.enums import CEFR_IN_WORDS, MAX_REGIONS, DeclarationKind, ExpertiseLevel, ExpertRole
from experts.kinds import Connections, HalfDaysByMonth, HomeRegion, LeveledRows, Residence, StoredCv

CV = "cv"


def _lives_in_region(cells: Mapping[str, Any]) -> bool:
    unit, country = cells.get("unit"), cells.get("country")
    return not (unit and country) or all(found.country_id == country for found in units([unit]).values())


def _lives_in_one_country(cells: Mapping[str, Any]) -> bool:
    return not (cells.get("country") and cells.get("other_country"))


LANGUAGES = Question(
    "languages",
    LeveledRows(),
    is_core=True,
    limit=20,
    min_rows=1,
    key_column="language",
    columns=(
        Question("language", kinds.TERM, is_always_required=True, vocabulary=Language, is_core=True),
        Question(
            "level",
            kinds.CHOICE,
            is_always_required=True,
            choices=tuple(CefrLevel.choices),
            asked_choices=tuple(
                (level, format_lazy("{} – {}", level.label, words)) for level, words in CEFR_IN_WORDS.items()
            ),
            is_core=True,
        ),
    ),
)
EXPERTISE = Question(
    "expertise",
    LeveledRows(),
    is_core=True,
    limit=30,
    min_rows=1,
    key_column="area",
    columns=(
        Question("area", kinds.TERM, is_always_required=True, vocabulary=ExpertiseArea, is_core=True),
        Question(
            "level",
            kinds.CHOICE,
            is_always_required=True,
            choices=tuple(ExpertiseLevel.choices),
            is_core=True,
        ),
        Question("evidence", kinds.LINE, limit=500, is_core=True),
    ),
)
ORGANISATIONS = Question(
    "organisations",
    Connections(),
    is_core=True,
    limit=50,
    key_column="name",
    columns=(
        Question("name", kinds.LINE, is_always_required=True, limit=200, is_core=True),
        Question("connection", kinds.LINE, limit=200, is_core=True),
    ),
)
ROLES = Question(
    "roles",
    kinds.CHOICES,
    is_core=True,
    choices=tuple(ExpertRole.choices),
    asked_choices=(
        (ExpertRole.LEAD, _("Lead expert: I coordinate a region’s team and am its first contact")),
        (ExpertRole.SUPPORT, _("Support expert: I contribute my expertise to a team led by somebody else")),
    ),
)
MOST_REGIONS = Question(
    "max_regions",
    kinds.CHOICE,
    is_core=True,
    is_always_required=True,
    initial=1,
    choices=tuple((number, str(number)) for number in range(1, MAX_REGIONS + 1)),
)
CORE = (
    Question("name", kinds.LINE, autocomplete="name", limit=150, is_core=True),
    # Visitors read it beside the regions that the expert supports, if the expert has agreed.
    Question("headline", kinds.LINE, limit=150, is_core=True),
    Question("country", Residence(), vocabulary=Country, is_core=True),
    Question("other_country", kinds.LINE, limit=100, is_core=True),
    Question("unit", HomeRegion(), is_core=True),
    LANGUAGES,
    EXPERTISE,
    Question("months", HalfDaysByMonth(), is_core=True),
    ROLES,
    MOST_REGIONS,
    ORGANISATIONS,
    Question(CV, StoredCv(), is_core=True),
    *(Question(kind.value, kinds.TICK, is_core=True) for kind in DeclarationKind),
)
# What regions never see, as experts are promised where they agree that their profile is shown.
PRIVATE = frozenset({"organisations", CV, *DeclarationKind.values})
RULES = (
    Rule(
        ("country", "unit"),
        _lives_in_region,
        _("This region is not in the country you chose. Change the region or the country."),
        at="unit",
        drops=("unit",),
    ),
    Rule(
        ("country", "other_country"),
        _lives_in_one_country,
        _("Enter one country only. Choose it from the list, or enter the name of another country."),
        at="other_country",
    ),
)
