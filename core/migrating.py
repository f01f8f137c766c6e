"""Migrations of many operations that take seconds instead of a quarter of a minute.

Django renders every model anew that is in any way related to the one that an operation touches; ours all
are, through the accounts. Operations that do not build on one another need that only once.
"""

from __future__ import annotations

from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.operations import CreateModel
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState


class RenderedOnce(Operation):
    """Runs operations in their order, each on the models as they are after the last of them.

    Args:
        operations: on the schema; none changes a model that another one of them creates, as its table
            would be created with the change in it.

    Raises:
        ValueError: one of them does.
    """

    serialization_expand_args = ["operations"]

    def __init__(self, operations: list[Operation]) -> None:
        self.operations = operations
        _refuse_changes_of_what_is_created(operations)

    def deconstruct(self) -> tuple[str, list[object], dict[str, list[Operation]]]:
        return self.__class__.__qualname__, [], {"operations": self.operations}

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        # Without rendered models an operation only notes what it changes; whoever asks next renders all.
        state.__dict__.pop("apps", None)
        for operation in self.operations:
            operation.state_forwards(app_label, state)

    def database_forwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        for operation in self.operations:
            operation.database_forwards(app_label, schema_editor, from_state, to_state)

    def database_backwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        for operation in reversed(self.operations):
            operation.database_backwards(app_label, schema_editor, from_state, to_state)

    def references_model(self, name: str, app_label: str) -> bool:
        return any(operation.references_model(name, app_label) for operation in self.operations)

    def describe(self) -> str:
        return "; ".join(operation.describe() for operation in self.operations)


def _refuse_changes_of_what_is_created(operations: list[Operation]) -> None:
    created: set[str] = set()
    for operation in operations:
        # Operations on fields, constraints and triggers call it model_name, those on models name.
        model = getattr(operation, "model_name", None) or getattr(operation, "name", None) or ""
        if isinstance(operation, CreateModel):
            created.add(model.lower())
        elif model.lower() in created:
            raise ValueError(f"{operation.describe()}: the same operations create that model.")
