"""What a long form costs its editor: as much more as it is longer, and no more."""

from __future__ import annotations

import cProfile
import pstats
from collections.abc import Callable
from copy import deepcopy
from typing import Any

import pytest

from core.questionnaires.actions.importing import take_over
from core.questionnaires.content import content_of
from tests.core.questionnaires.test_editor import Editor, editor
from tests.support.undoing import undone

__all__ = ["editor"]

pytestmark = pytest.mark.django_db
TIMES = 4
SHORT = 100


def words(text: str) -> dict[str, str]:
    return {"en": text, "fr": text}


def longer(content: dict[str, Any], count: int) -> dict[str, Any]:
    """Return a form with so many more questions, ten to a section: conditions, groups and sums among them."""
    content = deepcopy(content)
    for start in range(0, count, 10):
        asked = [question(number) for number in range(start, start + 10)]
        content["sections"].append(
            {"key": f"more-{start}", "title": words(f"More {start}"), "questions": asked}
        )
    return content


def question(number: int) -> dict[str, Any]:
    told: dict[str, Any] = {"key": f"q{number}", "kind": "line", "label": words(f"Question {number}")}
    match number % 10:
        case 1:
            told["kind"] = "number"
        case 2:
            source = f"q{number - 1}"
            clause = {"question": source, "operator": "over", "value": 5}
            told["condition"] = {"join": "all", "clauses": [clause]}
        case 3:
            columns = [{"key": f"c{n}", "kind": "line", "label": words(f"Column {n}")} for n in range(3)]
            told |= {"kind": "group", "columns": columns}
        case 4:
            sources = {"operation": "sum", "sources": [f"q{number - 3}"]}
            told |= {"kind": "computed", "settings": {"formula": sources}}
    return told


def calls(act: Callable[[], Any]) -> int:
    profile = cProfile.Profile()
    profile.runcall(act)
    return int(pstats.Stats(profile).total_calls)  # type: ignore[attr-defined]  # it has that


def test_import_and_editor_take_as_much_more_as_a_form_is_longer(editor: Editor):
    asked, costs = content_of(editor.draft), []
    for count in (0, SHORT, SHORT * TIMES):
        with undone():
            content = longer(asked, count)

            def import_it(content: dict[str, Any] = content) -> None:
                take_over(form_id=editor.form.pk, content=content, by=editor.by)

            importing = calls(import_it)
            # What a first page loads is none of the form.
            editor.get("preview/territory/")
            below = f"question/{editor.question('acronym').pk}/"
            costs.append(
                (importing, calls(lambda: editor.get("")), calls(lambda below=below: editor.get(below)))
            )

    none, short, long = costs
    for cost in zip(none, short, long, strict=True):
        assert cost[2] - cost[0] < (cost[1] - cost[0]) * TIMES * 1.15, cost
