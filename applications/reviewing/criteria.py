"""Criteria of a call out of a table that staff wrote in a spreadsheet: read, judged cell by cell."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files import File
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override, pgettext_lazy

from applications.models import Criterion
from core.accounts.models import User
from core.reference.names import fold
from core.spreadsheets import FORMULA_STARTS
from core.translated.forms import language_name
from core.translated.texts import TO_PUBLISH, TranslatedText, columns_of, language_codes
from core.typed import read_as_typed
from core.uploads import FORMULA_WITHOUT_VALUE, read_table

# Field of the criterion → title of its column, in the order of the template; a text has one in each language.
FIELDS = {
    "code": gettext_lazy("Code"),
    "title": pgettext_lazy("criterion", "Title"),
    "guidance": pgettext_lazy("criterion", "Guidance"),
    "weight": gettext_lazy("Weight"),
    "max_score": gettext_lazy("Highest score"),
    "threshold": gettext_lazy("Threshold"),
}
TEXTS = ("title", "guidance")
REQUIRED_COLUMNS = ("code", *(f"title_{code}" for code in TO_PUBLISH), "weight", "max_score")
# More than a panel could score; a longer table is another file chosen by mistake.
MAX_ROWS = 50
MAX_BYTES = 1024 * 1024
UNCALCULATED = gettext_lazy(
    "This cell holds a formula without a stored value. Open the file in a spreadsheet program and save it, "
    "or type the value."
)


@dataclass(frozen=True)
class CellError:
    """What is wrong in a cell, where the person finds it; the row as the spreadsheet numbers it."""

    row: int
    column: str
    text: str


@dataclass
class CriteriaTable:
    """What a file says: values for criteria, or why none can be had."""

    rows: list[dict[str, Any]] = field(default_factory=list)
    errors: list[CellError] = field(default_factory=list)


class CriterionForm(forms.ModelForm):
    """Judges a row as the page of the call would judge it."""

    class Meta:
        model = Criterion
        fields = list(FIELDS)
        error_messages = {
            "code": {"invalid": gettext_lazy("Use only letters, numbers and hyphens, such as “need-2”.")}
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["threshold"].required = False
        for form_field in self.fields.values():
            read_as_typed(form_field)

    def clean_threshold(self) -> int:
        return self.cleaned_data["threshold"] or 0

    def clean(self) -> dict[str, Any]:
        super().clean()
        given = self.cleaned_data
        highest = given.get("max_score")
        if highest is not None and (given.get("threshold") or 0) > highest:
            text = _("Enter a threshold no higher than the highest score, %(highest)s.") % {
                "highest": highest
            }
            self.add_error("threshold", text)
        return given


def columns() -> dict[str, str]:
    """Return the columns of the template with their titles: `title_en` → "Title (English)"."""
    found: dict[str, str] = {}
    for name, title in FIELDS.items():
        if name not in TEXTS:
            found[name] = str(title)
            continue
        for code in language_codes():
            words = {"text": title, "language": language_name(code)}
            found[f"{name}_{code}"] = _("%(text)s (%(language)s)") % words
    return found


def table_cells(values: Mapping[str, Any]) -> list[Any]:
    """Return the values of a criterion by field, in the order of the columns."""
    cells: dict[str, Any] = {}
    for name in FIELDS:
        value = values[name]
        cells |= columns_of(TranslatedText(value), name) if name in TEXTS else {name: value}
    return list(cells.values())


def template_table(criteria: Iterable[Criterion]) -> list[list[Any]]:
    """Return the template: titles of the columns, and the criteria that the call has now."""
    rows = [table_cells({name: getattr(criterion, name) for name in FIELDS}) for criterion in criteria]
    return [list(columns().values()), *rows]


def fingerprint(criteria: Iterable[Criterion]) -> str:
    """Return what tells whether criteria are still those that somebody saw."""
    rows = [
        [criterion.pk, *table_cells({name: getattr(criterion, name) for name in FIELDS})]
        for criterion in criteria
    ]
    return hashlib.sha256(json.dumps(rows).encode()).hexdigest()


def read(file: File, *, by: User) -> CriteriaTable:
    """Return the criteria in a file, or every error with its place.

    Args:
        file: an upload, XLSX or CSV; its first sheet with the titles of the template on top.
        by: whoever chose it.

    Raises:
        ValidationError: no table can be read at all; in words for the person who chose it.
    """
    lines = [(number, cells) for number, cells in enumerate(_lines(file, by), start=1) if any(cells)]
    if not lines:
        raise ValidationError(_("The file is empty. Choose a file that contains criteria."))
    places = _places(lines[0][1])
    if len(lines) - 1 > MAX_ROWS:
        raise ValidationError(
            _("The file has %(count)s rows. Choose a file with up to %(most)s criteria."),
            params={"count": len(lines) - 1, "most": MAX_ROWS},
        )
    if len(lines) == 1:
        raise ValidationError(
            _("The file has column headings but no criteria below them. Add at least one criterion.")
        )
    return _judge(lines[1:], places)


def _judge(lines: Sequence[tuple[int, list[str]]], places: dict[str, int]) -> CriteriaTable:
    table = CriteriaTable()
    codes = Counter(_cell(cells, places, "code").lower() for _number, cells in lines)
    for number, cells in lines:
        values = {name: _cell(cells, places, name) for name in places}
        if uncalculated := [name for name, value in values.items() if value == FORMULA_WITHOUT_VALUE]:
            table.errors += [CellError(number, columns()[name], str(UNCALCULATED)) for name in uncalculated]
            continue
        form = CriterionForm(values)
        if codes[values["code"].lower()] > 1 and values["code"]:
            form.add_error("code", _("This code is used in several rows. Give each row its own code."))
        table.errors += _errors_of(form, number)
        table.rows.append({name: plain_value(form.cleaned_data.get(name)) for name in FIELDS})
    if table.errors:
        table.rows = []
    return table


def _errors_of(form: CriterionForm, row: int) -> Iterator[CellError]:
    """Yield what is wrong; with a text, in which language."""
    titles = columns()
    for name, errors in form.errors.as_data().items():
        for error in errors:
            if name in TEXTS:
                assert error.params
                yield CellError(row, titles[f"{name}_{error.params['code']}"], str(error.params["error"]))
            else:
                yield CellError(row, titles[name], " ".join(error.messages))


def plain_value(value: object) -> Any:
    """Return a value as a preview, or a version, carries it."""
    return value.by_language if isinstance(value, TranslatedText) else value


def _places(titles: Sequence[str]) -> dict[str, int]:
    """Return in which column each field stands; titles count in every language of the portal."""
    known: dict[str, str] = {}
    for language, _name in settings.LANGUAGES:
        with override(language):
            known |= {fold(title): name for name, title in columns().items()}
    found: dict[str, int] = {}
    for place, title in enumerate(titles):
        if name := known.get(fold(title)):
            found.setdefault(name, place)
    missing = [columns()[name] for name in REQUIRED_COLUMNS if name not in found]
    if missing:
        raise ValidationError(
            _("The first row is missing these column headings: %(missing)s. Start from the template."),
            params={"missing": ", ".join(missing)},
        )
    return found


def _lines(file: File, by: User) -> list[list[str]]:
    if (file.size or 0) > MAX_BYTES:
        raise ValidationError(_("The file is too large for a table of criteria. Choose a smaller file."))
    if not (file.name or "").lower().endswith((".csv", ".xlsx")):
        raise ValidationError(_("Choose an Excel sheet (XLSX) or a CSV file."))
    return [[_text(cell) for cell in row] for row in read_table(file, by=by)]


def _text(cell: str) -> str:
    # Our own exports put an apostrophe before what would calculate.
    return cell[1:] if cell.startswith("'") and cell[1:].startswith(FORMULA_STARTS) else cell


def _cell(cells: Sequence[str], places: dict[str, int], name: str) -> str:
    place = places.get(name)
    return cells[place] if place is not None and place < len(cells) else ""
