"""What PostgreSQL itself demands of a column of JSON."""

from django.db.models import F, Func, Q, TextField
from django.db.models.lookups import Exact


def is_object(column: str) -> Q:
    """Return the condition that a column holds an object, and no list, text or number."""
    return Q(Exact(Func(F(column), function="jsonb_typeof", output_field=TextField()), "object"))
