"""What the portal itself needs of an application: the questions that its rules, matching and letters read.

Each call's form says in which words and in which order they are asked; their kinds and their widest limits
are here. All other questions are the form's own.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.db.models import ForeignKey, ManyToManyField, Model
from django.utils.translation import gettext_lazy as _

from applications.form.partners import PARTNERS_KIND
from applications.models import Application, Partner, SupportNeed
from applications.models.documents import DOCUMENTS
from core.half_days import MAX_HALF_DAYS
from core.sections import kinds
from core.sections.questions import Question, Rule

MAX_PARTNERS = 40
MAX_NEEDS = 12
MAX_UNITS = 60


def _of(model: type[Model]) -> Callable[..., Question]:
    """Return what makes a question out of a field of the model, which knows its widest limits."""

    def question(name: str, kind: kinds.Kind, **more: Any) -> Question:
        field: Any = model._meta.get_field(name)
        known: dict[str, Any] = {"choices": tuple(field.choices or ())}
        if isinstance(field, ForeignKey | ManyToManyField):
            known["vocabulary"] = field.related_model
        elif field.choices and isinstance(field.default, int):
            known["initial"] = field.default
        known["limit"] = getattr(field, "max_length", None)
        return Question(name, kind, is_core=True, **(known | more))

    return question


def _ends_after_start(cells: Mapping[str, Any]) -> bool:
    first, last = cells.get("support_from"), cells.get("support_until")
    return not (first and last) or last >= first


_asked = _of(Application)
_of_partner = _of(Partner)
_of_need = _of(SupportNeed)

PARTNERS = Question(
    "partners",
    PARTNERS_KIND,
    limit=MAX_PARTNERS,
    is_core=True,
    columns=(
        _of_partner("name", kinds.LINE),
        _of_partner("type", kinds.TERM),
        _of_partner("unit", kinds.REGION),
        _of_partner("contact_name", kinds.LINE),
        _of_partner("contact_email", kinds.MAIL),
        _of_partner("website", kinds.WEB),
        _of_partner("is_lead", kinds.TICK),
    ),
)
NEEDS = Question(
    "needs",
    kinds.ROWS,
    limit=MAX_NEEDS,
    is_core=True,
    key_column="area",
    columns=(
        _of_need("area", kinds.TERM),
        _of_need("weight", kinds.CHOICE, is_always_required=True),
        _of_need("level", kinds.CHOICE, is_always_required=True),
    ),
)
CORE = (
    _asked("title", kinds.LINE),
    _asked("units", kinds.REGIONS, limit=MAX_UNITS),
    PARTNERS,
    NEEDS,
    _asked("working_languages", kinds.TERMS),
    _asked("half_days_per_month", kinds.NUMBER, least=1, limit=MAX_HALF_DAYS),
    _asked("support_from", kinds.MONTH),
    _asked("support_until", kinds.MONTH),
    Question(DOCUMENTS, kinds.FILES, is_core=True),
    _asked("declares_legal_entities", kinds.TICK),
    _asked("declares_mandate", kinds.TICK),
    _asked("declares_truth", kinds.TICK),
    _asked("agrees_to_publication", kinds.TICK),
)
RULES = (
    Rule(
        ("support_from", "support_until"),
        _ends_after_start,
        _("Enter a last month that is not before the first month."),
        at="support_until",
    ),
)
