"""What staff may set of a question, by its kind: from this the editor makes its fields."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Text = str | Promise


class Shape(StrEnum):
    """What a setting holds."""

    WHOLE = "whole"
    NUMBER = "number"
    DATE = "date"
    MONTH = "month"
    # A short text in every language of the portal.
    WORDS = "words"
    COUNTED = "counted"
    # Codes with words in every language of the portal.
    OPTIONS = "options"
    # Code of an earlier option → options.
    OPTIONS_BY = "options_by"
    LANGUAGES = "languages"
    VOCABULARY = "vocabulary"
    COLUMNS = "columns"
    QUESTION = "question"
    FORMULA = "formula"


@dataclass(frozen=True)
class Setting:
    """One of them.

    Args:
        name: of the attribute of `Question`.
        label: what it means for this kind.
        shape: what it holds.
        help_text: what else to know.
        is_needed: a question cannot be asked without it.
    """

    name: str
    label: Text
    shape: Shape
    help_text: Text = ""
    is_needed: bool = False

    @property
    def key(self) -> str:
        """Under which the settings of a row keep it."""
        return "most" if self.name == "limit" else self.name


SHORTEST = Setting("least", _("Shortest answer"), Shape.WHOLE)
LONGEST = Setting("limit", _("Longest answer"), Shape.WHOLE)
COUNTS = Setting("counts", _("Count characters or words"), Shape.COUNTED)
LOWEST = Setting("least", _("Lowest number"), Shape.NUMBER)
HIGHEST = Setting("limit", _("Highest number"), Shape.NUMBER)
OPTIONS = Setting("choices", _("Options"), Shape.OPTIONS, is_needed=True)
FEWEST_CHOICES = Setting("least", _("Fewest choices"), Shape.WHOLE)
MOST_CHOICES = Setting("limit", _("Most choices"), Shape.WHOLE)
VOCABULARY = Setting("vocabulary", _("Vocabulary"), Shape.VOCABULARY, is_needed=True)
FEWEST_ROWS = Setting("min_rows", _("Fewest rows"), Shape.WHOLE)
MOST_ROWS = Setting("limit", _("Most rows"), Shape.WHOLE)
FIRST_MONTH = Setting("least", _("Earliest month"), Shape.MONTH)
LAST_MONTH = Setting("limit", _("Latest month"), Shape.MONTH)
MOST_REGIONS = Setting("limit", _("Most regions"), Shape.WHOLE)
ROW_LABEL = Setting("row_label", _("What one row is"), Shape.WORDS, _("For example: Partner."))
ADD_LABEL = Setting("add_label", _("Button for one more"), Shape.WORDS, _("For example: Add a partner."))
TWICE = Setting("twice_text", _("Said when a second row is about the same"), Shape.WORDS)
MISSING = Setting(
    "missing_text",
    _("Said when the answer is missing"),
    Shape.WORDS,
    _("The question if you leave this empty."),
)
ROWS = (FEWEST_ROWS, MOST_ROWS, ROW_LABEL, ADD_LABEL, TWICE)


@dataclass(frozen=True)
class OfKind:
    """What an editor needs to know of a kind.

    Args:
        title: what staff call it.
        settings: what they may set.
        is_offered: whether they can make questions of it; others are the portal's own.
        can_be_column: whether a question of rows can ask it in each row.
    """

    title: Text
    settings: tuple[Setting, ...] = ()
    is_offered: bool = True
    can_be_column: bool = True


OF_KINDS: dict[str, OfKind] = {
    "line": OfKind(_("One line of text"), (COUNTS, SHORTEST, LONGEST)),
    "text": OfKind(_("Text of several lines"), (COUNTS, SHORTEST, LONGEST)),
    "number": OfKind(_("Number"), (LOWEST, HIGHEST)),
    "month": OfKind(_("Month"), (FIRST_MONTH, LAST_MONTH)),
    "tick": OfKind(_("Box to tick")),
    "choice": OfKind(_("One of several"), (OPTIONS,)),
    "choices": OfKind(_("Several of several"), (OPTIONS, FEWEST_CHOICES, MOST_CHOICES)),
    "term": OfKind(_("Term of a vocabulary"), (VOCABULARY,)),
    "terms": OfKind(_("Terms of a vocabulary"), (VOCABULARY, FEWEST_CHOICES, MOST_CHOICES)),
    "region": OfKind(_("Region")),
    "regions": OfKind(_("Regions"), (MOST_REGIONS,)),
    "mail": OfKind(_("E-mail address")),
    "web": OfKind(_("Address of a website")),
    "rows": OfKind(_("Rows"), ROWS, is_offered=False, can_be_column=False),
    "partners": OfKind(
        _("Partners"), (MOST_ROWS, ROW_LABEL, ADD_LABEL), is_offered=False, can_be_column=False
    ),
    "files": OfKind(_("Files"), is_offered=False, can_be_column=False),
}


def of_kind(code: str) -> OfKind:
    """Return what an editor needs to know of a kind; of one that it does not know, its code."""
    return OF_KINDS.get(code) or OfKind(code, is_offered=False, can_be_column=False)


def offered_kinds(*, for_columns: bool = False) -> list[tuple[str, Text]]:
    """Return code and title of the kinds of which staff make questions, or columns."""
    return [
        (code, kind.title)
        for code, kind in OF_KINDS.items()
        if kind.is_offered and (kind.can_be_column or not for_columns)
    ]
