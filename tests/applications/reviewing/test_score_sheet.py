"""The score sheet: saved while one writes, from two pages, after the log-in is gone, after it is final."""

import json

import pytest
from django.test import Client
from django.urls import reverse

from applications.models import Review, ReviewScore
from applications.reviewing.actions import marking
from applications.reviewing.sheets import Given, cells
from core.accounts.enums import Role
from core.questionnaires.actions.importing import take_over
from core.questionnaires.content import content_of
from tests.builders.applications import eligible
from tests.builders.calls import closed_call
from tests.builders.people import person
from tests.builders.reviews import assigned, scored, scoring
from tests.support.forms import press

pytestmark = pytest.mark.django_db
AUTOSAVE = {"HTTP_X_AUTOSAVE": "1"}


@pytest.fixture(autouse=True)
def _no_second_factor(settings):
    settings.STAFF_SECOND_FACTOR_REQUIRED = False


class Tab:
    """A page of the sheet as one browser tab holds it: what is typed, and the base that came with it."""

    def __init__(self, review, client=None):
        self.review, self.address = review, reverse("admin:applications_review_score", args=[review.pk])
        self.client = client or Client()
        if client is None:
            self.client.force_login(review.reviewer)
        self.need, self.partnership = review.application.call.criteria.all()
        sheet = self.client.get(self.address).context["sheet"]
        self.typed = {field.html_name: field.value() for field in sheet if field.value() is not None}

    def type(self, **entries):
        names = {"need": f"score_{self.need.pk}", "partnership": f"score_{self.partnership.pk}"}
        self.typed |= {names.get(name, name): value for name, value in entries.items()}
        return self

    def autosave(self):
        answer = self.client.post(self.address, self.typed, **AUTOSAVE)
        told = answer.json()
        self.typed["base"] = told.get("base", self.typed["base"])
        return told

    def press(self, button, **extra):
        return press(self.client, self.address, self.typed | {button: ""} | extra)


def saved(review):
    review.refresh_from_db()
    return [row.score for row in review.scores.order_by("criterion__position")], review.comment


def test_autosave_keeps_an_incomplete_sheet_and_answers_in_json():
    review = scoring(eligible(closed_call()))
    tab = Tab(review).type(need="4", comment="So far.")

    told = tab.autosave()

    assert told["state"] == "saved"
    assert told["text"] == ""
    assert saved(review) == ([4, None], "So far.")
    assert review.status == "scoring"


def test_autosave_of_the_same_twice_leaves_one_trace():
    review = scoring(eligible(closed_call()))
    tab = Tab(review).type(need="4")

    tab.autosave()
    tab.autosave()

    row = review.scores.get(criterion=tab.need)
    assert [h.score for h in row.history.order_by("history_id")] == [None, 4]


def test_autosave_keeps_what_is_valid_and_says_what_is_not():
    review = scoring(eligible(closed_call()))

    tab = Tab(review).type(need="9", partnership="3")
    told = tab.autosave()

    assert told["text"] == "Not saved: Need, Score from 0 to 5: Enter a whole number from 0 to 5."
    # The page marks it at its own field as well.
    assert told["wrong"] == [f"id_score_{tab.need.pk}"]
    assert tab.type(need="4").autosave()["wrong"] == []
    assert saved(review) == ([4, 3], "")


def test_stale_tab_overwrites_nothing():
    review = scoring(eligible(closed_call()))
    old, new = Tab(review), Tab(review)
    new.type(need="5", comment="From the new page.").autosave()

    told = old.type(need="1", partnership="2").autosave()

    changed = "Need, Score from 0 to 5: changed on another page. Save to choose which version to keep."
    assert told["text"] == f"Not saved: {changed}"
    assert saved(review) == ([5, 2], "From the new page.")
    # Trying again changes nothing either: the other value was not seen yet.
    old.autosave()
    assert saved(review) == ([5, 2], "From the new page.")


@pytest.mark.parametrize(("choice", "kept"), [("keep_mine", 1), ("keep_saved", 5)])
def test_stale_tab_shows_both_values_and_the_reviewer_chooses(choice, kept):
    review = scoring(eligible(closed_call()))
    old, new = Tab(review), Tab(review)
    new.type(need="5").autosave()

    page = old.type(need="1").press("save")
    text = page.content.decode()
    sheet = page.context["sheet"]
    name = f"choice-score_{old.need.pk}"
    mine, theirs = [value for value, _label in sheet.fields[name].choices]

    assert "Need, Score from 0 to 5: changed on another page. Choose which version to keep." in text
    assert "Use the saved version: 5" in text
    assert saved(review)[0] == [5, None]
    old.typed["base"] = sheet.data["base"]
    old.press("save", **{name: mine if choice == "keep_mine" else theirs})
    assert saved(review)[0] == [kept, None]


def test_conflict_stops_the_submission():
    review = scoring(eligible(closed_call()))
    old, new = Tab(review), Tab(review)
    new.type(need="5", partnership="5").autosave()

    old.type(need="1", partnership="5").press("submit")

    assert saved(review)[0] == [5, 5]
    assert review.status == "scoring"


def test_line_ends_of_a_browser_are_no_change():
    review = scoring(eligible(closed_call()))
    marking.save_scores(review_id=review.pk, by=review.reviewer, mine=cells({}, "One.\nTwo."))
    old, new = Tab(review), Tab(review)
    new.type(comment="Three.").autosave()
    old.typed["comment"] = "One.\r\nTwo."

    told = old.autosave()

    assert told["text"] == ""
    assert saved(review)[1] == "Three."


def test_plain_save_works_without_javascript_and_comes_back_to_the_sheet():
    review = scoring(eligible(closed_call()))

    answer = Tab(review).type(need="4").press("save")

    assert (answer.status_code, answer["Location"]) == (302, Tab(review).address)
    assert saved(review)[0] == [4, None]


def test_autosave_without_log_in_saves_nothing_and_redirects():
    review = scoring(eligible(closed_call()))
    tab = Tab(review).type(need="4")
    tab.client.logout()

    answer = tab.client.post(tab.address, tab.typed, **AUTOSAVE)

    # The script takes the redirect as "logged out" and keeps the text on the device.
    assert (answer.status_code, "login" in answer["Location"]) == (302, True)
    assert saved(review)[0] == [None, None]


def test_final_review_is_not_changed_by_a_tab_left_open():
    review = scoring(eligible(closed_call()))
    left = Tab(review)
    Tab(review).type(need="4", partnership="4").press("submit")

    told = left.type(need="1", comment="Late thought.").autosave()
    page = left.press("save")

    assert told["state"] == "refused"
    assert "Submitted" in told["text"]
    assert saved(review) == ([4, 4], "")
    assert "Late thought." in page.content.decode()
    assert review.status == "submitted"


@pytest.mark.parametrize("headers", [{}, AUTOSAVE])
def test_sheet_shows_and_saves_nothing_before_the_declaration(headers):
    review = assigned(eligible(closed_call(), title="Secret valley"))
    client = Client()
    client.force_login(review.reviewer)
    address = reverse("admin:applications_review_score", args=[review.pk])

    for answer in (client.get(address), client.post(address, {"comment": "x", "save": ""}, **headers)):
        assert answer.status_code == 302
    assert (Review.objects.get().comment, ReviewScore.objects.count()) == ("", 0)


def test_reopened_review_is_open_for_its_reviewer_with_the_scores_of_before():
    review = scored(eligible(closed_call()), 4, 3)

    marking.reopen(review_id=review.pk, by=person(Role.MANAGER), reason="A typo.")

    tab = Tab(review)
    assert [tab.typed[f"score_{c.pk}"] for c in (tab.need, tab.partnership)] == [4, 3]
    tab.type(need="5").press("submit")
    assert saved(review)[0] == [5, 3]
    assert review.status == "submitted"


def test_reviewer_cannot_reopen_and_a_manager_must_say_why():
    review = scored(eligible(closed_call()), 4, 3)
    address = reverse("admin:applications_review_decide_one", args=[review.pk, "reopen"])
    reviewer, manager = Client(), Client()
    reviewer.force_login(review.reviewer)
    manager.force_login(person(Role.MANAGER))

    refused = reviewer.post(address, {"reason": "I want to."})
    empty = manager.post(address, {"reason": ""})
    assert (refused.status_code, empty.status_code) == (403, 200)
    assert saved(review)[0] == [4, 3]
    assert review.status == "submitted"

    manager.post(address, {"reason": "A typo."})
    review.refresh_from_db()
    assert (review.status, review.changes.last().reason) == ("scoring", "A typo.")


def test_managers_see_no_button_to_declare_for_others():
    review = assigned(eligible(closed_call()))
    client = Client()
    client.force_login(person(Role.MANAGER))

    page = client.get(reverse("admin:applications_review_change", args=[review.pk])).content.decode()

    assert "Cancel assignment" in page
    assert "I have no conflict" not in page


def test_save_with_a_broken_base_takes_nothing_for_seen():
    review = scoring(eligible(closed_call()))
    marking.save_scores(
        review_id=review.pk,
        by=review.reviewer,
        mine=cells({review.application.call.criteria.first().pk: Given(5)}, ""),
    )
    tab = Tab(review).type(need="1")
    tab.typed["base"] = json.dumps(["no", "base"])

    tab.autosave()

    assert saved(review)[0] == [5, None]


def test_sheet_shows_beside_each_criterion_the_answers_that_it_judges():
    call = closed_call()
    content = content_of(call.form.published_version)
    for section in content["sections"]:
        for question in section["questions"]:
            if question["key"] in ("ambition", "acronym"):
                question["criterion"] = "need"
    take_over(form_id=call.form_id, content=content, by=None, publishes=True)
    tab = Tab(scoring(eligible(call)))

    need, partnership = tab.client.get(tab.address).context["sheet"].lines

    assert [answer.name for answer in need.judged] == ["acronym", "ambition"]
    assert need.judged[1].text == "One network of care."
    assert partnership.judged == []
    assert "The 2 answers to assess for this criterion" in tab.client.get(tab.address).content.decode()
