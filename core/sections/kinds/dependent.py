"""One of what goes with an earlier answer: a town of the country that was chosen before."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core.known_types import known_as
from core.sections.kinds import faults
from core.sections.kinds.choices import CHOOSE, NO, YES, Choice, YesNo
from core.sections.kinds.plain import words
from core.sections.kinds.settings import DEPENDS_ON, OPTIONS_BY
from core.sections.questions import OfferedOption as Option
from core.sections.questions import Question

if TYPE_CHECKING:
    from core.sections.forms import SectionFormMixin


def options_of(question: Question) -> list[Option]:
    """Return all that may be chosen, whatever the earlier answer."""
    return [option for options in question.choices_by.values() for option in options]


class DependentField(forms.ChoiceField):
    """One of what goes with an earlier answer; static/js/questions.js offers no others."""

    # Returns the codes of the earlier answer; none, if it is not given or not valid.
    earlier: Callable[[], Sequence[str]]
    default_error_messages = {
        "other": _(
            "“%(option)s” does not fit “%(earlier)s”. Choose one of the options listed for that answer."
        ),
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
                "option": dict(options_of(self._question)).get(value, value),
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
        return options_of(question)

    def field(self, question: Question) -> forms.Field:
        return DependentField(question, **words(question))

    def prepare(self, form: SectionFormMixin, question: Question) -> None:
        field = known_as(form.fields[question.name], DependentField)
        field.earlier = partial(_earlier_in_form, form, question.depends_on)
        if question.depends_on not in form.fields and (codes := field.earlier()):
            # It was asked on a page before this one.
            field.choices = field.grouped(code for code in codes if code in question.choices_by)

    def prepare_rows(self, rows: Sequence[forms.BaseForm], question: Question) -> None:
        for row in rows:
            field = known_as(row.fields[question.name], DependentField)
            field.earlier = partial(_earlier_in_row, row, question.depends_on)

    def misfits(self, question: Question, value: Any, cells: Mapping[str, Any]) -> Iterator[str]:
        earlier = earlier_codes(cells.get(question.depends_on))
        if earlier and not fits(question, value, earlier):
            said = dict(self.options(question)).get(value, value)
            yield gettext("“%(option)s” does not fit your earlier answer. Choose another option.") % {
                "option": said
            }

    def faults(self, question: Question, earlier: Sequence[Question] = ()) -> Iterator[str]:
        asked = {other.name: other for other in earlier}
        if question.depends_on not in asked:
            yield gettext("“%(name)s”, which decides the options, must come before this question.") % {
                "name": question.depends_on
            }
        elif gone := [
            code for code in question.choices_by if code not in _codes_asked(asked[question.depends_on])
        ]:
            yield gettext("The earlier question has no option “%(code)s”.") % {"code": gone[0]}
        if not question.choices_by:
            yield gettext("There are no options. Add at least one.")
        for options in question.choices_by.values():
            yield from faults.of_options(options)
        said: dict[Any, str] = {}
        for code, option in self.options(question):
            if said.setdefault(code, str(option)) != str(option):
                yield gettext("The key “%(code)s” is used for two different options.") % {"code": code}


def earlier_codes(value: Any) -> list[str]:
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
        return earlier_codes(form.all_cells.get(name))
    if not form.is_bound:
        return earlier_codes(form.cells.get(name))
    cleaned = getattr(form, "cleaned_data", {})
    return earlier_codes(question.kind.plain(cleaned[name])) if name in cleaned else []


def _earlier_in_row(row: Any, name: str) -> list[str]:
    return earlier_codes(row.given.get(name))
