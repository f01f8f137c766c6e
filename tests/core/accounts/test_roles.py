"""Roles: one table, the same in the database and in the documentation."""

import re

import pytest
from django.apps import apps
from django.conf import settings
from django.contrib.auth.models import Group, Permission
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core.accounts import roles
from core.accounts.enums import Role
from tests.builders.people import make_staff

pytestmark = pytest.mark.django_db

MAY = [
    (Role.REVIEWER, "applications.score_review", True),
    (Role.REVIEWER, "applications.view_call", True),
    (Role.REVIEWER, "applications.view_application", False),
    (Role.REVIEWER, "applications.assign_review", False),
    (Role.REVIEWER, "accounts.view_user", False),
    (Role.MANAGER, "applications.screen_application", True),
    (Role.MANAGER, "applications.assign_review", True),
    (Role.MANAGER, "applications.confirm_selection", True),
    (Role.MANAGER, "experts.vet_expert", True),
    (Role.MANAGER, "matching.confirm_match", True),
    (Role.MANAGER, "mail.change_message", True),
    (Role.MANAGER, "accounts.change_user", False),
    (Role.MANAGER, "applications.delete_application", False),
    (Role.MANAGER, "newsletter.send_bulletin", False),
    (Role.COMMUNICATIONS, "newsletter.send_bulletin", True),
    (Role.COMMUNICATIONS, "applications.change_call_texts", True),
    (Role.COMMUNICATIONS, "applications.change_call", False),
    (Role.COMMUNICATIONS, "mail.view_message", False),
    (Role.COMMUNICATIONS, "mail.view_news", True),
    (Role.COMMUNICATIONS, "mail.change_message", False),
    (Role.COMMUNICATIONS, "applications.view_application", False),
    (Role.AUDITOR, "applications.view_application", True),
    (Role.AUDITOR, "matching.view_match", True),
    (Role.AUDITOR, "accounts.view_user", True),
    (Role.AUDITOR, "applications.screen_application", False),
    (Role.ADMINISTRATOR, "accounts.change_user", True),
    (Role.ADMINISTRATOR, "mail.change_message", True),
    (Role.ADMINISTRATOR, "applications.view_application", True),
    (Role.ADMINISTRATOR, "applications.confirm_selection", False),
    (Role.ADMINISTRATOR, "accounts.delete_user", False),
]


@pytest.mark.parametrize(("role", "permission", "may"), MAY)
def test_role_may_do_what_the_table_says(role, permission, may):
    assert make_staff(role).has_perm(permission) is may


def test_auditor_may_change_nothing_and_take_lists_away():
    granted = Group.objects.get(name=Role.AUDITOR).permissions.all()
    # A saved view is how the auditor sees a list, and nobody else.
    own = [p.codename for p in granted if not p.codename.startswith("view_")]
    assert own == ["export_list", "save_view"]
    assert granted.count() > 0


@pytest.mark.parametrize("role", Role)
def test_every_name_in_the_table_stands_for_a_permission(role):
    existing = list(Permission.objects.select_related("content_type"))
    unknown = [
        name
        for name in roles.PERMISSIONS[role]
        if not any(roles.is_covered(name, permission) for permission in existing)
    ]
    assert unknown == []


def test_sync_twice_changes_nothing():
    before = {g.name: set(g.permissions.values_list("pk", flat=True)) for g in Group.objects.all()}
    with CaptureQueriesContext(connection) as queries:
        for config in apps.get_app_configs():
            roles.sync_roles(sender=config)
    assert {g.name: set(g.permissions.values_list("pk", flat=True)) for g in Group.objects.all()} == before
    assert [q["sql"] for q in queries if q["sql"].startswith(("INSERT", "UPDATE", "DELETE"))] == []


def test_migrating_mends_what_was_changed_by_hand():
    auditor = Group.objects.get(name=Role.AUDITOR)
    auditor.permissions.add(Permission.objects.get(codename="confirm_selection"))
    auditor.permissions.remove(Permission.objects.get(codename="view_message"))
    call_command("migrate", verbosity=0)
    names = set(auditor.permissions.values_list("codename", flat=True))
    assert "confirm_selection" not in names
    assert "view_message" in names


def test_every_role_is_a_group():
    assert set(Group.objects.values_list("name", flat=True)) == set(Role.values)


def test_documentation_shows_the_table():
    document = (settings.BASE_DIR / "docs" / "roles.md").read_text()
    for role in Role:
        section = document.split(f"## {role.label}\n")[1].split("\n## ")[0]
        assert re.findall(r"^\| `([^`]+)` \|", section, re.MULTILINE) == list(roles.PERMISSIONS[role])
