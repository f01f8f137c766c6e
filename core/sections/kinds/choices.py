"""What one ticks or chooses from a closed list: one, several, or what goes with an earlier answer."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext, ngettext_lazy
from django.utils.translation import gettext_lazy as _

from core.sections.kinds import faults
from core.sections.kinds.base import Kind, Labels, in_both
from core.sections.kinds.plain import words
from core.sections.kinds.settings import (
    DEPENDS_ON,
    FEWEST_CHOICES,
    MOST_CHOICES,
    OPTIONS,
    OPTIONS_BY,
    Setting,
)
from core.sections.questions import Choice as Option
from core.sections.questions import Question

if TYPE_CHECKING:
    from core.sections.forms import SectionFormMixin

CHOOSE = ("", _("Choose…"))
# From so many options on, a list folds out.
LONG_LIST = 7
YES, NO = "yes", "no"
FEWEST = ngettext_lazy("Choose at least %(least)d.", "Choose at least %(least)d.", "least")
MOST = ngettext_lazy("Choose at most %(most)d.", "Choose at most %(most)d.", "most")
GONE = _("“%(option)s” can no longer be chosen.")


class Tick(Kind):
    """Yes or no; where it is required, only yes will do."""

    code = "tick"
    title = _("Box to tick")

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
    title = _("One of several")
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

    def offered(self, question: Question) -> list[str]:
        return [str(label) for _code, label in self.options(question)]

    def misfits(self, question: Question, value: Any, cells: Mapping[str, Any]) -> Iterator[str]:
        if value not in dict(self.options(question)):
            yield str(GONE % {"option": value})

    def faults(self, question: Question, earlier: Sequence[Question] = ()) -> Iterator[str]:
        yield from faults.of_options(self.options(question))

    def snapshot(self, question: Question, value: Any, labels: Labels) -> dict[str, Any] | None:
        if value in ("", None):
            return None
        return {"code": value} | in_both(dict(self.options(question)).get(value, value))


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
    title = _("Several of several")
    settings = (OPTIONS, *Several.settings)

    def anchor(self, question: Question) -> str:
        return f"id_{question.name}_0"

    def field(self, question: Question) -> forms.Field:
        choices = question.asked_choices or question.choices
        return SeveralField(limit=question.limit, choices=choices, **words(question))

    def offered(self, question: Question) -> list[str]:
        return [str(label) for _code, label in question.choices]

    def misfits(self, question: Question, value: Any, cells: Mapping[str, Any]) -> Iterator[str]:
        known = {code for code, _words in question.choices}
        yield from (str(GONE % {"option": code}) for code in value if code not in known)
        yield from super().misfits(question, value, cells)

    def faults(self, question: Question, earlier: Sequence[Question] = ()) -> Iterator[str]:
        yield from super().faults(question, earlier)
        yield from faults.of_options(question.choices)
        yield from faults.of_least_among(question, question.choices)

    def snapshot(self, question: Question, value: Any, labels: Labels) -> list[dict[str, Any]]:
        named = dict(question.choices)
        return [{"code": code} | in_both(named.get(code, code)) for code in value]


class DependentField(forms.ChoiceField):
    """One of what goes with an earlier answer; static/js/questions.js offers no others."""

    # Returns the codes of the earlier answer; none, if it is not given or not valid.
    earlier: Callable[[], Sequence[str]]
    default_error_messages = {
        "other": _("“%(option)s” does not go with “%(earlier)s”. Choose one of the options listed for that."),
    }

    def __init__(self, question: Question, **kwargs: Any) -> None:
        self._question, self.earlier = question, tuple
        super().__init__(choices=self.grouped(question.choices_by), **kwargs)
        fitting = {key: [code for code, _words in options] for key, options in question.choices_by.items()}
        self.widget.attrs |= {
            "data-name": question.name,
            "data-depends-on": question.depends_on,
            "data-fits": json.dumps(fitting),
        }

    def grouped(self, keys: Iterable[str]) -> list[Any]:
        """Return the options, grouped by the earlier ones with which they go."""
        named = {str(code): said for code, said in self._question.choices}
        return [CHOOSE, *((named.get(key, key), list(self._question.choices_by[key])) for key in keys)]

    def validate(self, value: str) -> None:
        super().validate(value)
        earlier = [code for code in self.earlier() if code]
        if value and earlier and not fits(self._question, value, earlier):
            named = {str(code): said for code, said in self._question.choices}
            params = {
                "option": dict(DEPENDENT_CHOICE.options(self._question)).get(value, value),
                "earlier": ", ".join(str(named.get(code, code)) for code in earlier),
            }
            raise ValidationError(self.error_messages["other"], code="other", params=params)


class DependentChoice(Choice):
    """One of what goes with an earlier answer, whose options are the question's `choices`."""

    code = "dependent_choice"
    stored_as = "choice"
    title = _("Choice that depends on an earlier answer")
    settings = (DEPENDS_ON, OPTIONS_BY)

    def options(self, question: Question) -> Sequence[Option]:
        return [option for options in question.choices_by.values() for option in options]

    def field(self, question: Question) -> forms.Field:
        return DependentField(question, **words(question))

    def prepare(self, form: SectionFormMixin, question: Question) -> None:
        field: Any = form.fields[question.name]
        field.earlier = partial(_earlier_in_form, form, question.depends_on)
        if question.depends_on not in form.fields and (codes := field.earlier()):
            # It was asked on a page before this one.
            field.choices = field.grouped(code for code in codes if code in question.choices_by)

    def prepare_rows(self, rows: Sequence[forms.BaseForm], question: Question) -> None:
        for row in rows:
            field: Any = row.fields[question.name]
            field.earlier = partial(_earlier_in_row, row, question.depends_on)

    def misfits(self, question: Question, value: Any, cells: Mapping[str, Any]) -> Iterator[str]:
        earlier = codes_of(cells.get(question.depends_on))
        if earlier and not fits(question, value, earlier):
            said = dict(self.options(question)).get(value, value)
            yield gettext("“%(option)s” does not go with what you chose before it.") % {"option": said}

    def faults(self, question: Question, earlier: Sequence[Question] = ()) -> Iterator[str]:
        asked = {other.name: other for other in earlier}
        if question.depends_on not in asked:
            yield gettext("The question that decides, “%(name)s”, does not come before this one.") % {
                "name": question.depends_on
            }
        elif gone := [
            code for code in question.choices_by if code not in _codes_asked(asked[question.depends_on])
        ]:
            yield gettext("The earlier question has no option “%(code)s”.") % {"code": gone[0]}
        if not question.choices_by:
            yield gettext("There is no option to choose.")
        for options in question.choices_by.values():
            yield from faults.of_options(options)
        said: dict[Any, str] = {}
        for code, option in self.options(question):
            if said.setdefault(code, str(option)) != str(option):
                yield gettext("The option “%(code)s” has two meanings.") % {"code": code}


DEPENDENT_CHOICE = DependentChoice()


def codes_of(value: Any) -> list[str]:
    """Return the codes of an earlier answer, whatever its kind; none if there is no answer."""
    if isinstance(value, bool):
        return [YES if value else NO]
    values = value if isinstance(value, list) else [value]
    return [str(code) for code in values if code not in (None, "")]


def fits(question: Question, value: Any, earlier: Iterable[str]) -> bool:
    """Whether an option goes with any of the earlier codes."""
    return any(value == code for key in earlier for code, _words in question.choices_by.get(key, ()))


def _codes_asked(question: Question) -> set[str]:
    """Return the codes that an earlier question can have; those of a vocabulary are not known here."""
    if question.kind.code == YesNo.code:
        return {YES, NO}
    if isinstance(question.kind, Choice):
        return {str(code) for code, _words in question.kind.options(question)}
    return {str(code) for code, _words in question.choices}


def _earlier_in_form(form: SectionFormMixin, name: str) -> list[str]:
    question = next((each for each in form.questions if each.name == name), None)
    if question is None:
        return codes_of(form.all_cells.get(name))
    if not form.is_bound:
        return codes_of(form.cells.get(name))
    cleaned = getattr(form, "cleaned_data", {})
    return codes_of(question.kind.plain(cleaned[name])) if name in cleaned else []


def _earlier_in_row(row: Any, name: str) -> list[str]:
    cleaned = getattr(row, "cleaned_data", {})
    column = next(column for column in row.question.columns if column.name == name)
    return codes_of(column.kind.plain(cleaned[name])) if name in cleaned else []
