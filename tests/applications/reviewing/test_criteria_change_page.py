"""The page on which criteria change while reviewers score: preview, two at once, states, rights, readers."""

from __future__ import annotations

import re

import pytest

from applications.models import Call
from applications.reviewing.actions.criteria import change_criteria
from applications.reviewing.criteria import fingerprint
from applications.reviewing.criteria_versions import criteria_values
from core.accounts.enums import Role
from tests.applications.staff_clients import as_, queries_of, url
from tests.builders.applications import eligible
from tests.builders.calls import closed_call, with_other_criteria
from tests.builders.people import person
from tests.builders.reviews import assigned, scored, scoring
from tests.builders.selections import proposed
from tests.support.posting import forms_of, posted

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _no_second_factor(settings):
    settings.STAFF_SECOND_FACTOR_REQUIRED = False


def page_of(call):
    return url("call", "change-criteria", call.pk)


def filled(page, **typed):
    """What a browser would send of the page, with other values for some of its fields."""
    forms = page.context_data["forms"]
    sent = posted(forms.criteria.management_form, *forms.criteria.forms, forms.why)
    last = page.context_data["last"]
    return sent | {"number": last.number if last else ""} | {"reason": "Agreed."} | typed


def text_of(response):
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).replace("&quot;", '"').split())


def criteria_of(call):
    return list(call.criteria.values_list("code", "title__en", "weight", "max_score", "threshold"))


def preview_of(response):
    return {"preview": response.context_data["preview"]}


def test_change_is_shown_with_what_follows_and_made_by_the_second_press():
    call = closed_call()
    one, two = eligible(call), eligible(call)
    scored(one, 5, 1), scored(two, 2, 4)
    scoring(two)
    selection = proposed(call, {one: "selected"})
    manager = as_(Role.MANAGER)
    before = criteria_of(call)

    shown = manager.post(
        page_of(call),
        filled(
            manager.get(page_of(call)), **{"criteria-0-weight": "20", "criteria-0-guidance_en": "Score <b>."}
        ),
    )

    text = text_of(shown)
    assert criteria_of(call) == before
    for words in (
        "“Need”: weight 60 → 20.",
        "If you edit anything below after the preview, you need a new preview.",
        "“Need”: guidance for reviewers changed (English).",
        "Reviews in this call: 2 final, 1 unfinished.",
        f"Not yet confirmed, and will be marked as based on earlier criteria: {selection.title}.",
        "2 of 2 applications with final reviews would change in points, rank or flags.",
        f"{two.reference} 2 → 1 56.0 → 66.7 Still below a threshold",
        f"{one.reference} 1 → 2 68.0 → 46.7 Still below a threshold",
    ):
        assert words in text, words
    assert "<b>." not in shown.content.decode()

    done = manager.post(page_of(call), preview_of(shown))

    assert done["Location"] == url("call", "change", call.pk)
    assert criteria_of(call)[0] == ("need", "Need", 20, 5, 3)
    on_call = text_of(manager.get(url("call", "change", call.pk)))
    assert "“Need”: weight 60 → 20." in on_call
    assert "Agreed." in on_call
    version = text_of(manager.get(url("call", "criteria-version", call.pk, 2)))
    assert re.search(rf"{one.reference} \S.* 68\.00 46\.67", version)
    assert "How to score the need. After Score &lt;b&gt;." in version
    assert manager.get(url("call", "criteria-version", call.pk, 3)).status_code == 404


BAD = [
    ({"criteria-0-weight": "0"}, "Need, Weight : Ensure this value is greater than or equal to 1."),
    ({"criteria-0-weight": "much"}, "Need, Weight : Enter a whole number."),
    (
        {"criteria-0-threshold": "6"},
        ("Need, Threshold : Enter a threshold no higher than the highest score, 5."),
    ),
    ({"criteria-0-title_fr": ""}, "Need, Title : French: This field is required."),
    ({"criteria-0-weight": "1", "reason": ""}, "Reason : This field is required."),
    ({"criteria-0-weight": "1", "reason": "x" * 2001}, "Reason : Ensure this value has at most 2000"),
    (
        {"criteria-2-code": "need", "criteria-2-title_en": "A"},
        "Another criterion already has this code. Enter a different one.",
    ),
    ({"criteria-0-max_score": "4"}, "This change is not possible “Need”: a reviewer has given 5"),
    ({"criteria-1-is_removed": "on"}, "“Partnership” cannot be removed: 1 review has"),
    ({}, "Nothing would change."),
]


def test_bad_input_is_said_and_nothing_typed_is_lost():
    call = closed_call()
    scored(eligible(call), 5, 1)
    manager, before = as_(Role.MANAGER), criteria_of(call)
    opened = manager.get(page_of(call))
    for typed, words in BAD:
        sent = filled(opened, **typed)

        page = manager.post(page_of(call), sent)

        assert words in text_of(page)
        assert page.context_data["preview"] == ""
        again = filled(page) | {"reason": page.context_data["forms"].why["reason"].value()}
        assert {name: again[name] for name in sent} == sent
    assert criteria_of(call) == before
    assert call.criteria_versions.count() == 1


def test_two_at_once_lose_nothing():
    call = closed_call()
    scored(eligible(call), 5, 1)
    manager = as_(Role.MANAGER)
    opened = manager.get(page_of(call))
    typed = {"criteria-1-threshold": "1"}
    shown = manager.post(page_of(call), filled(opened, **typed))

    with_other_criteria(call, {"need": {"weight": 20}})

    refused = manager.post(page_of(call), preview_of(shown))
    assert refused.status_code == 409
    assert "Somebody else has changed the criteria since you opened the page" in text_of(refused)
    assert "“Need”: weight 60 → 20." in text_of(refused)
    # What the other did would be undone: it is said as what would change.
    assert "“Need”: weight 20 → 60." in text_of(refused)
    assert [row[2:] for row in criteria_of(call)] == [(20, 5, 3), (40, 5, 3)]

    late = manager.post(page_of(call), filled(opened, **typed))
    assert "“Need”: weight 60 → 20." in text_of(late)
    kept = filled(late, **{"criteria-0-weight": "20"})
    manager.post(page_of(call), preview_of(manager.post(page_of(call), kept)))

    assert [row[2:] for row in criteria_of(call)] == [(20, 5, 3), (40, 5, 1)]
    assert call.criteria_versions.count() == 3


def test_page_is_for_managers_and_for_calls_that_are_being_scored():
    call, calm = closed_call(), closed_call()
    scored(eligible(call), 5, 1)
    with_other_criteria(call, {"need": {"weight": 20}})
    version = url("call", "criteria-version", call.pk, 2)
    manager = as_(Role.MANAGER)
    sent = filled(manager.get(page_of(call)), **{"criteria-0-weight": "1"})
    shown = manager.post(page_of(call), sent)

    for role in Role:
        client = as_(role)
        assert client.get(page_of(call)).status_code == (200 if role == Role.MANAGER else 403), role
        reads = role in (Role.MANAGER, Role.AUDITOR, Role.ADMINISTRATOR)
        assert client.get(version).status_code == (200 if reads else 403), role
        if role != Role.MANAGER:
            assert client.post(page_of(call), preview_of(shown)).status_code == 403
    assert manager.post(page_of(calm), sent).status_code == 409
    assert "No reviewer has started scoring." in text_of(manager.post(page_of(calm), sent))
    assert manager.get(page_of(calm))["Location"] == url("call", "change", calm.pk)
    Call.objects.filter(pk=call.pk).update(results_published_at=call.closes_at)
    late = manager.post(page_of(call), sent)
    assert (late.status_code, "The results of this call have been published." in text_of(late)) == (409, True)
    assert page_of(call) not in manager.get(url("call", "change", call.pk)).content.decode()
    for forged in (preview_of(shown)["preview"], "forged"):
        other = closed_call()
        scoring(eligible(other))
        assert "preview has expired" in text_of(manager.post(page_of(other), {"preview": forged}))
    assert call.criteria_versions.count() == 2


def test_preview_hides_points_from_who_has_a_review_to_finish():
    call = closed_call()
    one, two = eligible(call), eligible(call)
    scored(one, 5, 1), scored(two, 2, 4)
    blind = person(Role.MANAGER)
    assigned(one, blind)
    client = as_(blind)

    shown = client.post(page_of(call), filled(client.get(page_of(call)), **{"criteria-0-weight": "20"}))

    assert one.reference not in text_of(shown)
    assert "1 application is left out because you still have a review of it to finish." in text_of(shown)
    assert two.reference in text_of(shown)
    with_other_criteria(call, {"need": {"weight": 20}})
    version = text_of(client.get(url("call", "criteria-version", call.pk, 2)))
    assert (one.reference in version, two.reference in version) == (False, True)


def test_reviewers_see_what_changed_and_when_but_not_why():
    call = closed_call()
    open_one, final = scoring(eligible(call)), scored(eligible(call), 5, 1)
    before = as_(open_one.reviewer).get(url("review", "score", open_one.pk))
    assert "were changed on" not in text_of(before)

    with_other_criteria(call, {"need": {"weight": 20}}, reason="Secret of the staff.")

    for review, page in ((open_one, "score"), (final, "change")):
        text = text_of(as_(review.reviewer).get(url("review", page, review.pk)))
        assert re.search(r"The criteria of this call were changed on \d+ \w+ \d{4}", text)
        assert "“Need”: weight 60 → 20." in text
        assert "Secret" not in text
    assert "(33% of the total)" in text_of(as_(open_one.reviewer).get(url("review", "score", open_one.pk)))


def test_number_of_queries_does_not_grow_with_versions_and_reviews():
    call = closed_call()
    scored(eligible(call), 5, 1)
    with_other_criteria(call, {"need": {"weight": 1}})
    manager = as_(Role.MANAGER)
    addresses = [url("call", "change", call.pk), url("call", "criteria-version", call.pk, 2), page_of(call)]
    for address in addresses:
        manager.get(address)
    few = [queries_of(manager, address) for address in addresses]

    for weight in range(2, 5):
        scored(eligible(call), 4, 2)
        with_other_criteria(call, {"need": {"weight": weight}})

    assert [queries_of(manager, address) for address in addresses] == few


def test_edits_on_the_page_of_the_call_are_versions_until_scoring_begins():
    call = closed_call()
    manager = as_(Role.MANAGER)
    address = url("call", "change", call.pk)
    page = manager.get(address)
    sent = posted(*forms_of(page)) | {"opened": page.context["opened"]}

    manager.post(address, sent | {"criteria-0-weight": "50"})
    manager.post(address, posted(*forms_of(manager.get(address))))

    versions = call.criteria_versions.all()
    assert [(v.number, v.made_by, v.is_after_scoring) for v in versions] == [(1, manager.user, False)]
    assert versions[0].content[0]["weight"] == 50
    scoring(eligible(call))
    late = manager.post(address, sent | {"criteria-0-guidance_en": "Typed too late."})
    assert late.status_code == 409
    assert "Part of this page can no longer be changed. It was locked after you opened the page." in text_of(
        late
    )
    assert "Typed too late." in late.content.decode()
    assert (
        Call.objects.get(pk=call.pk).criteria.get(code="need").guidance.get("en") == "How to score the need."
    )
    assert call.criteria_versions.count() == 1


def test_page_that_has_fewer_criteria_by_now_and_preview_of_another_page_are_told_apart():
    call = closed_call()
    scoring(eligible(call))
    manager = as_(Role.MANAGER)
    opened = filled(manager.get(page_of(call)), **{"criteria-0-weight": "20"})
    other = manager.post(page_of(call), opened)
    change_criteria(
        call_id=call.pk,
        by=person(Role.MANAGER),
        rows=criteria_values(call)[:1],
        reason="One is enough.",
        seen=fingerprint(call.criteria.all()),
    )

    late = manager.post(page_of(call), opened)
    swapped = manager.post(url("call", "criteria", call.pk), preview_of(other))

    assert late.status_code == 200
    assert late.context_data["since"]
    assert swapped.status_code == 200
    assert len(criteria_of(call)) == 1
