"""A page and the deadline: what was opened in time is kept, what was opened late says so from the start."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from html import unescape
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from applications.applying.forms import opening
from applications.models import Application, Call
from core.templatetags.impact_time import brussels
from tests.applications.applying.test_documents import add, pdf_bytes
from tests.builders.applications import answer, lead_of, ready, returned, submit
from tests.support.applicant_forms import typed
from tests.support.default_form import SLUGS
from tests.support.forms import press

pytestmark = pytest.mark.django_db
OVER = "The deadline for changes was"
STILL = "A page that you opened before then can still be saved and submitted until"
# A grace of 15 minutes is on, or over.
IN_GRACE, AFTER_GRACE = timedelta(minutes=5), timedelta(minutes=20)


@pytest.fixture
def application() -> Application:
    application = ready()
    submit(application)
    return application


@pytest.fixture
def client(application: Application) -> Client:
    client = Client()
    client.force_login(lead_of(application), backend="django.contrib.auth.backends.ModelBackend")
    return client


def page_of(application: Application, rest: str = "") -> str:
    return f"/applications/{application.public_id}/{rest}"


def close(application: Application, ago: timedelta) -> datetime:
    closes_at = timezone.now() - ago
    Call.objects.filter(pk=application.call_id).update(closes_at=closes_at)
    return closes_at


def as_opened(application: Application, form: dict[str, Any], ago: timedelta) -> dict[str, Any]:
    """Return what a page sends that was opened so long ago."""
    at = timezone.now() - ago
    return form | {"opened": opening.sign(application.public_id, lead_of(application), at)}


def shown(client: Client, address: str) -> str:
    return " ".join(unescape(client.get(address).content.decode()).split())


@pytest.mark.parametrize(("ago", "may_still"), [(IN_GRACE, True), (AFTER_GRACE, False)])
def test_section_opened_after_closing_is_read_only_from_the_start_and_says_why(
    application: Application, client: Client, ago: timedelta, may_still: bool
) -> None:
    closes_at = close(application, ago)
    for slug in SLUGS:
        html = shown(client, page_of(application, f"{slug}/"))
        assert f"{OVER} {brussels(closes_at)}. The version that you submitted counts." in html, slug
        assert (STILL in html) == may_still, slug
        assert "data-autosave-for" not in html, slug
        if slug != "documents":
            assert "<fieldset disabled" in html, slug
    assert "Upload document" not in shown(client, page_of(application, "documents/"))
    overview, check = shown(client, page_of(application)), shown(client, page_of(application, "check/"))
    assert OVER in overview
    assert OVER in check
    assert f'href="{page_of(application, "check/")}' not in overview
    assert "Submit application" not in check
    assert "You can submit when nothing is missing" not in check


def test_what_is_sent_from_a_page_opened_after_closing_is_refused_and_stays_on_the_page(
    application: Application, client: Client
) -> None:
    form = typed(client.get(page_of(application, "territory/")))
    close(application, IN_GRACE)
    late = as_opened(application, form, timedelta(minutes=1)) | {"title": "Opened too late"}

    page = press(client, page_of(application, "territory/"), late)
    told = client.post(page_of(application, "territory/"), late, headers={"X-Autosave": "1"}).json()

    assert OVER in page.content.decode()
    assert 'value="Opened too late"' in page.content.decode()
    assert (told["state"], OVER in told["text"]) == ("refused", True)
    application.refresh_from_db()
    assert application.title == "Upper Rhine"


def test_page_opened_before_closing_is_saved_and_submitted_within_the_grace(
    application: Application, client: Client
) -> None:
    form = typed(client.get(page_of(application, "territory/")))
    closes_at = close(application, IN_GRACE)
    sent = as_opened(application, form, IN_GRACE * 2) | {"title": "Just in time"}

    saved = client.post(page_of(application, "territory/"), sent)

    # The next pages know that the grace goes on, say until when, and lead to the button.
    ends = brussels(closes_at + timedelta(minutes=15))
    following = shown(client, saved.headers["Location"])
    assert f"so you can still save and submit until {ends}." in following
    assert "You have unsubmitted changes." in following
    assert "<fieldset disabled" not in following
    # Each page signs anew when the first one was opened: the end of the token says when it was signed.
    opened = saved.headers["Location"].partition("?")[2]
    assert f"check/?{opened.partition(':')[0]}:" in following
    check = client.get(f"{page_of(application, 'check/')}?{opened}")
    assert client.post(page_of(application, "check/"), typed(check)).status_code == 302
    assert application.submissions.latest("number").title == "Just in time"


@pytest.mark.parametrize("is_autosave", [True, False])
def test_text_of_a_page_opened_before_closing_is_kept_even_when_its_submission_is_refused(
    application: Application, client: Client, is_autosave: bool
) -> None:
    form = typed(client.get(page_of(application, "territory/")))
    close(application, AFTER_GRACE)
    sent = as_opened(application, form, AFTER_GRACE * 2) | {"title": "An hour of typing"}
    address = page_of(application, "territory/")

    if is_autosave:
        told = client.post(address, sent, headers={"X-Autosave": "1"}).json()
        assert (told["state"], told["text"], json.loads(told["base"]) != {}) == ("saved", "", True)
        words = told["note"]
    else:
        words = unescape(client.post(address, sent, follow=True).content.decode())

    assert f"Your text is kept with the application. {OVER}" in words
    application.refresh_from_db()
    assert application.title == "An hour of typing"
    refused = client.post(page_of(application, "check/"), {"opened": sent["opened"]})
    assert refused.status_code == 409
    assert application.submissions.get().title == "Upper Rhine"
    assert "An hour of typing" in shown(client, address)


def test_document_chosen_in_the_grace_is_taken_from_a_page_opened_before(
    application: Application, client: Client
) -> None:
    kept = add(application, "map.pdf")
    form = typed(client.get(page_of(application, "documents/")))
    close(application, IN_GRACE)
    file = {"kind": "mandate", "file": SimpleUploadedFile("two.pdf", pdf_bytes(pages=2))}
    late = as_opened(application, form, timedelta(minutes=1))
    refused = client.post(page_of(application, "documents/"), late | file)
    assert OVER in refused.content.decode()

    file["file"].seek(0)
    in_time = as_opened(application, form, IN_GRACE * 2)
    stored = client.post(page_of(application, "documents/"), in_time | file)
    address, _, opened = stored.headers["Location"].partition("?opened=")
    assert address == page_of(application, "documents/")
    opened_at = opening.read(opened, application.public_id, lead_of(application))
    assert opened_at == opening.read(in_time["opened"], application.public_id, lead_of(application))
    remove = page_of(application, f"documents/{kept.public_id}/remove/")
    client.post(remove, {"opened": late["opened"]})
    assert application.documents.present().count() == 2
    client.post(remove, {"opened": in_time["opened"]})
    assert [document.name for document in application.documents.present()] == ["two.pdf"]


def test_draft_opened_after_closing_keeps_text_and_is_offered_no_button() -> None:
    application = ready()
    client = Client()
    client.force_login(lead_of(application), backend="django.contrib.auth.backends.ModelBackend")
    close(application, IN_GRACE)

    check = shown(client, page_of(application, "check/"))
    assert "What you write is still saved, but you can submit only a form that you opened before" in check
    assert 'name="submit"' not in check
    address = page_of(application, "territory/")
    assert client.post(address, typed(client.get(address)) | {"title": "Late"}).status_code == 302
    application.refresh_from_db()
    assert application.title == "Late"


def test_section_of_a_question_of_staff_is_read_only_after_its_own_deadline(
    application: Application, client: Client
) -> None:
    due_at = timezone.now() - AFTER_GRACE
    returned(application, "territory", due_at=due_at)
    html = shown(client, page_of(application, "territory/"))
    assert f"{OVER} {brussels(due_at)}." in html
    assert "<fieldset disabled" in html


def test_unsent_changes_after_closing_are_told_to_count_no_more(
    application: Application, client: Client
) -> None:
    answer(application, {"title": "Never sent"})
    close(application, AFTER_GRACE)
    html = shown(client, page_of(application))
    assert f"{OVER}" in html
    assert "The version that you submitted counts." in html
    assert "Check and submit" not in html


def noted(application: Application, opened: timedelta, title: str) -> str:
    """Return what the page is told beside "Saved", when it was opened so long ago."""
    browser = Client()
    browser.force_login(lead_of(application), backend="django.contrib.auth.backends.ModelBackend")
    address = page_of(application, "territory/")
    form = as_opened(application, typed(browser.get(address)), opened) | {"title": title}
    return browser.post(address, form, headers={"X-Autosave": "1"}).json()["note"]


def test_autosave_says_what_its_save_does_not_do(application: Application) -> None:
    """A change is not submitted; and after closing, whether and until when it still can be."""
    unsent = (
        "Your changes have not been submitted. Your last submitted version counts until you submit again."
    )
    until = "This page can still be submitted until"
    draft, hour = ready(), timedelta(hours=1)

    open_yet = [noted(draft, hour, "A"), noted(application, hour, "A")]
    close(draft, IN_GRACE)
    close(application, IN_GRACE)
    in_grace = [noted(draft, hour, "B"), noted(application, hour, "B")]
    close(draft, AFTER_GRACE)

    assert open_yet == ["", unsent]
    assert in_grace[0].startswith("The deadline was")
    assert in_grace[1].startswith(f"{unsent} The deadline was")
    assert [until in words for words in in_grace] == [True, True]
    assert noted(draft, hour, "C").endswith("This can no longer be submitted.")
