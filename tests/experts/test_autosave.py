"""A section saves itself while it is typed: what is valid of a draft, and nothing that staff rely on."""

import json

import pytest
from django.urls import reverse

from core.sections.merging import digests
from experts import actions, snapshots
from experts.enums import ExpertStatus, ProfileSection
from experts.models import Expert, ExpertDeclaration
from tests.builders.experts import COMPLETE, make_complete_expert, make_expert, make_expert_at, save
from tests.experts.test_pages import log_in
from tests.support.expert_forms import answers_of, by_browser, the_section

pytestmark = pytest.mark.django_db
ABOUT = COMPLETE[ProfileSection.ABOUT]


def autosave(client, expert, section, answers, base=None):
    """Send a section as the script does; return what it is told."""
    now = answers_of(Expert.objects.get(pk=expert.pk), section)
    sent = by_browser(section, answers, now if base is None else base)
    address = reverse("experts:section", args=[section])
    return client.post(address, sent, headers={"X-Autosave": "1"}).json()


@pytest.fixture
def draft(client):
    expert = make_expert()
    log_in(client, expert)
    return expert


def test_autosave_keeps_an_incomplete_section_and_gives_the_new_base(client, draft):
    told = autosave(client, draft, "about", ABOUT | {"name": "Ana", "headline": ""})

    draft.refresh_from_db()
    assert (told["state"], told["text"], draft.name) == ("saved", "", "Ana")
    assert json.loads(told["base"]) == digests(snapshots.read(draft, [the_section("about")]))


def test_autosave_goes_on_with_its_new_base(client, draft):
    told = autosave(client, draft, "about", ABOUT | {"name": "Ana"})
    sent = by_browser("about", ABOUT | {"name": "Ana Horvat"}) | {"base": told["base"]}

    response = client.post(reverse("experts:section", args=["about"]), sent)

    draft.refresh_from_db()
    assert (response.status_code, draft.name) == (302, "Ana Horvat")


def test_autosave_with_an_error_saves_the_rest_and_says_so(client, draft):
    save(draft, "about", ABOUT | {"website": "https://ana.example"})

    told = autosave(client, draft, "about", ABOUT | {"headline": "Adviser", "website": "http://"})

    draft.refresh_from_db()
    assert told["text"] == (
        "Not saved: Website or public profile: Enter a website address, such as https://example.org."
    )
    assert (draft.headline, draft.answers["website"]) == ("Adviser", "https://ana.example")


def test_autosave_of_a_half_typed_row_keeps_the_saved_rows(client, draft):
    save(draft, "languages", COMPLETE[ProfileSection.LANGUAGES])
    rows = {"languages": [{"language": "sl", "level": "N"}, {"language": "en", "level": ""}]}

    told = autosave(client, draft, "languages", rows)

    assert told["text"] == "Not saved: Language 2 – Level: Choose an answer."
    assert answers_of(draft, "languages") == COMPLETE[ProfileSection.LANGUAGES]


def test_autosave_of_days_keeps_the_month_that_is_not_a_number(client, draft):
    months = list(snapshots.take(make_complete_expert())["availability"]["months"])[:2]
    save(draft, "availability", {"months": {months[0]: 4, months[1]: 6}})
    sent = by_browser("availability", {"months": {months[0]: 10}}, answers_of(draft, "availability"))
    sent |= {f"month_{months[1].replace('-', '_')}": "many"}

    told = client.post(
        reverse("experts:section", args=["availability"]), sent, headers={"X-Autosave": "1"}
    ).json()

    assert told["text"].endswith(": Enter a number of days, such as 3 or 2.5.")
    assert answers_of(draft, "availability")["months"] == {months[0]: 10, months[1]: 6}


def test_autosave_never_overwrites_what_another_tab_saved_and_keeps_the_rest(client, draft):
    before = answers_of(draft, "about")
    save(draft, "about", ABOUT | {"name": "Written in the other tab", "headline": ""})

    told = autosave(client, draft, "about", ABOUT | {"name": "Written here"}, base=before)

    draft.refresh_from_db()
    words = "Your name: changed on another page. Save to choose which version to keep."
    assert (told["state"], told["text"]) == ("saved", f"Not saved: {words}")
    assert (draft.name, draft.headline) == ("Written in the other tab", ABOUT["headline"])


@pytest.mark.parametrize("status", [ExpertStatus.SUBMITTED, ExpertStatus.APPROVED, ExpertStatus.PAUSED])
def test_autosave_changes_nothing_that_staff_rely_on(client, status):
    expert = make_expert_at(status)
    log_in(client, expert)
    versions = expert.versions.count()

    told = autosave(client, expert, "about", ABOUT | {"name": "Half a na"})

    expert.refresh_from_db()
    assert told["state"] == "refused"
    assert told["text"].startswith("Not saved yet. OECD staff rely on this profile,")
    assert (expert.name, expert.versions.count()) == (ABOUT["name"], versions)
    page = client.get(reverse("experts:section", args=["about"])).content.decode()
    assert 'data-keep="Not saved yet. OECD staff rely on this profile' in page


def test_autosave_never_declares_anything(client, draft):
    told = autosave(client, draft, "declarations", {"declares_truth": True, "agrees_to_sharing": True})

    assert told["state"] == "refused"
    assert not ExpertDeclaration.objects.exists()
    page = client.get(reverse("experts:section", args=["declarations"])).content.decode()
    assert "data-autosave" not in page


def test_autosave_of_a_profile_withdrawn_elsewhere_says_so(client, draft):
    actions.withdraw(expert_id=draft.pk, by=draft.user)

    told = autosave(client, draft, "about", ABOUT)

    assert told == {"state": "refused", "text": "Your profile is withdrawn. Reopen it to make changes."}


def test_autosave_of_somebody_who_is_logged_out_is_led_to_the_log_in(client, draft):
    client.logout()

    response = client.post(reverse("experts:section", args=["about"]), {}, headers={"X-Autosave": "1"})

    assert response.status_code == 302


def test_row_removed_here_and_put_back_in_another_tab_stays(client, draft):
    def row(language, level="B2"):
        return {"language": language, "level": level}

    def send(base, *rows):
        sent = by_browser("languages", {"languages": list(rows)}) | {"base": base}
        told = client.post(reverse("experts:section", args=["languages"]), sent, headers={"X-Autosave": "1"})
        assert told.json()["text"] == ""
        return told.json()["base"]

    def base_of_page():
        return json.dumps(
            digests(snapshots.read(Expert.objects.get(pk=draft.pk), [the_section("languages")]))
        )

    save(draft, "languages", {"languages": [row("fr")]})
    first = send(base_of_page(), row("pl"))
    send(base_of_page(), row("pl"), row("fr"))

    first = send(first, row("pl", "C1"))
    send(first, row("pl", "C2"))

    kept = answers_of(Expert.objects.get(pk=draft.pk), "languages")["languages"]
    assert sorted(kept, key=lambda given: given["language"]) == [row("fr"), row("pl", "C2")]
