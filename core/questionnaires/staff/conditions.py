"""When a question of a draft is asked: clauses on earlier answers, each with what fits the kind of answer.

A clause begins with its question; how the answer is compared, and with what, is asked once it is there. So
the page needs no script.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.decisions import use_theme_widget
from core.questionnaires.actions.conditions import ALL, ANY, set_condition, why_always_asked
from core.questionnaires.actions.editing import whole_key
from core.questionnaires.loading import read_version
from core.questionnaires.staff.in_place import OPENED, QuestionPartPage
from core.questionnaires.staff.questions import QuestionPage
from core.questionnaires.staff.setting_fields import CHOOSE, kept_number
from core.sections.comparing import COMPARISONS
from core.sections.condition_faults import WITHOUT_VALUE, can_be_compared, earlier_than
from core.sections.condition_words import condition_in_words
from core.sections.conditions import source_of
from core.sections.merging import digest
from core.sections.questions import ROW_MARK, Compared, Operator, Question, Questionnaire
from core.staff.inputs import DayInput

JOINS = [(ALL, gettext_lazy("all of these are true")), (ANY, gettext_lazy("any of these is true"))]
OPERATORS = {
    Operator.FILLED: gettext_lazy("is answered"),
    Operator.NOT_FILLED: gettext_lazy("is not answered"),
    Operator.IS: gettext_lazy("is"),
    Operator.IS_NOT: gettext_lazy("is not"),
    Operator.CONTAINS: gettext_lazy("contains"),
    Operator.OVER: gettext_lazy("is over"),
    Operator.UNDER: gettext_lazy("is under"),
}
SIZES = (Operator.OVER, Operator.UNDER)
MAX_WORDS = 200


class ConditionForm(forms.Form):
    """Asks how clauses are joined and what each compares, and on which answer a further one is.

    Args:
        condition: as it is saved.
        asked: by the draft.
        earlier: what a clause can be about, by the names that clauses give it.
    """

    seen = forms.CharField(label=gettext_lazy("Condition"), required=False, widget=forms.HiddenInput)

    def __init__(
        self,
        data: QueryDict | None,
        *,
        condition: Mapping[str, Any] | None,
        asked: Questionnaire,
        earlier: Mapping[str, Question],
    ) -> None:
        super().__init__(data)
        self.clauses: list[Mapping[str, Any]] = list((condition or {}).get("clauses", ()))
        self.asked = asked
        # What was typed is shown again only beside the same questions.
        self.names = " ".join(clause["question"] for clause in self.clauses)
        self.saved = f"{digest(condition)} {self.names}".strip()
        self.initial = {"seen": self.saved, "join": (condition or {}).get("join", ALL)}
        self.fields["join"] = forms.ChoiceField(label=_("Ask this question only if"), choices=JOINS)
        for place, clause in enumerate(self.clauses):
            self._add_clause(place, clause)
        choices = [CHOOSE, *((path, _in_list(path, each)) for path, each in earlier.items())]
        self.fields["added"] = forms.ChoiceField(
            label=_("Add an earlier question"), choices=choices, required=False
        )
        for field in self.fields.values():
            use_theme_widget(field)

    def _add_clause(self, place: int, clause: Mapping[str, Any]) -> None:
        source = source_of(self.asked, clause["question"])
        name = str(source.heading) if source else clause["question"]
        compared = source.kind.compared_as if source else Compared.ANYTHING
        operators = [*WITHOUT_VALUE, *COMPARISONS[compared]]
        self.fields[f"operator_{place}"] = forms.ChoiceField(
            label=name, choices=[(each, OPERATORS[each]) for each in operators]
        )
        self.initial[f"operator_{place}"] = clause["operator"]
        if COMPARISONS[compared]:
            label = _("Value to compare with “%(question)s”") % {"question": name}
            self.fields[f"value_{place}"] = value_field(source, label)
            self.initial[f"value_{place}"] = _shown(clause.get("value"), self.fields[f"value_{place}"])
            if compared in (Compared.OPTIONS, Compared.ROWS):
                self._add_size(place, clause, compared, name)

    def _add_size(self, place: int, clause: Mapping[str, Any], compared: Compared, name: str) -> None:
        """Ask besides how many there must be; of rows nothing else is compared."""
        if compared == Compared.ROWS:
            del self.fields[f"value_{place}"]
        label = _("Number for “%(question)s” (if over or under)") % {"question": name}
        self.fields[f"size_{place}"] = forms.IntegerField(
            label=label, min_value=0, max_value=1000, required=False
        )
        is_size = clause["operator"] in SIZES
        self.initial[f"size_{place}"] = clause.get("value") if is_size else None
        if is_size:
            self.initial.pop(f"value_{place}", None)

    def clean_seen(self) -> str:
        seen: str = self.cleaned_data["seen"]
        if seen and seen != self.saved:
            words = _(
                "Somebody else has changed this condition since you opened the page. The saved "
                "version is shown above. Save again to replace it."
            )
            raise forms.ValidationError(words, code="changed")
        return seen

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        for place in range(len(self.clauses)):
            operator = cleaned.get(f"operator_{place}")
            if operator in WITHOUT_VALUE and self._has_typed_value(place):
                words = _("Choose how to compare the answer with this value, or clear the value.")
                self.add_error(f"operator_{place}", words)
            if operator and operator not in WITHOUT_VALUE and self._value(place, operator) in (None, "", []):
                name = (
                    f"size_{place}"
                    if f"size_{place}" in self.fields and operator in SIZES
                    else f"value_{place}"
                )
                self.add_error(name, _("Enter or choose a value to compare the answer with."))
        return cleaned

    def _has_typed_value(self, place: int) -> bool:
        """Whether somebody has just said with what an answer is compared."""
        names = {f"value_{place}", f"size_{place}"}.intersection(self.changed_data)
        return any(self.cleaned_data.get(name) not in (None, "", []) for name in names)

    def condition(self, *, without: int | None = None) -> dict[str, Any]:
        """Return how the condition would be, perhaps without one of its clauses."""
        kept = [self._clause(place) for place in range(len(self.clauses)) if place != without]
        if added := self.cleaned_data.get("added"):
            kept.append({"question": added, "operator": Operator.FILLED})
        return {"join": self.cleaned_data["join"], "clauses": kept}

    def lines(self) -> list[dict[str, Any]]:
        """Return the fields of each clause."""
        names = ("operator", "value", "size")
        return [
            {
                "place": place,
                "question": self.fields[f"operator_{place}"].label,
                "fields": [self[f"{n}_{place}"] for n in names if f"{n}_{place}" in self.fields],
            }
            for place in range(len(self.clauses))
        ]

    def _clause(self, place: int) -> dict[str, Any]:
        operator = self.cleaned_data[f"operator_{place}"]
        clause = {"question": self.clauses[place]["question"], "operator": operator}
        if operator not in WITHOUT_VALUE:
            clause["value"] = self._value(place, operator)
        return clause

    def _value(self, place: int, operator: str) -> Any:
        name = f"size_{place}" if operator in SIZES and f"size_{place}" in self.fields else f"value_{place}"
        value = self.cleaned_data.get(name)
        return _kept(value)


class ConditionPage(QuestionPartPage):
    """Changes the condition of a question; each button saves what is chosen first."""

    route, name = "<int:pk>/draft/question/<int:question>/condition/", "condition"
    panel = "admin/questionnaires/condition.html"

    def find_parts(self) -> None:
        super().find_parts()
        if why_always_asked(self.question) and not self.question.condition:
            raise LookupError
        self.asked = read_version(self.version)

    def get_title(self) -> str:
        return _("When to ask “%(question)s”") % {"question": self.question.label}

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return self.show(self.form(None))

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        form = self.form(request.POST)
        removed = request.POST.get("remove", "")
        without = int(removed) if removed.isdecimal() and len(removed) < 3 else None
        is_valid = form.is_valid()
        if without is not None and "seen" not in form.errors:
            # Whatever is wrong with a clause that goes does not keep it.
            is_valid = not any(not name.endswith(f"_{without}") for name in form.errors)
        if is_valid:
            with self.refusals_in(form):
                set_condition(question_id=self.question.pk, by=self.by, **form.condition(without=without))
                return self.lead_on(stays=without is not None or bool(form.cleaned_data.get("added")))
        return self.show(self.as_of_now(form) if "seen" in form.errors else form)

    def as_of_now(self, form: ConditionForm) -> ConditionForm:
        """Return the form with what was entered, on the condition that somebody else has saved meanwhile."""
        if self.request.POST["seen"].partition(" ")[2] == form.names:
            data = self.request.POST.copy()
            data["seen"] = form.saved
            form.data = data
            return form
        messages.error(self.request, " ".join(map(str, form.errors["seen"])))
        return self.form(None)

    def lead_on(self, *, stays: bool) -> HttpResponse:
        here = self.address(self.row.pk, self.question.pk)
        return self.done(_("Condition saved."), here + OPENED if stays else self.question_url)

    @property
    def question_url(self) -> str:
        return QuestionPage.address(self.row.pk, self.question.pk) + OPENED

    @property
    def earlier(self) -> dict[str, Question]:
        """What a condition can be about: earlier questions and, of a column, those of the same row."""
        before = earlier_than(self.asked.questions, whole_key(self.question))
        return {path: each for path, each in before.items() if can_be_compared(path, each)}

    def form(self, data: QueryDict | None) -> ConditionForm:
        return ConditionForm(data, condition=self.question.condition, asked=self.asked, earlier=self.earlier)

    def show(self, form: ConditionForm) -> HttpResponse:
        here = source_of(self.asked, whole_key(self.question))
        return self.render(
            form=form,
            question=self.question,
            lines=form.lines(),
            told=condition_in_words(here.condition, self.asked) if here and here.condition else "",
            back_url=self.question_url,
        )


def _in_list(path: str, source: Question) -> str:
    if ROW_MARK not in path:
        return str(source.heading)
    return _("%(column)s (in the same row)") % {"column": source.heading}


def value_field(source: Question | None, label: str) -> forms.Field:
    """Return what asks with what an answer is compared."""
    words: dict[str, Any] = {"label": label, "required": False}
    compared = source.kind.compared_as if source else Compared.TEXT
    if compared == Compared.TRUTH:
        return forms.ChoiceField(choices=[CHOOSE, ("true", _("Yes")), ("false", _("No"))], **words)
    if source and compared in (Compared.OPTION, Compared.OPTIONS) and (choices := _choices(source)):
        if compared == Compared.OPTIONS:
            return forms.MultipleChoiceField(choices=choices, widget=forms.CheckboxSelectMultiple, **words)
        return forms.ChoiceField(choices=[CHOOSE, *choices], **words)
    if compared == Compared.NUMBER:
        return forms.DecimalField(max_digits=20, decimal_places=6, **words)
    if compared == Compared.DAY:
        return forms.DateField(widget=DayInput, **words)
    return forms.CharField(max_length=MAX_WORDS, **words)


def _choices(source: Question) -> list[Any]:
    known = source.kind.choices_now(source) if source.vocabulary else source.choices
    return [choice for choice in known or () if choice[0] != ""]


def _shown(value: object, field: forms.Field) -> Any:
    if isinstance(field, forms.MultipleChoiceField):
        return value if isinstance(value, list) else [] if value is None else [value]
    if isinstance(value, bool):
        return str(value).lower()
    return value[0] if isinstance(value, list) and value else value


def _kept(value: object) -> Any:
    """Return a value as a clause keeps it: plain, as cells are."""
    if isinstance(value, Decimal):
        return kept_number(value)
    if isinstance(value, date):
        return str(value)
    return {"true": True, "false": False}.get(value, value) if isinstance(value, str) else value
