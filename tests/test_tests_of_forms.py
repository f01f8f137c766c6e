"""Tests of forms by staff: an application and a profile with all that can hang on them are found nowhere.

What reads applications or experts by another table passes the manager that leaves tests out. So the tests are
given a row of everything, and then all that lists, counts, mails, publishes or runs by the clock is driven.
"""

from __future__ import annotations

import re
from datetime import timedelta
from typing import NamedTuple

import pytest
from django.conf import settings
from django.contrib import admin
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db.models import Model, Q
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.html import strip_tags

from applications.applying.actions import documents
from applications.applying.actions.trying_out import TESTS_OF_CALLS
from applications.calls.actions import extend
from applications.enums import AttemptOutcome, DocumentKind
from applications.form import answers
from applications.models import Application, Call
from core.accounts.enums import Role
from core.accounts.models import User
from core.mail.models import Message
from core.questionnaires.actions import drafts
from core.questionnaires.actions.importing import take_over
from core.questionnaires.actions.publishing import publish, summary_of
from core.questionnaires.content import content_of
from core.questionnaires.models import Form
from core.uploads import CheckedUpload
from experts.actions import store_cv
from experts.actions.trying_out import TESTS_OF_EXPERTS
from experts.asked import published_version
from experts.enums import ProfileSection
from experts.models import Expert
from impact.celery import app
from impact.demo.clock import at
from tests.builders.applications import complete_answers
from tests.builders.experts import COMPLETE, fill_in, make_expert, next_months, pdf
from tests.builders.people import person, person_with_every_role, the_manager
from tests.support import demo_world
from tests.support.admin_pages import pages
from tests.support.read_pages import LEFT_OUT, MARK, SHOWN, public, searches, shown
from tests.support.undoing import undone

pytestmark = pytest.mark.django_db
# What only decisions about a submitted application, or a profile in the pool, bring: a test is never there.
NEVER = {
    Application: {
        "automatic_checks",
        "clarifications",
        "pilot_region",
        "reviews",
        "selection_entries",
        "submissions",
    },
    Expert: {"changes", "versions", "declarations", "matches", "match_rules", "written_languages"},
}
# Of which there must be one to somebody, so that it was tried to leave out the tests.
WRITTEN = {
    "applications/email/extended",
    "applications/email/form_changed",
    "applications/email/closing_soon",
    "experts/email/form_changed",
    "experts/email/confirm",
}
DAYS_TO_CLOSING = (7, 2, 0.5, -120)
# The last digits of a mean are those of the order in which PostgreSQL added up.
LAST_DIGITS = re.compile(r"(\.\d{4})\d+")
CLOCK = re.compile(r"\b\d\d:\d\d:\d\d\b|\b\d+\.\d\d seconds\b")


def the_test_application(call: Call, by: User, member: User) -> Application:
    """Return a test application with a row of all that may hang on one."""
    test = TESTS_OF_CALLS.start(call.form.published_version, by=by)
    cells = {
        cell: {**value, "name": f"Town of {MARK}", "contact_email": f"{MARK}@town.example"}
        if isinstance(value, dict) and "contact_email" in value
        else value
        for cell, value in complete_answers(title=f"Title {MARK}").items()
    }
    answers.write(test, cells, by=by)
    file = SimpleUploadedFile(f"{MARK}.pdf", pdf())
    documents.add(application_id=test.pk, by=by, kind=DocumentKind.OTHER, file=file)
    # No action leads here: nobody is asked to join a test or to confirm a partner of one.
    first = test.partners.first()
    test.invitations.create(email=f"{MARK}-asked@town.example", role="view", invited_by=by)
    test.partner_records.create(partner_key=first.public_id, organisation=first.name, event="asked", by=by)
    test.members.create(user=member, role="edit", added_by=by)
    test.attempts.create(by=by, at=timezone.now(), outcome=AttemptOutcome.INCOMPLETE, detail=MARK)
    # No action leads here: what is done to a test leaves no step in its history.
    test.changes.create(from_status="draft", to_status="draft", by=by, reason=MARK)
    Application.including_tests.filter(pk=test.pk).update(created_at=timezone.now() - timedelta(days=9))
    return test


def the_test_profile(by: User) -> Expert:
    """Return a test profile with a row of all that may hang on one."""
    test = TESTS_OF_EXPERTS.start(published_version(), by=by)
    named = {
        ProfileSection.ABOUT: COMPLETE[ProfileSection.ABOUT] | {"name": f"Expert {MARK}", "biography": MARK},
        ProfileSection.ORGANISATIONS: {"organisations": [{"name": f"LAG {MARK}", "connection": ""}]},
        ProfileSection.AVAILABILITY: {"months": {f"{month:%Y-%m}": 5 for month in next_months()}},
    }
    fill_in(test, {**COMPLETE, **named})
    file = ContentFile(pdf(), name=f"{MARK}.pdf")
    store_cv(expert_id=test.pk, file=file, checked=_checked(f"{MARK}.pdf"), by=by)
    return test


def _checked(name: str) -> CheckedUpload:
    return CheckedUpload(name=name, size=len(pdf()), sha256="0" * 64, content_type="application/pdf")


class People(NamedTuple):
    """Who fills in tests; accounts are listed whatever their people do."""

    lead: User
    member: User

    def fill_in_tests(self) -> tuple[list[Application], Expert]:
        """Return a test of each call, and one of the form of experts."""
        return [the_test_application(call, *self) for call in Call.objects.all()], the_test_profile(self.lead)


@pytest.fixture
def testers(settings) -> People:
    settings.STAFF_SECOND_FACTOR_REQUIRED = False
    demo_world.load()
    return People(person(Role.MANAGER, name=f"Lead {MARK}"), person(name=f"Member {MARK}"))


def read(client: Client, address: str) -> str:
    """Return what an address says, without what is other at each call."""
    answer = client.get(address)
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content
    words = " ".join(strip_tags(content.decode(errors="replace")).split())
    words = LAST_DIGITS.sub(r"\1", CLOCK.sub("", words))
    return f"{answer.status_code} {words}"


def test_every_kind_of_page_of_staff_is_read_or_left_out_for_a_reason(testers):
    kinds = {page.kind for page in pages(person_with_every_role())}

    assert SHOWN & LEFT_OUT.keys() == set()
    assert kinds == SHOWN | LEFT_OUT.keys()


def test_everything_that_can_hang_on_a_test_hangs_on_the_ones_of_these_tests(testers):
    applications, profile = testers.fill_in_tests()

    for row in (applications[0], profile):
        has = {name: getattr(row, name, None) for name in names_of_rows(type(row))}
        lacking = {name for name, rows in has.items() if rows is None or not rows.exists()}
        assert lacking == NEVER[type(row)]


def names_of_rows(model: type[Model]) -> set[str]:
    names = {str(relation.get_accessor_name()) for relation in model._meta.related_objects}
    return names | {field.name for field in model._meta.many_to_many}


def test_no_list_figure_or_export_of_staff_and_no_public_page_is_other_for_a_test(testers):
    """Slow: alone in reading every page of staff and of visitors, with tests of forms and without."""
    client, visitor = Client(raise_request_exception=False), Client()
    client.force_login(everybody := person_with_every_role())
    drafts.begin(form_id=Form.objects.order_by("pk")[0].pk, by=everybody)
    every = [(client, address) for address in shown(everybody)] + [(visitor, each) for each in public()]
    # Reading leaves behind who read what, which pages then say.
    with undone():
        before = {address: read(by, address) for by, address in every}
    opened = {address for address, words in before.items() if words.startswith("200")}
    assert opened > {*searches(), reverse("applications:calls"), "/open-data/pilot-regions.json"}

    testers.fill_in_tests()

    with undone():
        after = {address: read(by, address) for by, address in every}
    other = {address: differing(before[address], after[address]) for address in before}
    assert {address: words for address, words in other.items() if words} == {}


def test_no_page_of_staff_opens_for_a_test(testers):
    client = Client(raise_request_exception=False)
    client.force_login(person_with_every_role())
    (application, *_others), profile = testers.fill_in_tests()
    document = f"document/{application.documents.get().public_id}/"
    rows = {
        f"/admin/applications/application/{application.pk}/": (Application, document),
        f"/admin/experts/expert/{profile.pk}/": (Expert, "cv/"),
    }

    opened = [
        address + page
        for address, (model, file) in rows.items()
        for page in ("change/", "history/", file, *decisions(model))
        if client.get(address + page).status_code == 200
    ]
    assert opened == []
    for address in ("applications/application", "experts/expert"):
        found = client.get(f"/admin/{address}/?q={MARK}").context["cl"]
        assert found.result_count == 0, address


def decisions(model: type[Model]) -> list[str]:
    model_admin = admin.site.get_model_admin(model)
    return [f"decide/{decision.name}/" for decision in getattr(model_admin, "decisions", [])]


def differing(before: str, after: str) -> str:
    """Return the first words that differ."""
    pairs = zip(before.split(), after.split() + [""] * len(before), strict=False)
    place = next((number for number, (one, two) in enumerate(pairs) if one != two), None)
    if place is None and before == after:
        return ""
    place = place or 0
    return f"{before.split()[place - 5 : place + 5]} → {after.split()[place - 5 : place + 9]}"


def test_nobody_is_written_to_about_a_test_by_the_clock_or_by_a_change_of_its_call_or_form(testers):
    app.loader.import_default_modules()
    applications, profile = testers.fill_in_tests()
    make_expert()
    # Who is on the staff no more is written to as a lead or an expert only.
    testers.lead.groups.clear()
    abouts = {row.about for row in (*applications, profile)}
    open_call = next(each.call for each in applications if each.call.is_open)

    later = open_call.closes_at + timedelta(days=1)
    extend(call_id=open_call.pk, by=the_manager(), closes_at=later, reason="More time")
    for form in Form.objects.filter(pk__in=[open_call.form_id, published_version().form_id]):
        publish_with_mails(form)
    for days in DAYS_TO_CLOSING:
        with at(later - timedelta(days=days)):
            run_all_tasks()

    assert set(Message.objects.values_list("template", flat=True)) >= WRITTEN
    told = Message.objects.filter(
        Q(about__in=abouts)
        | Q(to__contains=MARK)
        | Q(to__in=[person.email for person in testers])
        | Q(body__contains=MARK)
        | Q(subject__contains=MARK)
    )
    assert [(message.template, message.to) for message in told] == []


def publish_with_mails(form: Form) -> None:
    content = content_of(form.published_version)
    label = {"en": "Which tunnel?", "fr": "Quel tunnel ?"}
    content["sections"][0]["questions"].append({"key": "tunnel", "kind": "line", "label": label})
    draft = take_over(form_id=form.pk, content=content, by=None)
    publish(version_id=draft.pk, by=the_manager(), seen=summary_of(draft).seen, tells=True)


def run_all_tasks() -> None:
    for entry in settings.CELERY_BEAT_SCHEDULE.values():
        app.tasks[entry["task"]].apply(throw=True)
