"""Which entries of the record."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Model, QuerySet

if TYPE_CHECKING:
    from core.access_log.models import Access


class AccessQuerySet(QuerySet["Access"]):
    def to(self, target: Model) -> AccessQuerySet:
        """Those about one row, the latest first, with the person."""
        return self.filter(about=key_of(target)).select_related("by")


def key_of(target: Model) -> str:
    """Return the key under which the record keeps a row; the same for a model and its proxies."""
    model = target._meta.concrete_model or type(target)
    return f"{model._meta.label_lower}:{target.pk}"
