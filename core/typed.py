"""What people type into a box, read as they write it: numbers with groups or commas, one line as one line."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from django import forms

from core.text import one_line

# 180 000 with any blank, 180.000, 180,000 or 180'000; nobody groups after a leading zero.
GROUPED = re.compile(r"[+-]?[1-9]\d{0,2}([\s.,'’]\d{3})+")
SEPARATORS = re.compile(r"[\s.,'’]")
PLAIN = re.compile(r"[+-]?(?:[0-9]{1,20}(?:\.[0-9]{0,20})?|\.[0-9]{1,20})")
BETWEEN_DIGITS = re.compile(r"(?<=\d)[\s'’](?=\d{3}(?!\d))")


def read_as_typed(field: forms.Field) -> forms.Field:
    """Let a form field take what people write, in a box that keeps it; returns the field.

    A browser's own box for numbers drops without a word what does not fit into it, so numbers get a text box.
    Line breaks that reach a box of one line become blanks: a browser sends none, others may, and they would
    end a header of an e-mail, a line of a list, a cell.
    """
    if isinstance(field.widget, forms.widgets.Input) and not field.widget.is_hidden:
        read = _reader(field)
        if read:
            plain = field.to_python
            field.to_python = lambda value: plain(_read(field, read, value))  # type: ignore[method-assign]  # of any field
        _give_text_box(field)
    return field


def is_plain(number: str) -> bool:
    """Whether a text is a number of at most twenty digits on either side of the point, written out."""
    return PLAIN.fullmatch(number) is not None


def _read(field: forms.Field, read: Callable[[str], str], value: object) -> Any:
    if not isinstance(value, str):
        return value
    text = read(value)
    # Python also takes "NaN" and "1e999" for numbers, and cannot compare or convert them.
    if read is decimal_number and text and not is_plain(text):
        raise forms.ValidationError(field.error_messages["invalid"], code="invalid")
    return text


def whole_number(typed: str) -> str:
    """Return a whole number without its groups; anything else as it is."""
    typed = typed.strip()
    return SEPARATORS.sub("", typed) if GROUPED.fullmatch(typed) else typed


def decimal_number(typed: str) -> str:
    """Return a number with a decimal point, and without its groups; anything else as it is.

    The last of points and commas is the decimal one, unless all of them part groups.
    """
    typed = typed.strip()
    if GROUPED.fullmatch(typed):
        return SEPARATORS.sub("", typed)
    whole, point, part = BETWEEN_DIGITS.sub("", typed).replace(",", ".").rpartition(".")
    return f"{whole.replace('.', '')}{point}{part}"


def _reader(field: forms.Field) -> Callable[[str], str] | None:
    match field:
        case forms.DecimalField() | forms.FloatField():
            return decimal_number
        case forms.IntegerField():
            return whole_number
        case forms.CharField():
            return one_line
    return None


def _give_text_box(field: forms.Field) -> None:
    box: Any = field.widget
    if isinstance(box, forms.NumberInput):
        box.input_type = "text"
        box.attrs = {name: value for name, value in box.attrs.items() if name not in ("min", "max", "step")}
        is_whole = _reader(field) is whole_number
        box.attrs.setdefault("inputmode", "numeric" if is_whole else "decimal")
