"""What is wrong with a condition is said to whoever writes the form, also that it can never hold."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings

from core.sections import kinds
from core.sections.condition_faults import can_hold, faults, ways_to_each
from core.sections.conditions import asked
from core.sections.questions import Condition, Question, Questionnaire, Section
from tests.core.sections.test_conditions import all_answers, forms
from tests.support.condition_cases import CHOICE, CHOICES, FILES, LEVEL, MONTH, NUMBER, ROWS, TERM, TEXT, TICK
from tests.support.conditional_form import FORM, all_of, any_of, when

REGION = Question("region", kinds.REGION, label="Region")
EARLIER = (TEXT, CHOICE, LEVEL, CHOICES, TERM, NUMBER, MONTH, TICK, ROWS, FILES, REGION)
ASKED = Question("asked", kinds.LINE, label="Asked", limit=9)
NEVER = [
    ("This answer is required, but the question will never be asked because its condition can never be true.")
]
ITSELF = "A question cannot depend on itself. Choose an earlier question."
NOT_COMPARED = "The answer to “%s” cannot be compared in this way. Choose another comparison."


def faults_of(condition: Condition, **fields: object) -> list[str]:
    question = replace(ASKED, condition=condition, **fields)
    later = Question("later", kinds.LINE, label="Later")
    form = Questionnaire((Section("s", "S", "", EARLIER), Section("t", "T", "", (question, later))))
    assert {fault.question for fault in faults(form)} <= {"asked"}
    return [fault.text for fault in faults(form)]


@given(form=forms())
@settings(max_examples=150, deadline=None)
def test_question_that_no_answers_lead_to_is_found(form):
    # Of a line there are more answers than one can try.
    tried = [replace(q, kind=kinds.TICK) if q.kind.code == "line" else q for q in form.questions]
    form = Questionnaire((Section("s", "S", "", tuple(tried)),))
    answers, ways = all_answers(form), ways_to_each(form.questions)
    for place, question in enumerate(form.questions):
        earlier = {each.name: each for each in form.questions[:place]}
        # Whatever is answered later changes nothing.
        is_ever_asked = any(question.name in asked(form, cells) for cells in answers[:1024])
        if len(answers) <= 1024:
            assert can_hold(ways[question.name], earlier) == is_ever_asked, question


@pytest.mark.django_db
def test_each_fault_is_said_in_a_sentence_and_a_good_condition_has_none():
    said = [
        (when("gone", "filled"), ["The condition uses a question that is not in this form (gone)."]),
        (
            when("asked", "filled"),
            ["A question cannot depend on itself. Choose an earlier question."],
        ),
        (
            when("later", "filled"),
            ["The condition uses “Later”, which is asked later. Choose an earlier question."],
        ),
        (Condition(()), ["The condition is empty. Add an earlier question, or remove the condition."]),
        (when("choice", "is", "gone"), ["“Choice” has no option “gone”."]),
        (when("level", "is", 3), ["“Level” has no option “3”."]),
        (when("choices", "contains", ["egtc", "gone"]), ["“Choices” has no option “gone”."]),
        (when("term", "is", "xx"), ["“Language” has no option “xx”."]),
        (when("region", "is", "XX123"), ["“Region” has no option “XX123”."]),
        (when("choice", "over", 3), [NOT_COMPARED % "Choice"]),
        (when("text", "under", 3), [NOT_COMPARED % "Text"]),
        (when("rows", "is", "a"), [NOT_COMPARED % "Rows"]),
        (when("files", "filled"), []),
        (when("files", "is", "map.pdf"), [NOT_COMPARED % "Files"]),
        (when("choice", "is"), ["Enter or choose a value to compare “Choice” with."]),
        (when("number", "over", "many"), ["“Number” is compared as a number. Enter a number."]),
        (when("choices", "over", "many"), ["“Choices” is compared as a number. Enter a number."]),
        (
            when("month", "is", "March"),
            ["“Month” is a date. Enter a date to compare it with, such as 2027-03."],
        ),
        (all_of(("choice", "is", "egtc"), ("choice", "is", "none")), NEVER),
        (all_of(("choice", "is", "egtc"), ("choice", "not_filled")), NEVER),
        (all_of(("number", "over", 5), ("number", "under", 3)), NEVER),
        (all_of(("number", "over", 5), ("number", "under", 6)), NEVER),
        (all_of(("number", "over", 10**9)), NEVER),
        (all_of(("month", "over", "2027-03"), ("month", "under", "2027-04")), NEVER),
        (all_of(("text", "is", "a"), ("text", "is", "b")), NEVER),
        (all_of(("text", "is", "a b"), ("text", "contains", "c")), NEVER),
        (all_of(("choices", "is", "egtc"), ("choices", "over", 1)), NEVER),
        (
            all_of(("choices", "contains", "egtc"), ("choices", "contains", "none"), ("choices", "under", 2)),
            NEVER,
        ),
        (all_of(("tick", "is", False)), NEVER),
        (all_of(*(("choice", "is_not", code) for code in ("egtc", "none", "2"))), NEVER),
        (any_of(("tick", "is", False), ("number", "under", 0)), NEVER),
    ]
    good = [
        when("region", "is", "FRF11"),
        when("term", "is", "fr"),
        when("rows", "over", 2),
        when("tick", "is", True),
        any_of(("tick", "is", False), ("number", "under", 3)),
        all_of(("number", "over", 5), ("number", "under", 7)),
        all_of(("month", "over", "2027-03"), ("month", "under", "2027-05")),
        all_of(("text", "contains", "c"), ("text", "contains", "a b"), ("text", "is_not", "a")),
        all_of(("choices", "contains", "egtc"), ("choices", "is_not", "egtc"), ("choices", "under", 3)),
        all_of(("text", "not_filled"), ("tick", "filled")),
    ]

    assert [(condition, faults_of(condition)) for condition, _texts in said] == said
    assert [faults_of(condition) for condition in good] == [[]] * len(good)
    assert faults_of(all_of(("tick", "is", False)), is_required=False) == [
        "This question will never be asked because its condition can never be true."
    ]
    assert faults_of(when("tick", "filled"), is_core=True) == [
        "The portal needs this answer, so the question must always be asked. Remove the condition."
    ]
    assert faults(FORM) == []


def test_condition_that_others_before_it_rule_out_is_found():
    first = replace(TICK, name="first", condition=when("choice", "is", "egtc"))
    second = replace(TICK, name="second", condition=when("first", "filled"))
    questions = (CHOICE, first, second)

    def texts(condition: Condition) -> list[str]:
        last = replace(ASKED, condition=condition)
        return [fault.text for fault in faults(Questionnaire((Section("s", "S", "", (*questions, last)),)))]

    assert texts(all_of(("second", "filled"), ("choice", "is", "none"))) == NEVER
    assert texts(all_of(("second", "not_filled"), ("choice", "is", "none"))) == []
    assert texts(any_of(("second", "filled"), ("choice", "is", "none"))) == []


def test_column_with_a_condition_is_a_fault_and_a_long_chain_takes_no_time():
    column = replace(TEXT, condition=when("choice", "filled"))
    rows = replace(ROWS, columns=(column,))
    form = Questionnaire((Section("s", "S", "", (CHOICE, rows)),))
    assert [fault.question for fault in faults(form)] == ["rows.text"]

    names = [f"q{number}" for number in range(150)]
    chain = [Question("q0", kinds.TICK, label="q0")]
    for place, name in enumerate(names[1:], start=1):
        before = [(other, "filled") for other in names[max(0, place - 3) : place]]
        chain.append(Question(name, kinds.TICK, label=name, condition=any_of(*before)))
    assert faults(Questionnaire((Section("s", "S", "", tuple(chain)),))) == []
