"""The application form as data: its sections and their questions, in one place.

Forms, the list of what is missing, snapshots, PDFs and the public list of questions are all made
from this. The call's announcement publishes no form, so the questions are defaults to confirm.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto
from typing import Any

from django.db.models import Field
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from applications.models import Application, Partner, SupportNeed
from core.half_days import MAX_HALF_DAYS

Text = str | Promise

# Characters; about half a page and one page of the PDF.
SHORT_TEXT = 1500
LONG_TEXT = 3000
MIN_PARTNERS = 2
MAX_PARTNERS = 40
MAX_NEEDS = 12
MAX_CHALLENGES = 5
MAX_UNITS = 60
MAX_POPULATION = 100_000_000


class Kind(Enum):
    """What an answer is, which decides how it is asked, kept and printed."""

    LINE = auto()
    TEXT = auto()
    NUMBER = auto()
    MONTH = auto()
    TICK = auto()
    CHOICE = auto()  # one of a closed list
    TERM = auto()  # one row of the reference data
    TERMS = auto()  # several
    REGION = auto()
    REGIONS = auto()
    ROWS = auto()
    FILES = auto()


@dataclass(frozen=True)
class Question:
    """One question; `name` is the model's field, or what the rows are called.

    Args:
        name: stable; part of snapshots.
        kind: see `Kind`.
        source: the model's field, which knows label and choices; None for rows and files.
        own_label: where there is no field.
        help_text: shown below the label.
        is_required: a submission needs an answer.
        limit: most characters, most choices, or the highest number.
        columns: the questions of each row.
        row_label: what one row is.
    """

    name: str
    kind: Kind
    source: Field | None = None
    own_label: Text = ""
    help_text: Text = ""
    is_required: bool = True
    limit: int | None = None
    columns: tuple[Question, ...] = ()
    row_label: Text = ""

    @property
    def label(self) -> Text:
        return self.own_label or self.source.verbose_name

    @property
    def choices(self) -> list[tuple[Any, Any]]:
        return list(self.source.choices or []) if self.source else []


@dataclass(frozen=True)
class Section:
    slug: str
    title: Text
    intro: Text
    questions: tuple[Question, ...]

    def url(self, public_id: Any) -> str:
        """Return the address of the section's page in an application."""
        return reverse("applications:section", args=[public_id, self.slug])

    def question(self, name: str) -> Question:
        return next(question for question in self.questions if question.name == name)


def _of(model: type) -> Any:
    def question(name: str, kind: Kind, help_text: Text = "", **more: Any) -> Question:
        return Question(name, kind, source=model._meta.get_field(name), help_text=help_text, **more)

    return question


_asked = _of(Application)
_of_partner = _of(Partner)
_of_need = _of(SupportNeed)

TERRITORY = Section(
    "territory",
    _("Territory"),
    _("The cross-border area that your partnership works for. It need not follow administrative borders."),
    (
        _asked("title", Kind.LINE, _("The name by which people will know it.")),
        _asked("acronym", Kind.LINE, is_required=False),
        _asked(
            "units",
            Kind.REGIONS,
            _(
                "NUTS 3 regions of every country that takes part, whole or in part. Type the name of a town, "
                "village or region in any language, or choose on the map."
            ),
            limit=MAX_UNITS,
        ),
        _asked(
            "territory_description",
            Kind.TEXT,
            _("What holds the area together: landscape, economy, languages, daily life across the border."),
            limit=LONG_TEXT,
        ),
        _asked(
            "population", Kind.NUMBER, _("An estimate is enough."), is_required=False, limit=MAX_POPULATION
        ),
    ),
)

PARTNERSHIP = Section(
    "partnership",
    _("Partnership"),
    _(
        "The organisations that apply together: legal entities in border regions, at least one from each "
        "side of the border and, where three countries meet, from all three. Nobody needs an account to be "
        "named here."
    ),
    (
        Question(
            "partners",
            Kind.ROWS,
            own_label=_("Partners"),
            help_text=_("Name the lead first. Partners who are not sure yet can be added later."),
            limit=MAX_PARTNERS,
            row_label=_("Partner"),
            columns=(
                _of_partner("name", Kind.LINE),
                _of_partner("type", Kind.TERM),
                _of_partner("unit", Kind.REGION, _("Where it is based. Type the town or region and choose.")),
                _of_partner("contact_name", Kind.LINE),
                _of_partner("contact_email", Kind.LINE),
                _of_partner("website", Kind.LINE, is_required=False),
                _of_partner("is_lead", Kind.TICK, is_required=False),
            ),
        ),
        _asked("governance_form", Kind.CHOICE),
        _asked(
            "governance_description",
            Kind.TEXT,
            _("Who decides what, how residents and groups are heard, and what is still to be agreed."),
            limit=LONG_TEXT,
        ),
    ),
)

CHALLENGES = Section(
    "challenges",
    _("Challenges"),
    _("What makes life near this border harder than it has to be, and what you want to change."),
    (
        _asked("challenges", Kind.TERMS, _("Up to five that matter most."), limit=MAX_CHALLENGES),
        _asked(
            "challenges_description",
            Kind.TEXT,
            _("With figures or examples where you have them."),
            limit=LONG_TEXT,
        ),
        _asked("ambition", Kind.TEXT, _("Think of five years from now."), limit=LONG_TEXT),
    ),
)

EXPERIENCE = Section(
    "experience",
    _("Experience and readiness"),
    _("Beginners are welcome: this shows what the experts can build on."),
    (
        _asked(
            "clld_experience",
            Kind.CHOICE,
            _("For example a LEADER or fisheries local action group, or another strategy led by residents."),
        ),
        _asked("experience_description", Kind.TEXT, limit=LONG_TEXT, is_required=False),
        _asked("existing_strategy", Kind.TEXT, limit=SHORT_TEXT, is_required=False),
        _asked(
            "readiness",
            Kind.TEXT,
            _("Who would work with the experts, and how many days a month they have for it."),
            limit=SHORT_TEXT,
        ),
    ),
)

SUPPORT = Section(
    "support",
    _("Support wanted"),
    _("From these answers experts are found whose knowledge, languages and calendar fit."),
    (
        Question(
            "needs",
            Kind.ROWS,
            own_label=_("Expertise that you need"),
            help_text=_("The most important first; each area once."),
            limit=MAX_NEEDS,
            row_label=_("Need"),
            columns=(
                _of_need("area", Kind.TERM),
                _of_need("weight", Kind.CHOICE),
                _of_need("level", Kind.CHOICE),
            ),
        ),
        _asked("support_description", Kind.TEXT, limit=LONG_TEXT),
        _asked("working_languages", Kind.TERMS, _("All in which a workshop or a meeting could be held.")),
        _asked(
            "half_days_per_month",
            Kind.NUMBER,
            _("Two half-days are one day. An estimate is enough."),
            limit=MAX_HALF_DAYS,
        ),
        _asked("support_from", Kind.MONTH),
        _asked("support_until", Kind.MONTH),
    ),
)

DOCUMENTS = Section(
    "documents",
    _("Documents"),
    _("Letters, maps or strategies that support your application. None is required."),
    (Question("documents", Kind.FILES, own_label=_("Documents"), is_required=False),),
)

DECLARATIONS = Section(
    "declarations",
    _("Declarations"),
    _("Made by the person who submits, on behalf of all partners."),
    (
        _asked("declares_legal_entities", Kind.TICK),
        _asked("declares_mandate", Kind.TICK),
        _asked("declares_truth", Kind.TICK),
        _asked("agrees_to_publication", Kind.TICK, is_required=False),
    ),
)

SECTIONS = (TERRITORY, PARTNERSHIP, CHALLENGES, EXPERIENCE, SUPPORT, DOCUMENTS, DECLARATIONS)
BY_SLUG = {section.slug: section for section in SECTIONS}


def section_after(section: Section) -> Section | None:
    """Return the next section, or None after the last."""
    place = SECTIONS.index(section) + 1
    return SECTIONS[place] if place < len(SECTIONS) else None
