"""How staff want to see lists: what each person has set, and views of a list that are saved under a name."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from core.accounts.enums import Role
from core.lists.enums import ColumnUse, Separator
from core.lists.querysets import ListSettingsQuerySet, SavedViewQuerySet

SHARE = "lists.share_view"
SAVE = "lists.save_view"


class SavedView(models.Model):
    """A list as somebody wants to see it again: filters, search and order, and the columns."""

    # Of the model, as `applications.application`.
    label = models.CharField(_("list"), max_length=100, editable=False)
    name = models.CharField(_("name"), max_length=60)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="saved_views", verbose_name=_("saved by")
    )
    role = models.CharField(_("shared with"), max_length=30, choices=Role.choices, blank=True)
    # As the address of the list carries it.
    query = models.TextField(blank=True, editable=False)
    # Only where they differ from what the list shows by itself: name and whether it is shown.
    columns = models.JSONField(default=dict, blank=True, editable=False)

    objects = SavedViewQuerySet.as_manager()

    class Meta:
        verbose_name = _("saved view")
        verbose_name_plural = _("saved views")
        ordering = ["label", "name", "pk"]
        permissions = [
            ("save_view", _("Can save views of lists")),
            ("share_view", _("Can share saved views with a role")),
        ]
        constraints = [
            models.UniqueConstraint(fields=["owner", "label", "name"], name="saved_view_name_once"),
            models.CheckConstraint(
                condition=models.Q(role__in=["", *Role.values]), name="saved_view_role_known"
            ),
            models.CheckConstraint(condition=~models.Q(name=""), name="saved_view_has_name"),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("admin:lists_savedview_change", args=[self.pk])


class ListSettings(models.Model):
    """How one person has set one list, and its export."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="list_settings")
    label = models.CharField(max_length=100)
    # As those of a saved view.
    columns = models.JSONField(default=dict, blank=True)
    export_columns = models.JSONField(default=dict, blank=True)
    is_compact = models.BooleanField(default=False)
    separator = models.CharField(max_length=1, choices=Separator.choices, blank=True)

    objects = ListSettingsQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "label"], name="list_settings_once"),
            models.CheckConstraint(
                condition=models.Q(separator__in=["", *Separator.values]),
                name="list_settings_separator_known",
            ),
        ]

    def __str__(self) -> str:
        return self.label

    def columns_for(self, use: ColumnUse) -> dict[str, bool]:
        chosen: dict[str, bool] = self.columns if use == ColumnUse.SCREEN else self.export_columns
        return chosen
