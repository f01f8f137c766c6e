"""Violations for administrators: what to look into, and what is done with."""

from __future__ import annotations

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from core.staff.admin import Decision, DecisionForm, DecisionPageMixin, ReadOnlyAdmin, Scope
from core.violations import actions
from core.violations.models import Violation


@admin.register(Violation)
class ViolationAdmin(DecisionPageMixin, ReadOnlyAdmin):
    list_display = ["directive", "blocked", "page", "count", "last_at"]
    list_filter = ["directive"]
    search_fields = ["blocked", "page"]
    fields = readonly_fields = ["directive", "blocked", "page", "count", "first_at", "last_at"]
    empty_text = _("No browser has reported a page policy violation.")
    decisions = [
        Decision(
            name="forget",
            label=_("Remove"),
            action=actions.forget,
            target="violation_id",
            permission="violations.delete_violation",
            scope=Scope.EACH,
            form=DecisionForm,
            explain=_("The row will be removed. If the violation happens again, counting restarts at one."),
            done=_("Removed."),
            icon="delete",
        ),
    ]
