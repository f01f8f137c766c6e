"""Makes the rows of a table equal to those of a file, touching only what differs; never deletes a row."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Model
from simple_history.utils import bulk_create_with_history, bulk_update_with_history

from core.reference.models import EditableRow
from core.translated.texts import TranslatedText

Values = Mapping[str, Any]
# Rows in one INSERT or UPDATE: PostgreSQL's parser slows down on very long statements.
BATCH = 1000


@dataclass
class Tally:
    """How many rows a load has created, updated and made inactive; of places and names, replaced."""

    created: int = 0
    updated: int = 0
    deactivated: int = 0
    replaced: int = 0

    @property
    def total(self) -> int:
        return self.created + self.updated + self.deactivated


def sync_rows(model: type[Model], key: tuple[str, ...], wanted: Mapping[tuple, Values], tally: Tally) -> None:
    """Create, update or make inactive rows so that the active ones are exactly the wanted.

    Args:
        model: a `ReferenceRow`.
        key: names of the fields that identify a row, as attributes ("unit_id").
        wanted: values of all other fields of each row, by the values of the key.
        tally: counts what was done.
    """
    present = {tuple(getattr(row, name) for name in key): row for row in model._default_manager.all()}
    new = [
        model(**dict(zip(key, k, strict=True)), **values) for k, values in wanted.items() if k not in present
    ]
    changed: list[Model] = []
    fields = {"is_active"}
    for k, row in present.items():
        values = {**wanted[k], "is_active": True} if k in wanted else {"is_active": False}
        different = {name: value for name, value in values.items() if getattr(row, name) != value}
        if not different:
            continue
        for name, value in different.items():
            setattr(row, name, value)
        changed.append(row)
        fields |= different.keys()
        tally.deactivated += k not in wanted
        tally.updated += k in wanted
    model._default_manager.bulk_create(new, batch_size=BATCH)
    model._default_manager.bulk_update(
        changed, sorted(name.removesuffix("_id") for name in fields), batch_size=BATCH
    )
    tally.created += len(new)


def sync_editable(model: type[EditableRow], wanted: Mapping[str, Values], tally: Tally, reason: str) -> None:
    """Do the same for rows that staff may edit: write only what differs from the last load.

    So an edit by staff stays until the file itself gives another value for that field.

    Args:
        model: its primary key identifies the row.
        wanted: values of all other fields, by primary key; must survive JSON.
        tally: counts what was done.
        reason: noted in the history of each row.
    """
    present = {row.pk: row for row in model._default_manager.all()}
    new = [model(**{"pk": k, "loaded_values": dict(v), **v}) for k, v in wanted.items() if k not in present]
    changed = []
    for k, row in present.items():
        if row.loaded_values == wanted.get(k, {}):
            continue
        _take_over(row, dict(wanted.get(k, {})))
        changed.append(row)
        tally.deactivated += k not in wanted
        tally.updated += k in wanted
    if new:
        bulk_create_with_history(new, model, default_change_reason=reason)
    if changed:
        names = [field.attname for field in model._meta.concrete_fields if not field.primary_key]
        bulk_update_with_history(changed, model, names, default_change_reason=reason)
    tally.created += len(new)


def _take_over(row: EditableRow, values: dict[str, Any]) -> None:
    """Bring what has changed in the file since the last load into the row."""
    before, row.loaded_values = row.loaded_values, values
    if bool(before) != bool(values):
        row.is_active = bool(values)
    for name, value in values.items():
        if before.get(name) != value:
            setattr(row, name, _taken_over(getattr(row, name), before.get(name), value))


def _taken_over(present: Any, before: Any, value: Any) -> Any:
    """Return the value of the file; of a text only the languages in which the file has changed."""
    if not isinstance(present, TranslatedText):
        return value
    before = before or {}
    codes = before.keys() | value.keys()
    return present.updated({c: value.get(c, "") for c in codes if before.get(c) != value.get(c)})


def sync_links(
    through: type[Model], left: str, right: str, wanted: set[tuple[str, str]], tally: Tally
) -> None:
    """Make the rows of a many-to-many table exactly the wanted pairs.

    Args:
        through: the table.
        left: attribute of its first column ("country_id").
        right: attribute of its second column.
        wanted: pairs of values.
        tally: counts an added or removed pair as one update.
    """
    present = {(getattr(row, left), getattr(row, right)): row.pk for row in through._default_manager.all()}
    gone = [pk for pair, pk in present.items() if pair not in wanted]
    new = [through(**{left: a, right: b}) for a, b in sorted(wanted - present.keys())]
    if gone:
        through._default_manager.filter(pk__in=gone).delete()
    through._default_manager.bulk_create(new, batch_size=BATCH)
    if present:
        tally.updated += len(gone) + len(new)
