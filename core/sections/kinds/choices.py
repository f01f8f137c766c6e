"""What one ticks or chooses from a closed list: one, several, or what goes with an earlier answer."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.utils.text import format_lazy
from django.utils.translation import gettext, ngettext_lazy
from django.utils.translation import gettext_lazy as _

from core.sections.kinds import faults
from core.sections.kinds.base import Kind, Labels, in_both
from core.sections.kinds.plain import words
from core.sections.kinds.settings import (
    FEWEST_CHOICES,
    MOST_CHOICES,
    OPTIONS,
    Setting,
)
from core.sections.questions import Compared, Question
from core.sections.questions import OfferedOption as Option

if TYPE_CHECKING:
    from core.sections.forms import SectionFormMixin

CHOOSE = ("", _("Choose…"))
# From so many options on, a list folds out.
LONG_LIST = 7
YES, NO = "yes", "no"
FEWEST = ngettext_lazy("Choose at least %(least)d options.", "Choose at least %(least)d options.", "least")
MOST = ngettext_lazy("Choose at most %(most)d options.", "Choose at most %(most)d options.", "most")
GONE = _("“%(option)s” can no longer be chosen. Choose another option.")
NO_LONGER = _("no longer offered")


class Tick(Kind):
    """Yes or no; where it is required, only yes will do."""

    code = "tick"
    is_declared = True
    compared_as = Compared.TRUTH
    title = _("Checkbox")

    @property
    def blank(self) -> bool:
        return False

    def field(self, question: Question) -> forms.Field:
        return forms.BooleanField(**words(question))

    def text(self, value: Any, language: str) -> str:
        return gettext("Yes") if value else gettext("No")

    def line_in_row(self, question: Question, value: Any, labels: Labels) -> str:
        return str(question.label)


class YesNo(Kind):
    """Yes or no, both of which are answers."""

    code = "yes_no"
    compared_as = Compared.TRUTH
    title = _("Yes or no")

    @property
    def blank(self) -> None:
        return None

    def field(self, question: Question) -> forms.Field:
        return forms.TypedChoiceField(
            choices=[(YES, _("Yes")), (NO, _("No"))],
            coerce=lambda said: said == YES,
            empty_value=None,
            widget=forms.RadioSelect,
            **words(question),
        )

    def shown_all(self, question: Question, values: Sequence[Any]) -> Sequence[Any]:
        return [None if value is None else YES if value else NO for value in values]

    def is_answered(self, question: Question, value: Any) -> bool:
        return value is not None

    def is_begun(self, question: Question, cells: Mapping[str, Any]) -> bool:
        return cells.get(question.name) is not None

    def anchor(self, question: Question) -> str:
        return f"id_{question.name}_0"


class Choice(Kind):
    """One of a closed list: its code is a text or a whole number."""

    code = "choice"
    compared_as = Compared.OPTION
    title = _("One option from a list")
    settings: ClassVar[tuple[Setting, ...]] = (OPTIONS,)
    converts_to: ClassVar[tuple[str, ...]] = ()

    def options(self, question: Question) -> Sequence[Option]:
        return question.choices

    def field(self, question: Question) -> forms.Field:
        choices = list(question.asked_choices or question.choices)
        if choices and isinstance(choices[0][0], int):
            if question.initial is None:
                choices = [CHOOSE, *choices]
            return forms.TypedChoiceField(
                choices=choices, coerce=int, empty_value="", initial=question.initial, **words(question)
            )
        if len(choices) < LONG_LIST:
            return forms.ChoiceField(choices=choices, widget=forms.RadioSelect, **words(question))
        return forms.ChoiceField(choices=[CHOOSE, *choices], **words(question))

    def prepare(self, form: SectionFormMixin, question: Question) -> None:
        if not question.depends_on:
            _keep_gone(form, question, lambda answer: [answer])

    def offered(self, question: Question) -> list[str]:
        return [str(label) for _code, label in self.options(question)]

    def misfits(self, question: Question, value: Any, cells: Mapping[str, Any]) -> Iterator[str]:
        if value not in dict(self.options(question)):
            yield str(GONE % {"option": dict(question.gone_choices).get(value, value)})

    def faults(self, question: Question, earlier: Sequence[Question] = ()) -> Iterator[str]:
        yield from faults.of_options(self.options(question))

    def snapshot(self, question: Question, value: Any, labels: Labels) -> dict[str, Any] | None:
        if value in ("", None):
            return None
        return {"code": value} | in_both(dict(self.options(question)).get(value, value))

    def restored(self, question: Question, value: Any) -> Any:
        return value["code"] if value else self.blank


def _keep_gone(form: SectionFormMixin, question: Question, codes_in: Callable[[Any], Sequence[Any]]) -> None:
    """Offer what the saved answer has chosen of options that are gone: to save the page must not lose it."""
    field: Any = form.fields[question.name]
    data: Any = form.data
    offered = {str(code) for code, _words in question.asked_choices or question.choices}
    # A page that sends only what is offered has shown nothing else.
    if form.is_bound and offered.issuperset(data.getlist(question.name)):
        return
    known = dict(question.gone_choices)
    gone = [code for code in codes_in(form.cells.get(question.name)) if code and str(code) not in offered]
    field.choices = [
        *field.choices,
        *((code, format_lazy("{} ({})", known.get(code, code), NO_LONGER)) for code in gone),
    ]


class SeveralField(forms.MultipleChoiceField):
    """Several of a list, at most `limit`; cleans to their codes in rising order."""

    default_error_messages = {"too_many": MOST}

    def __init__(self, *, limit: int | None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.limit = limit

    def clean(self, value: Any) -> list[str]:
        codes = sorted({*super().clean(value)})
        if self.limit and len(codes) > self.limit:
            raise ValidationError(
                self.error_messages["too_many"], code="too_many", params={"most": self.limit}
            )
        return codes


class Several(Kind):
    """What kinds share whose answers are several codes."""

    settings: ClassVar[tuple[Setting, ...]] = (FEWEST_CHOICES, MOST_CHOICES)

    @property
    def blank(self) -> list[str]:
        return []

    def hint(self, question: Question) -> str:
        return str(FEWEST % {"least": question.least}) if question.least else ""

    def misfits(self, question: Question, value: Any, cells: Mapping[str, Any]) -> Iterator[str]:
        if question.least and len(value) < question.least:
            yield str(FEWEST % {"least": question.least})
        if question.limit and len(value) > question.limit:
            yield str(MOST % {"most": question.limit})

    def faults(self, question: Question, earlier: Sequence[Question] = ()) -> Iterator[str]:
        yield from faults.of_bounds(question, faults.whole, lowest=1)


class Choices(Several):
    """Several of a closed list."""

    code = "choices"
    compared_as = Compared.OPTIONS
    title = _("Several options from a list")
    settings = (OPTIONS, *Several.settings)

    def anchor(self, question: Question) -> str:
        return f"id_{question.name}_0"

    def field(self, question: Question) -> forms.Field:
        choices = question.asked_choices or question.choices
        return SeveralField(limit=question.limit, choices=choices, **words(question))

    def prepare(self, form: SectionFormMixin, question: Question) -> None:
        _keep_gone(form, question, lambda answer: answer or [])

    def offered(self, question: Question) -> list[str]:
        return [str(label) for _code, label in question.choices]

    def misfits(self, question: Question, value: Any, cells: Mapping[str, Any]) -> Iterator[str]:
        known, gone = dict(question.choices), dict(question.gone_choices)
        yield from (str(GONE % {"option": gone.get(code, code)}) for code in value if code not in known)
        yield from super().misfits(question, value, cells)

    def faults(self, question: Question, earlier: Sequence[Question] = ()) -> Iterator[str]:
        yield from super().faults(question, earlier)
        yield from faults.of_options(question.choices)
        yield from faults.of_least_among(question, question.choices)

    def snapshot(self, question: Question, value: Any, labels: Labels) -> list[dict[str, Any]]:
        named = dict(question.choices)
        return [{"code": code} | in_both(named.get(code, code)) for code in value]

    def restored(self, question: Question, value: Any) -> list[Any]:
        return [option["code"] for option in value or ()]
