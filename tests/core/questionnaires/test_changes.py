"""What a version asks otherwise, in words: who has to answer, and who does not."""

from __future__ import annotations

from typing import Any

import pytest

from core.questionnaires.changes import changes

IF_EGTC = {"join": "all", "clauses": [{"question": "legal", "operator": "is", "value": "egtc"}]}
NEW = "New in “S”: “Q”"
# The question before, after, and what is said of it.
TOLD = [
    (None, {}, NEW + ". An answer is required."),
    (None, {"required": False}, NEW + ". The answer is optional."),
    (None, {"condition": IF_EGTC}, NEW + ". An answer is required if the question is shown."),
    (None, {"kind": "computed"}, NEW + ", calculated from other answers."),
    (None, {"kind": "computed", "required": False}, NEW + ", calculated from other answers."),
    ({"required": False}, {}, "“Q” is now required."),
    ({"required": False}, {"help": {"en": "H"}}, "“Q” is now required. Also changed: the help text."),
    (
        {"required": False, "condition": IF_EGTC},
        {"condition": IF_EGTC},
        "“Q” is now required if it is shown.",
    ),
    (
        {"required": False},
        {"condition": IF_EGTC},
        "“Q” is now required if it is shown. Also changed: when it is asked.",
    ),
    ({"kind": "computed", "required": False}, {"kind": "computed"}, None),
    (
        {"kind": "computed"},
        {"kind": "number"},
        "“Q” is now required. Also changed: the answer type.",
    ),
    (
        {"kind": "number", "required": False},
        {"kind": "computed"},
        "“Q” has changed. What is different: the answer type.",
    ),
]


@pytest.mark.parametrize(("before", "after", "told"), TOLD)
def test_change_says_that_an_answer_is_needed_only_of_what_somebody_must_answer(before, after, told):
    found = changes(asking(before), asking(after))

    assert [str(change) for change in found] == ([told] if told else [])
    assert [change.became_required for change in found] == (["required" in told] if told else [])


def asking(question: dict[str, Any] | None) -> dict[str, Any]:
    asked = {"key": "q", "kind": "line", "label": {"en": "Q"}, "required": True}
    questions = [] if question is None else [asked | question]
    return {"schema": 1, "sections": [{"key": "s", "title": {"en": "S"}, "questions": questions}]}
