"""The forms of a profile: drafts, rows, the month grid with fill-across, the region of a country."""

from __future__ import annotations

from datetime import date

import pytest
from django.http import QueryDict

from core.sections import completeness
from core.sections.blank import cells_of
from core.sections.saving import without_removed
from experts.enums import PROGRAMME_LAST_MONTH, ProfileSection
from experts.forms import form_for
from experts.kinds import months_ahead
from tests.builders.experts import COMPLETE, next_months
from tests.support.expert_forms import form_data, the_section

pytestmark = pytest.mark.django_db


def posted(**values):
    data = QueryDict(mutable=True)
    for name, value in values.items():
        data.setlist(name, value if isinstance(value, list) else [value])
    return data


def form_of(section, data=None, *, saved, is_draft=False):
    """Return the form of a section, and let it judge what was sent."""
    asked = the_section(section)
    form = form_for(asked)(data, read=lambda: cells_of(asked, saved), answers=saved, is_draft=is_draft)
    form.is_valid()
    return form


def taken(form):
    """Return the answers as they stand after a save of what is valid."""
    cells = without_removed(form.cells | form.answers())
    return {question.name: _value(question, cells) for question in form.questions}


def _value(question, cells):
    if question.name == "months":
        return {cell.partition(".")[2]: days for cell, days in cells.items()}
    own = question.own(cells)
    return [*own.values()] if question.columns and question.name not in own else own.get(question.name)


def availability(data=None, **months):
    return form_of(ProfileSection.AVAILABILITY, data, saved={"months": months}, is_draft=True)


def field_of(month: date) -> str:
    return f"month_{month:%Y_%m}"


def test_months_run_from_this_one_to_the_end_of_the_programme():
    assert list(months_ahead(date(2027, 10, 31))) == [date(2027, 10, 1), date(2027, 11, 1), date(2027, 12, 1)]
    assert list(months_ahead(date(2026, 12, 5)))[:2] == [date(2026, 12, 1), date(2027, 1, 1)]
    assert list(months_ahead(date(2028, 1, 1))) == []


def test_availability_shows_half_days_as_days():
    month = next_months()[0]

    form = availability(**{f"{month:%Y-%m}": 5})

    assert str(form[field_of(month)].value()) == "2.5"


@pytest.mark.parametrize(("typed", "half_days"), [("3", 6), ("2.5", 5), ("2,5", 5), ("0", None), ("", None)])
def test_availability_stores_half_days(typed, half_days):
    month = next_months()[0]

    form = availability(posted(**{field_of(month): typed}))

    assert form.is_valid(), form.errors
    assert taken(form) == {"months": {f"{month:%Y-%m}": half_days} if half_days else {}}


@pytest.mark.parametrize("typed", ["-1", "32", "1.3", "many"])
def test_availability_refuses_at_the_month(typed):
    month = next_months()[0]

    form = availability(posted(**{field_of(month): typed}))

    assert not form.is_valid()
    assert list(form.errors) == [field_of(month)]


def test_fill_all_puts_the_days_into_every_month_and_saves_nothing():
    first, second, *_others = next_months()

    form = availability(posted(fill_days="4", fill_all="1", **{field_of(first): "1"}))

    assert not form.is_valid()
    assert form.errors == {}
    assert {form[field_of(month)].value() for month in next_months()} == {"4"}


def test_fill_empty_keeps_what_was_typed():
    first, second, *_others = next_months()

    form = availability(posted(fill_days="4", fill_empty="1", **{field_of(first): "1"}))

    assert [form[field_of(first)].value(), form[field_of(second)].value()] == ["1", "4"]


def test_availability_keeps_past_months():
    form = availability(posted(), **{"2020-01": 9})

    assert form.is_valid()
    assert taken(form) == {"months": {"2020-01": 9}}


def test_programme_ends_in_december_2027():
    assert date(2027, 12, 1) == PROGRAMME_LAST_MONTH


def test_draft_may_be_empty_and_complete_form_may_not():
    empty = {"roles": [], "max_regions": 1}
    data = posted(max_regions="1")

    assert form_of(ProfileSection.ROLES, data, saved=empty, is_draft=True).is_valid()
    assert list(form_of(ProfileSection.ROLES, data, saved=empty).errors) == ["roles"]


@pytest.mark.parametrize("section", COMPLETE)
def test_form_returns_the_answers_it_was_given(section):
    form = form_of(section, form_data(section, COMPLETE[section]), saved=COMPLETE[section])

    assert form.is_valid(), form.errors
    assert taken(form) == COMPLETE[section]


def test_same_language_twice_is_refused_at_the_second():
    rows = {"languages": [{"language": "fr", "level": "B2"}, {"language": "fr", "level": "C1"}]}

    form = form_of(
        ProfileSection.LANGUAGES,
        form_data(ProfileSection.LANGUAGES, rows),
        saved={"languages": []},
        is_draft=True,
    )

    assert not form.is_valid()
    assert [list(row.errors) for row in form.rows["languages"].forms[:2]] == [[], ["language"]]


def test_removed_row_is_not_kept_and_does_not_count_as_a_duplicate():
    rows = {"languages": [{"language": "fr", "level": "B2"}, {"language": "fr", "level": "C1"}]}
    data = form_data(ProfileSection.LANGUAGES, rows)
    data["languages-0-DELETE"] = "on"

    form = form_of(ProfileSection.LANGUAGES, data, saved=rows)

    assert form.is_valid(), form.rows["languages"].errors
    assert taken(form) == {"languages": [{"language": "fr", "level": "C1"}]}


def test_region_belongs_to_the_country_chosen():
    answers = COMPLETE[ProfileSection.ABOUT] | {"country": "SI", "unit": "FRF11"}

    form = form_of(
        ProfileSection.ABOUT, form_data(ProfileSection.ABOUT, answers), saved=COMPLETE[ProfileSection.ABOUT]
    )

    assert list(form.errors) == ["unit"]


def test_search_for_the_region_keeps_what_was_typed_and_offers_the_regions_of_a_country():
    answers = COMPLETE[ProfileSection.ABOUT] | {"country": "SI", "name": "", "unit": "Slowenien"}
    data = form_data(ProfileSection.ABOUT, answers)
    data["add_row"] = "unit_search"

    form = form_of(ProfileSection.ABOUT, data, saved=COMPLETE[ProfileSection.ABOUT])

    assert not form.is_valid()
    assert form.errors == {}
    assert form["headline"].value() == answers["headline"]
    offered = {offer.unit.pk for offer in form.fields["unit"].widget.offered}
    assert len(offered) == 12
    assert all(code.startswith("SI") for code in offered)


@pytest.mark.parametrize(
    ("typed", "code"),
    [("Tui", "ES114"), ("Pontevedra (ES114)", "ES114"), ("ES114", "ES114"), ("", "")],
)
def test_home_region_is_found_by_the_name_of_the_town(typed, code):
    answers = COMPLETE[ProfileSection.ABOUT] | {"country": "ES", "unit": typed}

    form = form_of(
        ProfileSection.ABOUT, form_data(ProfileSection.ABOUT, answers), saved=COMPLETE[ProfileSection.ABOUT]
    )

    assert form.is_valid(), form.errors
    assert taken(form)["unit"] == code


def test_home_region_that_may_be_several_is_asked_for_and_never_guessed():
    answers = COMPLETE[ProfileSection.ABOUT] | {"country": "CH", "unit": "Rheinfelden"}
    data = form_data(ProfileSection.ABOUT, answers)
    form = form_of(ProfileSection.ABOUT, data, saved=COMPLETE[ProfileSection.ABOUT])

    assert list(form.errors) == ["unit"]
    assert {offer.unit.pk for offer in form.fields["unit"].widget.offered} >= {"CH033", "DE139"}

    data["unit_choice"] = "CH033"
    form = form_of(ProfileSection.ABOUT, data, saved=COMPLETE[ProfileSection.ABOUT])

    assert form.is_valid(), form.errors
    assert taken(form)["unit"] == "CH033"


def test_home_region_in_another_country_is_not_kept_with_a_new_country():
    """It decides conflicts of interest: better none than one of where the expert no longer lives."""
    saved = COMPLETE[ProfileSection.ABOUT] | {"country": "ES", "unit": "ES114"}
    data = form_data(ProfileSection.ABOUT, saved | {"country": "AT"})

    form = form_of(ProfileSection.ABOUT, data, saved=saved, is_draft=True)

    assert list(form.errors) == ["unit"]
    assert (taken(form)["country"], taken(form)["unit"]) == ("AT", "")


def test_other_country_takes_the_place_of_the_list():
    answers = COMPLETE[ProfileSection.ABOUT] | {"country": "other", "other_country": "Canada"}

    form = form_of(
        ProfileSection.ABOUT, form_data(ProfileSection.ABOUT, answers), saved=COMPLETE[ProfileSection.ABOUT]
    )

    assert form.is_valid(), form.errors
    assert (taken(form)["country"], taken(form)["other_country"]) == ("", "Canada")


@pytest.mark.parametrize("section", [s for s in ProfileSection if s != ProfileSection.CV])
def test_form_asks_for_exactly_what_completeness_asks_for(section):
    empty = EMPTY_PROFILE[section]

    form = form_of(section, form_data(section, empty), saved=empty)

    gaps = completeness.missing_in(the_section(section), cells_of(the_section(section), empty))
    # That some month has days is a rule of the section, which its action checks.
    assert form.is_valid() == (not gaps or section == ProfileSection.AVAILABILITY)


EMPTY_PROFILE = {
    ProfileSection.ABOUT: COMPLETE[ProfileSection.ABOUT]
    | {"name": "", "headline": "", "biography": "", "country": "", "countries": []},
    ProfileSection.LANGUAGES: {"languages": []},
    ProfileSection.EXPERTISE: {"expertise": [], "challenges": []},
    ProfileSection.AVAILABILITY: {"months": {}},
    ProfileSection.ROLES: {"roles": [], "max_regions": 1},
    ProfileSection.ORGANISATIONS: {"organisations": []},
    ProfileSection.DECLARATIONS: {
        "declares_truth": False,
        "agrees_to_sharing": False,
        "agrees_to_listing": False,
    },
}
