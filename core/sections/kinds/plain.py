"""What one writes: lines and texts with limits in characters or words, addresses, telephone numbers."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from core.forms.counting import Counted, Limits
from core.forms.fields import AddressField
from core.sections.kinds import faults
from core.sections.kinds.base import Kind
from core.sections.kinds.settings import COUNTS, LONGEST, SHORTEST, Setting
from core.sections.questions import Compared, Question

# Where nobody has set a limit, and for words of any length.
MOST_CHARACTERS = 20_000


def words(question: Question) -> dict[str, Any]:
    """Return what every field is told of its question."""
    return {"label": question.label, "help_text": question.help_text, "required": question.is_required}


class CountedField(forms.CharField):
    """A text whose length is counted as its question says; the page counts along."""

    def __init__(self, question: Question, **kwargs: Any) -> None:
        self.limits = question.limits
        super().__init__(**kwargs)

    def validate(self, value: str) -> None:
        super().validate(value)
        # What is too short yet is saved all the same: a complete form asks for more.
        if why := self.limits.too_long(value) or Limits(None, MOST_CHARACTERS).too_long(value):
            raise ValidationError(why, code="max_length")


class Line(Kind):
    """A text of one line."""

    code = "line"
    title = _("Short text (one line)")
    settings: ClassVar[tuple[Setting, ...]] = (COUNTS, SHORTEST, LONGEST)
    converts_to: ClassVar[tuple[str, ...]] = ("text",)
    is_prose = True
    compared_as = Compared.TEXT

    def field(self, question: Question) -> forms.Field:
        attributes = {"autocomplete": question.autocomplete} if question.autocomplete else {}
        box = forms.TextInput(attributes)
        if question.counts == Counted.CHARACTERS and not question.least:
            return forms.CharField(
                max_length=question.limit or MOST_CHARACTERS, widget=box, **words(question)
            )
        return CountedField(question, widget=box, **words(question))

    def misfits(self, question: Question, value: Any, cells: Mapping[str, Any]) -> Iterator[str]:
        found = question.limits.too_short(value), question.limits.too_long(value)
        yield from (why for why in found if why)

    def faults(self, question: Question, earlier: Sequence[Question] = ()) -> Iterator[str]:
        yield from faults.of_bounds(question, faults.whole, lowest=1)

    def hint(self, question: Question) -> str:
        is_said = question.least or question.counts == Counted.WORDS
        return question.limits.hint if is_said else ""


class Mail(Line):
    """An e-mail address, in the one spelling."""

    code = "mail"
    stored_as = "line"
    title = _("E-mail address")
    settings = ()
    converts_to = ("line", "text")

    def field(self, question: Question) -> forms.Field:
        return AddressField(**words(question))


class Web(Line):
    """The address of a website."""

    code = "web"
    stored_as = "line"
    title = _("Website address")
    settings = ()
    converts_to = ("line", "text")

    def field(self, question: Question) -> forms.Field:
        # One typed without its scheme is one of today.
        return forms.URLField(max_length=question.limit, assume_scheme="https", **words(question))


class PhoneField(forms.CharField):
    """A telephone number of any country, kept as it was typed."""

    default_error_messages = {
        "invalid": _(
            "Enter a telephone number, with the country code if possible, such as +33 3 88 12 34 56."
        ),
    }
    # Digits in groups, and perhaps an extension; nobody has fewer than four or more than fifteen.
    SPELLING = re.compile(
        r"\+?[0-9\s().\-–/]{3,30}(?:\s*(?:ext\.?|x|poste|#|,)\s*[0-9]{1,6})?", re.IGNORECASE
    )
    EXTENSION = re.compile(r"(?:ext|x|poste|#|,).*", re.IGNORECASE)
    DIGITS = range(4, 16)

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=40, widget=forms.TextInput({"inputmode": "tel"}), **kwargs)

    def validate(self, value: str) -> None:
        super().validate(value)
        number = self.EXTENSION.sub("", value)
        digits = sum(character in "0123456789" for character in number)
        if value and not (self.SPELLING.fullmatch(value) and digits in self.DIGITS):
            raise ValidationError(self.error_messages["invalid"], code="invalid")


class Phone(Line):
    """A telephone number."""

    code = "phone"
    stored_as = "line"
    title = _("Telephone number")
    settings = ()
    converts_to = ("line", "text")

    def field(self, question: Question) -> forms.Field:
        return PhoneField(**words(question))


class Text(Line):
    """A text of several lines, with a counter."""

    code = "text"
    title = _("Long text (several lines)")
    converts_to = ()

    def field(self, question: Question) -> forms.Field:
        return CountedField(question, widget=forms.Textarea({"rows": 8}), **words(question))

    def hint(self, question: Question) -> str:
        return question.limits.hint
