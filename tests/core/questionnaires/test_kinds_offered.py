"""The kinds of answer that the editor offers: those that all that refers to a question can use."""

from __future__ import annotations

from typing import Any

import pytest

from core.questionnaires.faults import blocking
from core.questionnaires.kind_settings import offered_kinds
from core.questionnaires.models import FormQuestion
from core.sections.kinds import KINDS
from core.sections.kinds.compatible import may_become
from tests.core.questionnaires.test_editor import Editor, editor
from tests.support.undoing import undone

__all__ = ["editor"]

pytestmark = pytest.mark.django_db
NUMBERS = {"number", "amount"}


def offered(editor: Editor, below: str) -> set[str]:
    field = editor.get(below).context["form"].fields["kind"]
    return {code for code, _title in field.choices if code}


def why(editor: Editor, question: FormQuestion) -> str:
    return str(editor.get(f"question/{question.pk}/").context["form"].fields["kind"].help_text)


def column(editor: Editor, rows: FormQuestion, words: str, kind: str) -> FormQuestion:
    add = f"section/{rows.section_id}/add/?rows={rows.pk}"
    editor.post(add, {"label_en": words, "label_fr": words, "kind": kind})
    return rows.columns.latest("pk")


def test_question_asked_before_is_offered_the_kinds_that_read_its_answers(editor: Editor):
    changeable = editor.draft.questions.filter(is_core=False, rows=None)
    assert changeable.exists()
    for question in changeable:
        kinds = offered(editor, f"question/{question.pk}/")
        if question.columns.exists():
            assert kinds == {question.kind}
            continue
        readable = {code for code, _title in offered_kinds() if may_become(KINDS[question.kind], KINDS[code])}
        assert kinds == readable, question.key
        assert "asked in an earlier version" in why(editor, question)
        # What is offered is taken: nothing says later that its answers cannot be read.
        for kind in kinds:
            with undone():
                FormQuestion.objects.filter(pk=question.pk).update(kind=kind)
                assert not [f for f in blocking(editor.draft) if "another answer type" in f.text], kind
        below = f"question/{question.pk}/"
        refused = editor.post(below, editor.opened(below) | {"kind": "table"})
        assert refused.status_code == 200
        assert FormQuestion.objects.get(pk=question.pk).kind == question.kind


def test_new_question_is_offered_every_kind_and_columns_of_a_table_numbers(editor: Editor):
    new = editor.add("line", "New")
    every = {code for code, _title in offered_kinds()}
    assert offered(editor, f"question/{new.pk}/") == every
    assert why(editor, new) == ""

    table = editor.add("table", "Budget")
    add = f"section/{table.section_id}/add/?rows={table.pk}"
    assert offered(editor, add) == NUMBERS
    year = column(editor, table, "Year", "amount")
    assert offered(editor, f"question/{year.pk}/") == NUMBERS
    editor.post(add, {"label_en": "Words", "label_fr": "Mots", "kind": "line"})
    assert table.columns.count() == 1

    group = editor.add("group", "Bridges")
    add = f"section/{group.section_id}/add/?rows={group.pk}"
    assert offered(editor, add) == {code for code, _title in offered_kinds(for_columns=True)}


def test_what_others_refer_to_keeps_to_kinds_that_they_can_use(editor: Editor):
    length, group, river = (
        editor.add("number", "Length"),
        editor.add("group", "Links"),
        editor.add("choice", "River"),
    )
    cost, kind = column(editor, group, "Cost", "number"), column(editor, group, "Sort", "choice")
    town, total, why_so = (
        editor.add(code, words)
        for code, words in (("dependent_choice", "Town"), ("computed", "Total"), ("line", "Why"))
    )

    def settle(question: FormQuestion, **values: Any) -> None:
        FormQuestion.objects.filter(pk=question.pk).update(**values)

    sources = {"operation": "sum", "sources": ["length", "links.cost"]}
    settle(total, settings={"formula": sources})
    settle(town, settings={"depends_on": "river"})
    for question in (length, cost):
        assert offered(editor, f"question/{question.pk}/") <= NUMBERS | {"computed"}
        assert "“Total” adds up these answers" in why(editor, question)
    assert offered(editor, f"question/{river.pk}/") == {"choice", "choices"}
    shown = str(editor.get(f"question/{total.pk}/").context["form"]["set_formula_sources"])
    assert "Links (can only be counted)" in shown
    assert "Length (can only be counted)" not in shown
    # Counting takes any kind.
    settle(total, settings={"formula": sources | {"operation": "count"}})
    assert "line" in offered(editor, f"question/{length.pk}/")
    over = {"join": "all", "clauses": [{"question": "length", "operator": "over", "value": 5}]}
    settle(why_so, condition=over)
    assert offered(editor, f"question/{length.pk}/") >= NUMBERS
    assert "line" not in offered(editor, f"question/{length.pk}/")
    assert "Whether “Why” is asked depends on this answer" in why(editor, length)
    # A sum within the row names its column alone.
    inside = column(editor, group, "In all", "computed")
    settle(inside, settings={"formula": {"operation": "sum", "sources": ["cost"]}})
    assert "“In all” adds up these answers" in why(editor, cost)
    assert "line" in offered(editor, f"question/{kind.pk}/")
