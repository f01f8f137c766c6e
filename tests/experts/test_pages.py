"""The public pages over HTTP: who may open them, what they save, what they refuse."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from core import phrases
from core.privacy import copying
from core.sections import completeness
from experts import actions, snapshots, summaries
from experts.enums import ExpertStatus, ProfileSection
from experts.models import Expert
from tests.builders.experts import COMPLETE, make_complete_expert, make_expert, make_expert_at, save
from tests.builders.people import make_person, make_staff
from tests.support.expert_forms import answers_of, by_browser, the_section
from tests.support.forms import press
from tests.support.logging_in import log_in_by_code

pytestmark = pytest.mark.django_db

PRIVATE = [
    *("profile", "check", "seen_by", "erase", "cv", "cv_file"),
    *("pause", "resume", "withdraw", "reopen", "confirm"),
]


def log_in(client: Client, expert: Expert) -> None:
    client.force_login(expert.user, backend="django.contrib.auth.backends.ModelBackend")


def test_public_pages_need_no_log_in_and_no_query(client, django_assert_num_queries):
    for name in ("index", "register"):
        with django_assert_num_queries(0):
            assert client.get(reverse(f"experts:{name}")).status_code == 200


@pytest.mark.parametrize("name", PRIVATE)
def test_private_page_asks_a_visitor_to_log_in(client, name):
    address = reverse(f"experts:{name}")

    response = client.get(address)

    assert response.url == f"{reverse('account_request_login_code')}?next={address}"


@pytest.mark.parametrize("name", PRIVATE)
def test_private_page_leads_a_newcomer_to_the_beginning(client, name):
    client.force_login(make_person(), backend="django.contrib.auth.backends.ModelBackend")

    assertRedirects(
        client.get(reverse(f"experts:{name}")), reverse("experts:register"), fetch_redirect_response=False
    )


def test_log_in_by_code_leads_back_to_the_beginning_and_one_button_starts(client):
    register = reverse("experts:register")
    assertContains(client.get(register), f"?next={register}")

    response = log_in_by_code(client, "new@example.org", register)
    assert response.url == register
    assert not Expert.objects.exists()

    assertRedirects(client.post(reverse("experts:start")), reverse("experts:profile"))
    assert Expert.objects.get().user.email == "new@example.org"


@pytest.mark.parametrize("section", COMPLETE)
def test_section_page_saves_and_leads_on(client, section):
    expert = make_expert()
    log_in(client, expert)
    empty = answers_of(expert, section)

    response = client.post(
        reverse("experts:section", args=[section]), by_browser(section, COMPLETE[section], empty)
    )

    assert response.status_code == 302
    assert answers_of(Expert.objects.get(), section) == COMPLETE[section]
    assert client.get(reverse("experts:section", args=[section])).status_code == 200


def test_languages_page_says_in_words_what_each_level_means(client):
    log_in(client, make_expert())

    page = " ".join(client.get(reverse("experts:section", args=["languages"])).content.decode().split())

    assert "What the levels mean" in page
    explained = re.findall(r"<dt>([^<]+)</dt> <dd>([^<]+)</dd>", page)
    assert [level for level, _words in explained] == ["A1", "A2", "B1", "B2", "C1", "C2"]
    assert all(len(words.split()) > 8 for _level, words in explained)
    offered = re.findall(r'<option value="(\w+)">[^<]* – ([^<]{15,})</option>', page)
    assert [value for value, _words in offered][:7] == [*("A1", "A2", "B1", "B2", "C1", "C2"), "N"]


def test_area_takes_a_level_and_evidence_which_staff_read(client, settings):
    settings.STAFF_SECOND_FACTOR_REQUIRED = False
    expert = make_expert_at(ExpertStatus.SUBMITTED)
    log_in(client, expert)
    address = reverse("experts:section", args=["expertise"])
    answers = {
        "expertise": [{"area": "clld-design", "level": 2, "evidence": "Strategy of LAG Sotla, 2021"}],
        "challenges": [],
    }

    before = answers_of(expert, "expertise")
    assert client.post(address, by_browser("expertise", answers, before)).status_code == 302

    row = expert.expertise.get()
    assert (row.area_id, row.level, row.evidence) == ("clld-design", 2, answers["expertise"][0]["evidence"])
    assertContains(client.get(address), f'value="{row.evidence}"')
    client.force_login(make_staff(), backend="django.contrib.auth.backends.ModelBackend")
    staff_page = client.get(reverse("admin:experts_expert_change", args=[expert.pk]))
    assertContains(staff_page, f"{row.area}: I have practical experience in this field ({row.evidence})")


def test_line_of_the_profile_is_set_as_its_language_wants(monkeypatch):
    profile = snapshots.take(make_complete_expert())
    monkeypatch.setattr(phrases, "_", {"%(name)s: %(value)s": "%(name)s\u00a0: %(value)s"}.__getitem__)

    lines = {line.label: line.values for part in summaries.of_profile(profile) for line in part.lines}

    assert lines["Languages"][0] == "Slovenian\u00a0: Native or bilingual"
    assert " : I lead others in this field (Strategy of a LAG, 2021)" in lines["Areas of expertise"][0]
    assert all("\u00a0: " in line for line in lines["Days available"])


def test_explanation_of_a_declaration_stands_below_its_box(client):
    log_in(client, make_expert())

    page = client.get(reverse("experts:section", args=["declarations"])).content.decode()

    label, hint = page.index('for="id_declares_truth"'), page.index('id="id_declares_truth_helptext"')
    assert label < hint
    assert 'aria-describedby="id_declares_truth_helptext"' in page


def test_section_page_saves_incomplete_and_leads_to_the_list(client):
    expert = make_expert()
    log_in(client, expert)
    about = COMPLETE[ProfileSection.ABOUT] | {"headline": "", "biography": ""}
    data = by_browser(ProfileSection.ABOUT, about, answers_of(expert, ProfileSection.ABOUT))
    data["save_exit"] = "1"

    response = client.post(reverse("experts:section", args=["about"]), data)

    assertRedirects(response, reverse("experts:profile"))
    assertContains(client.get(reverse("experts:profile")), "Incomplete")


@pytest.mark.parametrize("make", [make_expert, lambda: make_expert_at(ExpertStatus.APPROVED)])
def test_section_page_saves_what_is_valid_and_keeps_what_is_not(client, make):
    expert = make()
    log_in(client, expert)
    about = COMPLETE[ProfileSection.ABOUT] | {"website": "not an address", "biography": "Sixteen years"}
    address = reverse("experts:section", args=["about"])
    typed = by_browser(ProfileSection.ABOUT, about, answers_of(expert, ProfileSection.ABOUT))

    response = press(client, address, typed)

    assertContains(response, "not an address")
    assertContains(response, 'href="#id_website"')
    assertContains(response, "Everything else on this page has been saved.")
    now = Expert.objects.get(pk=expert.pk)
    assert (now.answers["biography"], now.answers.get("website")) == ("Sixteen years", None)


def test_section_that_would_leave_an_approved_profile_incomplete_is_refused_as_a_whole(client):
    expert = make_expert_at(ExpertStatus.APPROVED)
    log_in(client, expert)
    shown = answers_of(expert, ProfileSection.AVAILABILITY)

    page = press(
        client,
        reverse("experts:section", args=["availability"]),
        by_browser(ProfileSection.AVAILABILITY, {"months": {}}, shown),
    )

    assertContains(page, "Enter your days for at least one month")
    assertContains(page, "Nothing on this page has been saved.")
    assert answers_of(Expert.objects.get(), ProfileSection.AVAILABILITY) == shown


def test_answer_that_two_tabs_changed_is_shown_twice_and_the_expert_chooses(client):
    expert = make_expert()
    log_in(client, expert)
    before = answers_of(expert, ProfileSection.ROLES)
    address = reverse("experts:section", args=["roles"])
    save(expert, ProfileSection.ROLES, {"roles": ["lead"], "max_regions": 1})
    typed = by_browser(ProfileSection.ROLES, {"roles": ["support"], "max_regions": 3}, before)

    page = press(client, address, typed)

    assertContains(page, "Two versions of an answer")
    assertContains(page, "Use the saved version: Lead expert")
    assert (Expert.objects.get().roles, Expert.objects.get().max_regions) == (["lead"], 3)
    form = page.context["form"]
    chosen = {"choice-roles": form.fields["choice-roles"].choices[0][0], "base": form["base"].value()}
    assert press(client, address, typed | chosen).status_code == 302
    assert Expert.objects.get().roles == ["support"]


def test_page_opened_before_sections_were_merged_by_cell_is_still_taken(client):
    expert = make_expert()
    log_in(client, expert)
    shown = answers_of(expert, ProfileSection.ROLES)
    typed = by_browser(ProfileSection.ROLES, COMPLETE[ProfileSection.ROLES])

    sent = typed | {"base": snapshots.digest_of_section(shown)}

    assert client.post(reverse("experts:section", args=["roles"]), sent).status_code == 302
    assert answers_of(Expert.objects.get(), ProfileSection.ROLES) == COMPLETE[ProfileSection.ROLES]


def test_withdrawn_profile_has_no_forms(client):
    log_in(client, make_expert_at(ExpertStatus.WITHDRAWN))

    assertRedirects(client.get(reverse("experts:section", args=["roles"])), reverse("experts:profile"))


def test_unknown_section_is_not_found(client):
    log_in(client, make_expert())

    assert client.get("/experts/profile/salary/").status_code == 404


def test_check_page_links_every_gap_to_its_field(client):
    log_in(client, make_expert())

    response = client.get(reverse("experts:check"))

    for link in (
        "about/#id_name",
        "languages/#rows-languages",
        "availability/#id_fill_days",
        "roles/#id_roles_0",
    ):
        assertContains(response, f"/experts/profile/{link}")
    assertNotContains(response, "Send my profile")


@pytest.mark.parametrize("section", [s for s in ProfileSection if s != ProfileSection.CV])
def test_anchor_of_every_gap_is_on_its_page(client, section):
    expert = make_expert()
    log_in(client, expert)
    page = client.get(reverse("experts:section", args=[section])).content.decode()
    asked = the_section(section)

    for gap in completeness.missing_in(asked, snapshots.read(expert, [asked])):
        assert f'id="{gap.anchor}"' in page


def test_check_page_sends_and_says_so(client):
    expert = make_complete_expert()
    log_in(client, expert)

    response = client.post(reverse("experts:check"), follow=True)

    assertContains(response, "Your profile has been submitted.")
    assert Expert.objects.get().status == ExpertStatus.SUBMITTED
    assertContains(
        client.post(reverse("experts:check"), follow=True), "Your profile has already been submitted."
    )


def test_incomplete_profile_is_not_sent(client):
    log_in(client, make_expert())

    response = client.post(reverse("experts:check"))

    assertContains(response, "What is missing")
    assert Expert.objects.get().status == ExpertStatus.DRAFT


def test_regions_would_see_neither_cv_nor_organisations_nor_e_mail(client):
    expert = make_complete_expert()
    log_in(client, expert)

    response = client.get(reverse("experts:seen_by"))

    assertContains(response, "Fifteen years with local action groups")
    assertNotContains(response, "LAG Sotla")
    assertNotContains(response, expert.user.email)


def test_copy_holds_everything_of_the_person_and_nobody_else():
    make_expert_at(ExpertStatus.APPROVED)
    expert = make_expert_at(ExpertStatus.APPROVED)

    everything = copying.everything(expert.user)

    profile = everything["expert_profile"]
    assert profile["sections"] == snapshots.take(expert)
    assert [row["to_status"] for row in profile["status_history"]] == ["submitted", "approved"]
    assert {row["to"] for row in everything["emails"]} == {expert.user.email}
    assert len(profile["versions"]) == 1


@pytest.mark.parametrize(
    ("verb", "start", "end"),
    [
        ("pause", "approved", "paused"),
        ("resume", "paused", "approved"),
        ("withdraw", "approved", "withdrawn"),
        ("reopen", "withdrawn", "draft"),
        ("confirm", "approved", "approved"),
    ],
)
def test_page_of_participation_explains_and_its_button_acts(client, verb, start, end):
    log_in(client, make_expert_at(start))
    address = reverse(f"experts:{verb}")

    assert client.get(address).status_code == 200
    assert Expert.objects.get().status == start
    assertRedirects(client.post(address), reverse("experts:profile"))

    assert Expert.objects.get().status == end


def test_pause_by_staff_is_explained_and_not_ended(client):
    expert = make_expert_at(ExpertStatus.APPROVED)
    actions.pause(expert_id=expert.pk, by=make_staff(), reason="We check a complaint.")
    log_in(client, expert)

    response = client.post(reverse("experts:resume"), follow=True)

    assertContains(response, "OECD staff have paused this profile.")
    assertContains(response, "We check a complaint.")
    assert Expert.objects.get().status == ExpertStatus.PAUSED


def test_delete_page_deletes_after_a_fresh_proof_and_leads_to_the_public_page(client):
    expert = make_expert_at(ExpertStatus.APPROVED)
    log_in(client, expert)
    asked = client.post(reverse("experts:erase"))
    assert asked["Location"].startswith(reverse("account_confirm_by_mail"))
    assert Expert.objects.get().name
    client.logout()
    log_in_by_code(client, expert.user.email)

    assertContains(client.get(reverse("experts:erase")), "What is kept, and why")
    assertRedirects(client.post(reverse("experts:erase")), reverse("experts:index"))

    assert Expert.objects.get().name == ""


@pytest.mark.parametrize("status", ExpertStatus.values)
def test_profile_page_shows_every_status(client, status):
    log_in(client, make_expert_at(status))

    assertContains(client.get(reverse("experts:profile")), str(ExpertStatus(status).label))


def test_section_pages_stay_small(client):
    expert = make_complete_expert()
    log_in(client, expert)

    sizes = {s: len(client.get(reverse("experts:section", args=[s])).content) for s in COMPLETE}

    assert max(sizes.values()) < 40_000, sizes
