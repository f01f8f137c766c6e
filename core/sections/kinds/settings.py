"""What staff may set of a question, by its kind: from this an editor makes its fields."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from core.phrases import StrOrPromise


class Shape(StrEnum):
    """What a setting holds."""

    WHOLE = "whole"
    NUMBER = "number"
    DATE = "date"
    MONTH = "month"
    # A short text in every language of the portal.
    WORDS = "words"
    # One of `Counted`.
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
    # Codes of `core.uploads.kinds.FAMILIES`.
    FILE_TYPES = "file_types"


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
    label: StrOrPromise
    shape: Shape
    help_text: StrOrPromise = ""
    is_needed: bool = False

    @property
    def key(self) -> str:
        """Under which a form as data keeps it."""
        return "most" if self.name == "limit" else self.name


# Of one question, whatever is set of it. A default, to confirm.
MAX_FILES = 50

COUNTS = Setting("counts", _("Count characters or words"), Shape.COUNTED)
SHORTEST = Setting("least", _("Minimum length"), Shape.WHOLE)
LONGEST = Setting("limit", _("Maximum length"), Shape.WHOLE)
LOWEST = Setting("least", _("Lowest number"), Shape.NUMBER, _("0 if you leave this empty."))
HIGHEST = Setting("limit", _("Highest number"), Shape.NUMBER)
DECIMALS = Setting("decimals", _("Digits after the decimal point"), Shape.WHOLE)
UNIT = Setting("unit", _("Unit"), Shape.WORDS, _("For example: km."))
FIRST_DATE = Setting("least", _("Earliest date"), Shape.DATE)
LAST_DATE = Setting("limit", _("Latest date"), Shape.DATE)
FIRST_MONTH = Setting("least", _("Earliest month"), Shape.MONTH)
LAST_MONTH = Setting("limit", _("Latest month"), Shape.MONTH)
OPTIONS = Setting("choices", _("Options"), Shape.OPTIONS, is_needed=True)
LANGUAGES = Setting("choices", _("Languages"), Shape.LANGUAGES, is_needed=True)
FEWEST_CHOICES = Setting("least", _("Fewest choices"), Shape.WHOLE)
MOST_CHOICES = Setting("limit", _("Most choices"), Shape.WHOLE)
VOCABULARY = Setting("vocabulary", _("Vocabulary"), Shape.VOCABULARY, is_needed=True)
DEPENDS_ON = Setting("depends_on", _("Earlier question that decides"), Shape.QUESTION, is_needed=True)
OPTIONS_BY = Setting("choices_by", _("Options for each earlier answer"), Shape.OPTIONS_BY, is_needed=True)
TABLE_ROWS = Setting("fixed_rows", _("Rows"), Shape.OPTIONS, is_needed=True)
COLUMNS = Setting("columns", _("Columns"), Shape.COLUMNS, is_needed=True)
FEWEST_ROWS = Setting("min_rows", _("Fewest rows"), Shape.WHOLE)
MOST_ROWS = Setting("limit", _("Most rows"), Shape.WHOLE)
ROW_LABEL = Setting("row_label", _("What one row is"), Shape.WORDS, _("For example: Partner."))
ADD_LABEL = Setting("add_label", _("Button for one more"), Shape.WORDS, _("For example: Add a partner."))
FEWEST_FILES = Setting("least", _("Fewest files"), Shape.WHOLE)
MOST_FILES = Setting(
    "limit",
    _("Most files"),
    Shape.WHOLE,
    format_lazy(_("{most} if you leave this empty."), most=MAX_FILES),
)
FILE_TYPES = Setting(
    "accepts", _("Accepted types of file"), Shape.FILE_TYPES, _("All of these if you tick none.")
)
FORMULA = Setting("formula", _("Calculation"), Shape.FORMULA, is_needed=True)
