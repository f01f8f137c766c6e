"""Which entries of the record."""

from __future__ import annotations

from django.db.models import Model, QuerySet


class AccessQuerySet(QuerySet):
    def to(self, target: Model) -> AccessQuerySet:
        """Those about one row, the latest first, with the person."""
        return self.filter(about=key_of(target)).select_related("by")


def key_of(target: Model) -> str:
    """Return the key under which the record keeps a row; the same for a model and its proxies."""
    return f"{target._meta.concrete_model._meta.label_lower}:{target.pk}"
