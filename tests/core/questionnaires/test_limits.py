"""Before a draft with lower limits is published, staff read how many have written more already."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core.accounts.enums import Role
from core.questionnaires.limits import Beyond, beyond_limits, is_over
from core.questionnaires.models import FormVersion
from core.sections.kinds import FOR_STAFF
from core.sections.questions import Question
from tests.applications.staff_clients import as_
from tests.builders.applications import ORTENAU, STRASBOURG, answer, ready, started, submit
from tests.builders.calls import open_call
from tests.core.questionnaires.test_publishing import draft_of, new_question, published

pytestmark = pytest.mark.django_db

OPTIONS = [{"key": key, "label": {"en": key, "fr": key}} for key in ("a", "b", "c")]
COLUMN = {"key": "length", "kind": "number", "label": {"en": "Length", "fr": "Longueur"}}
# Kind, settings before and after, and an answer that only the former ones allow.
LOWERED: dict[str, tuple[str, dict[str, Any], dict[str, Any], Any]] = {
    "characters": ("text", {"most": 100}, {"most": 5}, "six letters"),
    "words": ("text", {"most": 9, "counts": "words"}, {"most": 2, "counts": "words"}, "one two three"),
    "counted": ("line", {"most": 4, "counts": "words"}, {"most": 4}, "three words here"),
    "unlimited": ("text", {}, {"most": 5}, "six letters"),
    "several": ("choices", {"choices": OPTIONS}, {"choices": OPTIONS, "most": 1}, ["a", "b"]),
    "vocabulary": (
        "terms",
        {"vocabulary": "countries"},
        {"vocabulary": "countries", "most": 1},
        ["ES", "PT"],
    ),
    "regions": ("regions", {"most": 2}, {"most": 1}, [STRASBOURG, ORTENAU]),
    "number": ("number", {"most": 10}, {"most": 6}, 7),
    "amount": ("amount", {"most": 100}, {"most": 50}, "50.01"),
    "day": ("date", {"most": "2030-12-31"}, {"most": "2029-12-31"}, "2030-01-01"),
    "month": ("month", {"most": "2030-12-01"}, {"most": "2029-12-01"}, "2030-01-01"),
    "languages": ("texts", {"choices": OPTIONS[:0], "most": 9}, {"most": 2}, {"en": "three"}),
    "rows": ("group", {"most": 3}, {"most": 1}, [{"key": "x", "length": 1}, {"key": "y", "length": 2}]),
}


def with_questions(content: dict[str, Any], place: int) -> dict[str, Any]:
    """Add the questions above as they are before, or after."""
    asked = content["sections"][0]["questions"]
    asked[:] = [question for question in asked if question["key"] not in LOWERED]
    for key, (kind, *settings, _answer) in LOWERED.items():
        more = {"columns": [COLUMN]} if kind == "group" else {}
        given = settings[place] | ({"choices": language_options()} if kind == "texts" else {})
        asked.append(new_question(key, kind=kind, required=False) | {"settings": given} | more)
    return content


def language_options() -> list[dict[str, Any]]:
    return [{"key": "en", "label": {"en": "English", "fr": "anglais"}}]


def lowered() -> tuple[Any, FormVersion]:
    """A call whose draft lowers all limits, with two drafts and a submission that are over them."""
    call = open_call()
    published(call, lambda content: with_questions(content, 0))
    over = {key: value for key, (*_rest, value) in LOWERED.items() if key != "rows"}
    group = {f"rows.{row['key']}": {"length": row["length"]} for row in LOWERED["rows"][3]}
    for application in (started(call), started(call), ready(call)):
        answer(application, over | group)
    submit(application)
    answer(started(call), {"characters": "five!", "number": 6, "several": ["a"]})
    return call, draft_of(call, lambda content: with_questions(content, 1))


def test_every_lowered_limit_says_how_many_drafts_and_submissions_hold_more(settings: Any):
    settings.STAFF_SECOND_FACTOR_REQUIRED = False
    call, draft = lowered()

    assert beyond_limits(draft) == dict.fromkeys(LOWERED, Beyond(drafts=2, submissions=1))
    page = as_(Role.MANAGER).get(f"/admin/questionnaires/form/{call.form_id}/draft/publish/").content.decode()
    assert page.count("Some answers are already over the new limit. Drafts: 2. Submissions: 1.") == len(
        LOWERED
    )
    # A higher limit is nobody's concern, and without a change nothing is read.
    published(call, lambda content: with_questions(content, 1))
    assert beyond_limits(draft_of(call, lambda content: with_questions(content, 0))) == {}
    call.form.versions.filter(status="draft").delete()


def test_counting_asks_the_database_as_often_for_more_questions_and_more_drafts():
    call, draft = lowered()

    def queries() -> int:
        with CaptureQueriesContext(connection) as asked:
            beyond_limits(draft)
        return len(asked)

    before = queries()
    for _more in range(3):
        answer(started(call), {"characters": "six letters"})
    assert queries() == before


def test_limit_of_a_column_counts_each_row_and_every_kind_with_a_limit_is_known():
    column = Question("length", next(kind for kind in FOR_STAFF if kind.code == "number"), limit=5)
    group = Question("rows", next(kind for kind in FOR_STAFF if kind.code == "group"), columns=(column,))
    table = Question("costs", next(kind for kind in FOR_STAFF if kind.code == "table"), columns=(column,))
    with_limit = {kind.code for kind in FOR_STAFF if any(s.key == "most" for s in kind.settings)}

    assert is_over(group, [{"key": "x", "length": 6}])
    assert not is_over(group, [{"key": "x", "length": 5}, {"key": "y", "length": None}])
    assert is_over(table, {"travel": {"length": 6}})
    assert not is_over(table, {"travel": {"length": 5}})
    letters = Question("letters", next(kind for kind in FOR_STAFF if kind.code == "files"), limit=1)
    file = {"id": "a", "name": "a.pdf", "content_type": "application/pdf"}
    assert is_over(letters, [file, file])
    assert not is_over(letters, [file])
    assert with_limit == {"files", *(kind for kind, *_rest in LOWERED.values())}
