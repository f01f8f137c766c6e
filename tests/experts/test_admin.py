"""The pool in the administration: roles × actions over HTTP, filters, queries, the CV."""

from __future__ import annotations

import csv
import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from core.access_log.models import Access
from core.accounts.enums import Role
from core.mail.models import Message
from core.uploads import PDF, check_upload
from experts import actions, dashboard
from experts.enums import ExpertStatus, ProfileSection
from experts.models import Expert
from tests.builders.experts import COMPLETE, make_complete_expert, make_expert_at, next_months, pdf, save
from tests.builders.people import make_person, make_staff

pytestmark = pytest.mark.django_db

LIST = "admin:experts_expert_changelist"
EXPORT = "admin:experts_expert_export"
# Decision → status it starts from, answers, status it leads to.
DECISIONS = {
    "approve": ("submitted", {"reason": ""}, "approved"),
    "ask": ("submitted", {"reason": "Which languages?"}, "draft"),
    "decline": ("submitted", {"reason": "No."}, "declined"),
    "pause": ("approved", {"reason": "A complaint."}, "paused"),
    "resume": ("paused", {"reason": ""}, "approved"),
}
MAY_VIEW = {Role.MANAGER, Role.AUDITOR, Role.ADMINISTRATOR}
MAY_VET = {Role.MANAGER}
MAY_EXPORT = {Role.MANAGER, Role.AUDITOR}


def log_in(client, role=Role.MANAGER):
    staff = make_staff(role, email=f"{role.replace(' ', '')}@oecd.example")
    client.force_login(staff, backend="django.contrib.auth.backends.ModelBackend")
    return staff


@pytest.fixture(autouse=True)
def _no_second_factor(settings):
    settings.STAFF_SECOND_FACTOR_REQUIRED = False


@pytest.mark.parametrize("role", Role)
def test_role_sees_list_and_profile_or_neither(client, role):
    expert = make_expert_at(ExpertStatus.SUBMITTED)
    log_in(client, role)
    addresses = [reverse(LIST), reverse("admin:experts_expert_change", args=[expert.pk])]

    statuses = [client.get(address).status_code for address in addresses]

    assert statuses == ([200, 200] if role in MAY_VIEW else [403, 403])


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("decision", DECISIONS)
def test_role_takes_decision_or_changes_nothing(client, role, decision):
    start, answers, end = DECISIONS[decision]
    expert = make_expert_at(start)
    log_in(client, role)
    mails = Message.objects.count()

    response = client.post(reverse("admin:experts_expert_decide_one", args=[expert.pk, decision]), answers)

    expert.refresh_from_db()
    if role in MAY_VET:
        assert (response.status_code, expert.status, Message.objects.count()) == (302, end, mails + 1)
    else:
        assert (response.status_code, expert.status, Message.objects.count()) == (403, start, mails)


@pytest.mark.parametrize("role", Role)
def test_role_downloads_the_cv_or_not(client, role):
    expert = make_expert_at(ExpertStatus.SUBMITTED)
    file = SimpleUploadedFile("cv.pdf", pdf())
    actions.store_cv(
        expert_id=expert.pk,
        file=file,
        checked=check_upload(file, allowed=[PDF], by=expert.user),
        by=expert.user,
    )
    log_in(client, role)

    response = client.get(reverse("admin:experts_expert_cv", args=[expert.pk]))

    assert response.status_code == (200 if role in MAY_VIEW else 403)
    if role in MAY_VIEW:
        assert b"".join(response.streaming_content) == pdf()
        assert response["Content-Disposition"] == 'attachment; filename="cv.pdf"'


def test_visitor_and_expert_get_no_cv(client):
    expert = make_complete_expert()
    address = reverse("admin:experts_expert_cv", args=[expert.pk])

    assert client.get(address).status_code == 302
    client.force_login(expert.user, backend="django.contrib.auth.backends.ModelBackend")
    assert client.get(address).status_code in (302, 403)


def test_missing_cv_is_not_found(client):
    expert = make_expert_at(ExpertStatus.SUBMITTED)
    log_in(client)

    assert client.get(reverse("admin:experts_expert_cv", args=[expert.pk])).status_code == 404


def test_draft_that_was_never_sent_is_its_authors_alone(client):
    expert = make_complete_expert()
    log_in(client)

    assert names_in(client) == set()
    response = client.get(reverse("admin:experts_expert_change", args=[expert.pk]))
    assert response.status_code == 302
    assert client.get(reverse("admin:experts_expert_cv", args=[expert.pk])).status_code == 404
    decision = reverse("admin:experts_expert_decide_one", args=[expert.pk, "decline"])
    assert client.get(decision).status_code == 404


def test_profile_is_readable_and_cannot_be_edited(client):
    expert = make_expert_at(ExpertStatus.SUBMITTED)
    log_in(client)
    address = reverse("admin:experts_expert_change", args=[expert.pk])

    assertContains(client.get(address), "Slovenian: Native or bilingual")
    assertContains(client.get(address), "LAG Sotla (Employer)")
    assert client.post(address, {"status": "approved", "name": "Changed"}).status_code == 403

    expert.refresh_from_db()
    assert (expert.status, expert.name) == ("submitted", "Ana Horvat")


def test_changes_after_approval_are_shown_with_before_and_now(client):
    expert = make_expert_at(ExpertStatus.APPROVED)
    save(expert, ProfileSection.LANGUAGES, {"languages": [{"language": "fr", "level": "B2"}]})
    log_in(client)

    response = client.get(reverse("admin:experts_expert_change", args=[expert.pk]))

    assertContains(response, "Slovenian: Native or bilingual")
    assertContains(response, "French: B2 Upper intermediate")


@pytest.mark.parametrize(
    "query", [{"language": "xx"}, {"area": "clld-design", "area_level": "nonsense"}, {"free_days": "9" * 23}]
)
def test_choice_that_no_filter_offers_leads_back_to_the_list(client, query):
    log_in(client)
    response = client.get(reverse(LIST), query)
    assertRedirects(response, f"{reverse(LIST)}?e=1")


def names_in(client, **query):
    response = client.get(reverse(LIST), query)
    return {expert.name for expert in response.context["cl"].result_list}


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"language": "en"}, {"Ana", "Ben"}),
        ({"language": "en", "language_level": "C1"}, {"Ana"}),
        ({"language": "sl", "language_level": "C2"}, {"Ana"}),
        ({"area": "clld-design"}, {"Ana", "Ben"}),
        ({"area": "clld-design", "area_level": "3"}, {"Ana"}),
        ({"country": "FR"}, {"Ben"}),
        ({"q": "Sotla"}, {"Ana"}),
        ({"status__exact": "submitted"}, {"Ana"}),
    ],
)
def test_filters_find(client, query, found):
    save_as(make_expert_at(ExpertStatus.SUBMITTED), "Ana", {})
    other = {
        ProfileSection.LANGUAGES: {"languages": [{"language": "en", "level": "B1"}]},
        ProfileSection.EXPERTISE: {
            "expertise": [{"area": "clld-design", "level": 1, "evidence": ""}],
            "challenges": [],
        },
        ProfileSection.ORGANISATIONS: {"organisations": []},
    }
    save_as(make_expert_at(ExpertStatus.APPROVED), "Ben", other, country="FR")
    log_in(client)

    assert names_in(client, **query) == found


def save_as(expert, name, sections, country="SI"):
    for section, answers in sections.items():
        save(expert, section, answers)
    save(expert, ProfileSection.ABOUT, COMPLETE[ProfileSection.ABOUT] | {"name": name, "country": country})


def test_filter_by_free_month(client):
    expert = make_expert_at(ExpertStatus.SUBMITTED)
    first, second, *_others = next_months()
    save(expert, ProfileSection.AVAILABILITY, {"months": {f"{second:%Y-%m}": 4}})
    log_in(client)

    assert names_in(client, free_from=f"{first:%Y-%m}", free_until=f"{first:%Y-%m}") == set()
    assert names_in(client, free_from=f"{second:%Y-%m}") == {"Ana Horvat"}


def test_days_offered_are_not_multiplied_by_filters(client):
    make_expert_at(ExpertStatus.SUBMITTED)
    log_in(client)

    response = client.get(reverse(LIST), {"language": "en", "area": "clld-design", "q": "Sotla"})

    (expert,) = response.context["cl"].result_list
    assert expert.half_days_offered == 5 * len(next_months())


def test_list_queries_do_not_grow_with_rows(client):
    log_in(client)
    make_expert_at(ExpertStatus.SUBMITTED)
    few = queries_of_list(client)
    for _number in range(5):
        make_expert_at(ExpertStatus.SUBMITTED)

    assert queries_of_list(client) == few


def queries_of_list(client, name=LIST, *args):
    with CaptureQueriesContext(
        connection,
    ) as queries:
        assert client.get(reverse(name, args=args)).status_code == 200
    return len(queries)


def exported(client, query=None):
    content = client.get(reverse(EXPORT, args=["csv"]), query).content.decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(content)))


def test_list_is_exported_as_it_is_filtered_and_on_record(client):
    make_expert_at(ExpertStatus.SUBMITTED)
    make_expert_at(ExpertStatus.APPROVED)
    make_complete_expert()
    manager = log_in(client)

    (row,) = exported(client, {"status__exact": "approved"})

    assert (row["Name"], row["Status"], row["Organisations"]) == ("Ana Horvat", "Approved", "LAG Sotla")
    assert "sl N" in row["Languages"]
    assert float(row["Days offered"]) == 2.5 * len(next_months())
    assert [(entry.kind, entry.by) for entry in Access.objects.all()] == [("exported", manager)]


def test_export_neutralises_formulas_and_asks_as_often_for_many_as_for_few(client):
    expert = make_expert_at(ExpertStatus.SUBMITTED)
    Expert.objects.filter(pk=expert.pk).update(name="=1+1")
    log_in(client)
    assert exported(client)[0]["Name"] == "'=1+1"

    few = queries_of_list(client, EXPORT, "csv")
    for _number in range(4):
        make_expert_at(ExpertStatus.SUBMITTED)
    assert queries_of_list(client, EXPORT, "csv") == few


@pytest.mark.parametrize("role", Role)
def test_role_exports_the_list_or_not(client, role):
    make_expert_at(ExpertStatus.SUBMITTED)
    log_in(client, role)

    response = client.get(reverse(EXPORT, args=["xlsx"]))

    assert response.status_code == (200 if role in MAY_EXPORT else 403)
    assert Access.objects.exists() == (role in MAY_EXPORT)


def test_home_counts_what_waits_for_who_may_vet():
    make_expert_at(ExpertStatus.SUBMITTED)
    changed = make_expert_at(ExpertStatus.APPROVED)
    save(changed, ProfileSection.ROLES, {"roles": ["lead"], "max_regions": 1})

    assert [item.count for item in dashboard.waiting_for(make_staff(Role.MANAGER))] == [1, 1, 0]
    assert dashboard.waiting_for(make_staff(Role.AUDITOR, email="auditor@oecd.example")) == []
    assert dashboard.waiting_for(make_person()) == []


def test_home_links_lead_to_filtered_lists(client):
    make_expert_at(ExpertStatus.SUBMITTED)
    staff = log_in(client)

    for item in dashboard.waiting_for(staff):
        response = client.get(item.url)
        assert len(response.context["cl"].result_list) == item.count


def test_erased_profile_shows_no_name(client):
    expert = make_expert_at(ExpertStatus.APPROVED)
    actions.erase(expert_id=expert.pk, by=expert.user)
    log_in(client)

    assertNotContains(client.get(reverse(LIST)), "Ana Horvat")
    assertContains(client.get(reverse("admin:experts_expert_change", args=[expert.pk])), "Deleted profile")
    assert Expert.objects.get().erased_at


def test_list_is_exported_after_somebody_deleted_the_profile(client):
    expert = make_expert_at(ExpertStatus.APPROVED)
    actions.erase(expert_id=expert.pk, by=expert.user)
    log_in(client)

    (row,) = exported(client)

    assert row["E-mail"] == ""
