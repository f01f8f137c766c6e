"""What staff may set of a question, by its kind: from this an editor makes its fields."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from core.phrases import StrOrPromise


class SettingShape(StrEnum):
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
    shape: SettingShape
    help_text: StrOrPromise = ""
    is_needed: bool = False

    @property
    def key(self) -> str:
        """Under which a form as data keeps it."""
        return "most" if self.name == "limit" else self.name


# Of one question, whatever is set of it. A default, to confirm.
MAX_FILES = 50

COUNTS = Setting("counts", _("Count characters or words"), SettingShape.COUNTED)
SHORTEST = Setting("least", _("Minimum length"), SettingShape.WHOLE)
LONGEST = Setting("limit", _("Maximum length"), SettingShape.WHOLE)
LOWEST = Setting("least", _("Lowest number"), SettingShape.NUMBER, _("Leave empty for 0."))
HIGHEST = Setting("limit", _("Highest number"), SettingShape.NUMBER)
DECIMALS = Setting("decimals", _("Decimal places"), SettingShape.WHOLE)
UNIT = Setting("unit", _("Unit"), SettingShape.WORDS, _("For example: km."))
FIRST_DATE = Setting("least", _("Earliest date"), SettingShape.DATE)
LAST_DATE = Setting("limit", _("Latest date"), SettingShape.DATE)
FIRST_MONTH = Setting("least", _("Earliest month"), SettingShape.MONTH)
LAST_MONTH = Setting("limit", _("Latest month"), SettingShape.MONTH)
OPTIONS = Setting("choices", _("Options"), SettingShape.OPTIONS, is_needed=True)
LANGUAGES = Setting("choices", _("Languages"), SettingShape.LANGUAGES, is_needed=True)
FEWEST_CHOICES = Setting("least", _("Minimum number of choices"), SettingShape.WHOLE)
MOST_CHOICES = Setting("limit", _("Maximum number of choices"), SettingShape.WHOLE)
VOCABULARY = Setting("vocabulary", _("Portal list"), SettingShape.VOCABULARY, is_needed=True)
DEPENDS_ON = Setting(
    "depends_on", _("Earlier question that decides the options"), SettingShape.QUESTION, is_needed=True
)
OPTIONS_BY = Setting(
    "choices_by", _("Options for each earlier answer"), SettingShape.OPTIONS_BY, is_needed=True
)
TABLE_ROWS = Setting("fixed_rows", _("Rows"), SettingShape.OPTIONS, is_needed=True)
COLUMNS = Setting("columns", _("Columns"), SettingShape.COLUMNS, is_needed=True)
FEWEST_ROWS = Setting("min_rows", _("Minimum number of rows"), SettingShape.WHOLE)
MOST_ROWS = Setting("limit", _("Maximum number of rows"), SettingShape.WHOLE)
ROW_LABEL = Setting("row_label", _("Name of a row"), SettingShape.WORDS, _("For example: Partner."))
ADD_LABEL = Setting(
    "add_label", _("Text of the button that adds a row"), SettingShape.WORDS, _("For example: Add a partner.")
)
FEWEST_FILES = Setting("least", _("Minimum number of files"), SettingShape.WHOLE)
MOST_FILES = Setting(
    "limit",
    _("Maximum number of files"),
    SettingShape.WHOLE,
    format_lazy(_("Leave empty for {most}."), most=MAX_FILES),
)
FILE_TYPES = Setting(
    "accepts",
    _("Accepted file types"),
    SettingShape.FILE_TYPES,
    _("If you tick none, all types are accepted."),
)
FORMULA = Setting("formula", _("Calculation"), SettingShape.FORMULA, is_needed=True)
