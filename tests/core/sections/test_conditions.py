"""Which questions are asked: every clause, every form; told in words."""

from __future__ import annotations

from itertools import product
from typing import Any

import pytest
from django.utils.translation import override
from hypothesis import given, settings
from hypothesis import strategies as st

from core.sections import kinds
from core.sections.comparing import holds
from core.sections.completeness import Progress, missing, progress
from core.sections.condition_words import condition_in_words
from core.sections.conditions import as_asked, asked, sources
from core.sections.questions import (
    Clause,
    Compared,
    Condition,
    Operator,
    Question,
    Questionnaire,
    Rule,
    Section,
)
from tests.support.condition_cases import CASES, CHOICE, CHOICES, MONTH, NUMBER, ROWS, TEXT, TICK
from tests.support.conditional_form import ABOUT, BLANK, FORM, MONEY, all_of, any_of, when

OPTIONS = (("a", "A"), ("b", "B"))
# Each kind with answers that tell its clauses apart; the first is none.
ANSWERS: dict[str, tuple[Any, ...]] = {
    "choice": ("", "a", "b"),
    "choices": ([], ["a"], ["b"], ["a", "b"]),
    "tick": (False, True),
    "number": (None, 0, 1, 2, 3),
    "line": ("", "x", "x y"),
}
VALUES = ("a", "b", "x", 1, 2, True, None, ["a", "b"])


def test_every_clause_of_the_table_says_what_it_should():
    wrong = [
        (case.question.name, case.operator, case.value, answer)
        for case in CASES
        for expected, answers in ((True, case.holds_of), (False, case.fails_of))
        for answer in answers
        if holds(case.clause, case.question, answer) is not expected
    ]
    assert wrong == []
    covered = {case.question.kind.compared_as for case in CASES}
    assert set(Compared) - covered == {Compared.ANYTHING}
    assert {case.operator for case in CASES} == set(Operator)


@st.composite
def forms(draw: Any) -> Questionnaire:
    """Return a small form in two sections; conditions may be about later and missing questions."""
    names = [f"q{number}" for number in range(draw(st.integers(2, 5)))]
    clauses = st.builds(
        Clause, st.sampled_from([*names, "gone"]), st.sampled_from(Operator), st.sampled_from(VALUES)
    )
    conditions = st.builds(Condition, st.lists(clauses, max_size=3).map(tuple), st.booleans())
    questions = [
        Question(
            name,
            kinds.KINDS[draw(st.sampled_from(sorted(ANSWERS)))],
            label=name,
            limit=3,
            choices=OPTIONS,
            condition=draw(st.none() | conditions),
        )
        for name in names
    ]
    cut = draw(st.integers(0, len(questions)))
    parts = (tuple(questions[:cut]), tuple(questions[cut:]))
    return Questionnaire(tuple(Section(f"s{i}", f"S{i}", "", part) for i, part in enumerate(parts)))


def naively_asked(form: Questionnaire, cells: dict[str, Any], place: int) -> bool:
    """Say for one question what the issue of conditions says, without any thought of speed."""
    condition = form.questions[place].condition
    if condition is None or condition.clauses == ():
        return True
    results = []
    for clause in condition.clauses:
        found = [i for i, question in enumerate(form.questions[:place]) if question.name == clause.question]
        is_given = bool(found) and naively_asked(form, cells, found[0])
        if not is_given:
            results.append(clause.operator == "not_filled")
        else:
            results.append(holds(clause, form.questions[found[0]], cells[clause.question]))
    return all(results) if condition.needs_all else any(results)


def all_answers(form: Questionnaire) -> list[dict[str, Any]]:
    values = [ANSWERS[question.kind.code] for question in form.questions]
    names = [question.name for question in form.questions]
    return [dict(zip(names, given, strict=True)) for given in product(*values)]


@given(form=forms())
@settings(max_examples=150, deadline=None)
def test_what_is_asked_is_what_a_naive_reader_of_the_form_says(form):
    for cells in all_answers(form)[:200]:
        names = asked(form, cells)
        naive = {q.name for place, q in enumerate(form.questions) if naively_asked(form, cells, place)}
        assert names == naive
        # It is a form like any other, with what is asked; nothing that is not asked changes it.
        shown = as_asked(form, cells)
        assert [q.name for q in shown.questions] == [q.name for q in form.questions if q.name in naive]
        hidden = {name: "anything" for name in cells if name not in names}
        assert asked(form, cells | hidden) == names
        # A few answers decide on a section: those that are read for it.
        for section in form:
            needed = {question.name for question in sources(form, [section])}
            alone = asked(form, {name: v for name, v in cells.items() if name in needed})
            own = {question.name for question in section.questions}
            assert alone & own == names & own


def test_form_as_it_is_asked_is_complete_without_what_is_hidden():
    cells = BLANK | {"legal": "none", "wish": "Peace", "since": "2027-03-01"}
    shown = as_asked(FORM, cells)

    assert [section.slug for section in shown] == ["about", "end"]
    assert missing(cells, shown) == []
    assert missing(cells, FORM) != []
    assert [progress(shown.section(s.slug), cells) for s in FORM] == [
        Progress.COMPLETE,
        Progress.NOT_ASKED,
        Progress.COMPLETE,
    ]
    assert shown.number(shown.sections[1]) == 2
    assert FORM.after(ABOUT, among=shown).slug == "end"

    asked_more = as_asked(FORM, cells | {"legal": "egtc"})
    assert [lack.anchor for lack in missing(cells, asked_more)] == ["rows-towns", "id_budget"]
    assert asked_more.section("money").questions == MONEY.questions[:1]
    assert as_asked(Questionnaire((Section("s", "S", "", (TEXT,)),)), {}).questions == (TEXT,)


def test_rule_on_a_hidden_answer_is_not_judged():
    rules = (
        Rule(("legal", "since"), lambda cells: False, "No.", "since"),
        Rule(("legal",), lambda c: True, "", ""),
    )
    form = Questionnaire((Section("about", "About", "", ABOUT.questions, rules=rules),))

    assert len(as_asked(form, BLANK).sections[0].rules) == 1
    assert len(as_asked(form, BLANK | {"legal": "egtc"}).sections[0].rules) == 2


TOLD = [
    (when("choice", "is", "egtc"), "“Choice” is “EGTC”", "« Choice » est « EGTC »"),
    (when("choice", "is_not", "gone"), "“Choice” is not “gone”", "« Choice » n’est pas « gone »"),
    (when("choices", "contains", "none"), "“Choices” includes “Not yet”", "« Choices » comprend « Not yet »"),
    (
        when("choices", "is", ["egtc", "none"]),
        "“Choices” is “EGTC, Not yet”",
        "« Choices » est « EGTC, Not yet »",
    ),
    (
        when("text", "contains", "rail"),
        "“Text” contains the words “rail”",
        "« Text » contient les mots « rail »",
    ),
    (when("number", "over", 1500), "“Number” is over 1,500", "« Number » est supérieur à 1\u202f500"),
    (when("number", "is", 3), "“Number” is 3", "« Number » est égal à 3"),
    (
        when("month", "under", "2027-03"),
        "“Month” is earlier than March 2027",
        "« Month » est avant mars 2027",
    ),
    (when("rows", "over", 1), "“Rows” has more than 1 entry", "« Rows » compte plus de 1 élément"),
    (when("rows", "under", 3), "“Rows” has fewer than 3 entries", "« Rows » compte moins de 3 éléments"),
    (when("tick", "filled"), "“Tick” is answered", "« Tick » a une réponse"),
    (when("tick", "is", True), "“Tick” is “Yes”", "« Tick » est « Oui »"),
    (when("gone", "not_filled"), "“gone” is not answered", "« gone » n’a pas de réponse"),
    (when("number", "is", "x"), "“Number” is x", "« Number » est égal à x"),
    (
        any_of(("tick", "filled"), ("number", "under", 2), ("text", "is", "a")),
        "“Tick” is answered or “Number” is under 2 or “Text” is “a”",
        "« Tick » a une réponse ou « Number » est inférieur à 2 ou « Text » est « a »",
    ),
    (
        all_of(("tick", "filled"), ("text", "is", "a")),
        "“Tick” is answered and “Text” is “a”",
        "« Tick » a une réponse et « Text » est « a »",
    ),
]


@pytest.mark.django_db
def test_condition_is_told_in_both_languages():
    form = Questionnaire((Section("s", "S", "", (TEXT, CHOICE, CHOICES, NUMBER, MONTH, TICK, ROWS)),))
    for condition, english, french in TOLD:
        assert condition_in_words(condition, form) == f"Asked only if {english}."
        with override("fr"):
            assert (
                condition_in_words(condition, form).replace("\xa0", " ") == f"Posée uniquement si {french}."
            )
    assert condition_in_words(Condition(()), form) == ""
