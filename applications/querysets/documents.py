"""Which documents."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.db.models import QuerySet, Sum

from applications.querysets.application import may_read
from core.accounts.models import User

if TYPE_CHECKING:
    from applications.models.documents import Document


class DocumentQuerySet(QuerySet["Document"]):
    def readable_by(self, user: User) -> DocumentQuerySet:
        readable = self.model.objects.filter(may_read(user, "application__"))
        return self.filter(pk__in=readable.values("pk"))

    def present(self) -> DocumentQuerySet:
        return self.filter(removed_at__isnull=True)

    def of_question(self, name: str) -> DocumentQuerySet:
        """Those that answer a question."""
        return self.filter(question=name)

    def on_disk(self) -> DocumentQuerySet:
        """Those whose file is still there, removed ones included."""
        return self.filter(file_deleted_at__isnull=True)

    def removed_before(self, moment: datetime) -> DocumentQuerySet:
        """Those that are still on the disk though removed for long, and not known to stand in a version."""
        return self.on_disk().filter(removed_at__lt=moment, is_in_version=False)

    def total_size(self) -> int:
        """Return their bytes together."""
        return self.aggregate(total=Sum("size"))["total"] or 0
