"""Section pages over HTTP: incomplete saves, errors that lose nothing, stale saves, autosave, rights."""

import json
from datetime import timedelta
from html import unescape
from uuid import uuid4

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from applications.enums import ApplicationStatus, MemberRole
from applications.models import Application
from applications.sections import BY_SLUG, SECTIONS
from impact.mail import actions as mail
from tests.applications.applicants import (
    FREIBURG,
    ORTENAU,
    STRASBOURG,
    answer,
    lead_of,
    member,
    partner,
    person,
    ready,
    save,
    started,
    submit,
    typed,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def application():
    return started()


@pytest.fixture
def lead(application):
    return logged_in(lead_of(application))


def logged_in(user):
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def url(application, slug):
    return BY_SLUG[slug].url(application.public_id)


def send(client, application, slug, **changes):
    sent = typed(client.get(url(application, slug))) | changes
    return client.post(url(application, slug), sent)


@pytest.mark.parametrize("slug", [section.slug for section in SECTIONS])
def test_section_page_is_small_and_saves_empty(application, lead, slug):
    page = lead.get(url(application, slug))
    assert page.status_code == 200
    assert len(page.content) < 40_000
    if slug != "documents":
        sent = send(lead, application, slug)
        assert sent.status_code == 302, sent.context["form"].all_errors()


def test_section_saves_incomplete_and_goes_on(application, lead):
    answer = send(lead, application, "territory", title="Upper Rhine", units=[STRASBOURG, ORTENAU])
    assert answer.headers["Location"] == url(application, "partnership")
    application.refresh_from_db()
    assert application.title == "Upper Rhine"
    assert sorted(application.units.values_list("pk", flat=True)) == [ORTENAU, STRASBOURG]


def test_section_with_an_error_keeps_what_was_typed_and_saves_the_rest(application, lead):
    page = send(lead, application, "territory", title="Upper Rhine", population="many", units=[STRASBOURG])
    html = page.content.decode()
    assert page.status_code == 200
    assert '<a href="#id_population">' in html
    assert 'value="many"' in html
    application.refresh_from_db()
    assert (application.title, application.population) == ("Upper Rhine", None)


@pytest.mark.parametrize("written", ["1200000", "1 200 000", "1.200.000", "1,200,000", "1\u202f200\u202f000"])
def test_section_takes_numbers_as_people_write_them(application, lead, written):
    send(lead, application, "territory", population=written)
    application.refresh_from_db()
    assert application.population == 1_200_000


def test_section_text_too_long_is_refused_in_words_and_kept(application, lead):
    html = send(lead, application, "challenges", ambition="x" * 3001).content.decode()
    assert "Shorten this to 3000 characters; it has 3001." in html
    assert "x" * 3001 in html


def test_section_counts_line_breaks_as_one_character(application, lead):
    text = "line\r\n" * 600
    send(lead, application, "challenges", ambition=text)
    application.refresh_from_db()
    assert application.ambition == ("line\n" * 600).strip()


def test_section_search_for_a_region_works_without_javascript(application, lead):
    page = send(
        lead,
        application,
        "territory",
        title="Typed",
        units=[STRASBOURG],
        units_search="ortenau",
        add_row="units_search",
    )
    html = page.content.decode()
    assert 'value="Typed"' in html
    assert f'value="{ORTENAU}"' in html
    application.refresh_from_db()
    assert application.title == ""


def test_section_adds_a_partner_row_without_javascript(application, lead):
    page = send(lead, application, "partnership", add_row="partners", **{"partners-0-name": "Town"})
    assert page.context["form"].rows["partners"].total_form_count() == 2
    assert 'value="Town"' in page.content.decode()


def test_partner_region_is_understood_by_code_by_full_name_and_by_a_part(application, lead):
    for place, text in enumerate((STRASBOURG, "Ortenaukreis", "Breisgau-Hoch")):
        send(
            lead,
            application,
            "partnership",
            **{
                "partners-TOTAL_FORMS": str(place + 1),
                f"partners-{place}-name": f"Town {place}",
                f"partners-{place}-unit": text,
            },
        )
    assert list(application.partners.order_by("position").values_list("unit", flat=True)) == [
        STRASBOURG,
        ORTENAU,
        "DE132",
    ]


@pytest.mark.parametrize(
    ("text", "words"),
    [("Atlantis", "know no region of this name"), ("rhin", "Several regions fit: Bas-Rhin")],
)
def test_partner_region_that_is_unclear_is_asked_again_and_the_partner_kept(application, lead, text, words):
    page = send(lead, application, "partnership", **{"partners-0-name": "Town", "partners-0-unit": text})
    html = page.content.decode()
    assert words in html
    assert f'value="{text}"' in html
    assert list(application.partners.values_list("name", "unit")) == [("Town", None)]


def test_partner_is_removed_only_when_asked(application, lead):
    send(lead, application, "partnership", **{"partners-0-name": "Town"})
    send(lead, application, "partnership")
    assert application.partners.count() == 1
    send(lead, application, "partnership", **{"partners-0-DELETE": "on"})
    assert application.partners.count() == 0


def test_two_leads_are_refused_where_they_stand(application, lead):
    rows = {"partners-TOTAL_FORMS": "2"}
    for place in range(2):
        rows |= {f"partners-{place}-name": f"Town {place}", f"partners-{place}-is_lead": "on"}
    page = send(lead, application, "partnership", **rows)
    assert "Only one partner can lead" in page.content.decode()


def test_need_twice_is_refused_and_the_first_kept(application, lead):
    rows = {"needs-TOTAL_FORMS": "2"}
    for place in range(2):
        rows |= {
            f"needs-{place}-area": "clld-design",
            f"needs-{place}-weight": "3",
            f"needs-{place}-level": "2",
        }
    page = send(lead, application, "support", **rows)
    assert "This area is there twice" in page.content.decode()
    assert list(application.needs.values_list("area", "weight")) == [("clld-design", 3)]


def test_months_in_the_wrong_order_are_refused_together(application, lead):
    page = send(lead, application, "support", support_from="2027-05", support_until="2027-01")
    assert "The last month is before the first" in page.content.decode()
    application.refresh_from_db()
    assert (application.support_from, application.support_until) == (None, None)


def test_two_people_never_overwrite_each_other(application, lead):
    bob = logged_in(member(application, MemberRole.EDIT))
    of_ana, of_bob = (typed(c.get(url(application, "territory"))) for c in (lead, bob))
    lead.post(url(application, "territory"), of_ana | {"title": "Ana's", "population": "5"})

    page = bob.post(url(application, "territory"), of_bob | {"title": "Bob's", "acronym": "BOB"})

    assert "Take what was saved: Ana&#x27;s" in page.content.decode()
    application.refresh_from_db()
    assert (application.title, application.acronym, application.population) == ("Ana's", "BOB", 5)
    # Without a choice nothing happens, with one it is followed; Ana's number stays in both cases.
    again = bob.post(url(application, "territory"), typed(page))
    assert "Choose which answer stays" in again.content.decode()
    name = next(name for name in again.context["form"].fields if name.startswith("choice-"))
    mine = again.context["form"].fields[name].choices[0][0]
    done = bob.post(url(application, "territory"), typed(again) | {name: mine})
    assert done.status_code == 302
    application.refresh_from_db()
    assert (application.title, application.population) == ("Bob's", 5)


def asked_about(page):
    """Return the questions of a page which of two values stays, by the cell that they are about."""
    fields = page.context["form"].fields
    return {name.removeprefix("choice-"): f.label for name, f in fields.items() if name.startswith("choice-")}


def test_stale_save_names_who_wrote_each_value_field_by_field(application):
    ana, bob, eve = (member(application, MemberRole.EDIT) for _person in range(3))
    address = url(application, "territory")
    stale = typed(logged_in(eve).get(address))
    send(logged_in(ana), application, "territory", title="Ana's", acronym="ANA")
    send(logged_in(bob), application, "territory", population="5", territory_description="Bob's")
    send(logged_in(bob), application, "territory", acronym="BOB")
    mine = stale | {"title": "E", "acronym": "E", "population": "7"}

    for _press in range(2):  # the second time Eve's own save of the description is the last one
        asked = asked_about(logged_in(eve).post(address, mine))
        names = {cell: label.partition(": ")[2].partition(" saved")[0] for cell, label in asked.items()}
        assert names == {
            "title": ana.get_short_name(),
            "acronym": bob.get_short_name(),
            "population": bob.get_short_name(),
        }
        mine |= {"units": [STRASBOURG]}
    application.refresh_from_db()
    assert (application.title, application.acronym, application.population) == ("Ana's", "BOB", 5)


def test_stale_save_of_the_same_person_in_another_tab_names_nobody(application, lead):
    stale = typed(lead.get(url(application, "territory")))
    send(lead, application, "territory", title="First tab")
    page = lead.post(url(application, "territory"), stale | {"title": "Second tab"})
    (question,) = asked_about(page).values()
    assert "something else was saved meanwhile from another page" in question


def test_stale_save_names_who_removed_a_partner(application, lead):
    bob = member(application, MemberRole.EDIT)
    send(lead, application, "partnership", **{"partners-0-name": "Town"})
    stale = typed(lead.get(url(application, "partnership")))
    send(logged_in(bob), application, "partnership", **{"partners-0-DELETE": "on"})

    page = lead.post(url(application, "partnership"), stale | {"partners-0-name": "City"})

    (question,) = asked_about(page).values()
    assert question.startswith(f"City: {bob.get_short_name()} saved something else")
    assert "Take what was saved: nothing: it was removed" in page.content.decode()


def test_both_values_of_a_conflict_are_told_in_words_and_not_in_codes(application, lead):
    bob = logged_in(member(application, MemberRole.EDIT))
    pages = ("territory", "partnership", "support")
    stale = {slug: typed(bob.get(url(application, slug))) for slug in pages}
    answer(
        application,
        {
            "units": [STRASBOURG],
            "population": 1200000,
            "governance_form": "egtc",
            "needs": [{"area": "clld-design", "weight": 3, "level": 2}],
            "working_languages": ["de"],
            "support_from": "2027-01-01",
        },
    )
    mine = {
        "territory": {"units": [ORTENAU], "population": "7"},
        "partnership": {"governance_form": "none"},
        "support": {
            "needs-0-area": "peer-learning",
            "working_languages": ["fr"],
            "support_from": "2027-02",
        },
    }
    shown = [unescape(bob.post(url(application, s), stale[s] | mine[s]).content.decode()) for s in pages]
    text = " ".join(shown)
    for words in (
        "Bas-Rhin (FRF11)",
        "1,200,000",
        "European Grouping of Territorial Cooperation (EGTC)",
        "German",
        "January 2027",
    ):
        assert f"Take what was saved: {words}" in text, words
    assert "Take what was saved: clld-design" not in text


def test_partners_of_two_people_are_both_kept(application, lead):
    bob = logged_in(member(application, MemberRole.EDIT))
    of_ana, of_bob = (typed(c.get(url(application, "partnership"))) for c in (lead, bob))
    lead.post(url(application, "partnership"), of_ana | {"partners-0-name": "Ana's town"})
    bob.post(url(application, "partnership"), of_bob | {"partners-0-name": "Bob's town"})
    assert set(application.partners.values_list("name", flat=True)) == {"Ana's town", "Bob's town"}


def autosave(client, application, slug, **changes):
    sent = typed(client.get(url(application, slug))) | changes
    answer = client.post(url(application, slug), sent, headers={"X-Autosave": "1"})
    return answer.json(), sent


def test_autosave_tells_what_it_did_and_gives_the_new_base(application, lead):
    told, sent = autosave(lead, application, "territory", title="Upper Rhine")
    assert (told["state"], told["text"]) == ("saved", "")
    # The page goes on with the new base: its next save is no conflict with its own.
    on = sent | {"base": told["base"], "title": "Upper Rhine for ever"}
    assert lead.post(url(application, "territory"), on).status_code == 302
    application.refresh_from_db()
    assert application.title == "Upper Rhine for ever"


def test_autosave_of_a_new_row_repeated_is_one_partner(application, lead):
    told, sent = autosave(lead, application, "partnership", **{"partners-0-name": "Tow"})
    lead.post(
        url(application, "partnership"),
        sent | {"base": told["base"], "partners-0-name": "Town"},
        headers={"X-Autosave": "1"},
    )
    assert list(application.partners.values_list("name", flat=True)) == ["Town"]


def test_save_after_autosave_keeps_the_rows(application, lead):
    row = {"needs-0-area": "clld-design", "needs-0-weight": "3", "needs-0-level": "1"}
    told, sent = autosave(lead, application, "support", **row)
    lead.post(url(application, "support"), sent | {"base": told["base"]})
    assert list(application.needs.values_list("area", "weight", "level")) == [("clld-design", 3, 1)]


def test_save_with_a_region_typed_but_not_chosen_shows_what_was_found(application, lead):
    page = send(lead, application, "territory", title="Upper Rhine", units_search="ortenau")
    html = page.content.decode()
    assert "You typed a region without choosing one" in html
    assert f'value="{ORTENAU}"' in html
    application.refresh_from_db()
    assert application.title == "Upper Rhine"


def test_autosave_with_an_error_saves_the_rest_and_says_so(application, lead):
    told, _sent = autosave(lead, application, "territory", title="Upper Rhine", population="many")
    assert told["text"].startswith("1 answer")
    application.refresh_from_db()
    assert application.title == "Upper Rhine"


def test_autosave_never_takes_the_answer_of_somebody_else(application, lead):
    sent = typed(lead.get(url(application, "territory")))
    save(application, "territory", {"title": "Ana's"})
    told = lead.post(
        url(application, "territory"), sent | {"title": "Bob's"}, headers={"X-Autosave": "1"}
    ).json()
    assert told["text"].startswith("1 answer")
    assert json.loads(told["base"])["title"] == json.loads(sent["base"])["title"]
    application.refresh_from_db()
    assert application.title == "Ana's"


@pytest.mark.parametrize("base", ["", "not json", "[]", '{"title": 5}'])
def test_section_with_a_broken_base_overwrites_nothing(application, lead, base):
    save(application, "territory", {"title": "Saved"})
    send(lead, application, "territory", title="Blind", base=base)
    application.refresh_from_db()
    assert application.title == "Saved"


@pytest.mark.parametrize(
    "rest", ["", "territory/", "documents/", "check/", "history/", "people/", "withdraw/"]
)
def test_foreign_application_is_not_found_and_the_public_must_log_in(application, rest):
    address = f"/applications/{application.public_id}/{rest}"
    assert logged_in(person()).get(address).status_code == 404
    asked = Client().get(address)
    assert (asked.status_code, asked.headers["Location"].split("?")[1]) == (302, f"next={address}")


def test_unknown_section_is_not_found(application, lead):
    assert lead.get(f"/applications/{application.public_id}/nonsense/").status_code == 404


def test_reader_sees_the_section_and_cannot_save(application):
    reader = logged_in(member(application, MemberRole.VIEW))
    page = reader.get(url(application, "territory"))
    assert "You may read this application" in page.content.decode()
    assert "<fieldset disabled" in page.content.decode()
    refused = reader.post(url(application, "territory"), typed(page) | {"title": "X"})
    assert "You may read this application" in refused.content.decode()
    application.refresh_from_db()
    assert application.title == ""


def test_question_of_staff_names_and_links_the_sections_that_are_open():
    application = ready()
    submit(application)
    Application.objects.filter(pk=application.pk).update(status=ApplicationStatus.RETURNED)
    due_at, staff = timezone.now() + timedelta(days=5), person()
    application.clarifications.create(sections=["support"], question="Who?", due_at=due_at, asked_by=staff)
    client, address = logged_in(lead_of(application)), f"/applications/{application.public_id}/"

    overview = client.get(address)
    assert overview.context["asked_sections"] == [("Support wanted", url(application, "support"))]
    assert "Sections that you can change for your answer:" in overview.content.decode()
    assert client.get(f"{address}check/").content.decode().count("Change<span") == 1


def test_version_of_a_withdrawn_application_counts_no_more():
    application = ready()
    submit(application)
    client = logged_in(lead_of(application))
    receipt = f"/applications/{application.public_id}/versions/1/"
    assert "This version counts" in client.get(receipt).content.decode()

    client.post(f"/applications/{application.public_id}/withdraw/", {"reason": "", "is_sure": "on"})
    application.refresh_from_db()
    assert application.status == ApplicationStatus.WITHDRAWN
    assert "This version counts" not in client.get(receipt).content.decode()


def test_reader_is_led_to_nothing_that_only_writers_may_do():
    application = ready()
    submit(application)
    answer(application, {"title": "Other"})
    reader = logged_in(member(application, MemberRole.VIEW))
    address = f"/applications/{application.public_id}/"

    overview, check = (reader.get(f"{address}{rest}").content.decode() for rest in ("", "check/"))
    # The one link to the page of submitting stands beside the unsent changes.
    assert overview.count(f'href="{address}check/"') == check.count(f'href="{address}check/"') == 1
    assert f'href="{address}people/"' in overview
    assert "Change<span" not in check
    assert "Change<span" in logged_in(lead_of(application)).get(f"{address}check/").content.decode()
    assert "Leave" in reader.get(f"{address}people/").content.decode()


def test_clarification_opens_the_named_sections_only():
    application = ready()
    submit(application)
    application.call.closes_at = timezone.now() - timedelta(days=2)
    application.call.save(update_fields=["closes_at"])
    Application.objects.filter(pk=application.pk).update(status=ApplicationStatus.RETURNED)
    application.clarifications.create(
        sections=["territory"],
        question="Which towns?",
        due_at=timezone.now() + timedelta(days=5),
        asked_by=person(),
    )
    client = logged_in(lead_of(application))
    assert send(client, application, "territory", title="Clearer").status_code == 302
    assert "Which towns?" in client.get(application.get_absolute_url()).content.decode()
    sent = typed(client.get(url(application, "challenges"))) | {"ambition": "Other"}
    client.post(url(application, "challenges"), sent)
    application.refresh_from_db()
    assert (application.title, application.ambition) == ("Clearer", "One network of care.")


def test_grace_is_carried_from_a_section_to_the_submission():
    application = ready()
    client = logged_in(lead_of(application))
    sent = typed(client.get(url(application, "territory")))
    application.call.closes_at = timezone.now()
    application.call.save(update_fields=["closes_at"])

    saved = client.post(url(application, "territory"), sent | {"title": "Last minute", "save_exit": "1"})
    overview = client.get(saved.headers["Location"])
    check = f"/applications/{application.public_id}/check/"
    opened = overview.context["carried"]
    assert f"{check}{opened}".replace("&", "&amp;") in overview.content.decode()
    page = client.get(check + opened)
    done = client.post(check, {"opened": page.context["form"].initial["opened"]})
    assert done.headers["Location"].endswith("/versions/1/")


def test_late_form_opened_after_closing_is_refused_with_its_time():
    application = ready()
    application.call.closes_at = timezone.now() - timedelta(minutes=1)
    application.call.save(update_fields=["closes_at"])
    client = logged_in(lead_of(application))
    check = f"/applications/{application.public_id}/check/"
    page = client.get(check)
    refused = client.post(check, {"opened": page.context["form"].initial["opened"]})
    assert refused.status_code == 409
    assert "the call was closed" in refused.content.decode()
    assert application.attempts.get().outcome == "closed"


def test_check_page_links_what_is_missing_and_hides_the_button(application, lead):
    page = lead.get(f"/applications/{application.public_id}/check/").content.decode()
    assert f'{url(application, "territory")}#id_title"' in page
    assert 'name="submit"' not in page


def test_receipt_and_history_over_http():
    application = ready()
    client = logged_in(lead_of(application))
    check = f"/applications/{application.public_id}/check/"
    receipt = client.post(check, {}, follow=True)
    html = receipt.content.decode()
    submission = application.submissions.get()
    for expected in (application.reference, submission.sha256, "(Brussels time)", "versions/1/pdf/"):
        assert expected in html
    assert "All of this is submitted" in client.get(check).content.decode()
    again = client.post(check, {}, follow=True)
    assert "Nothing has changed since this version" in again.content.decode()
    history = client.get(f"/applications/{application.public_id}/history/").content.decode()
    assert history.count("(Version 1)") == 2
    pdf = client.get(f"/applications/{application.public_id}/versions/1/pdf/")
    assert b"".join(pdf.streaming_content).startswith(b"%PDF-")
    assert (
        logged_in(person()).get(f"/applications/{application.public_id}/versions/1/pdf/").status_code == 404
    )


def test_versions_are_compared_answer_by_answer():
    application = ready()
    submit(application)
    answer(application, {"title": "Upper Rhine for ever"})
    submit(application)
    page = logged_in(lead_of(application)).get(f"/applications/{application.public_id}/versions/2/")
    assert [(d.before.text, d.after.text) for d in page.context["differences"]] == [
        ("Upper Rhine", "Upper Rhine for ever")
    ]


def test_unsent_changes_are_said_on_every_page():
    application = ready()
    submit(application)
    answer(application, {"title": "Other"})
    client = logged_in(lead_of(application))
    for rest in ("", "territory/", "documents/", "people/"):
        page = client.get(f"/applications/{application.public_id}/{rest}").content.decode()
        assert "You have changes that are not submitted" in page
    assert "changes that are not submitted" in client.get("/applications/").content.decode()


@pytest.mark.parametrize("status", ["eligible", "ineligible", "selected", "reserve", "not_selected"])
def test_verdict_is_not_shown_before_its_letter(status):
    application = ready()
    submit(application)
    Application.objects.filter(pk=application.pk).update(status=status)
    mail.post(
        template="applications/email/withdrawn",
        to="x@example.org",
        context={"application": application, "link": ""},
        dedupe_key="letter",
        about=application.about,
        is_held=True,
    )
    page = logged_in(lead_of(application)).get(application.get_absolute_url())
    assert page.context["application"].shown_status == ApplicationStatus.SUBMITTED
    mail.release(keys=["letter"])
    page = logged_in(lead_of(application)).get(application.get_absolute_url())
    expected = "submitted" if status == "eligible" else status
    assert page.context["application"].shown_status == expected


def count(client, address):
    """Count the queries of a page as the first one to ask, with nothing cached."""
    cache.clear()
    with CaptureQueriesContext(connection) as queries:
        assert client.get(address).status_code == 200
    return len(queries)


def test_pages_ask_the_database_as_often_for_many_rows_as_for_few():
    application = ready()
    client = logged_in(lead_of(application))
    pages = [
        f"/applications/{application.public_id}/{rest}" for rest in ("", "partnership/", "check/", "people/")
    ]
    few = [count(client, address) for address in pages]
    rows = {f"partners.{uuid4().hex}": partner(unit) for unit in (FREIBURG, STRASBOURG, ORTENAU) * 4}
    answer(application, rows)
    assert [count(client, address) for address in pages] == few


def test_list_of_applications_asks_as_often_for_many_as_for_few():
    application = ready()
    lead = lead_of(application)
    client = logged_in(lead)
    few = count(client, "/applications/")
    for _more in range(5):
        started(application.call, lead)
    # Of those with a decision it asks whether their letter has left.
    Application.objects.update(status="selected")
    assert count(client, "/applications/") == few
