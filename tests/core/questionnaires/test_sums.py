"""A sum of amounts is told as an amount, whatever it adds up."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils.translation import override

from core.questionnaires.loading import read_version
from core.sections.kinds.base import Labels
from tests.builders.calls import open_call
from tests.core.questionnaires.test_publishing import draft_of

pytestmark = pytest.mark.django_db


def asks(key: str, kind: str, **more: Any) -> dict[str, Any]:
    return {"key": key, "kind": kind, "label": {"en": key.title(), "fr": key.title()}} | more


def sum_of(key: str, *sources: str) -> dict[str, Any]:
    return asks(key, "computed", settings={"formula": {"operation": "sum", "sources": list(sources)}})


COLUMNS = [asks("cost", "amount"), asks("own", "amount"), asks("km", "number"), sum_of("both", "cost", "own")]
LINES = [{"key": "staff", "label": {"en": "Staff", "fr": "Personnel"}}]
ASKED = [
    asks("grant", "amount"),
    asks("people", "number"),
    asks("bridges", "group", columns=COLUMNS, settings={"row_label": {"en": "Bridge", "fr": "Pont"}}),
    asks("budget", "table", columns=[asks("year", "amount")], settings={"fixed_rows": LINES}),
    sum_of("money", "grant", "bridges.cost", "budget", "budget.year"),
    sum_of("mixed", "grant", "people"),
    sum_of("length", "bridges.km"),
]


def test_sum_of_amounts_alone_has_the_unit_and_two_decimals():
    def change(content):
        content["sections"][0]["questions"] += ASKED
        return content

    asked = {question.name: question for question in read_version(draft_of(open_call(), change)).questions}
    both = asked["bridges"].columns[-1]
    with override("fr"):
        told = {
            question.name: question.kind.line(question, "12500.5", Labels())
            for question in (asked["money"], both, asked["mixed"], asked["length"])
        }

    assert told == {
        "money": "12\u202f500,50\xa0€",
        "both": "12\u202f500,50\xa0€",
        "mixed": "12\u202f500,5",
        "length": "12\u202f500,5",
    }


def test_saved_amount_comes_back_with_both_digits_of_its_cents():
    def change(content):
        content["sections"][0]["questions"].append(asks("grant", "amount"))
        return content

    grant = next(q for q in read_version(draft_of(open_call(), change)).questions if q.name == "grant")
    with override("fr"):
        shown = grant.kind.shown_all(grant, ["12.5", "12", "12.05", "-3.1", None, "1.234"])

    assert [*shown][:5] == ["12,50", "12", "12,05", "-3,10", None]
