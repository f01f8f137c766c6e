"""Kinds that look at other answers, at limits that a draft may miss, and at what an earlier version kept."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from django.http import QueryDict

from core.forms.counting import Counted
from core.sections import completeness, kinds
from core.sections.completeness import Progress
from core.sections.forms import SectionForm, make_form
from core.sections.kinds.base import KINDS, Labels
from core.sections.kinds.tables import TablePlace
from core.sections.questions import Question, Section
from tests.core.sections.cases import CASES, KEY, rows
from tests.core.sections.test_kinds import drawn, form_of

pytestmark = pytest.mark.django_db
SIDE = Question("side", kinds.CHOICE, label="Side", choices=(("l", "Left"), ("r", "Right")))
PLACE = CASES["dependent_choice"].question
BOTH = Section("s", "S", "", (SIDE, PLACE))
ALONE = Section("s", "S", "", (PLACE,))


def form(
    section: Section, sent: str | None, saved: dict[str, Any], others: dict[str, Any] | None = None
) -> SectionForm:
    data = None if sent is None else QueryDict(sent)
    made = make_form(section, SectionForm)(data, read=lambda: saved, read_others=lambda: others or {})
    made.is_valid()
    return made


def test_choice_that_does_not_go_with_the_earlier_one_is_refused_in_words():
    refused = form(BOTH, "side=l&q=b", {"side": "", "q": ""})

    assert "does not fit “Left”" in refused.errors["q"][0]
    assert refused.answers() == {"side": "l"}
    assert form(BOTH, "side=r&q=b", {}).answers() == {"side": "r", "q": "b"}
    # Without an earlier answer any of them may be kept; a complete form needs both.
    assert form(BOTH, "side=&q=b", {}).answers() == {"side": "", "q": "b"}


def test_choice_offers_groups_on_one_page_and_only_what_fits_on_a_later_one():
    assert drawn(form(BOTH, None, {"side": "l", "q": ""})).count("<optgroup") == 2
    later = drawn(form(ALONE, None, {"q": ""}, {"side": "l"}))
    assert ("First" in later, ">C<" in later) == (True, False)
    assert form(ALONE, "q=b", {"q": ""}, {"side": "l"}).answers() == {}


def test_choice_that_no_longer_fits_is_said_to_be_missing():
    (lack,) = completeness.missing_in(ALONE, {"side": "l", "q": "c"})

    assert "” does not fit your earlier answer. Choose another option." in lack.text
    assert completeness.missing_in(ALONE, {"side": "r", "q": "c"}) == []


def test_choice_in_a_row_follows_the_column_before_it():
    group = Question("q", KINDS["group"], label="G", columns=(SIDE, replace(PLACE, name="place")))

    wrong = form_of(group, rows({"side": "l", "place": "b", "key": KEY}), {})
    right = form_of(group, rows({"side": "r", "place": "b", "key": KEY}), {})

    assert "” does not fit “" in str(wrong.rows["q"].forms[0].errors["place"])
    assert right.answers() == {f"q.{KEY}": {"side": "r", "place": "b"}}


SHORT = {
    "words": (
        Question("q", kinds.TEXT, label="Q", least=3, counts=Counted.WORDS),
        "one two",
        "1 more needed",
    ),
    "characters": (Question("q", kinds.LINE, label="Q", least=3), "ab", "1 more needed"),
    "choices": (replace(CASES["choices"].question, least=2), ["a"], "at least 2"),
}


@pytest.mark.parametrize("name", SHORT)
def test_what_is_too_short_yet_is_saved_and_said_to_be_missing(name):
    question, typed, words = SHORT[name]

    draft = form_of(question, {"q": typed}, {})

    assert draft.is_valid()
    assert draft.answers() == {"q": typed}
    (lack,) = completeness.missing_in(Section("s", "S", "", (question,)), draft.answers())
    assert words in lack.text
    assert question.hint


def test_counter_of_words_says_its_limits_without_javascript():
    question = Question("q", kinds.TEXT, label="Q", least=10, limit=200, counts=Counted.WORDS)
    page = drawn(form_of(question, None, {"q": ""}))

    assert 'data-counter="200"' in page
    assert 'data-least="10"' in page
    assert 'data-counts="words"' in page
    assert "From 10 to 200 words." in page
    assert 'aria-describedby="id_q_counter"' in page
    long = form_of(question, {"q": "word " * 201}, {})
    assert long.errors["q"] == ["Shorten this to 200 words: it is 1 over the limit."]
    assert form_of(question, {"q": "x" * 20_001}, {}).errors["q"] == [
        "Shorten this to 20000 characters: it is 1 over the limit."
    ]


# A later version of the form has other limits than those under which the answer was given.
OUTGROWN = {
    "text": ({"limit": 3}, {"q": "four"}),
    "number": ({"limit": 3}, {"q": 4}),
    "amount": ({"least": 3}, {"q": "2.5"}),
    "date": ({"least": "2027-02-01"}, {"q": "2027-01-31"}),
    "month": ({"limit": "2027-02-01"}, {"q": "2027-03-01"}),
    "choice": ({"choices": (("a", "A"),)}, {"q": "b"}),
    "choices": ({"choices": (("a", "A"),)}, {"q": ["a", "b"]}),
    "terms": ({"limit": 1}, {"q": ["de", "fr"]}),
    "regions": ({"limit": 1}, {"q": ["DE134", "FRF11"]}),
    "texts": ({"limit": 3}, {"q.de": "four"}),
    "table": (
        {"columns": (Question("y1", KINDS["amount"], label="1", limit=3),)},
        {"q.staff.y1": 4, "q.travel.y1": 1},
    ),
    "group": ({"columns": (Question("n", kinds.LINE, label="N", limit=3),)}, {"q.1": {"n": "four"}}),
}


@pytest.mark.parametrize("code", OUTGROWN)
def test_answer_that_outgrew_its_question_is_kept_told_and_said_to_be_corrected(code):
    changes, cells = OUTGROWN[code]
    question = replace(CASES[code].question, **{"least": None, "limit": None} | changes)

    lacks = completeness.missing_in(Section("s", "S", "", (question,)), cells)

    assert len(lacks) == 1
    assert lacks[0].text
    assert question.kind.lines(question, question.kind.value(question, cells), Labels())
    assert f'id="{lacks[0].anchor}"' in drawn(form_of(question, None, cells))


def test_group_reads_rows_that_an_earlier_version_kept():
    question = CASES["group"].question
    stored = [{"key": KEY, "name": "Ana", "gone": "still here"}]

    cells = question.kind.cells(question, stored)

    assert cells[f"q.{KEY}"]["cost"] is None
    assert cells[f"q.{KEY}"]["gone"] == "still here"
    assert question.kind.lines(question, question.kind.value(question, cells), Labels()) == ["Ana"]
    again = form_of(question, rows({"key": KEY, "name": "Eva"}), cells).answers()
    assert again[f"q.{KEY}"]["gone"] == "still here"


def test_group_asks_for_its_fewest_rows():
    question = replace(CASES["group"].question, min_rows=2, columns=(Question("n", kinds.LINE, label="N"),))

    (lack,) = completeness.missing_in(Section("s", "S", "", (question,)), {"q.1": {"n": "one"}})

    assert "at least 2 rows" in lack.text


def test_no_is_an_answer():
    question = CASES["yes_no"].question
    section = Section("s", "S", "", (question,))

    assert completeness.missing_in(section, {"q": False}) == []
    assert completeness.is_begun(section, {"q": False})
    assert len(completeness.missing_in(section, {"q": None})) == 1


def test_two_people_write_different_languages_and_boxes_without_a_conflict():
    texts, table = CASES["texts"].question, CASES["table"].question

    assert set(form_of(texts, {"q_de": "Ja"}, {}).answers()) == {"q.de", "q.ca"}
    assert set(form_of(table, {"q-staff-y1": "1"}, {}).answers()) == set(
        table.kind.cells(table, {row: {"y1": 1, "y2": 1} for row in ("staff", "travel")})
    )
    assert texts.kind.name_of(texts, "q.de", "", Labels()) == "Question: German"
    assert table.kind.name_of(table, "q.staff.y1", "", Labels()) == "Question: Staff, 2027"


def test_columns_of_a_table_say_what_their_numbers_count():
    """On a phone the columns are labels of the boxes; both say what the question alone would say."""
    kinds, table = {"amount": "€", "number": "km"}, CASES["table"].question
    columns = [Question(kind, KINDS[kind], label="2027", unit="km") for kind in kinds]
    table = replace(table, columns=(*columns, Question("plain", KINDS["number"], label="2028")))

    form = form_of(table, {}, {})
    page = TablePlace(table).render(form, None)

    for kind, unit in kinds.items():
        assert form.fields[f"q-staff-{kind}"].label == f"Staff, 2027 ({unit})"
        assert f'<th scope="col">2027 ({unit})</th>' in page
        assert f'data-label="2027 ({unit})"' in page
    assert '<th scope="col">2028</th>' in page


def test_section_that_needs_no_answer_is_optional_until_it_has_one():
    story, agreed = (Question(name, KINDS["line"], label=name) for name in ("story", "agreed"))
    optional, needed = replace(story, is_required=False), replace(agreed, initial="Yes")
    section = Section("more", "More", "", (optional,))

    assert completeness.progress(section, {"story": ""}) == Progress.OPTIONAL
    assert completeness.progress(section, {"story": "A river"}) == Progress.COMPLETE
    both = replace(section, questions=(optional, needed))
    assert completeness.progress(both, {"story": "", "agreed": ""}) == Progress.NOT_STARTED
    assert completeness.progress(both, {"story": "A river", "agreed": ""}) == Progress.STARTED
