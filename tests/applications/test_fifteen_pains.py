"""What people suffer from on portals for applications, one test for each; none of it may come back."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from html import unescape
from threading import Barrier
from typing import Any
from unittest import mock

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client, override_settings
from django.utils import timezone
from kombu.exceptions import OperationalError
from playwright.sync_api import Page, expect

from applications import tasks
from applications.applying.forms import opening
from applications.enums import MemberRole
from applications.form import answers
from applications.models import Application
from core.accounts.models import User
from core.mail import tasks as mail_tasks
from core.mail.models import Message
from core.reference.models import Country, NutsUnit
from core.sections.completeness import Missing
from tests.applications.applying.test_documents import pdf_bytes
from tests.applications.pain_pages import close, page_of, shown
from tests.builders.applications import answer, lead_of, member, ready, started
from tests.builders.calls import open_call
from tests.core.test_cache import OUT_OF_REACH
from tests.journeys.test_application import give_address_and_code, log_in
from tests.support.applicant_forms import logged_in, press_submit, typed
from tests.support.default_form import SLUGS, default_form, section
from tests.support.forms import press
from tests.support.mailbox import link_in

pytestmark = pytest.mark.django_db


SINGLE = ("LINE", "TEXT", "TICK", "NUMBER", "MONTH", "CHOICE")


WRITTEN = [slug for slug in SLUGS if slug != "documents"]


def test_pain_01_an_outage_at_the_deadline_costs_nobody_the_submission() -> None:
    """Cache, broker and worker are away in the last minute: the receipt comes, the rest is made later."""
    application = ready(open_call(closes_at=timezone.now() + timedelta(minutes=1)))
    client = logged_in(lead_of(application))
    down = OperationalError("no broker")
    with (
        override_settings(CACHES=OUT_OF_REACH),
        mock.patch.object(mail_tasks.deliver_due, "delay", side_effect=down),
    ):
        receipt = client.get(press_submit(client, application).headers["Location"])

    submission = application.submissions.get()
    assert submission.sha256 in receipt.content.decode()
    assert Message.objects.get(template="applications/email/receipt").status == "queued"
    assert [attempt.outcome for attempt in application.attempts.all()] == ["accepted"]
    answered = client.get(page_of(application, "versions/1/pdf/"))
    assert b"".join(answered.streaming_content).startswith(b"%PDF-")


def test_pain_02_every_attempt_to_submit_is_on_record_with_its_outcome() -> None:
    application = ready()
    client = logged_in(lead_of(application))
    answer(application, {"ambition": ""})
    press_submit(client, application)
    answer(application, {"ambition": "One network of care."})
    press_submit(client, application)
    press_submit(client, application)
    close(application.call, hours=1)
    press_submit(client, application)

    attempts = list(application.attempts.order_by("pk"))
    assert [a.outcome for a in attempts] == ["incomplete", "accepted", "unchanged", "closed"]
    assert {a.by for a in attempts} == {lead_of(application)}
    assert attempts[0].detail == ["What should be better for residents"]
    history = shown(client, page_of(application, "history/"))
    assert [attempt.get_outcome_display() in history for attempt in attempts] == [True] * 4
    receipt = Message.objects.get(template="applications/email/receipt")
    assert attempts[1].submission.sha256 in receipt.body


@pytest.mark.django_db(transaction=True)
def test_pain_03_two_tabs_that_save_at_once_overwrite_nothing() -> None:
    """Real requests at the same moment: one is saved, the other page shows both values to choose from."""
    application = started()
    clients = [logged_in(lead_of(application)) for _tab in range(2)]
    address = page_of(application, "territory/")
    for turn in range(4):
        forms = [typed(client.get(address)) for client in clients]
        names = [f"Tab {tab} in turn {turn}" for tab in range(2)]
        barrier = Barrier(2)

        def save_at_once(tab: int, forms: Any = forms, names: Any = names, barrier: Barrier = barrier) -> Any:
            try:
                barrier.wait(timeout=30)
                return press(clients[tab], address, forms[tab] | {"title": names[tab]})
            finally:
                connection.close()

        with ThreadPoolExecutor(2) as tabs:
            answers = list(tabs.map(save_at_once, range(2)))
        assert sorted(answer.status_code for answer in answers) == [200, 302]
        loser = next(tab for tab in range(2) if answers[tab].status_code == 200)
        application.refresh_from_db()
        assert application.title == names[1 - loser]
        # The words that differ are marked.
        both = re.sub(r"</?(?:del|ins|mark|span)[^>]*>", "", unescape(answers[loser].content.decode()))
        assert f'value="{names[loser]}"' in both
        assert f"Use the saved version: {names[1 - loser]}" in both


@pytest.mark.django_db(transaction=True)
def test_pain_03_three_people_who_save_at_once_are_each_named_for_what_they_wrote() -> None:
    """Each writes an answer of their own and all of them one: every stale page names the right person."""
    application = started()
    people = [member(application, MemberRole.EDIT) for _person in range(3)]
    clients = [logged_in(person) for person in people]
    address = page_of(application, "territory/")
    own = [
        {"acronym": "A"},
        {"population": "5"},
        {"territory_description": "Two banks."},
    ]
    stale = [typed(client.get(address)) for client in clients]
    barrier = Barrier(3)

    def save_at_once(place: int) -> Any:
        try:
            barrier.wait(timeout=30)
            return press(clients[place], address, stale[place] | own[place] | {"title": f"By {place}"})
        finally:
            connection.close()

    with ThreadPoolExecutor(3) as at_once:
        answers = list(at_once.map(save_at_once, range(3)))
    (first,) = (place for place in range(3) if answers[place].status_code == 302)
    application.refresh_from_db()
    assert application.title == f"By {first}"
    assert (application.answers.get("acronym"), application.answers.get("population")) == ("A", 5)
    for place in {0, 1, 2} - {first}:
        names = [f.label for name, f in answers[place].context["form"].fields.items() if "choice-" in name]
        who = people[first].get_short_name()
        label = "Name of the cross-border territory"
        assert names == [f"{label}: {who} has saved a different answer. Choose which version to keep."]
    # A page that is stale in all of them names the one who wrote each.
    late = press(
        clients[first],
        address,
        stale[first] | {"title": "By none", "acronym": "Z", "population": "9", "territory_description": "Z"},
    )
    told = {name: f.label for name, f in late.context["form"].fields.items() if "choice-" in name}
    for place, cell in enumerate(("acronym", "population", "territory_description")):
        if place != first:
            assert f"{people[place].get_short_name()} has saved a different answer." in told[f"choice-{cell}"]


def test_pain_04_an_edit_after_the_submission_is_called_unsent_until_it_is_sent() -> None:
    call = open_call(closes_at=timezone.now() + timedelta(days=2))
    application = ready(call)
    Application.objects.filter(pk=application.pk).update(created_at=timezone.now() - timedelta(days=20))
    client = logged_in(lead_of(application))
    press_submit(client, application)
    client.post(
        page_of(application, "territory/"),
        typed(client.get(page_of(application, "territory/"))) | {"title": "New"},
    )
    everywhere = [*SLUGS, "check", "people", "history", "versions/1", "withdraw"]
    for rest in ["", *(f"{page}/" for page in everywhere)]:
        assert "You have unsubmitted changes." in shown(client, page_of(application, rest)), rest
    tasks.remind_before_closing()
    reminders = Message.objects.filter(template="applications/email/closing_soon")
    assert "the version that you last submitted counts." in reminders.get().body

    press_submit(client, application)
    assert "You have unsubmitted changes." not in shown(client, page_of(application))
    tasks.remind_before_closing()
    assert reminders.count() == 1


def test_pain_05_saving_a_draft_never_deletes_an_upload() -> None:
    application = ready()
    client = logged_in(lead_of(application))
    files = {name: pdf_bytes(pages=number) for number, name in enumerate(("one.pdf", "zwei.pdf"), 1)}
    for name, content in files.items():
        sent = {"kind": "mandate", "file": SimpleUploadedFile(name, content)}
        client.post(page_of(application, "documents/"), sent)
    for slug in WRITTEN:
        address = page_of(application, f"{slug}/")
        client.post(address, typed(client.get(address)), headers={"X-Autosave": "1"})
        client.post(address, typed(client.get(address)))
    client.post(
        page_of(application, "documents/"), {"kind": "mandate", "file": SimpleUploadedFile("x.pdf", b"x")}
    )

    kept = {document.name: document for document in application.documents.present()}
    assert kept.keys() == files.keys()
    for name, content in files.items():
        got = client.get(page_of(application, f"documents/{kept[name].public_id}/"))
        assert b"".join(got.streaming_content) == content


@pytest.mark.parametrize("slug", WRITTEN)
def test_pain_06_a_draft_is_saved_while_required_answers_are_empty(slug: str) -> None:
    application = ready()
    answer(application, {"support_until": None})
    client = logged_in(lead_of(application))
    address = page_of(application, f"{slug}/")
    plain = [q.name for q in section(slug).questions if q.kind.code in ("line", "text", "tick")]
    emptied = {name: value for name, value in typed(client.get(address)).items() if name not in plain}

    assert client.post(address, emptied).status_code == 302
    application.refresh_from_db()
    assert not any(answers.read(application).get(name) for name in plain)


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_pain_07_a_silent_log_out_loses_no_text(page: Page) -> None:
    """Logged out elsewhere, the person types and presses Save: the page says so and gives the text back."""
    application = started()
    lead = lead_of(application)
    log_in(page, lead.email)
    page.goto(page_of(application, "challenges/"))
    other = page.context.new_page()
    other.goto("/accounts/logout/")
    other.get_by_role("button", name="Log out").click()
    page.get_by_label("What should be better").fill("An hour of typing")
    page.get_by_role("button", name="Save and continue").click()

    expect(page.get_by_label("What should be better for residents")).to_have_value("An hour of typing")
    with page.expect_popup() as opened:
        page.get_by_role("link", name="Log in (opens a new tab)").click()
    page = opened.value
    give_address_and_code(page, lead.email)
    page.get_by_role("button", name="Restore").click()
    expect(page.get_by_label("What should be better")).to_have_value("An hour of typing")
    expect(page.locator("[data-save-state]")).to_contain_text("Saved")
    application.refresh_from_db()
    assert application.answers.get("ambition") == "An hour of typing"


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_pain_08_nobody_has_to_write_offline_and_paste(page: Page) -> None:
    """Without network the text stays on this machine, and is saved as soon as the network is back."""
    application = started()
    log_in(page, lead_of(application).email)
    page.goto(page_of(application, "challenges/"))
    page.context.set_offline(True)
    field = page.get_by_label("What should be better")
    field.fill("Written on the train")
    expect(page.locator("[data-save-state][data-state=failed]")).to_be_visible()
    page.context.set_offline(False)
    field.press_sequentially(", and in the tunnel")
    expect(page.locator("[data-save-state]")).to_contain_text("Saved")
    application.refresh_from_db()
    assert application.answers.get("ambition") == "Written on the train, and in the tunnel"


def test_pain_09_a_partner_is_added_and_confirms_without_an_account() -> None:
    application = started()
    client = logged_in(lead_of(application))
    address = page_of(application, "partnership/")
    row = {
        "partners-0-name": "Town without account",
        "partners-0-contact_email": "mayor@town.example",
    }
    client.post(address, typed(client.get(address)) | row)
    partner = application.partners.get()
    client.post(page_of(application, f"partners/{partner.public_id}/ask/"))
    letter = Message.objects.get(to="mayor@town.example")
    Client().post(link_in(letter, "/applications/partner/"), {"name": "The mayor", "is_entitled": "on"})
    client.post(page_of(application, "people/"), {"email": "clerk@town.example", "role": "edit"})

    people = shown(client, page_of(application, "people/"))
    assert "Confirmed by The mayor" in people
    assert "clerk@town.example" in people
    assert not User.objects.filter(email__endswith="@town.example").exists()


def test_pain_10_what_is_missing_is_the_same_list_everywhere_and_no_country_is_absent() -> None:
    application = ready()
    client = logged_in(lead_of(application))
    blanks = {
        question.name: {"tick": False, "number": None, "month": None}.get(question.kind.code, "")
        for section in default_form()
        for question in section.questions
        if question.is_required
        and question.kind.code in ("line", "text", "tick", "number", "month", "choice")
    }
    assert len(blanks) > 10
    for name, blank in blanks.items():
        before = answers.read(application)[name]
        answer(application, {name: blank})
        lists = [client.get(page_of(application, rest)).context["missing"] for rest in ("", "check/")]
        attempt = press_submit(client, application).context["attempt"]
        assert [lack.text for lack in lists[0]] == [lack.text for lack in lists[1]] == attempt.detail
        lack: Missing
        (lack,) = lists[0]
        form = client.get(f"/applications/{application.public_id}/{lack.section.slug}/").content.decode()
        assert f'id="{lack.anchor}' in form, lack.anchor
        answer(application, {name: str(before) if hasattr(before, "year") else before})
    assert press_submit(client, application).status_code == 302

    countries = {unit.country_id for unit in NutsUnit.objects.selectable()}
    assert countries == {country.pk for country in Country.objects.eligible()}
    assert len(countries) == 40


def test_pain_11_the_closing_hour_names_its_zone_wherever_it_stands() -> None:
    application = ready()
    client = logged_in(lead_of(application))
    exact = application.call.closes_at.strftime("%Y-%m-%dT%H:%M")
    call = f"/calls/{application.call.slug}/"
    everywhere = [call, f"{call}apply/", "/calls/", page_of(application), page_of(application, "check/")]
    for address in everywhere + [page_of(application, f"{slug}/") for slug in SLUGS]:
        html = unescape(client.get(address).content.decode())
        # The time itself for the script that adds the reader's own zone, and Brussels in words.
        assert f'datetime="{exact}' in html, address
        assert "(Brussels time)" in html, address
    press_submit(client, application)
    assert "(Brussels time)" in Message.objects.get(template="applications/email/receipt").body


def opened_before(application: Application, *, minutes: int) -> str:
    """Return what a form carries that was opened so long ago."""
    at = timezone.now() - timedelta(minutes=minutes)
    return opening.sign(application.public_id, lead_of(application), at)


def test_pain_12_the_form_that_is_open_at_closing_has_a_rule_and_it_holds() -> None:
    in_time, too_late = ready(), ready()
    for application in (in_time, too_late):
        client = logged_in(lead_of(application))
        for address in (
            f"/calls/{application.call.slug}/",
            page_of(application),
            page_of(application, "check/"),
        ):
            assert "can still be submitted up to 15 minutes after it" in shown(client, address)
    client = logged_in(lead_of(in_time))
    opened = opened_before(in_time, minutes=20)
    territory = typed(client.get(page_of(in_time, "territory/")))
    close(in_time.call, minutes=14)
    client.post(page_of(in_time, "territory/"), territory | {"title": "Typed in the grace"})
    assert press_submit(client, in_time, opened=opened).status_code == 302
    assert in_time.submissions.get().title == "Typed in the grace"

    client = logged_in(lead_of(too_late))
    opened = opened_before(too_late, minutes=20)
    territory = typed(client.get(page_of(too_late, "territory/")))
    close(too_late.call, minutes=16)
    client.post(page_of(too_late, "territory/"), territory | {"title": "Typed too late"})
    assert press_submit(client, too_late, opened=opened).status_code == 409
    too_late.refresh_from_db()
    assert (too_late.title, too_late.submissions.count()) == ("Typed too late", 0)
