"""A call begins as a copy of another one, and nobody outside sees it before it is shown."""

from datetime import timedelta

import pytest
from django.core.cache import caches
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from applications.models import Application, Call, Criterion
from applications.reviewing.actions.copying import COPIED, COPIED_OF_CRITERION
from core.accounts.enums import Role
from core.questionnaires.content import content_of
from tests.applications.staff_clients import as_, decide, url
from tests.builders.applications import eligible, lead_of
from tests.builders.calls import closed_call

pytestmark = pytest.mark.django_db
TYPED = {
    "title_en": "Call of 2027",
    "title_fr": "Appel de 2027",
    "number": "77",
    "slug": "2027-7",
    "opens_at": "2026-01-10T10:00",
    "closes_at": "2034-03-01T17:00",
}
PUBLIC = ("/", "/fr/", "/calls/", "/open-data/calls.csv", "/open-data/calls.json", "/sitemap.xml")
OF_A_CALL = ("call", "questions", "questions_pdf", "questions_word", "eligibility", "start")


@pytest.fixture(autouse=True)
def _no_second_factor(settings):
    settings.STAFF_SECOND_FACTOR_REQUIRED = False


@pytest.fixture
def source():
    call = closed_call(
        title={"en": "Call of 2026", "fr": "Appel de 2026"},
        summary={"en": "Who can apply.", "fr": "Qui peut candidater."},
        guidance={"en": "How.", "fr": "Comment."},
        places=4,
    )
    eligible(call)
    return call


def copied(source, **changes):
    client = as_(Role.MANAGER)
    answer = client.post(decide(source, "copy"), TYPED | changes)
    return client, answer, Call.objects.filter(slug=(TYPED | changes)["slug"]).first()


def test_copy_asks_scores_and_says_the_same_and_has_no_applications(source):
    page = as_(Role.MANAGER).get(decide(source, "copy")).content.decode()
    client, answer, call = copied(source)

    assert answer.url == url("call", "change", call.pk)
    assert {name: getattr(call, name) for name in COPIED} == {name: getattr(source, name) for name in COPIED}
    rows = [list(each.criteria.values(*COPIED_OF_CRITERION)) for each in (call, source)]
    assert rows[0] == rows[1] != []
    asked = [content_of(each.form.published_version) for each in (call, source)]
    assert asked[0] == asked[1]
    assert call.form != source.form
    assert (call.title.by_language, call.number) == ({"en": "Call of 2027", "fr": "Appel de 2027"}, 77)
    assert Application.objects.filter(call=call).count() == 0
    assert (call.copied_from, call.is_draft) == (source, True)
    begun = call.history.first()
    assert begun.history_user == client.user
    assert begun.history_change_reason == "Started as a copy of “Call of 2026”."
    assert call.criteria_versions.count() == 1
    for words in ("Not copied", "2 criteria", "letter templates are the same", "Nobody outside sees it"):
        assert words in page
    assert "Started as a copy of" in client.get(answer.url).content.decode()


@pytest.mark.parametrize(
    ("name", "typed", "words"),
    [
        ("title_fr", "", "French: "),
        ("number", "", "This field is required"),
        ("slug", "2026 call!", "valid “slug”"),
        ("slug", "experts", "This address is taken"),
        ("closes_at", "2025-12-01T10:00", "Enter a closing time after the opening time."),
        ("opens_at", "0027-01-01T10:00", "Enter a date from"),
        ("closes_at", "2207-01-01T10:00", "Enter a date from"),
    ],
)
def test_copy_with_a_wrong_answer_says_so_beside_the_field(source, name, typed, words):
    _client, answer, call = copied(source, **{name: typed})

    field = answer.context["form"][name.removesuffix("_fr")]
    assert call is None
    assert words in " ".join(field.errors)
    assert TYPED["title_en"] in answer.content.decode()


def test_number_and_address_of_another_call_are_refused(source):
    _client, answer, call = copied(source, number=str(source.number), slug=source.slug)

    assert {"number", "slug"} == answer.context["form"].errors.keys()
    assert call == source


def test_nobody_outside_sees_a_draft_until_it_is_shown(source):
    manager, _answer, call = copied(source)
    visitor, applicant = Client(), Client()
    applicant.force_login(lead_of(Application.objects.get()))

    def seen():
        caches["pages"].clear()
        # Its dates say open since January: that alone opens nothing.
        pages = [visitor.get(address) for address in PUBLIC]
        own = [f"applications:{name}" for name in OF_A_CALL]
        statuses = [applicant.get(reverse(name, args=[call.slug])).status_code for name in own]
        return [call.slug in page.content.decode() for page in pages], set(statuses)

    assert seen() == ([False] * len(PUBLIC), {404})
    assert (call.state, call.is_open) == ("coming", False)
    assert list(Call.objects.open().filter(pk=call.pk)) == []
    assert not call.accepts_submission(at=timezone.now(), opened_at=timezone.now())

    manager.post(decide(call, "show"))
    call.refresh_from_db()

    assert (call.is_draft, call.is_open) == (False, True)
    assert seen() == ([True] * len(PUBLIC), {200})
    assert call.history.first().history_change_reason == "Shown to the public."


def test_draft_is_shown_only_once_nothing_is_missing(source):
    source.criteria.all().delete()
    Call.objects.filter(pk=source.pk).update(summary={})
    manager, _answer, call = copied(source, closes_at="")

    page = manager.get(url("call", "change", call.pk)).content.decode()
    refused = manager.post(decide(call, "show"))
    call.refresh_from_db()

    assert call.is_draft
    for words in ("a summary", "criteria", "a closing time"):
        assert words in page
        assert f"Still missing: {words}" in refused.content.decode()
    Criterion.objects.create(call=call, code="need", title={"en": "Need", "fr": "Besoin"})
    call.summary, call.closes_at = {"en": "Who.", "fr": "Qui."}, source.closes_at
    call.opens_at = source.opens_at
    call.save()
    assert "a closing time to come" in manager.post(decide(call, "show")).content.decode()
    call.closes_at = timezone.now() + timedelta(days=9)
    call.save()
    manager.post(decide(call, "show"))
    call.refresh_from_db()
    assert not call.is_draft


@pytest.mark.parametrize("role", [Role.COMMUNICATIONS, Role.AUDITOR, Role.REVIEWER, Role.ADMINISTRATOR])
def test_only_managers_copy_and_show(source, role):
    for name in ("copy", "show"):
        assert as_(role).post(decide(source, name), TYPED).status_code == 403
    assert Call.objects.filter(number=77).count() == 0
