"""The application form as data: its sections and their questions, in one place.

Forms, the list of what is missing, snapshots, PDFs and the public list of questions are all made
from this. The call's announcement publishes no form, so the questions are defaults to confirm.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import Any
from uuid import UUID

from django.db.models import ForeignKey, ManyToManyField, Model
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from applications.form.partners import PARTNERS_KIND
from applications.models import Application, Partner, SupportNeed
from core.half_days import MAX_HALF_DAYS
from core.sections import kinds
from core.sections.questions import Question, Rule, Section, Text

# Characters; about half a page and one page of the PDF.
SHORT_TEXT = 1500
LONG_TEXT = 3000
MAX_PARTNERS = 40
MAX_NEEDS = 12
MAX_CHALLENGES = 5
MAX_UNITS = 60
MAX_POPULATION = 100_000_000


class FormSection(Section):
    """A section of the application form."""

    def url(self, public_id: UUID) -> str:
        """Return the address of its page in an application."""
        return reverse("applications:section", args=[public_id, self.slug])


def _of(model: type[Model]) -> Callable[..., Question]:
    """Return what makes a question out of a field of the model, which knows its words and limits."""

    def question(name: str, kind: kinds.Kind, help_text: Text = "", **more: Any) -> Question:
        field: Any = model._meta.get_field(name)
        known: dict[str, Any] = {"label": field.verbose_name, "choices": tuple(field.choices or ())}
        if isinstance(field, ForeignKey | ManyToManyField):
            known["vocabulary"] = field.related_model
        elif field.choices and isinstance(field.default, int):
            known["initial"] = field.default
        known["limit"] = getattr(field, "max_length", None)
        return Question(name, kind, help_text=help_text, **(known | more))

    return question


def _ends_after_start(cells: Mapping[str, Any]) -> bool:
    first, last = cells.get("support_from"), cells.get("support_until")
    return not (first and last) or last >= first


_asked = _of(Application)
_of_partner = _of(Partner)
_of_need = _of(SupportNeed)

TERRITORY = FormSection(
    "territory",
    _("Territory"),
    _("The cross-border area that your partnership works for. It need not follow administrative borders."),
    (
        _asked("title", kinds.LINE, _("The name by which people will know it.")),
        _asked("acronym", kinds.LINE, is_required=False),
        _asked(
            "units",
            kinds.REGIONS,
            _(
                "NUTS 3 regions of every country that takes part, whole or in part. Type the name of a town, "
                "village or region in any language, or choose on the map."
            ),
            limit=MAX_UNITS,
        ),
        _asked(
            "territory_description",
            kinds.TEXT,
            _("What holds the area together: landscape, economy, languages, daily life across the border."),
            limit=LONG_TEXT,
        ),
        _asked(
            "population", kinds.NUMBER, _("An estimate is enough."), is_required=False, limit=MAX_POPULATION
        ),
    ),
)

PARTNERSHIP = FormSection(
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
            PARTNERS_KIND,
            label=_("Partners"),
            help_text=_("Name the lead first. Partners who are not sure yet can be added later."),
            limit=MAX_PARTNERS,
            row_label=_("Partner"),
            add_label=_("Add a partner"),
            columns=(
                _of_partner("name", kinds.LINE),
                _of_partner("type", kinds.TERM),
                _of_partner(
                    "unit", kinds.REGION, _("Where it is based. Type the town or region and choose.")
                ),
                _of_partner("contact_name", kinds.LINE),
                _of_partner("contact_email", kinds.MAIL),
                _of_partner("website", kinds.WEB, is_required=False),
                _of_partner("is_lead", kinds.TICK, is_required=False),
            ),
        ),
        _asked("governance_form", kinds.CHOICE),
        _asked(
            "governance_description",
            kinds.TEXT,
            _("Who decides what, how residents and groups are heard, and what is still to be agreed."),
            limit=LONG_TEXT,
        ),
    ),
)

CHALLENGES = FormSection(
    "challenges",
    _("Challenges"),
    _("What makes life near this border harder than it has to be, and what you want to change."),
    (
        _asked("challenges", kinds.TERMS, _("Up to five that matter most."), limit=MAX_CHALLENGES),
        _asked(
            "challenges_description",
            kinds.TEXT,
            _("With figures or examples where you have them."),
            limit=LONG_TEXT,
        ),
        _asked("ambition", kinds.TEXT, _("Think of five years from now."), limit=LONG_TEXT),
    ),
)

EXPERIENCE = FormSection(
    "experience",
    _("Experience and readiness"),
    _("Beginners are welcome: this shows what the experts can build on."),
    (
        _asked(
            "clld_experience",
            kinds.CHOICE,
            _("For example a LEADER or fisheries local action group, or another strategy led by residents."),
        ),
        _asked("experience_description", kinds.TEXT, limit=LONG_TEXT, is_required=False),
        _asked("existing_strategy", kinds.TEXT, limit=SHORT_TEXT, is_required=False),
        _asked(
            "readiness",
            kinds.TEXT,
            _("Who would work with the experts, and how many days a month they have for it."),
            limit=SHORT_TEXT,
        ),
    ),
)

SUPPORT = FormSection(
    "support",
    _("Support wanted"),
    _("From these answers experts are found whose knowledge, languages and calendar fit."),
    (
        Question(
            "needs",
            kinds.ROWS,
            label=_("Expertise that you need"),
            help_text=_("Each area once. Say under “Importance” how much each of them matters."),
            limit=MAX_NEEDS,
            row_label=_("Need"),
            add_label=_("Add a need"),
            key_column="area",
            twice_text=_("This area is there twice. Keep one of the two rows."),
            columns=(
                _of_need("area", kinds.TERM),
                _of_need("weight", kinds.CHOICE, is_always_required=True),
                _of_need("level", kinds.CHOICE, is_always_required=True),
            ),
        ),
        _asked("support_description", kinds.TEXT, limit=LONG_TEXT),
        _asked("working_languages", kinds.TERMS, _("All in which a workshop or a meeting could be held.")),
        _asked(
            "half_days_per_month",
            kinds.NUMBER,
            _("Two half-days are one day. An estimate is enough."),
            limit=MAX_HALF_DAYS,
        ),
        _asked("support_from", kinds.MONTH),
        _asked("support_until", kinds.MONTH),
    ),
    rules=(
        Rule(
            ("support_from", "support_until"),
            _ends_after_start,
            _("The last month is before the first."),
            at="support_until",
        ),
    ),
)

DOCUMENTS = FormSection(
    "documents",
    _("Documents"),
    _("Letters, maps or strategies that support your application. None is required."),
    (Question("documents", kinds.FILES, label=_("Documents"), is_required=False),),
)

DECLARATIONS = FormSection(
    "declarations",
    _("Declarations"),
    _("Made by the person who submits, on behalf of all partners."),
    (
        _asked("declares_legal_entities", kinds.TICK),
        _asked("declares_mandate", kinds.TICK),
        _asked("declares_truth", kinds.TICK),
        _asked("agrees_to_publication", kinds.TICK, is_required=False),
    ),
)

SECTIONS = (TERRITORY, PARTNERSHIP, CHALLENGES, EXPERIENCE, SUPPORT, DOCUMENTS, DECLARATIONS)
BY_SLUG = {section.slug: section for section in SECTIONS}
PARTNERS = PARTNERSHIP.question("partners")


def section_after(section: FormSection, *, among: Collection[Section]) -> FormSection | None:
    """Return the next of some sections, or None after the last of them."""
    later = SECTIONS[SECTIONS.index(section) + 1 :]
    return next((each for each in later if each in among), None)
