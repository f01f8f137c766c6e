"""The auditor, over HTTP: every page of the administration opens, and no request changes anything."""

from __future__ import annotations

from collections import Counter

import pytest
from django.apps import apps
from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Permission
from django.test import Client

from applications.models import Application, SubmissionPdf
from core.access_log.models import Access
from core.accounts.enums import Role
from core.accounts.models import Session
from core.files.models import PreparedFile, PreparedFileChange
from core.mail.models import Message
from tests.applications.staff_of_roles import with_document
from tests.builders.people import person
from tests.support import demo_world
from tests.support.admin_pages import pages

pytestmark = pytest.mark.django_db

# Pages that show data. What an auditor may only refuse to do (add, delete, decide) is tried below.
READ = {"changelist", "change", "history", "version", "index", "document", "pdf", "export", "workload"}
# What only its reviewer reads, also of managers and auditors.
REVIEWERS_ONLY = {"applications_review_document"}
# Asking for a file leaves it behind, and reading one makes its PDF; each is on record.
LEFT_BEHIND = {Access, LogEntry, PreparedFile, PreparedFileChange, Message, Session, SubmissionPdf}


@pytest.fixture
def auditor(settings):
    settings.STAFF_SECOND_FACTOR_REQUIRED = False
    demo_world.load()
    with_document(Application.objects.filter(status="submitted").earliest("pk"))
    return person(Role.AUDITOR)


def as_(user):
    client = Client(raise_request_exception=False)
    client.force_login(user)
    return client


def status_of(response) -> int:
    if response.streaming:
        assert b"".join(response.streaming_content)
    return response.status_code


def everything() -> dict[str, list]:
    """Every row of every table, but for those that a reader leaves behind."""
    models = [model for model in apps.get_models() if not model._meta.proxy and model not in LEFT_BEHIND]
    return {model._meta.label: list(model.objects.order_by("pk").values_list()) for model in models}


def test_every_page_opens_for_an_auditor_and_nothing_can_be_changed(auditor):
    """Slow: alone in comparing every row of every table before and after all that an auditor can send."""
    client = as_(auditor)
    every = list(pages(auditor))
    before = everything()
    before.pop("accounts.User")

    readable = [p for p in every if p.kind in READ and p.name not in REVIEWERS_ONLY]
    read = {page.address: status_of(client.get(page.address)) for page in readable}
    answers = {"reason": "Because.", "title": "x", "note": "x", "post": "yes", "save": ""}
    posted = Counter(status_of(client.post(page.address, answers)) for page in every)
    after = everything()
    after.pop("accounts.User")

    # The ranking has no page of its own for a row: it leads to the application.
    refused = {a: code for a, code in read.items() if code != 200 and "rankedapplication" not in a}
    assert refused == {}
    assert posted[500] == 0
    assert {label for label in before if before[label] != after[label]} == set()
    listed = {page.model_admin.model for page in every if page.kind == "changelist"}
    assert listed == set(admin.site._registry)


def test_auditor_has_no_permission_that_changes_anything():
    granted = Permission.objects.filter(group__name=Role.AUDITOR).exclude(codename__startswith="view_")

    assert [permission.codename for permission in granted] == ["export_list", "save_view"]
