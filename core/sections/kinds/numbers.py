"""Numbers, exact to the last digit: whole ones as such, others as text, so that none is ever rounded."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal, localcontext
from typing import Any, ClassVar

from babel.numbers import format_currency, format_decimal, get_decimal_symbol, get_group_symbol
from django import forms
from django.core.exceptions import ValidationError
from django.utils.text import format_lazy
from django.utils.translation import gettext, ngettext_lazy
from django.utils.translation import gettext_lazy as _

from core.phrases import StrOrPromise
from core.sections.kinds import faults
from core.sections.kinds.base import Kind, in_both, spoken
from core.sections.kinds.plain import words
from core.sections.kinds.settings import DECIMALS, HIGHEST, LOWEST, UNIT, Setting
from core.sections.kinds.telling import Heading, Told
from core.sections.questions import Compared, Question
from core.typed import GROUPED, decimal_number, is_plain

# A browser can still add up so many without rounding.
HIGHEST_NUMBER = 10**15
EURO = "€"
EURO_MARKS = (EURO, "EUR", "euros", "euro")
CENTS = 2
# More digits than any sum of numbers here can have.
DIGITS = 100
_MINUS = str.maketrans("−–", "--")
Marks = tuple[StrOrPromise, ...]


def decimal_of(value: Any) -> Decimal | None:
    """Return a kept number, or a limit; None if it is no number."""
    match value:
        case bool():
            return None
        case int() | Decimal():
            return Decimal(value) if Decimal(value).is_finite() else None
        case str():
            return Decimal(value) if is_plain(value) else None
        case float():
            return decimal_of(str(value))
    return None


def canonical(number: Decimal) -> int | str:
    """Return a number as it is kept: whole ones as such, others as text, without zeros at the end."""
    if number == number.to_integral_value():
        return int(number)
    return f"{number:f}".rstrip("0")


def add_up(numbers: Iterable[Any]) -> Decimal | None:
    """Return the exact sum of kept numbers; None if there is none among them."""
    known = [number for value in numbers if (number := decimal_of(value)) is not None]
    with localcontext(prec=DIGITS):
        return sum(known, Decimal(0)) if known else None


def in_words(value: Any, language: str) -> str:
    """Return a kept number with the groups and the decimal sign of a language; anything else as it is."""
    number = decimal_of(value)
    if number is None:
        return "" if value is None else str(value)
    return str(format_decimal(number, locale=language, decimal_quantization=False))


def euro_in_words(value: Any, language: str) -> str:
    """Return a kept amount as it is written in a language: "€ 1,234.50", "1 234,50 €"."""
    number = decimal_of(value)
    if number is None:
        return "" if value is None else str(value)
    is_to_the_cent = len(_fraction(number)) <= CENTS
    said = format_currency(number, "EUR", locale=language, decimal_quantization=is_to_the_cent)
    return re.sub(rf"{EURO}(?=\d)", f"{EURO}\u00a0", str(said))


def as_typed(value: Any, language: str) -> Any:
    """Return a kept number as its box shows it, so that it is read as the same again."""
    number = decimal_of(value)
    if number is None or isinstance(value, int):
        return value
    text = f"{number:f}"
    # Three digits after a sign are taken for a group of thousands.
    padded = f"{text}0" if len(text.partition(".")[2]) == 3 else text
    return padded.replace(".", get_decimal_symbol(language))


def _with_cents(shown: Any) -> Any:
    """Return an amount as its box shows it with both digits after the sign, if it has one."""
    return f"{shown}0" if isinstance(shown, str) and re.fullmatch(r"-?\d+[.,]\d", shown) else shown


def read(typed: str, *, decimals: int, marks: Marks = ()) -> Decimal | None:
    """Return the number that somebody typed, with a comma or a point; None if it is none.

    Args:
        typed: perhaps with groups, and with what it counts: "1 234,5", "€ 12.50", "12 km".
        decimals: that may be there; from three on "1,234" is what it is in the language of the page.
        marks: that may stand before or after the number.
    """
    text = "".join(str(unicodedata.decimal(sign, sign)) for sign in typed.strip().translate(_MINUS))
    for mark in map(str, marks):
        if mark and text.lower().startswith(mark.lower()):
            text = text[len(mark) :].strip()
        elif mark and text.lower().endswith(mark.lower()):
            text = text[: -len(mark)].strip()
    signs = re.findall(r"[.,]", text)
    is_decimal = decimals >= 3 and len(signs) == 1 and signs[0] != get_group_symbol(spoken())
    plain = text.replace(",", ".") if is_decimal and GROUPED.fullmatch(text) else decimal_number(text)
    return Decimal(plain) if is_plain(plain) else None


class NumberField(forms.Field):
    """A number with decimals, read as people write it; its box keeps what was typed."""

    widget = forms.TextInput
    default_error_messages = {
        "invalid": _("Enter a number in digits, such as 12 or 12.5."),
        "decimals": ngettext_lazy(
            "Enter at most %(most)d decimal place.",
            "Enter at most %(most)d decimal places.",
            "most",
        ),
        "min_value": _("Enter a number of %(least)s or more."),
        "max_value": _("Enter a number of %(most)s or less."),
    }

    def __init__(
        self, *, least: Decimal, most: Decimal, decimals: int, marks: Marks = (), **kwargs: Any
    ) -> None:
        super().__init__(**kwargs)
        self.least, self.most, self.decimals, self._marks = least, most, decimals, tuple(marks)
        self.widget.attrs.setdefault("inputmode", "decimal")

    def to_python(self, value: Any) -> Decimal | None:
        if value in self.empty_values or isinstance(value, str) and not value.strip():
            return None
        number = read(value, decimals=self.decimals, marks=self._marks) if isinstance(value, str) else value
        number = decimal_of(number)
        if number is None:
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        return number

    def run_validators(self, value: Decimal | None) -> None:
        if value is None:
            return
        for code, params in misfits(value, self.least, self.most, self.decimals):
            raise ValidationError(self.error_messages[code], code=code, params=params)

    def has_changed(self, initial: Any, data: Any) -> bool:
        try:
            return self.to_python(initial) != self.to_python(data)
        except ValidationError:
            return True


def misfits(
    number: Decimal, least: Decimal, most: Decimal, decimals: int
) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield which rule of a number field a number breaks, with what its words need."""
    if number < least:
        yield "min_value", {"least": in_words(least, spoken())}
    elif number > most:
        yield "max_value", {"most": in_words(most, spoken())}
    if len(_fraction(number)) > decimals:
        yield "decimals", {"most": decimals}


def _fraction(number: Decimal) -> str:
    """Return the digits after the point, without zeros at the end."""
    return f"{number:f}".partition(".")[2].rstrip("0")


class Number(Kind):
    """A number, whole unless its question allows decimals."""

    code = "number"
    compared_as = Compared.NUMBER
    title = _("Number")
    settings: ClassVar[tuple[Setting, ...]] = (LOWEST, HIGHEST, DECIMALS, UNIT)
    converts_to: ClassVar[tuple[str, ...]] = ("amount",)
    is_number = True

    @property
    def blank(self) -> None:
        return None

    def decimals(self, question: Question) -> int:
        return question.decimals

    def marks(self, question: Question) -> Marks:
        """Return what may stand beside the number in its box."""
        return (question.unit,)

    def bounds(self, question: Question) -> tuple[Decimal, Decimal]:
        least, most = decimal_of(question.least), decimal_of(question.limit)
        return least or Decimal(0), Decimal(HIGHEST_NUMBER) if most is None else most

    def field(self, question: Question) -> forms.Field:
        least, most = self.bounds(question)
        if self.decimals(question) or str(question.unit):
            return self._field(question, least, most)
        errors = {
            "min_value": _("Enter a number of %(limit_value)d or more."),
            "max_value": _("Enter a number of %(limit_value)d or less."),
        }
        return forms.IntegerField(
            min_value=int(least), max_value=int(most), error_messages=errors, **words(question)
        )

    def _field(self, question: Question, least: Decimal, most: Decimal) -> NumberField:
        return NumberField(
            least=least,
            most=most,
            decimals=self.decimals(question),
            marks=self.marks(question),
            **words(question) | {"label": self.label_of(question)},
        )

    def label_of(self, question: Question) -> StrOrPromise:
        """Return the question with what its number counts: "Length (km)"."""
        return format_lazy("{} ({})", question.label, question.unit) if str(question.unit) else question.label

    def shown_all(self, question: Question, values: Sequence[Any]) -> Sequence[Any]:
        return [as_typed(value, spoken()) for value in values]

    def plain(self, cleaned: Any) -> Any:
        return None if cleaned is None else canonical(Decimal(cleaned))

    def is_answered(self, question: Question, value: Any) -> bool:
        return value is not None

    def is_begun(self, question: Question, cells: Mapping[str, Any]) -> bool:
        return any(value is not None for value in question.own(cells).values())

    def misfits(self, question: Question, value: Any, cells: Mapping[str, Any]) -> Iterator[str]:
        number, words = decimal_of(value), NumberField.default_error_messages
        if number is None:
            yield gettext("Enter a number in digits, such as 12 or 12.5.")
            return
        for code, params in misfits(number, *self.bounds(question), self.decimals(question)):
            yield str(words[code] % params)

    def faults(self, question: Question, earlier: Sequence[Question] = ()) -> Iterator[str]:
        yield from faults.of_bounds(question, decimal_of)
        if question.least is None and (decimal_of(question.limit) or 0) < 0:
            yield gettext("The highest number is below 0, so enter the lowest number too.")
        if not 0 <= self.decimals(question) <= faults.MAX_DECIMALS:
            yield gettext("Enter 0 to %(most)d decimal places.") % {"most": faults.MAX_DECIMALS}

    def details(self, question: Question) -> dict[str, Any]:
        return {"unit": in_both(question.unit)} if str(question.unit) else {}

    def told(self, heading: Heading, value: Any, language: str) -> Told:
        said, unit = self.text(value, language), heading.get("unit")
        text = f"{said}\u00a0{unit[language]}" if said and unit else said
        return Told(text=text, exact=decimal_of(value))

    def text(self, value: Any, language: str) -> str:
        return in_words(value, language)


class Amount(Number):
    """An amount in euro, to the cent."""

    code = "amount"
    title = _("Amount in euros")
    settings = (LOWEST, HIGHEST)
    converts_to = ("number",)

    def decimals(self, question: Question) -> int:
        return CENTS

    def marks(self, question: Question) -> Marks:
        return EURO_MARKS

    def shown_all(self, question: Question, values: Sequence[Any]) -> Sequence[Any]:
        return [_with_cents(value) for value in super().shown_all(question, values)]

    def plain(self, cleaned: Any) -> str | None:
        return None if cleaned is None else str(canonical(cleaned))

    def label_of(self, question: Question) -> StrOrPromise:
        return format_lazy("{} ({})", question.label, EURO)

    def details(self, question: Question) -> dict[str, Any]:
        return {}

    def text(self, value: Any, language: str) -> str:
        return euro_in_words(value, language)
