"""What all reference rows share, and the record of what was loaded from which file."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

# Codes are compared byte by byte, so that a < b means the same here and in PostgreSQL.
CODE_COLLATION = "C"


class DataFile(models.Model):
    """A data file as it was last loaded: the same content is not loaded twice."""

    name = models.CharField(_("file"), max_length=60, primary_key=True)
    sha256 = models.CharField("SHA-256", max_length=64)
    rows = models.PositiveIntegerField(_("rows"))
    loaded_at = models.DateTimeField(_("imported"))

    class Meta:
        verbose_name = _("data file")
        verbose_name_plural = _("data files")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class ReferenceRow(models.Model):
    is_active = models.BooleanField(
        _("active"),
        default=True,
        help_text=_("Untick to stop offering this. Existing answers do not change."),
    )

    class Meta:
        abstract = True


class EditableRow(ReferenceRow):
    """A row that administrators may correct; a later load overwrites only what its file changed.

    `loaded_values` remembers what the file said at the last load, so that a difference in
    the file can be told from an edit by staff. It is empty while the file lacks the row.
    """

    loaded_values = models.JSONField(default=dict, blank=True, editable=False)

    history = HistoricalRecords(inherit=True, excluded_fields=["loaded_values"])

    class Meta:
        abstract = True

    @property
    def is_edited(self) -> bool:
        """Whether staff have changed or added what the file says."""
        return not self.loaded_values or any(
            getattr(self, name) != value for name, value in self.loaded_values.items()
        )
