"""Migrations that make one column of texts by language out of one column, or value of JSON, for each."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState

from core.translated.fields import TranslatedField


class JoinLanguages(Operation):
    """Makes `title` out of `title_en` and `title_fr`, in a table and in that of its versions.

    PostgreSQL rewrites the column as it changes its type, which is no UPDATE: tables that are only added to
    keep their triggers on, and no row changes in any other way. Backwards, texts in further languages go.

    Args:
        model_name: of the model.
        name: of the new field.
        field: the new field.
        parts: what the field of each language is called now.
    """

    def __init__(self, model_name: str, name: str, field: TranslatedField, parts: Mapping[str, str]) -> None:
        self.model_name, self.name, self.field, self.parts = model_name, name, field, parts

    def deconstruct(self) -> tuple[str, list[object], dict[str, Any]]:
        given = {"model_name": self.model_name, "name": self.name, "field": self.field, "parts": self.parts}
        return self.__class__.__qualname__, [], given

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        model = app_label, self.model_name.lower()
        for old in self.parts.values():
            state.remove_field(*model, old)
        state.add_field(*model, self.name, self.field, preserve_default=True)

    def database_forwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        after = to_state.apps.get_model(app_label, self.model_name)
        table, new = after._meta.db_table, after._meta.get_field(self.name)
        kept, *others = self.parts.values()
        texts = ", ".join(f"'{code}', {_unless_blank(old)}" for code, old in self.parts.items())
        together = f"jsonb_strip_nulls(jsonb_build_object({texts}))"
        _run(schema_editor, table, f'ALTER COLUMN "{kept}" TYPE jsonb USING {together}')
        _run(schema_editor, table, f'RENAME COLUMN "{kept}" TO "{self.name}"')
        for old in others:
            _run(schema_editor, table, f'DROP COLUMN "{old}"')
        rule = new.db_check(schema_editor.connection)
        _run(schema_editor, table, f'ADD CONSTRAINT "{self._rule(table)}" CHECK ({rule})')

    def database_backwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        before = to_state.apps.get_model(app_label, self.model_name)
        table = before._meta.db_table
        _run(schema_editor, table, f'DROP CONSTRAINT "{self._rule(table)}"')
        (first, kept), *others = self.parts.items()
        for code, old in others:
            kind = before._meta.get_field(old).db_type(schema_editor.connection)
            _run(schema_editor, table, f"ADD COLUMN \"{old}\" {kind} NOT NULL DEFAULT ''")
            _run(schema_editor, table, f'ALTER COLUMN "{old}" TYPE {kind} USING {_text(self.name, code)}')
            _run(schema_editor, table, f'ALTER COLUMN "{old}" DROP DEFAULT')
        kind = before._meta.get_field(kept).db_type(schema_editor.connection)
        _run(schema_editor, table, f'ALTER COLUMN "{self.name}" TYPE {kind} USING {_text(self.name, first)}')
        _run(schema_editor, table, f'RENAME COLUMN "{self.name}" TO "{kept}"')

    def describe(self) -> str:
        return f"Join the languages of {self.name} of {self.model_name}"

    def references_model(self, name: str, app_label: str) -> bool:
        return name.lower() == self.model_name.lower()

    def _rule(self, table: str) -> str:
        return f"{table}_{self.name}_check"


def _unless_blank(column: str) -> str:
    return f'CASE WHEN "{column}" ~ \'[^[:space:]]\' THEN "{column}" END'


def _text(column: str, code: str) -> str:
    return f"coalesce(\"{column}\" ->> '{code}', '')"


def _run(editor: BaseDatabaseSchemaEditor, table: str, change: str) -> None:
    editor.execute(f'ALTER TABLE "{table}" {change}')


def joined(values: Mapping[str, Any], names: Mapping[str, Mapping[str, str]]) -> dict[str, Any]:
    """Return values of JSON with one text by language in place of one for each.

    Args:
        values: such as `{"label_en": "Health", "label_fr": "Santé", "order": 10}`.
        names: of each new value, the old one by language.
    """
    old = {part for parts in names.values() for part in parts.values()}
    result = {name: value for name, value in values.items() if name not in old}
    for name, parts in names.items():
        if any(part in values for part in parts.values()):
            result[name] = {code: values[part] for code, part in parts.items() if values.get(part)}
    return result


def parted(values: Mapping[str, Any], names: Mapping[str, Mapping[str, str]]) -> dict[str, Any]:
    """Return what `joined` was given."""
    result = {name: value for name, value in values.items() if name not in names}
    for name in names.keys() & values.keys():
        result |= {part: values[name].get(code, "") for code, part in names[name].items()}
    return result
