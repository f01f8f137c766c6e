"""The profile as data: its sections and their questions, in one place.

Forms, the list of what is missing, versions and every page in words are made from this.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from core.reference.enums import CefrLevel
from core.reference.models import Challenge, Country, ExpertiseArea, Language
from core.reference.units import units
from core.sections import kinds
from core.sections.questions import Question, Rule, Section
from experts import enums
from experts.declarations import DECLARATIONS
from experts.enums import CEFR_IN_WORDS, MAX_REGIONS, DeclarationKind, ExpertiseLevel, ExpertRole
from experts.kinds import (
    Connections,
    Fact,
    FileSize,
    Fingerprint,
    HalfDaysByMonth,
    HomeRegion,
    LeveledRows,
    Residence,
)


def _lives_in_region(cells: Mapping[str, Any]) -> bool:
    unit, country = cells.get("unit"), cells.get("country")
    return not (unit and country) or all(found.country_id == country for found in units([unit]).values())


ABOUT = (
    Question(
        "name",
        kinds.LINE,
        label=_("Your name"),
        short_label=_("Name"),
        autocomplete="name",
        missing_text=_("Enter your name"),
        limit=150,
    ),
    Question(
        "headline",
        kinds.LINE,
        label=_("You in one line"),
        short_label=_("In one line"),
        help_text=_("For example: rural development adviser, fifteen years with local action groups."),
        missing_text=_("Say in one line who you are"),
        limit=150,
    ),
    Question(
        "biography",
        kinds.TEXT,
        label=_("Your experience"),
        short_label=_("Experience"),
        help_text=_("What you have done with communities, and what you have done across borders."),
        missing_text=_("Describe your experience"),
        limit=4000,
    ),
    Question("website", kinds.WEB, label=_("Website or public profile"), is_required=False, limit=200),
    Question(
        "country",
        Residence(),
        label=_("Country where you live"),
        short_label=_("Lives in"),
        missing_text=_("Choose the country where you live"),
        vocabulary=Country,
    ),
    Question(
        "other_country",
        kinds.LINE,
        label=_("If another country: which?"),
        short_label=_("Lives in"),
        is_required=False,
        limit=100,
    ),
    Question(
        "unit",
        HomeRegion(),
        label=_("Region where you live"),
        short_label=_("Region"),
        help_text=_(
            "Type your town, your region, or your country to see all of its regions. "
            "You will not be matched with the region where you live."
        ),
        is_required=False,
    ),
    Question(
        "countries",
        kinds.TERMS,
        label=_("Countries that you have worked in"),
        short_label=_("Has worked in"),
        is_required=False,
        vocabulary=Country,
    ),
)

LANGUAGES = Question(
    "languages",
    LeveledRows(),
    short_label=_("Languages"),
    help_text=_("Your own language counts too. Say what you can do today, not what you once learnt."),
    missing_text=_("Add at least one language"),
    limit=20,
    min_rows=1,
    key_column="language",
    row_label=_("Language"),
    add_label=_("Add a language"),
    twice_text=_("This language is there already. Keep one of the two."),
    columns=(
        Question("language", kinds.TERM, label=_("Language"), is_always_required=True, vocabulary=Language),
        Question(
            "level",
            kinds.CHOICE,
            label=_("Level"),
            is_always_required=True,
            choices=tuple(CefrLevel.choices),
            asked_choices=tuple(
                (level, format_lazy("{} – {}", level.label, words)) for level, words in CEFR_IN_WORDS.items()
            ),
        ),
    ),
)

EXPERTISE = (
    Question(
        "expertise",
        LeveledRows(),
        short_label=_("Areas of expertise"),
        help_text=_("A few areas with evidence help a region more than many without."),
        missing_text=_("Add at least one area of expertise"),
        limit=30,
        min_rows=1,
        key_column="area",
        row_label=_("Area"),
        add_label=_("Add an area"),
        twice_text=_("This area is there already. Keep one of the two."),
        columns=(
            Question(
                "area",
                kinds.TERM,
                label=_("Area of expertise"),
                is_always_required=True,
                vocabulary=ExpertiseArea,
            ),
            Question(
                "level",
                kinds.CHOICE,
                label=_("Level"),
                is_always_required=True,
                choices=tuple(ExpertiseLevel.choices),
            ),
            Question(
                "evidence",
                kinds.LINE,
                label=_("Evidence"),
                help_text=_("A project, a publication, a link."),
                is_required=False,
                limit=500,
            ),
        ),
    ),
    Question(
        "challenges",
        kinds.TERMS,
        label=_("Challenges that you have worked on"),
        short_label=_("Challenges worked on"),
        is_required=False,
        vocabulary=Challenge,
    ),
)

MONTHS = Question(
    "months",
    HalfDaysByMonth(),
    short_label=_("Days available"),
    missing_text=_("Enter your days for at least one month"),
)

ROLES = (
    Question(
        "roles",
        kinds.CHOICES,
        label=_("Roles that you offer"),
        short_label=_("Roles"),
        missing_text=_("Choose at least one role"),
        choices=tuple(ExpertRole.choices),
        asked_choices=(
            (ExpertRole.LEAD, _("Lead expert: I coordinate a region's team and am its first contact")),
            (ExpertRole.SUPPORT, _("Support expert: I add my field to a team that somebody else leads")),
        ),
    ),
    Question(
        "max_regions",
        kinds.CHOICE,
        label=_("Most regions at a time"),
        is_always_required=True,
        initial=1,
        choices=tuple((number, str(number)) for number in range(1, MAX_REGIONS + 1)),
    ),
)

ORGANISATIONS = Question(
    "organisations",
    Connections(),
    short_label=_("Organisations"),
    help_text=_("Leave this empty if there is none."),
    is_required=False,
    limit=50,
    key_column="name",
    row_label=_("Organisation"),
    add_label=_("Add an organisation"),
    columns=(
        Question("name", kinds.LINE, label=_("Organisation"), is_always_required=True, limit=200),
        Question(
            "connection",
            kinds.LINE,
            label=_("Your connection"),
            help_text=_("For example: employer, client since 2023, member of the board."),
            is_required=False,
            limit=200,
        ),
    ),
)

# Each a fact of the one file, told together.
CV = (
    Question("name", Fact(), short_label=_("CV"), is_required=False),
    Question("size", FileSize(), short_label=_("CV"), is_required=False),
    Question("sha256", Fingerprint(), short_label=_("CV"), is_required=False),
)


def _declared(kind: DeclarationKind, short_label: Any, missing_text: Any = "") -> Question:
    said = DECLARATIONS[kind]
    return Question(
        kind.value,
        kinds.TICK,
        label=said.label,
        short_label=short_label,
        help_text=said.explanation,
        missing_text=missing_text,
        is_required=bool(missing_text),
    )


DECLARED = (
    _declared(
        DeclarationKind.TRUTH,
        _("Profile is true and complete"),
        _("Declare that your profile is true and complete"),
    ),
    _declared(DeclarationKind.SHARING, _("Profile may be shown"), _("Agree that your profile may be shown")),
    _declared(DeclarationKind.LISTING, _("Name may be public")),
)


def _section(which: enums.Section, *questions: Question, **more: Any) -> Section:
    return Section(which.value, which.label, "", questions, **more)


SECTIONS = (
    _section(
        enums.Section.ABOUT,
        *ABOUT,
        rules=(
            Rule(
                ("country", "unit"),
                _lives_in_region,
                _("This region is not in the country that you chose. Change one of the two."),
                at="unit",
                drops=("unit",),
            ),
        ),
    ),
    _section(enums.Section.LANGUAGES, LANGUAGES),
    _section(enums.Section.EXPERTISE, *EXPERTISE),
    _section(enums.Section.AVAILABILITY, MONTHS),
    _section(enums.Section.ROLES, *ROLES),
    _section(enums.Section.ORGANISATIONS, ORGANISATIONS),
    _section(enums.Section.CV, *CV),
    _section(enums.Section.DECLARATIONS, *DECLARED, saves_itself=False),
)
BY_SLUG = {section.slug: section for section in SECTIONS}


def section_after(section: Section) -> Section | None:
    """Return the next section, or None after the last."""
    place = SECTIONS.index(section) + 1
    return SECTIONS[place] if place < len(SECTIONS) else None
