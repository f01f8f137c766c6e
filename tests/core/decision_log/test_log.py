"""The log of decisions: complete, in the reader's words, and only what the reader may read."""

from __future__ import annotations

import csv
import io
from importlib import import_module

import pgtrigger
import pytest
from django.apps import apps
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation

from applications.models import PilotRegion
from applications.selecting.actions.publishing import publish_results
from core.accounts.enums import Role
from core.decision_log import sources
from core.decision_log.listing import decisions_for
from core.decision_log.models import StageDecision
from core.decision_log.wording import detail_in_words, kind_in_words
from core.history import StatusChange
from tests.applications.staff_clients import as_
from tests.builders.acceptance import ALL_THE_SAME
from tests.builders.applications import eligible
from tests.builders.calls import closed_call
from tests.builders.people import person
from tests.builders.reviews import assigned, scored
from tests.builders.selections import told

pytestmark = pytest.mark.django_db
LIST = "admin:decision_log_loggeddecision_changelist"


def append_only_models() -> set[str]:
    """Those whose rows PostgreSQL lets nobody change or delete, and every history of a status."""
    both = str(pgtrigger.Update | pgtrigger.Delete)
    protected = {
        model._meta.label
        for model, trigger in pgtrigger.registered()
        if isinstance(trigger, pgtrigger.Protect) and str(trigger.operation) == both
    }
    return protected | {m._meta.label for m in apps.get_models() if issubclass(m, StatusChange)}


def test_every_append_only_table_is_read_or_says_why_it_is_no_decision():
    read = {source.rows().model._meta.label for source in sources.SOURCES.values()}
    left = set(sources.NO_DECISIONS)

    assert append_only_models() - read - left == set()
    assert left - append_only_models() == set()
    assert read & left == set()
    assert all(sources.NO_DECISIONS.values())


def test_every_source_is_read_and_has_words_in_both_languages():
    reader = person(Role.AUDITOR)

    for source in sources.SOURCES.values():
        assert list(source.rows_for(reader)) == [], source.code
        for language in ("en", "fr"):
            with translation.override(language):
                words = {kind_in_words(f"{source.code}:{verb}") for verb in source.verbs()}
            assert words, source.code
            assert not any(source.code in word for word in words)


@pytest.fixture
def decided(settings):
    """A selection that two people decided, with the letters released, in a call with a review undone."""
    settings.STAFF_SECOND_FACTOR_REQUIRED = False
    application = eligible(closed_call())
    scored(application, 4, 4)
    return told({application: "selected"})


def test_log_shows_who_decided_what_when_why_and_what_was_unfinished(decided):
    auditor = as_(Role.AUDITOR)
    (entry,) = decided.entries.all()

    page = auditor.get(reverse(LIST)).content.decode()
    rows = list(decisions_for(auditor.user).filter(label=decided.title).order_by("at", "id"))

    assert [kind_in_words(row.kind) for row in rows] == [
        "Selection: Scenario",
        "Selection: Proposed",
        "Selection: Confirmed",
        "Letters released",
    ]
    assert [row.by for row in rows][1:3] == [decided.proposed_by, decided.confirmed_by]
    assert "1 application has fewer reviewers" in detail_in_words(rows[1].kind, rows[1].detail)
    assert "Continued because: The test continues." in page
    assert "(Brussels time)" in page
    assert entry.application.reference in page
    assert reverse("admin:applications_selection_change", args=[decided.pk]) in page


def test_log_is_filtered_searched_and_exported_alike(decided, settings):
    settings.EXPORT_ROWS_AT_ONCE = 1000
    auditor, by = as_(Role.AUDITOR), decided.proposed_by
    reference = decided.entries.get().application.reference
    day = decided.created_at.date().isoformat()
    cases = {
        f"?by__id__exact={by.pk}": lambda row: row.by == by,
        "?decision=applications.selectionchange:proposed": lambda row: row.kind.endswith(":proposed"),
        "?about=applications.application": lambda row: row.about.startswith("applications.application:"),
        f"?q={reference}": lambda row: reference in row.label + row.reason + row.detail,
        f"?at_from={day}&at_to={day}": lambda row: True,
        "?at_from=2001-01-01&at_to=2001-12-31": lambda row: False,
    }
    everything = list(decisions_for(auditor.user))

    for query, holds in cases.items():
        expected = sum(holds(row) for row in everything)
        page = auditor.get(reverse(LIST) + query)
        assert page.status_code == 200, query
        assert page.context_data["cl"].result_count == expected, query
    exported = auditor.get(
        reverse("admin:decision_log_loggeddecision_export", args=["csv"]) + f"?q={reference}"
    )
    table = list(csv.reader(io.StringIO(exported.content.decode("utf-8-sig"))))
    assert "Application: Selected" in {cell for row in table for cell in row}
    assert len(table) == 1 + sum(reference in row.label + row.reason + row.detail for row in everything)
    (pill,) = (
        auditor.get(reverse(LIST) + "?at_from=2001-01-01&at_to=2001-12-31").context_data["list_bar"].pills
    )
    assert pill.words == "from 1 January 2001, to 31 December 2001 (included)"
    # What is no day is refused, and hides nothing silently.
    assert auditor.get(reverse(LIST) + "?at_from=yesterday").status_code == 302


def test_log_asks_no_more_for_more_decisions(decided):
    auditor = as_(Role.AUDITOR)
    auditor.get(reverse(LIST))

    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            auditor.get(reverse(LIST))
        return len(captured)

    few = queries()
    scored(eligible(closed_call()), 5, 1)
    assert queries() == few


def test_log_hides_what_the_reader_may_not_read(decided):
    manager, auditor = as_(Role.MANAGER), person(Role.AUDITOR)
    person(Role.REVIEWER, name="Given a role")
    (entry,) = decided.entries.all()
    review = f"{entry.application.reference} · "

    def kinds(reader) -> set[str]:
        return {row.kind.partition(":")[0] for row in decisions_for(reader)}

    assert decisions_for(manager.user).filter(label__startswith=review).exists()
    assigned(eligible(entry.application.call), manager.user)
    assert "experts.expertchange" not in kinds(person(Role.REVIEWER))
    assert not {"accounts.accountchange", "newsletter.bulletinchange"} & kinds(manager.user)
    for role, status in {
        Role.AUDITOR: 200,
        Role.MANAGER: 200,
        Role.ADMINISTRATOR: 200,
        Role.REVIEWER: 403,
        Role.COMMUNICATIONS: 403,
    }.items():
        assert as_(role).get(reverse(LIST)).status_code == status, role
    assert auditor.has_perm("decision_log.view_loggeddecision")


def test_results_published_before_the_log_are_in_it_once_it_is_migrated(decided):
    call = decided.call
    PilotRegion.objects.update(is_public=True)
    publish_results(call_id=call.pk, by=decided.confirmed_by, accepting=ALL_THE_SAME)
    call.refresh_from_db()
    call.summary = {"en": "Edited later"}
    call.save()
    before = set(StageDecision.objects.values_list("pk", flat=True))

    import_module("applications.migrations.0033_publications_in_the_log").keep_publications(apps, None)

    (row,) = StageDecision.objects.exclude(pk__in=before)
    assert (row.stage, row.about, row.by) == (
        "publish_results",
        f"applications.call:{call.pk}",
        decided.confirmed_by,
    )
    assert row.at == call.results_published_at
