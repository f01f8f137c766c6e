"""A dossier for a panel: what it holds, what it hides, who made and fetched it, and that it is PDF/UA."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import Group
from django.test import Client
from django.urls import reverse

from applications.models import Application
from applications.reviewing.actions import dossiers
from applications.reviewing.dossier import Contents
from applications.screening import actions
from core.access_log.models import Access
from core.accounts.enums import Role
from core.files import tasks
from core.files.models import PreparedFile
from core.history import NotAllowed
from tests.builders.applications import draft, eligible, submitted
from tests.builders.calls import closed_call
from tests.builders.people import person
from tests.builders.reviews import scored, scoring
from tests.support import pdf

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _alone(settings, monkeypatch):
    settings.STAFF_SECOND_FACTOR_REQUIRED = False
    monkeypatch.setattr(tasks.make_due, "delay", lambda: None)


def as_(user):
    client = Client()
    client.force_login(user)
    return client


def url(model, page, *args):
    return reverse(f"admin:applications_{model}_{page}", args=args)


def ask(by, *applications, **contents):
    return dossiers.request_for_applications(
        application_ids=[a.pk for a in applications], by=by, title="June panel", contents=Contents(**contents)
    )


def made(file):
    tasks.make_due()
    file.refresh_from_db()
    assert file.status == "done", file.error
    return file


def pdf_of(file, by):
    address = reverse("admin:files_preparedfile_fetch", args=[file.pk])
    content = b"".join(as_(by).get(address).streaming_content)
    return pdf.read(content)


def text_of(file, by):
    return pdf.words_of(pdf_of(made(file), by))


def test_dossier_holds_the_submission_the_evidence_the_reviews_and_room_for_notes():
    application = eligible(closed_call(), title="Upper Rhine")
    review = scored(application, 4, 3)
    manager = person(Role.MANAGER, name="Mara Manager")

    text = text_of(ask(manager, application), manager)

    for words in (
        "June panel",
        "Mara Manager",
        application.reference,
        "Upper Rhine",
        "Two banks of one river.",
        "Eligibility",
        "Staff verdict: Eligible",
        "Reviewer 1: weighted score 72.0 of 100",
        "Because of need.",
        "Panel notes",
    ):
        assert words in text, words
    assert review.reviewer.get_full_name() not in text


def test_reason_of_a_verdict_is_told():
    application = submitted(closed_call())
    manager = person(Role.MANAGER)
    actions.declare_ineligible(application_id=application.pk, by=manager, reason="One side is missing.")

    assert "One side is missing." in text_of(ask(manager, application), manager)


def test_names_of_reviewers_reviews_and_notes_are_a_choice():
    application = eligible(closed_call())
    review = scored(application, 4, 3)
    manager = person(Role.MANAGER)

    named = text_of(ask(manager, application, names_reviewers=True, has_notes=False), manager)
    bare = text_of(ask(manager, application, has_reviews=False), manager)

    assert review.reviewer.get_full_name() in named
    assert "Panel notes" not in named
    assert "72.0" not in bare
    assert "Mean score" not in bare


def test_reviews_are_hidden_from_who_has_an_open_review():
    blind, seen = eligible(closed_call()), eligible(closed_call())
    scored(blind, 4, 3), scored(seen, 5, 5)
    manager = person(Role.MANAGER)
    scoring(blind, manager)

    text = text_of(ask(manager, blind, seen), manager)

    assert "72.0" not in text
    assert "100.0 of 100" in text
    assert (
        "Hidden: the person who created this dossier has not finished their own review of this application."
        in text
    )


def test_typed_text_is_never_markup():
    application = eligible(closed_call(), title="#panic() *x* $y$ <z> @w")
    manager = person(Role.MANAGER)

    assert "#panic() *x* $y$ <z> @w" in text_of(ask(manager, application, has_reviews=False), manager)


def test_dossier_is_tagged_for_screen_readers():
    application = eligible(closed_call())
    scored(application, 4, 3)
    manager = person(Role.MANAGER)

    reader = pdf_of(made(ask(manager, application)), manager)

    pdf.assert_accessible(reader, language="en", title="June panel")
    assert reader.outline


def test_making_and_fetching_are_on_record():
    first, second = eligible(closed_call()), eligible(closed_call())
    manager = person(Role.MANAGER)
    file = made(ask(manager, first, second))

    pdf_of(file, manager)

    entries = list(Access.objects.order_by("pk"))
    assert [(e.by, e.kind) for e in entries] == [(manager, "dossier")] * 2 + [(manager, "downloaded")]
    assert [entry.kind for entry in Access.objects.to(first)] == ["dossier"]


def test_dossier_of_a_call_holds_what_is_submitted_when_it_is_made():
    call = closed_call()
    first, unsent = eligible(call), draft(call)
    gone = submitted(call, "withdrawn")
    manager = person(Role.MANAGER)
    file = dossiers.request_for_call(call_id=call.pk, by=manager, title="All", contents=Contents())
    later = submitted(call)

    text = text_of(file, manager)

    assert [a.reference in text for a in (first, later, gone, unsent)] == [True, True, False, False]


def test_right_that_was_taken_meanwhile_refuses_the_dossier():
    application = eligible(closed_call())
    manager = person(Role.MANAGER)
    file = ask(manager, application)
    manager.groups.set([Group.objects.get(name=Role.REVIEWER)])

    tasks.make_due()

    file.refresh_from_db()
    assert (file.status, file.error) == ("refused", "You no longer have permission to create dossiers.")
    assert not Access.objects.exists()


@pytest.mark.parametrize("role", [Role.REVIEWER, Role.COMMUNICATIONS, Role.ADMINISTRATOR])
def test_dossier_is_refused_to_other_roles_and_nothing_is_queued(role):
    application = eligible(closed_call())
    someone = person(role)

    with pytest.raises(NotAllowed):
        ask(someone, application)
    response = as_(someone).post(
        url("application", "decide_many", "dossier"), {"targets": str(application.pk), "title": "x"}
    )

    assert response.status_code in (302, 403)
    assert not PreparedFile.objects.exists()


def test_too_many_applications_are_refused_in_words(monkeypatch):
    monkeypatch.setattr(dossiers, "MAX_APPLICATIONS", 1)
    call = closed_call()
    targets = ",".join(str(a.pk) for a in (eligible(call), eligible(call)))
    client = as_(person(Role.MANAGER))

    page = client.post(url("application", "decide_many", "dossier"), {"targets": targets, "title": "x"})

    assert page.status_code == 409
    assert "A dossier can hold up to 1 applications, and you chose 2." in page.content.decode()
    assert not PreparedFile.objects.exists()


@pytest.mark.parametrize("role", [Role.MANAGER, Role.AUDITOR])
def test_dossier_is_asked_for_from_the_list_and_from_the_call(role):
    application = eligible(closed_call())
    client = as_(person(role))
    answers = {"title": "Panel", "has_reviews": "on"}

    ticked = client.post(
        url("application", "decide_many", "dossier"), {"targets": str(application.pk), **answers}
    )
    whole = client.post(url("call", "decide_one", application.call_id, "dossier"), answers)

    files = PreparedFile.objects.order_by("pk")
    assert [response["Location"] for response in (ticked, whole)] == [f.get_absolute_url() for f in files]
    assert files[0].parameters == {
        "applications": [application.pk],
        "contents": {"has_reviews": True, "names_reviewers": False, "has_notes": False},
    }
    assert Application.objects.get().status == "eligible"


def test_application_takes_two_pages_and_notes_none_of_their_own():
    person_ = person(Role.MANAGER)
    applications = [eligible(closed_call()) for _number in range(3)]
    for application in applications:
        scored(application, 5, 4)

    pages = [page.extract_text() for page in pdf_of(made(ask(person_, *applications)), person_).pages]

    # A cover with the contents, the list, and two pages each: it was four.
    assert len(pages) == 2 + 2 * len(applications)
    assert min(map(len, pages)) > 200
    assert sum("Panel notes" in page for page in pages) == len(applications)
