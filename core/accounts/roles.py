"""Which role may do what: one table, brought into the database after every migration.

Names of permissions are `app.codename`. A star stands for any letters but never covers deleting:
what a role may delete is named in full. docs/roles.md shows the table.
"""

from __future__ import annotations

from fnmatch import fnmatchcase
from typing import Any

from django.apps import AppConfig
from django.contrib.auth.models import Group, Permission

from core.accounts.enums import Role

VIEW_ALL = (
    "access.view_access",
    "accounts.view_*",
    "applications.view_*",
    "decision_log.view_*",
    "experts.view_*",
    "files.view_*",
    "mail.view_message",
    "matching.view_*",
    "newsletter.view_*",
    "objections.view_*",
    "privacy.view_*",
    "questionnaires.view_*",
    "reference.view_*",
    "violations.view_violation",
)

PERMISSIONS: dict[Role, tuple[str, ...]] = {
    # Reads what is assigned through their own review; no list of applications.
    Role.REVIEWER: (
        "applications.view_call",
        "applications.view_review",
        "applications.score_review",
        "lists.save_view",
    ),
    Role.MANAGER: (
        "applications.*",
        # The parts of a call and of a pilot region; what was scored cannot go in any case.
        "applications.delete_criterion",
        "applications.delete_pilotregionmonth",
        "applications.delete_pilotregionneed",
        "applications.delete_pilotregionside",
        "experts.*",
        "matching.*",
        "questionnaires.*",
        "reference.view_*",
        "access.view_access",
        "decision_log.view_loggeddecision",
        "accounts.view_user",
        "files.export_list",
        "lists.save_view",
        "lists.share_view",
        "mail.view_message",
        "mail.change_message",
        "objections.view_*",
        "objections.settle_objection",
    ),
    Role.COMMUNICATIONS: (
        "newsletter.*",
        "applications.view_call",
        "applications.change_call_texts",
        "applications.view_pilotregion",
        "files.export_list",
        "lists.save_view",
        "mail.view_news",
        "reference.view_*",
    ),
    # Changes nothing; takes lists away to check them. A default of ours: to confirm.
    Role.AUDITOR: (*VIEW_ALL, "files.export_list", "lists.save_view"),
    Role.ADMINISTRATOR: (
        *VIEW_ALL,
        "accounts.add_user",
        "accounts.change_user",
        "lists.save_view",
        "lists.share_view",
        "mail.change_message",
        "objections.settle_objection",
        "reference.*",
        "violations.delete_violation",
    ),
}


def permissions_of(role: Role, app_label: str) -> set[Permission]:
    """Return the permissions of a role on the models of one app, as far as the database has them."""
    existing = Permission.objects.filter(content_type__app_label=app_label).select_related("content_type")
    return {p for p in existing if any(is_covered(name, p) for name in PERMISSIONS[role])}


def sync_roles(sender: AppConfig, **kwargs: Any) -> None:
    """Give each group what the table says about the app that was just migrated; no more, no less."""
    for role in Role:
        group, _is_new = Group.objects.get_or_create(name=role)
        due = permissions_of(role, sender.label)
        present = set(group.permissions.filter(content_type__app_label=sender.label))
        group.permissions.remove(*(present - due))
        group.permissions.add(*(due - present))


def is_covered(name: str, permission: Permission) -> bool:
    """Whether a name of the table stands for the permission."""
    full_name = f"{permission.content_type.app_label}.{permission.codename}"
    if permission.codename.startswith("delete_"):
        return full_name == name
    return fnmatchcase(full_name, name)
