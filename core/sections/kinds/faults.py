"""What contradicts itself in a question as staff have set it, in sentences that they can act on."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.sections.questions import OfferedOption, Question

# Part of the names of cells and of fields.
CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,59}")
MAX_DECIMALS = 6


def of_bounds(
    question: Question,
    read: Callable[[Any], Any],
    *,
    lowest: Any = None,
    names: Sequence[str] = ("least", "limit"),
) -> Iterator[str]:
    """Yield what is wrong with the bounds of a question.

    Args:
        question: whose bounds.
        read: returns a bound so that it can be compared; None if it makes no sense.
        lowest: below which no bound makes sense.
        names: of the attributes that hold them.
    """
    given = [bound for name in names if (bound := getattr(question, name)) is not None]
    known = [read(bound) for bound in given]
    for bound, value in zip(given, known, strict=True):
        if value is None or (lowest is not None and value < lowest):
            yield _("“%(bound)s” is not a valid limit here.") % {"bound": bound}
    if len(known) == 2 and None not in known and known[0] > known[1]:
        words = _("The minimum (%(least)s) is higher than the maximum (%(most)s).")
        yield words % {"least": given[0], "most": given[1]}


def whole(bound: Any) -> int | None:
    """Return a number of characters, words, choices or rows; None if it is none."""
    return bound if isinstance(bound, int) and not isinstance(bound, bool) else None


def of_options(options: Iterable[OfferedOption]) -> Iterator[str]:
    """Yield what is wrong with a closed list."""
    options = list(options)
    if not options:
        yield _("There are no options. Add at least one.")
    for code, times in Counter(str(code) for code, _words in options).items():
        if times > 1:
            yield _("The option “%(code)s” appears more than once.") % {"code": code}
        if not CODE.fullmatch(code):
            yield _("The key “%(code)s” can only contain letters without accents, digits, - and _.") % {
                "code": code
            }
    for code, words in options:
        if not str(words).strip():
            yield _("The option “%(code)s” has no label. Enter one.") % {"code": code}
    said = Counter(str(words).strip() for _code, words in options)
    for words, times in said.items():
        if times > 1 and words:
            yield _("Two options have the same label: “%(words)s”.") % {"words": words}


def of_least_among(question: Question, options: Sequence[OfferedOption]) -> Iterator[str]:
    """Yield that more choices are asked for than there are options."""
    least = whole(question.least)
    if least and least > len(options):
        words = ngettext(
            "At least %(least)d choice is required, but the number of options is %(all)d.",
            "At least %(least)d choices are required, but the number of options is %(all)d.",
            least,
        )
        yield words % {"least": least, "all": len(options)}


def of_columns(question: Question) -> Iterator[str]:
    """Yield what is wrong with the columns of a question, each fault with the column's name."""
    if not question.columns:
        yield _("There are no columns. Add at least one.")
    for name, times in Counter(column.name for column in question.columns).items():
        if times > 1:
            yield _("The column “%(name)s” appears more than once.") % {"name": name}
        if not CODE.fullmatch(name):
            yield _("The key “%(code)s” can only contain letters without accents, digits, - and _.") % {
                "code": name
            }
    for place, column in enumerate(question.columns):
        for fault in column.kind.faults(column, question.columns[:place]):
            yield _("Column “%(column)s”: %(fault)s") % {
                "column": column.heading or column.name,
                "fault": fault,
            }
