"""Who saw what, for managers and auditors: a list that nobody can change."""

from __future__ import annotations

from django.contrib import admin
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import (
    AutocompleteSelectFilter,
    ChoicesDropdownFilter,
)

from core.access_log.models import Access
from core.staff.admin import ReadOnlyAdmin
from core.staff.rows import page_of


@admin.register(Access)
class AccessAdmin(ReadOnlyAdmin):
    list_display = ["at", "by", "kind", "shown", "detail"]
    list_display_links = ["at"]
    list_filter = [
        ("kind", ChoicesDropdownFilter),
        ("by", AutocompleteSelectFilter),
    ]
    date_hierarchy = "at"
    list_select_related = ["by"]
    search_fields = ["label", "about", "detail", "by__name", "by__email"]
    search_help_text = _("Reference, file or person")
    fields = readonly_fields = ["at", "by", "kind", "shown", "detail"]

    @admin.display(description=_("item"), ordering="label")
    def shown(self, entry: Access) -> str:
        address = page_of(entry.about)
        return format_html('<a href="{}">{}</a>', address, entry.label) if address else entry.label
