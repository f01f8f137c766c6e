"""A text in several languages: a box for each, so that partners on both sides can write in their own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from core.forms.counting import Counted
from core.phrases import labelled
from core.reference.names import babel_name
from core.sections.kinds import faults
from core.sections.kinds.base import Kind, Labels, in_both
from core.sections.kinds.plain import CountedField, words
from core.sections.kinds.settings import COUNTS, LANGUAGES, LONGEST, SHORTEST
from core.sections.kinds.telling import Heading, Told
from core.sections.questions import Answers, Question, row_key
from core.typed import read_as_typed

if TYPE_CHECKING:
    from core.sections.forms import SectionFormMixin

# Up to so many characters are asked for in one line.
ONE_LINE = 250


def named_languages(question: Question) -> dict[str, str]:
    """Return the languages in which a question may be answered, by code, in words."""
    return {code: str(said) or babel_name("languages", code) or code for code, said in question.choices}


class TextsWidget(forms.MultiWidget):
    """A box for each language, labelled with it; browsers and screen readers are told which it is."""

    template_name = "impact/texts.html"
    use_fieldset = True

    def __init__(self, question: Question) -> None:
        self._question = question
        is_long = question.counts == Counted.WORDS or (question.limit or ONE_LINE + 1) > ONE_LINE
        box, look = (forms.Textarea, {"rows": 4}) if is_long else (forms.TextInput, {})
        super().__init__({code: box(look | {"lang": code}) for code in named_languages(question)})

    def decompress(self, value: Any) -> list[str]:
        return [(value or {}).get(code, "") for code, _words in self._question.choices]

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        described = context["widget"]["attrs"].get("aria-describedby", "")
        for part, language in zip(
            context["widget"]["subwidgets"], named_languages(self._question).values(), strict=True
        ):
            part["language"] = language
            part["limits"] = self._question.limits if self._question.limits.hint else None
            if part["limits"]:
                part["attrs"]["aria-describedby"] = f"{described} {part['attrs']['id']}_counter".strip()
        return context


class TextsField(forms.MultiValueField):
    """Takes a text in each of some languages; its cleaned value has those that were written."""

    def __init__(self, question: Question, **kwargs: Any) -> None:
        self._question = question
        parts = [CountedField(question, required=False) for _language in question.choices]
        super().__init__(parts, widget=TextsWidget(question), require_all_fields=False, **kwargs)
        for part, box in zip(parts, self.widget.widgets, strict=True):
            part.widget = box
            read_as_typed(part)

    def compress(self, data_list: list[str]) -> dict[str, str]:
        codes = (code for code, _words in self._question.choices)
        return {code: text for code, text in zip(codes, data_list, strict=False) if text}

    def clean(self, value: Any) -> dict[str, str]:
        """Return the texts; each error names the language that it is about."""
        typed = value if isinstance(value, list) else self.widget.decompress(value)
        texts, errors, named = [], [], named_languages(self._question)
        for said, part, text in zip(named.values(), self.fields, typed, strict=True):
            try:
                texts.append(part.clean(text))
            except ValidationError as refusal:
                errors += [labelled(said, message) for message in refusal.messages]
        if errors:
            raise ValidationError(errors)
        found = self.compress(texts)
        if self.required and not found:
            raise ValidationError(self.error_messages["required"], code="required")
        return found


class Texts(Kind):
    """A text in several languages: a cell for each, of which a complete form needs one at least."""

    code = "texts"
    title = _("Text in several languages")
    settings = (LANGUAGES, COUNTS, SHORTEST, LONGEST)
    is_prose = True

    @property
    def blank(self) -> dict[str, str]:
        return {}

    def field(self, question: Question) -> forms.Field:
        return TextsField(question, **words(question))

    def anchor(self, question: Question) -> str:
        return f"id_{question.name}_0"

    def hint(self, question: Question) -> str:
        return question.limits.hint

    def shown(self, question: Question, cells: Answers) -> dict[str, str]:
        return self.value(question, cells)

    def value(self, question: Question, cells: Mapping[str, Any]) -> dict[str, str]:
        if question.name in cells:
            # A column of a row, which is one cell.
            return cells[question.name] or {}
        return {row_key(cell): text for cell, text in question.own(cells).items() if text}

    def cells(self, question: Question, value: Any) -> Answers:
        return {question.cell(code): text for code, text in (value or {}).items()}

    def take(self, form: SectionFormMixin, question: Question) -> Answers:
        if question.name not in form.cleaned_data:
            return {}
        typed = form.cleaned_data[question.name]
        return {question.cell(code): typed.get(code) for code in named_languages(question)}

    def name_of(self, question: Question, cell: str, value: Any, labels: Labels) -> str:
        code = row_key(cell)
        return labelled(question.label or question.heading, named_languages(question).get(code, code))

    def misfits(self, question: Question, value: Any, cells: Mapping[str, Any]) -> Iterator[str]:
        named = named_languages(question)
        for code, text in value.items():
            for why in (question.limits.too_short(text), question.limits.too_long(text)):
                if why:
                    yield labelled(named.get(code, code), why)

    def faults(self, question: Question, earlier: Sequence[Question] = ()) -> Iterator[str]:
        yield from faults.of_bounds(question, faults.whole, lowest=1)
        yield from faults.of_options(
            (code, named_languages(question)[code]) for code, _said in question.choices
        )

    def details(self, question: Question) -> dict[str, Any]:
        return {"languages": [{"code": code} | _in_words(code, said) for code, said in question.choices]}

    def told(self, heading: Heading, value: Any, language: str) -> Told:
        if isinstance(value, str):
            # One cell, when somebody has to choose between two.
            return Told(text=value)
        named = {each["code"]: each[language] for each in heading["languages"]}
        return Told(items=[labelled(named.get(code, code), text) for code, text in (value or {}).items()])


def _in_words(code: str, said: Any) -> dict[str, str]:
    return in_both(said if str(said) else _Language(code))


class _Language:
    """The name of a language, in the language of the moment."""

    def __init__(self, code: str) -> None:
        self._code = code

    def __str__(self) -> str:
        return babel_name("languages", self._code) or self._code
