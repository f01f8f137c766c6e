"""Which documents."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.db.models import Count, Q, QuerySet, Sum

from applications.querysets.application import may_read
from core.accounts.models import User

if TYPE_CHECKING:
    from applications.models.application import Application
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

    def room_taken(self, application: Application, question: str, by: User, sha256: str) -> dict[str, int]:
        """Return what one more file of a question has to fit beside, in one query.

        Args:
            application: to which it is added.
            question: its name.
            by: who uploads it.
            sha256: of its content.

        Returns:
            `here`: files of the question; `alike`: those of the same content; and bytes: `present` in the
            application, `kept` of it on the disk, `of_person` on the disk that this person has uploaded.
        """
        ours, present, on_disk = Q(application=application), Q(removed_at=None), Q(file_deleted_at=None)
        here = ours & present & Q(question=question)
        return self.filter(ours | Q(uploaded_by=by)).aggregate(
            here=Count("pk", filter=here),
            alike=Count("pk", filter=here & Q(sha256=sha256)),
            present=_bytes(ours & present),
            kept=_bytes(ours & on_disk),
            of_person=_bytes(Q(uploaded_by=by) & on_disk),
        )


def _bytes(of: Q | None = None) -> Sum:
    return Sum("size", filter=of, default=0)
