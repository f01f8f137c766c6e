"""Columns of a repeated group, asked in each row as its own answers say."""

from __future__ import annotations

from dataclasses import replace
from itertools import product
from typing import Any

import pytest
from hypothesis import given as for_each
from hypothesis import settings
from hypothesis import strategies as st

from core.sections.comparing import holds
from core.sections.completeness import missing
from core.sections.condition_faults import can_hold, earlier_than, faults, ways_to_each
from core.sections.condition_words import when_asked
from core.sections.conditions import as_asked, given
from core.sections.kinds.base import KINDS, Labels
from core.sections.questions import Clause, Condition, Formula, Operator, Question, Questionnaire, Section
from tests.core.sections.test_conditions import ANSWERS, OPTIONS, VALUES
from tests.support.condition_cases import FILES, TEXT
from tests.support.conditional_form import all_of, any_of, when

FIRST = Question("q", KINDS["choice"], label="Q", choices=OPTIONS)


def asked_of(kind: str, name: str, condition: Condition | None) -> Question:
    return Question(name, KINDS[kind], label=name, limit=3, choices=OPTIONS, condition=condition)


@st.composite
def groups(draw: Any) -> Questionnaire:
    """Return a form with one question, a group, and the sum of each of its columns."""
    names = [f"c{number}" for number in range(draw(st.integers(2, 4)))]
    about = st.sampled_from(["q", "gone", "c0", *(f"rows.{name}" for name in names)])
    clauses = st.builds(Clause, about, st.sampled_from(Operator), st.sampled_from(VALUES))
    conditions = st.builds(Condition, st.lists(clauses, min_size=1, max_size=2).map(tuple), st.booleans())
    kinds_of = st.sampled_from(sorted(ANSWERS))
    columns = tuple(asked_of(draw(kinds_of), name, draw(st.none() | conditions)) for name in names)
    group = Question(
        "rows", KINDS["group"], label="Rows", columns=columns, condition=draw(st.none() | conditions)
    )
    sums = [computed(f"sum_{name}", "sum", f"rows.{name}") for name in names]
    return Questionnaire((Section("s", "S", "", (FIRST, group, *sums)),))


def computed(name: str, operation: str, *sources: str) -> Question:
    return Question(name, KINDS["computed"], label=name, formula=Formula(operation, sources))


def naively_asked(form: Questionnaire, place: int, row: dict[str, Any], q: Any) -> bool:
    """Say of one column in one row what the rules say, without any thought of speed."""
    group = form.questions[1]
    condition = group.columns[place].condition
    if condition is None:
        return True
    results = []
    for clause in condition.clauses:
        earlier = [f"rows.{column.name}" for column in group.columns[:place]]
        if clause.question == "q":
            results.append(holds(clause, FIRST, q))
        elif clause.question in earlier and naively_asked(form, earlier.index(clause.question), row, q):
            source = group.columns[earlier.index(clause.question)]
            results.append(holds(clause, source, row[source.name]))
        else:
            results.append(clause.operator == "not_filled")
    return all(results) if condition.needs_all else any(results)


def rows_of(group: Question) -> list[dict[str, Any]]:
    values = [ANSWERS[column.kind.code] for column in group.columns]
    names = [column.name for column in group.columns]
    return [dict(zip(names, said, strict=True)) for said in product(*values)]


@for_each(form=groups())
@settings(max_examples=60, deadline=None)
def test_columns_of_random_groups_are_asked_as_a_naive_reader_says(form):
    group, rows = form.questions[1], rows_of(form.questions[1])[:40]
    for q in ("", "a", "b"):
        cells = {"q": q} | {group.cell(str(number)): row for number, row in enumerate(rows)}
        if "rows" not in {question.name for question in as_asked(form, cells).questions}:
            assert not any(cell.startswith("rows.") for cell in given(form, cells))
            continue
        now, naive = given(form, cells), []
        for row in rows:
            places = range(len(group.columns))
            naive.append({group.columns[i].name for i in places if naively_asked(form, i, row, q)})
        assert [set(now[group.cell(str(number))]) for number in range(len(rows))] == naive
        said = [{name: row[name] for name in names} for row, names in zip(rows, naive, strict=True)]
        # Neither in a version nor in a sum nor missing.
        version = group.kind.snapshot(group, group.kind.value(group, now), Labels())
        assert [set(row) for row in version] == naive
        for column in group.columns:
            numbers = [row.get(column.name) for row in said]
            numbers = [number for number in numbers if isinstance(number, int) and number is not True]
            if column.kind.is_number:
                assert now[f"sum_{column.name}"] == (sum(numbers) if numbers else None)
        lacks = [
            lack.anchor for lack in missing(now, as_asked(form, cells)) if lack.anchor.startswith("id_rows-")
        ]
        blank = [
            f"id_rows-{number}-{name}"
            for number, row in enumerate(said)
            for name in row
            if not next(c for c in group.columns if c.name == name).kind.is_answered(group, row[name])
        ]
        assert {lack.removesuffix("_0") for lack in lacks} == {name.removesuffix("_0") for name in blank}


@for_each(form=groups())
@settings(max_examples=40, deadline=None)
def test_condition_of_a_column_that_is_said_to_be_never_fulfilled_never_is(form):
    group, ways = form.questions[1], ways_to_each(form.questions)
    for column in group.columns:
        if can_hold(ways[f"rows.{column.name}"], earlier_than(form.questions, f"rows.{column.name}")):
            continue
        cells = {f"rows.{number}": row for number, row in enumerate(rows_of(group))}
        for q in ("", "a", "b"):
            now = given(form, cells | {"q": q})
            assert not any(column.name in row for cell, row in now.items() if cell in cells)


def group_with(*columns: Question, kind: str = "group", **more: Any) -> Question:
    return Question("links", KINDS[kind], label="Links", columns=columns, **more)


KIND = Question("kind", KINDS["choice"], label="Kind", choices=(("road", "Road"), ("other", "Other")))
WORTH = Question("worth", KINDS["number"], label="Worth", limit=10**9)
OTHER = "“Far” has an answer in each row of another group. Choose a different earlier question."


def test_what_is_wrong_with_the_condition_of_a_column_is_said():
    far = Question("far", KINDS["group"], label="Far", columns=(replace(TEXT, name="name", label="Far"),))
    total = computed("total", "sum", "worth")

    def said(
        condition: Condition,
        *,
        kind: str = "group",
        column: Question = TEXT,
        only_if: Condition | None = None,
        **more: Any,
    ) -> list[Any]:
        last = replace(WORTH, name="last", label="Last")
        columns = (KIND, WORTH, total, replace(column, condition=condition), last)
        group = group_with(*columns, kind=kind, condition=only_if, **more)
        form = Questionnaire((Section("s", "S", "", (FIRST, FILES, far, group, WORTH)),))
        found = faults(form)
        assert {fault.question for fault in found} <= {f"links.{column.name}"}
        return [fault.text for fault in found]

    never = (
        "This answer is required, but the question will never be asked because its "
        "condition can never be true."
    )
    later = "The condition uses “%s”, which is asked later. Choose an earlier question."
    table = "Only columns of a repeated group can have a condition. A table always shows all its cells."
    portal = "The portal needs this answer, so the question must always be asked. Remove the condition."
    cases = [
        (when("links.kind", "is", "other"), []),
        (when("q", "is", "a"), []),
        (all_of(("links.kind", "is", "road"), ("links.worth", "over", 5), ("q", "filled")), []),
        (when("kind", "is", "other"), ["The condition uses a question that is not in this form (kind)."]),
        (
            when("links.gone", "filled"),
            ["The condition uses a question that is not in this form (links.gone)."],
        ),
        (when("links.last", "filled"), [later % "Last"]),
        (when("worth", "filled"), [later % "Worth"]),
        (
            when("links.text", "filled"),
            ["A question cannot depend on itself. Choose an earlier question."],
        ),
        (
            when("links", "over", 1),
            ["A column cannot depend on the group it belongs to. Choose an earlier question."],
        ),
        (when("far.name", "filled"), [OTHER]),
        (
            when("links.total", "over", 1),
            [("The answer to “total” cannot be used in a condition. Choose another question.")],
        ),
        (when("files", "filled"), []),
        (
            when("links.kind", "over", 1),
            ["The answer to “Kind” cannot be compared in this way. Choose another comparison."],
        ),
        (when("links.kind", "is", "boat"), ["“Kind” has no option “boat”."]),
        (all_of(("links.kind", "is", "road"), ("links.kind", "is", "other")), [never]),
        (all_of(("links.worth", "over", 5), ("links.worth", "under", 6)), [never]),
    ]
    assert [(condition, said(condition)) for condition, _texts in cases] == cases
    # What rules out the group rules out its rows.
    assert said(when("q", "is", "b"), only_if=when("q", "is", "a")) == [never]
    assert said(when("q", "is", "a"), kind="table") == [table]
    assert said(when("q", "is", "a"), kind="rows") == [table]
    assert said(when("q", "is", "a"), is_core=True) == [portal]
    assert said(when("q", "is", "a"), column=replace(total, name="sum")) == [
        "A calculated column cannot have a condition. It uses what is asked in its row."
    ]
    outside = replace(TEXT, condition=when("far.name", "filled"))
    assert [fault.text for fault in faults(Questionnaire((Section("s", "S", "", (far, outside)),)))] == [
        OTHER
    ]


@pytest.mark.django_db
def test_condition_of_a_column_is_told():
    reason = replace(TEXT, label="Reason", condition=any_of(("links.kind", "is", "other"), ("q", "filled")))
    form = Questionnaire(
        (Section("s", "S", "", (FIRST, group_with(KIND, reason, condition=when("q", "filled")))),)
    )

    assert when_asked(form.questions[0], form) == []
    assert when_asked(form.questions[1], form) == [
        "Asked only if “Q” is answered.",
        "“Reason”, in each row: Asked only if “Kind” is “Other” or “Q” is answered.",
    ]


def test_sum_of_what_is_asked_decides_and_what_is_hidden_counts_nowhere():
    """Also as the answer on which a later question depends."""
    part = replace(WORTH, name="part", condition=when("links.kind", "is", "road"))
    total = computed("total", "sum", "links.part", "worth")
    hidden = replace(WORTH, condition=when("q", "is", "a"))
    after = computed("twice", "sum", "total", "total")
    asked = replace(TEXT, name="why", condition=when("twice", "over", 10))
    form = Questionnaire(
        (Section("s", "S", "", (FIRST, group_with(KIND, part), hidden, total, after, asked)),)
    )
    cells = {
        "q": "b",
        "links.1": {"kind": "road", "part": 3},
        "links.2": {"kind": "other", "part": 100},
        "worth": 100,
        "why": "",
    }

    assert (given(form, cells)["total"], given(form, cells)["twice"]) == (3, 6)
    assert "why" not in given(form, cells)
    assert given(form, cells | {"q": "a"})["total"] == 103
    assert "why" in given(form, cells | {"q": "a"})
