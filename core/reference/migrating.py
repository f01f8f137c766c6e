"""Whether the tables match the models, so that a load after `migrate` can run."""

from django.db import connections
from django.db.migrations.loader import MigrationLoader


def is_schema_current(using: str) -> bool:
    """Whether every migration of this app is applied: false after `migrate reference 0001` or `zero`."""
    loader = MigrationLoader(connections[using])
    return all(node in loader.applied_migrations for node in loader.graph.leaf_nodes("reference"))
