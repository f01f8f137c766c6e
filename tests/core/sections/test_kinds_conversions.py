"A new form version asks in another kind: what was kept is read, told as before, and saved the same."

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from core.sections import completeness, kinds
from core.sections.kinds.base import KINDS, Labels
from core.sections.kinds.compatible import keeps_answers, may_become
from core.sections.kinds.numbers import decimal_of
from core.sections.questions import Question, Section
from tests.core.sections.cases import CASES
from tests.core.sections.test_kinds import as_shown, form_of

pytestmark = pytest.mark.django_db
PAIRS = [(code, into) for code, kind in KINDS.items() for into in kind.converts_to if code in CASES]
# What a question of the later kind is set to besides; else it has what the earlier one had.
SET = {"amount": {"limit": None}, "number": {"limit": None, "decimals": 2}}


def numbers(value: Any) -> Any:
    return decimal_of(value) if decimal_of(value) is not None else value


@pytest.mark.parametrize(("code", "into"), PAIRS)
def test_answer_is_read_and_told_as_before_in_a_kind_that_may_follow(code, into):
    case = CASES[code]
    after = replace(case.question, kind=KINDS[into], **SET.get(into, {}))
    before_value = case.question.kind.value(case.question, case.cells)
    cells = after.kind.cells(after, before_value)
    value = after.kind.value(after, cells)

    assert completeness.missing_in(Section("s", "S", "", (after,)), cells) == []
    lines = after.kind.lines(after, value, Labels())
    if (code, into) not in {("number", "amount"), ("amount", "number"), ("month", "date")}:
        assert lines == case.told
    else:
        assert "".join(filter(str.isdigit, case.told[0])).rstrip("0") in "".join(
            filter(str.isdigit, lines[0])
        )
    sent_back = form_of(after, as_shown(form_of(after, None, cells)), cells)
    assert sent_back.is_valid(), sent_back.errors
    assert {cell: numbers(v) for cell, v in sent_back.answers().items()} == {
        c: numbers(v) for c, v in cells.items()
    }


def test_every_kind_that_may_follow_is_one_that_staff_can_choose():
    offered = {kind.code for kind in kinds.FOR_STAFF}

    assert {into for kind in KINDS.values() for into in kind.converts_to} <= offered
    assert len(PAIRS) >= 10


def test_kinds_that_keep_something_else_do_not_follow():
    for before, after in [
        ("text", "line"),
        ("choice", "choices"),
        ("date", "month"),
        ("tick", "yes_no"),
        ("line", "mail"),
    ]:
        assert not may_become(KINDS[before], KINDS[after])


def test_group_keeps_its_answers_only_if_each_column_does():
    def group(kind: kinds.Kind) -> Question:
        return Question("g", KINDS["group"], columns=(Question("c", kind),))

    assert keeps_answers(group(kinds.LINE), group(kinds.TEXT))
    assert not keeps_answers(group(kinds.TEXT), group(kinds.LINE))
    assert keeps_answers(
        group(kinds.TEXT), Question("g", KINDS["group"], columns=(Question("d", kinds.LINE),))
    )
