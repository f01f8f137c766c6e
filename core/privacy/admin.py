"""Retention and deletions of accounts, for auditors and administrators: nothing here can be changed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

from django.conf import settings
from django.contrib import admin
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.privacy import retention
from core.privacy.models import AccountDeletion, RetentionRun
from core.privacy.registry import RetentionRule
from core.staff.admin import ReadOnlyAdmin


class RuleState(NamedTuple):
    """A rule, how many rows are due by it now, and its last run."""

    rule: RetentionRule
    due: int
    last: RetentionRun | None


@admin.register(RetentionRun)
class RetentionRunAdmin(ReadOnlyAdmin):
    list_before_template = "admin/privacy/rules.html"
    list_display = ["at", "rule", "due", "done", "error"]
    list_display_links = ["at"]
    search_fields = ["rule"]
    search_help_text = _("Rule")
    date_hierarchy = "at"
    fields = readonly_fields = ["at", "rule", "due", "done", "error"]
    empty_text = _("The first run will be tonight.")

    def list_context(self, request: HttpRequest) -> dict[str, Any]:
        last = RetentionRun.objects.latest_of_each_rule()
        rows = [RuleState(seen.rule, seen.due, last.get(seen.rule.name)) for seen in retention.preview()]
        return {"rules": rows, "next_run": next_run(timezone.now())}


@admin.register(AccountDeletion)
class AccountDeletionAdmin(ReadOnlyAdmin):
    list_display = ["asked_at", "user", "due_at", "cancelled_at", "done_at"]
    list_display_links = ["asked_at"]
    list_select_related = ["user"]
    fields = readonly_fields = ["user", "asked_at", "due_at", "cancelled_at", "hindrance", "done_at"]
    empty_text = _("Nobody has requested the deletion of an account.")


def next_run(now: datetime) -> datetime:
    """Return when the beat carries out the rules next."""
    (hour,), (minute,) = settings.RETENTION_AT.hour, settings.RETENTION_AT.minute
    today = now.astimezone(UTC).replace(hour=hour, minute=minute, second=0, microsecond=0)
    return today if today > now else today + timedelta(days=1)
