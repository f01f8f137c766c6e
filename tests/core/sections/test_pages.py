"""What a page could not take as it stands is shown at an address of its own, to its person only."""

from __future__ import annotations

from datetime import date

import pytest
from django.test import Client
from django.urls import reverse

from core import given_back
from core.forms import unfinished
from tests.builders.applications import answer, eligible, lead_of, member, ready, started
from tests.builders.calls import closed_call
from tests.builders.experts import make_complete_expert, make_expert, save
from tests.builders.reviews import scoring
from tests.support.applicant_forms import logged_in, send, typed, url
from tests.support.forms import press

pytestmark = pytest.mark.django_db
AUTOSAVE = {"X-Autosave": "1"}


@pytest.fixture(autouse=True)
def _no_second_factor(settings):
    settings.STAFF_SECOND_FACTOR_REQUIRED = False


def pages() -> list[tuple[str, object, dict[str, str], str]]:
    """Return a page of each thing that is saved in sections, its person, and something wrong to type."""
    application, expert, review = started(), make_expert(), scoring(eligible(closed_call()))
    score = f"score_{review.application.call.criteria.first().pk}"
    sheet = reverse("admin:applications_review_score", args=[review.pk])
    return [
        (url(application, "territory"), lead_of(application), {"population": "a whole lot"}, "a whole lot"),
        (url(application, "partnership"), lead_of(application), {"add_row": "partners"}, ""),
        (reverse("experts:section", args=["about"]), expert.user, {"website": "not one"}, "not one"),
        (sheet, review.reviewer, {score: "98765"}, "98765"),
    ]


def test_page_with_something_to_correct_can_be_opened_again_and_again_and_only_by_its_person():
    for address, person, wrong, shown in pages():
        client = logged_in(person)
        answered = client.post(address, typed(client.get(address)) | wrong)

        assert answered.status_code == 302, address
        for _time in range(2):
            again = client.get(answered["Location"])
            assert (again.status_code, shown in again.content.decode()) == (200, True), address
        assert not shown or shown not in client.get(address).content.decode(), address
        assert "csrfmiddlewaretoken" not in str(client.session[unfinished.KEPT])
        other = logged_in(member(started(), "edit"))
        assert not shown or shown not in other.get(answered["Location"]).content.decode(), address


def test_only_the_last_few_pages_are_kept_and_none_that_is_too_long():
    application = started()
    client = logged_in(lead_of(application))
    sent = typed(client.get(url(application, "territory")))
    for _time in range(unfinished.MAX_KEPT + 2):
        client.post(url(application, "territory"), sent | {"population": "many"})
    assert len(client.session[unfinished.KEPT]) == unfinished.MAX_KEPT

    long = client.post(
        url(application, "territory"), sent | {"territory_description": "x" * unfinished.MAX_CHARACTERS}
    )

    assert (long.status_code, "Shorten this" in long.content.decode()) == (200, True)


def right(address: str) -> dict[str, str]:
    """Return what takes the place of the wrong text of `pages()`."""
    corrected = {"territory": {"population": "5"}, "about": {"website": "https://ana.eu"}}
    return next((fields for slug, fields in corrected.items() if f"/{slug}/" in address), {})


@pytest.mark.parametrize("headers", [AUTOSAVE, {}], ids=["by itself", "by its button"])
def test_page_shown_again_gives_way_to_a_later_save(headers):
    for address, person, wrong, _shown in pages():
        client = logged_in(person)
        answered = client.post(address, typed(client.get(address)) | wrong)
        corrected = typed(client.get(answered["Location"])) | dict.fromkeys(wrong, "") | right(address)
        corrected.pop("add_row", None)

        client.post(address, corrected, headers=headers)
        page = client.get(answered["Location"])

        assert not page.context["form"].is_bound, address
        again = client.post(address, typed(page) | right(address), headers=AUTOSAVE).json()
        assert (again["state"], again["text"]) == ("saved", ""), address


def test_page_shown_again_is_that_of_the_last_save_that_left_something_to_correct():
    application = started()
    client, address = logged_in(lead_of(application)), url(application, "territory")
    wrong = typed(client.get(address)) | {"population": "many"}
    answered = client.post(address, wrong)

    later = typed(client.get(answered["Location"])) | {"population": "lots", "title": "Upper Rhine"}
    told = client.post(address, later, headers=AUTOSAVE).json()
    page = client.get(answered["Location"])

    assert typed(page)["population"] == "lots"
    assert typed(page)["base"] == told["base"]


def test_conflict_on_a_page_shown_again_is_that_of_now():
    application = started()
    client = logged_in(lead_of(application))
    stale = typed(client.get(url(application, "territory")))
    answer(application, {"title": "Upper Rhine"}, by=member(application, "edit"))
    answered = client.post(url(application, "territory"), stale | {"title": "Upper Danube"})
    answer(application, {"title": "Upper Elbe"}, by=member(application, "edit"))

    page = client.get(answered["Location"])

    assert "Use the saved version: Upper <mark>Elbe</mark>" in page.content.decode()
    assert "Keep my version: Upper <mark>Danube</mark>" in page.content.decode()


def test_months_of_two_people_that_do_not_fit_together_are_asked_about_and_not_a_fault():
    application = started()
    client = logged_in(lead_of(application))
    stale = typed(client.get(url(application, "support")))
    answer(application, {"support_until": "2027-03-01"}, by=member(application, "edit"))

    page = press(client, url(application, "support"), stale | {"support_from": "2027-06"})

    assert "Enter a last month that is not before the first month." in page.content.decode()
    choices = [name for name in page.context["form"].fields if name.startswith("choice-")]
    assert choices == ["choice-support_from", "choice-support_until"]
    application.refresh_from_db()
    assert (application.support_from, application.support_until) == (None, date(2027, 3, 1))


def test_need_that_is_removed_goes_although_another_row_has_an_error():
    application = started()
    client = logged_in(lead_of(application))
    needs = [{"area": area, "weight": 2, "level": 2} for area in ("clld-design", "fund-pm", "skill-peer")]
    answer(application, {"needs": needs})

    send(client, application, "support", **{"needs-0-DELETE": "on", "needs-2-area": "fund-pm"})

    # The row with an error is as it was saved.
    areas = list(application.needs.order_by("area").values_list("area", flat=True))
    assert areas == ["fund-pm", "skill-peer"]


def test_partner_whose_removal_was_saved_comes_back_with_the_text_on_the_page():
    application = ready()
    client, address = logged_in(lead_of(application)), url(application, "partnership")
    page = typed(client.get(address))

    removed = client.post(address, page | {"partners-1-DELETE": "on"}, headers=AUTOSAVE).json()
    assert (removed["state"], application.partners.count()) == ("saved", 1)

    client.post(address, page | {"base": removed["base"]})

    assert application.partners.count() == 2


def test_month_that_was_cleared_and_saved_is_written_again():
    expert = make_complete_expert()
    client, address = logged_in(expert.user), reverse("experts:section", args=["availability"])
    page, before = typed(client.get(address)), expert.months.count()
    month = next(name for name in page if name.startswith("month_"))

    cleared = client.post(address, page | {month: ""}, headers=AUTOSAVE).json()
    assert (cleared["state"], expert.months.count()) == ("saved", before - 1)

    client.post(address, page | {"base": cleared["base"]})

    assert expert.months.count() == before


def test_need_without_an_importance_is_asked_for_one():
    application = ready()
    client, address = logged_in(lead_of(application)), url(application, "support")
    page = typed(client.get(address))
    del page["needs-0-weight"]

    answer = client.post(address, page, headers=AUTOSAVE)

    assert (answer.status_code, "Importance" in answer.json()["text"]) == (200, True)


ROWS = ["Alpha", "Beta", "Gamma"]


@pytest.mark.parametrize("wrong", [{"connection": "x" * 300}, {"name": "y" * 300}])
@pytest.mark.parametrize("removed", [None, 0, 1])
def test_no_row_goes_because_another_is_wrong_or_was_removed(wrong, removed):
    expert = make_expert()
    client, address = logged_in(expert.user), reverse("experts:section", args=["organisations"])
    save(expert, "organisations", {"organisations": [{"name": name, "connection": ""} for name in ROWS]})
    page = typed(client.get(address))
    sent = page | {f"organisations-2-{name}": value for name, value in wrong.items()}
    if removed is not None:
        sent |= {f"organisations-{removed}-DELETE": "on"}
    left = [name for place, name in enumerate(ROWS) if place != removed]

    shown = press(client, address, sent)
    assert [row.name for row in expert.organisations.all()] == left

    press(client, address, typed(shown))
    assert [row.name for row in expert.organisations.all()] == left


def test_page_that_saves_itself_with_an_old_token_is_told_so_and_only_others_that_they_are_logged_out():
    strict = {"enforce_csrf_checks": True}
    for address, person, wrong, _shown in pages():
        opened = {"opened_by": given_back.sign(person)}
        answers = {}
        for name, user in (("same", person), ("other", lead_of(started())), ("nobody", None)):
            client = Client(**strict)
            if user:
                client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
            answers[name] = client.post(address, wrong | opened, headers=AUTOSAVE)

        told = answers["same"].json()
        assert (told["state"], "then press Restore." in told["text"]) == ("refused", True), address
        assert (answers["other"].status_code, answers["nobody"].status_code) == (401, 401), address


def test_sheet_with_an_error_says_what_was_pressed():
    address, reviewer, wrong, _shown = pages()[-1]
    client = logged_in(reviewer)
    sent = typed(client.get(address)) | wrong

    saved = press(client, address, sent | {"save": ""}).content.decode()
    submitted = press(client, address, sent | {"submit": ""}).content.decode()

    assert ("Your valid entries are saved" in saved, "Not submitted" in saved) == (True, False)
    assert "Not submitted. Your valid entries are saved" in submitted
