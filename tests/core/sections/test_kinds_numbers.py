"""Numbers as people write them, exact to the last digit, added up without rounding."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from django.http import QueryDict
from django.utils.translation import gettext_lazy, override

from core.sections import completeness, kinds
from core.sections.conditions import given
from core.sections.forms import SectionForm, make_form
from core.sections.kinds.base import KINDS, Labels
from core.sections.questions import Formula, Question, Questionnaire, Section
from tests.core.sections.cases import CASES
from tests.core.sections.test_kinds import drawn, form_of

pytestmark = pytest.mark.django_db
EXACT = Question("q", kinds.NUMBER, label="Q", decimals=3, least="-1000000")
WHOLE = Question("q", kinds.NUMBER, label="Q", limit=10**9)
EURO = Question("q", KINDS["amount"], label="Q")
LENGTH = Question("q", kinds.NUMBER, label="Q", decimals=1, unit="km")
# What is typed in English, and what is kept; None is refused.
TYPED = [
    (EXACT, "1 234,5", "1234.5"),
    (EXACT, "1\u202f234,5", "1234.5"),
    (EXACT, "1.234,5", "1234.5"),
    (EXACT, "1,234.5", "1234.5"),
    (EXACT, "1'234.5", "1234.5"),
    (EXACT, "−2,50", "-2.5"),
    (EXACT, "-0", 0),
    (EXACT, ".5", "0.5"),
    (EXACT, "3.141", "3.141"),
    (EXACT, "3,141", 3141),
    (EXACT, "3.1415", None),
    (EXACT, "1e3", None),
    (EXACT, "NaN", None),
    (EXACT, "Infinity", None),
    (EXACT, "0x10", None),
    (EXACT, "1/2", None),
    (EXACT, "9" * 16, None),
    (EXACT, "9" * 5000, None),
    (EXACT, "", None),
    (WHOLE, "180 000", 180000),
    (WHOLE, "180.000", 180000),
    (WHOLE, "0", 0),
    (WHOLE, "-1", None),
    (WHOLE, "1.5", None),
    (WHOLE, str(10**9 + 1), None),
    (EURO, "€ 1,234.50", "1234.5"),
    (EURO, "1 234,50 €", "1234.5"),
    (EURO, "EUR 12", "12"),
    (EURO, "0.10 euros", "0.1"),
    (EURO, "0.001", None),
    (EURO, "12 $", None),
    (LENGTH, "12,5 km", "12.5"),
    (LENGTH, "12.5", "12.5"),
    (LENGTH, "12 miles", None),
]


@pytest.mark.parametrize(("question", "typed", "kept"), TYPED, ids=[typed[:20] for _q, typed, _k in TYPED])
def test_number_is_read_as_people_write_it(question, typed, kept):
    form = form_of(question, {"q": typed}, {})

    if kept is None:
        assert form.answers().get("q") is None
        assert not typed or form.errors["q"]
        # What was typed is still there.
        assert not typed or f'value="{typed}"' in drawn(form)
        return
    assert form.answers() == {"q": kept}
    with override("fr"):
        shown = form_of(question, None, {"q": kept})["q"].value()
        assert form_of(question, {"q": str(shown)}, {}).answers() == {"q": kept}


def test_comma_is_the_decimal_sign_in_french():
    with override("fr"):
        assert form_of(EXACT, {"q": "3,141"}, {}).answers() == {"q": "3.141"}


@pytest.mark.parametrize(
    ("question", "kept", "english", "french"),
    [
        (EURO, "1234.5", "€\u00a01,234.50", "1\u202f234,50\u00a0€"),
        (EURO, "-0.1", "-€\u00a00.10", "-0,10\u00a0€"),
        (EURO, 5, "€\u00a05.00", "5,00\u00a0€"),
        (EURO, "0.125", "€\u00a00.125", "0,125\u00a0€"),
        (EXACT, "1234567.125", "1,234,567.125", "1\u202f234\u202f567,125"),
        (LENGTH, "1200.5", "1,200.5\u00a0km", "1\u202f200,5\u00a0km"),
        (EXACT, "rubbish", "rubbish", "rubbish"),
    ],
)
def test_number_is_told_as_each_language_writes_it(question, kept, english, french):
    assert question.kind.lines(question, kept, Labels()) == [english]
    with override("fr"):
        assert question.kind.lines(question, kept, Labels()) == [french]


def computed(name: str, operation: str, *sources: str, unit: str = "") -> Question:
    return Question(
        name, KINDS["computed"], label=name.title(), unit=unit, formula=Formula(operation, sources)
    )


COST = Question("cost", KINDS["amount"], label="Cost")
STEPS = Question(
    "steps", KINDS["group"], label="Steps", columns=(COST, computed("double", "sum", "cost", "cost"))
)
BUDGET = Question(
    "budget",
    KINDS["table"],
    label="Budget",
    fixed_rows=(("a", "A"), ("b", "B")),
    columns=(replace(EURO, name="y1"), replace(EURO, name="y2")),
)
PLAN = Section("plan", "Plan", "", (EURO, STEPS, BUDGET, CASES["choices"].question))
RESULT = (
    computed("costs", "sum", "steps.cost", "q", unit="€"),
    computed("doubles", "sum", "steps.double", "costs"),
    computed("number", "count", "steps"),
    computed("nothing", "sum", "budget"),
    computed("years", "sum", "budget.y1"),
    computed("all", "sum", "budget"),
)
FORM = Questionnaire((PLAN, Section("result", "Result", "", RESULT)))
CELLS: dict[str, Any] = {
    "q": "0.1",
    "steps.1": {"cost": "0.2"},
    "steps.2": {"cost": None},
    "steps.3": {"cost": 1},
}


def test_sums_and_counts_are_exact_and_reach_across_sections():
    full = given(FORM, CELLS | {"budget.a.y1": "0.1", "budget.b.y1": "0.2", "budget.a.y2": 5})

    assert {name: full[name] for name in ("costs", "doubles", "number", "years", "all")} == {
        "costs": "1.3",
        "doubles": "3.7",
        "number": 3,
        "years": "0.3",
        "all": "5.3",
    }
    assert given(FORM, {})["costs"] is None
    assert given(FORM, {})["number"] == 0


def test_computed_answer_is_shown_from_other_sections_and_never_taken_from_what_is_sent():
    (_plan, result) = FORM.sections
    data = QueryDict("costs=99&number=99")
    for sent in (None, data):
        form = make_form(result, SectionForm)(sent, read=dict, questionnaire=FORM, read_others=lambda: CELLS)
        form.is_valid()
        assert ("€\u00a01.30" in drawn(form), ">99<" in drawn(form)) == (True, False)
        assert not form.is_bound or form.answers() == {}
    assert completeness.missing_in(result, CELLS) == []
    assert completeness.is_begun(result, CELLS) is False


def test_table_shows_its_sums_and_says_what_is_missing_box_by_box():
    question = CASES["table"].question
    cells = {"q.staff.y1": "0.1", "q.staff.y2": "0.2"}

    page = drawn(form_of(question, None, cells))
    lacks = completeness.missing_in(Section("s", "S", "", (question,)), cells)

    assert page.count("€\u00a00.30") == 2
    assert [lack.anchor for lack in lacks] == ["id_q-travel-y1"]
    assert f'id="{lacks[0].anchor}"' in page
    wrong = form_of(question, {"q-staff-y1": "a lot", "q-staff-y2": "7"}, cells)
    assert wrong.answers()["q.staff.y2"] == "7"
    assert "q.staff.y1" not in wrong.answers()
    assert 'value="a lot"' in drawn(wrong)


def test_form_made_in_one_language_asks_and_refuses_in_another():
    length = Question(
        "q", KINDS["number"], label=gettext_lazy("Number"), decimals=1, unit=gettext_lazy("Unit")
    )
    titles = replace(CASES["texts"].question, name="t", limit=3)
    with override("en"):
        made = make_form(Section("s", "S", "", (length, titles)), SectionForm)
    with override("fr"):
        form = made(QueryDict("q=5 unité&t_de=lang"), read=dict)
        form.is_valid()
        assert "Nombre (Unité)" in drawn(form)
        assert form.answers() == {"q": 5}
        assert form.errors["t"] == [
            "allemand\u00a0: Raccourcissez ce texte à 3 caractères\u00a0: il dépasse la limite de 1."
        ]
