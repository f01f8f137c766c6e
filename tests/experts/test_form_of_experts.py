"""Staff change what experts are asked: nothing that was written is lost, and nobody leaves the pool by it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from core.accounts.enums import Role
from core.mail.models import Message
from core.questionnaires.actions.importing import take_over
from core.questionnaires.actions.publishing import publish, publish_former, summary_of
from core.questionnaires.content import content_of
from core.questionnaires.models import Form, FormVersion
from core.questionnaires.transfer import DoesNotFit
from experts import actions, carrying, completeness, portability, snapshots, summaries
from experts.asked import asked_of, published_version
from experts.enums import ExpertStatus, ProfileSection
from experts.models import Expert
from tests.applications.applying.test_column_conditions import when
from tests.applications.staff_clients import as_
from tests.builders.experts import COMPLETE, make_complete_expert, make_expert, make_expert_at, save
from tests.builders.people import the_manager
from tests.support.applicant_forms import typed
from tests.support.expert_forms import by_browser
from tests.support.forms import press

pytestmark = pytest.mark.django_db

Content = dict[str, Any]


def client_of(expert: Expert) -> Client:
    client = Client()
    client.force_login(expert.user)
    return client


def page(client: Client, name: str, *args: Any) -> str:
    return client.get(reverse(f"experts:{name}", args=args)).content.decode()


def question(content: Content, key: str) -> dict[str, Any]:
    return next(q for section in content["sections"] for q in section["questions"] if q["key"] == key)


def ask(content: Content, key: str = "bridge", section: str = "about", **more: Any) -> Content:
    label = {"en": f"Which {key}?", "fr": f"Quel {key} ?"}
    asked = next(each for each in content["sections"] if each["key"] == section)
    asked["questions"].append({"key": key, "kind": "line", "label": label} | more)
    return content


def without(content: Content, key: str) -> Content:
    for section in content["sections"]:
        section["questions"] = [each for each in section["questions"] if each["key"] != key]
    return content


def published(change: Callable[[Content], Content], **more: Any) -> FormVersion:
    form = published_version().form
    draft = take_over(form_id=form.pk, content=change(content_of(form.published_version)), by=None)
    return publish(version_id=draft.pk, by=the_manager(), seen=summary_of(draft).seen, **more)


def again(expert: Expert) -> Expert:
    return Expert.objects.with_profile().get(pk=expert.pk)


def test_profiles_outside_the_pool_move_to_the_new_version_and_the_others_stay_valid_as_they_are():
    profiles = {status: make_expert_at(status) for status in ExpertStatus}
    before = {status: snapshots.take(again(expert)) for status, expert in profiles.items()}
    first = published_version()

    version = published(lambda content: ask(without(content, "website")), tells=True)

    moved = {status for status, expert in profiles.items() if again(expert).form_version_id == version.pk}
    assert moved == {ExpertStatus.DRAFT, ExpertStatus.DECLINED, ExpertStatus.WITHDRAWN}
    for status in {*ExpertStatus} - moved:
        expert = again(profiles[status])
        assert (expert.form_version, expert.status) == (first, status)
        assert snapshots.take(expert) == before[status]
        assert not completeness.missing(expert)
    told = Message.objects.filter(template__endswith="form_changed")
    assert [message.to for message in told] == [profiles[ExpertStatus.DRAFT].user.email]


def test_approved_expert_reads_what_is_new_and_answers_it_without_leaving_the_pool():
    expert = make_expert_at(ExpertStatus.APPROVED)
    stored = list(expert.versions.values())
    version = published(lambda content: ask(without(content, "website")))
    client = client_of(expert)

    news = page(client, "profile")
    assert "New in “About you”: “Which bridge?”. An answer is required." in news
    assert "Which bridge?" not in page(client, "section", "about")
    client.post(reverse("experts:follow_form", args=[version.pk]))

    expert = again(expert)
    assert (expert.status, expert.form_version, expert.revision) == ("approved", version, 1 + len(stored))
    assert list(expert.versions.values()) == stored
    assert "The form has changed" not in page(client, "profile")
    assert [gap.anchor for gap in completeness.missing(expert)] == ["id_bridge"]
    about = {k: v for k, v in COMPLETE[ProfileSection.ABOUT].items() if k != "website"} | {
        "bridge": "The old one"
    }
    save(expert, ProfileSection.ABOUT, about)
    now = again(expert)
    assert (now.status, now.answers["bridge"]) == ("approved", "The old one")
    assert now.versions.latest("revision").form_version == version


def test_staff_see_what_an_approved_profile_lacks_since_the_form_changed(settings):
    settings.STAFF_SECOND_FACTOR_REQUIRED = False
    expert, draft = make_expert_at(ExpertStatus.APPROVED), make_expert_at(ExpertStatus.DRAFT)
    version = published(lambda content: ask(ask(content), "tunnel", required=False))

    def lacking() -> list[str]:
        return carrying.lacking_now(again(expert))

    assert lacking() == ["Which bridge?"]
    address = reverse("admin:experts_expert_change", args=[expert.pk])
    assert "Which bridge?" in as_(Role.MANAGER).get(address).content.decode()
    actions.follow_form(expert_id=expert.pk, by=expert.user, version_id=version.pk)
    assert lacking() == ["Which bridge?"]
    save(expert, ProfileSection.ABOUT, COMPLETE[ProfileSection.ABOUT] | {"bridge": "The old one"})
    assert lacking() == []
    assert carrying.lacking_now(again(draft)) == []


def test_staff_are_told_of_no_question_that_a_profile_is_not_asked_and_of_a_version_that_was_undone(settings):
    settings.STAFF_SECOND_FACTOR_REQUIRED = False
    before = make_expert_at(ExpertStatus.APPROVED)
    version = published(
        lambda content: ask(
            ask(content, condition=when("website", "not_filled")),
            "tunnel",
            condition=when("website", "filled"),
        )
    )
    assert carrying.lacking_now(again(before)) == ["Which bridge?"]

    actions.follow_form(expert_id=before.pk, by=before.user, version_id=version.pk)
    publish_former(form_id=version.form_id, by=the_manager(), seen=version.number)
    page = as_(Role.MANAGER).get(reverse("admin:experts_expert_change", args=[before.pk])).content.decode()
    assert f". This publication has since been undone; version {version.number - 1} is now in use." in page


def test_news_of_an_older_version_do_not_hide_those_of_a_later_one():
    expert = make_expert_at(ExpertStatus.APPROVED)
    old = published(ask)
    published(lambda content: ask(content, "tunnel"))

    client_of(expert).post(reverse("experts:follow_form", args=[old.pk]))

    assert "Which tunnel?" in page(client_of(expert), "profile")


@pytest.mark.parametrize("leave", ["withdraw", "decline", "ask_for_more"])
def test_profile_that_leaves_the_pool_goes_on_with_what_is_asked_by_then(leave):
    expert = make_expert_at(ExpertStatus.SUBMITTED)
    version = published(ask)

    by = expert.user if leave == "withdraw" else the_manager()
    getattr(actions, leave)(expert_id=expert.pk, by=by, reason="More, please")

    assert again(expert).form_version == version


def test_answer_that_is_no_longer_asked_stays_with_its_author_until_it_is_removed():
    expert = make_complete_expert()
    published(lambda content: without(content, "biography"))
    client = client_of(expert)

    assert "<p>Fifteen years with local action groups.</p>" in page(client, "profile")
    assert "Fifteen years" not in page(client, "check")
    told = dict(portability.tells(expert.user))["expert_profile"]
    assert told["answers_not_asked_for_now"] == {"biography": "Fifteen years with local action groups."}
    client.post(reverse("experts:remove_unasked", args=["countries"]))
    assert "Fifteen years" in page(client, "remove_unasked", "biography")
    client.post(reverse("experts:remove_unasked", args=["biography"]))

    assert set(again(expert).answers) == {"countries", "challenges"}
    assert "Fifteen years" not in page(client, "profile")


def test_page_opened_before_the_change_keeps_all_that_was_typed_in_it():
    expert = make_complete_expert()
    client = client_of(expert)
    about = COMPLETE[ProfileSection.ABOUT]
    sent = by_browser(ProfileSection.ABOUT, about | {"biography": "Sixteen years"}, about)
    sent["form_version"] = str(expert.form_version_id)
    published(lambda content: ask(without(content, "biography")))
    address = reverse("experts:section", args=["about"])

    by_itself = client.post(address, sent, headers={"X-Autosave": "1"}).json()
    assert by_itself["note"] == "The form has changed. Save to see the current questions."
    response = press(client, address, sent)

    assert again(expert).answers["biography"] == "Sixteen years"
    assert response.headers["Location"] == reverse("experts:profile")
    assert "The form has changed since you opened that page" in page(client, "profile")


def test_new_section_of_free_questions_is_filled_in_read_and_erased_like_any_other():
    kinds = {"motto": "line", "story": "text", "home": "place", "wish": "yes_no"}

    def with_section(content: Content) -> Content:
        content["sections"].insert(
            1, {"key": "more-about-you", "title": {"en": "More", "fr": "Plus"}, "questions": []}
        )
        for name, kind in kinds.items():
            ask(content, name, "more-about-you", kind=kind, required=False, public=name == "motto")
        return content

    published(with_section)
    expert = make_complete_expert()
    client = client_of(expert)
    shown = page(client, "section", "more-about-you")
    assert all(f'name="{name}"' in shown for name in kinds)

    address = reverse("experts:section", args=["more-about-you"])
    client.post(address, typed(client.get(address)) | {"motto": "Slowly", "story": "Long ago"})

    expert = actions.submit(expert_id=expert.pk, by=expert.user)
    expert = again(expert)
    assert (expert.answers["motto"], expert.answers["story"]) == ("Slowly", "Long ago")
    assert expert.versions.get().profile["more-about-you"]["story"] == "Long ago"
    assert "Long ago" in page(client, "check")
    assert list(Expert.objects.with_texts().filter(answered__icontains="long AGO")) == [expert]
    assert not Expert.objects.with_texts().filter(answered__icontains="story").exists()
    seen = page(client, "seen_by")
    assert "Slowly" in seen
    assert "Long ago" not in seen
    actions.erase(expert_id=expert.pk, by=expert.user)
    assert again(expert).answers == {}


def test_regions_see_what_is_marked_for_them_and_never_what_experts_were_promised():
    def hidden(content: Content) -> Content:
        question(content, "biography")["public"] = False
        return content

    expert = again(make_expert_at(ExpertStatus.APPROVED))

    def names(of: Expert) -> set[str]:
        parts = summaries.for_regions(snapshots.take(of), asked_of(of))
        return {line.name for part in parts for line in part.lines}

    today = names(expert)
    published(hidden)
    later = again(make_complete_expert())

    assert today - names(later) == {"biography"}
    assert names(again(expert)) == today
    # As it was when the code decided.
    everything = {q.name for q in asked_of(expert).questions} - {"other_country"}
    assert everything - today == {
        *("organisations", "cv", "declares_truth", "agrees_to_sharing", "agrees_to_listing")
    }


def test_question_that_another_answer_hides_is_neither_missing_nor_sent_and_comes_back():
    only_if = {"join": "all", "clauses": [{"question": "website", "operator": "filled"}]}
    published(lambda content: ask(content, condition=only_if))
    expert = make_complete_expert()
    about = COMPLETE[ProfileSection.ABOUT]

    assert not completeness.missing(again(expert))
    save(expert, ProfileSection.ABOUT, about | {"website": "https://ana.example", "bridge": "The old one"})
    assert snapshots.take(again(expert))["about"]["bridge"] == "The old one"
    save(expert, ProfileSection.ABOUT, about | {"bridge": "The old one"})

    assert "bridge" not in snapshots.take(again(expert))["about"]
    assert again(expert).answers["bridge"] == "The old one"


def _move(content: Content, key: str, section: str) -> Content:
    moved = question(content, key)
    without(content, key)
    next(each for each in content["sections"] if each["key"] == section)["questions"].append(moved)
    return content


def _with(content: Content, key: str, **more: Any) -> Content:
    question(content, key).update(more)
    return content


def _rename(content: Content, slug: str) -> Content:
    content["sections"][0]["key"] = slug
    return content


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda c: without(c, "months"), "needs the question “months”"),
        (lambda c: without(c, "headline"), "needs the question “headline”"),
        (lambda c: _with(c, "unit", kind="line"), "needs this question to have a different answer type"),
        (lambda c: _with(c, "cv", public=True), "People were told that only staff see this answer."),
        (
            lambda c: _with(c, "organisations", public=True),
            "People were told that only staff see this answer.",
        ),
        (lambda c: _move(c, "other_country", "roles"), "Put these questions in the same section."),
        (lambda c: ask(c, section="cv"), "“CV” needs its own page"),
        (lambda c: ask(c, "fill_days"), "used by the portal"),
        (lambda c: ask(c, "month_2026_12"), "used by the portal"),
        (lambda c: _rename(c, "seen-by-regions"), "address of another page"),
        (lambda c: _rename(c, "form"), "address of another page"),
    ],
)
def test_form_that_the_portal_cannot_use_is_refused(change, said):
    with pytest.raises(DoesNotFit, match=said):
        published(change)


def test_words_limits_and_order_of_what_the_portal_needs_can_be_changed():
    def reworded(content: Content) -> Content:
        label = {"en": "Who are you?", "fr": "Qui êtes-vous ?"}
        content["sections"].reverse()
        _move(content, "languages", "roles")
        content["sections"] = [each for each in content["sections"] if each["key"] != "languages"]
        return _with(content, "headline", label=label, settings={"most": 20})

    published(reworded)
    expert = make_expert()
    client = client_of(expert)

    about, roles = page(client, "section", "about"), page(client, "section", "roles")

    assert "Who are you?" in about
    assert 'maxlength="20"' in about
    assert "What the levels mean" in roles
    assert [section.slug for section, _state in completeness.states(again(expert))][0] == "declarations"


def test_profile_is_on_a_version_and_answers_are_an_object():
    expert = make_expert()

    for broken in ({"answers": []}, {"form_version": None}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Expert.objects.filter(pk=expert.pk).update(**broken)
    assert Form.objects.filter(purpose="expert").count() == 1


def test_staff_see_the_draft_as_experts_will(settings):
    settings.STAFF_SECOND_FACTOR_REQUIRED = False
    form = published_version().form
    take_over(form_id=form.pk, content=ask(content_of(form.published_version)), by=None)
    client = Client()
    client.force_login(the_manager())
    draft = f"/admin/questionnaires/form/{form.pk}/draft/"

    assert "Expert profile form" in client.get("/admin/questionnaires/form/").content.decode()
    assert client.get(draft).status_code == 200
    for slug in ProfileSection.values:
        assert client.get(f"{draft}preview/{slug}/").status_code == 200, slug
    assert "Which bridge?" in client.get(f"{draft}preview/about/").content.decode()
