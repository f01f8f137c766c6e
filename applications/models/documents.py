"""Files that belong to an application."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from applications.enums import DocumentKind
from applications.models.application import Application
from applications.querysets import DocumentQuerySet
from core.uploads.orphans import stored_in


@stored_in("documents")
def document_path(document: Document, filename: str) -> str:
    """A random name: the person's own is kept in the row and never reaches the disk."""
    return f"documents/{document.public_id.hex[:2]}/{document.public_id.hex}"


# The question of the section of documents, which asks of each what it is.
DOCUMENTS = "documents"


class Document(models.Model):
    """A file that answers a question, stored the moment it is chosen.

    A removed one stays for the versions that list it. Its row stays in any case: it says what was there.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    application = models.ForeignKey(Application, models.PROTECT, related_name="documents")
    # The key of the question.
    question = models.CharField(_("question"), max_length=50, default=DOCUMENTS, db_default=DOCUMENTS)
    kind = models.CharField(_("Kind"), max_length=20, choices=DocumentKind.choices, blank=True)
    file = models.FileField(_("File"), upload_to=document_path)
    name = models.CharField(_("name"), max_length=255)
    content_type = models.CharField(_("type"), max_length=100)
    size = models.PositiveIntegerField(_("size in bytes"))
    sha256 = models.CharField("SHA-256", max_length=64)
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    uploaded_at = models.DateTimeField(auto_now_add=True)
    removed_at = models.DateTimeField(null=True, blank=True)
    # Found by the nightly work, which then leaves it alone: no version is ever changed.
    is_in_version = models.BooleanField(default=False, editable=False)
    file_deleted_at = models.DateTimeField(null=True, blank=True)

    objects = DocumentQuerySet.as_manager()

    class Meta:
        verbose_name = _("document")
        verbose_name_plural = _("documents")
        ordering = ["uploaded_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(file_deleted_at__isnull=True) | models.Q(removed_at__isnull=False),
                name="document_deleted_was_removed",
            ),
            models.CheckConstraint(
                condition=models.Q(file_deleted_at__isnull=True) | models.Q(is_in_version=False),
                name="document_in_version_is_kept",
            ),
            models.CheckConstraint(
                condition=(models.Q(question=DOCUMENTS) & ~models.Q(kind=""))
                | (~models.Q(question=DOCUMENTS) & models.Q(kind="")),
                name="document_kind_is_asked_of_documents",
            ),
        ]

    def __str__(self) -> str:
        return self.name
