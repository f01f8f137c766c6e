"""What clauses say of answers: one table for the server, which decides, and for the script of the page."""

from __future__ import annotations

from typing import Any, NamedTuple

from core.reference.models import Language
from core.sections import kinds
from core.sections.kinds.rows import OrderedRows
from core.sections.questions import Clause, Operator, Question

OPTIONS = (("egtc", "EGTC"), ("none", "Not yet"), ("2", "Two"))
LEVELS = ((1, "Low"), (2, "High"))
TEXT = Question("text", kinds.TEXT, label="Text", limit=3000)
CHOICE = Question("choice", kinds.CHOICE, label="Choice", choices=OPTIONS)
LEVEL = Question("level", kinds.CHOICE, label="Level", choices=LEVELS)
CHOICES = Question("choices", kinds.CHOICES, label="Choices", choices=OPTIONS)
TERM = Question("term", kinds.TERM, label="Language", vocabulary=Language)
NUMBER = Question("number", kinds.NUMBER, label="Number", limit=10**9)
MONTH = Question("month", kinds.MONTH, label="Month")
TICK = Question("tick", kinds.TICK, label="Tick")
ROWS = Question("rows", OrderedRows(), label="Rows", columns=(TEXT,), key_column="text")
FILES = Question("files", kinds.FILES, label="Files")


class Case(NamedTuple):
    question: Question
    operator: str
    value: Any
    holds_of: tuple[Any, ...]
    fails_of: tuple[Any, ...]

    @property
    def clause(self) -> Clause:
        return Clause(self.question.name, Operator(self.operator), self.value)


A_ROW: dict[str, Any] = {"text": "a"}
CASES = [
    Case(TEXT, "filled", None, ("a", "no"), ("", None)),
    Case(TEXT, "not_filled", None, ("", None), ("a",)),
    Case(
        TEXT, "is", " An  EGTC", ("an egtc", "AN\nEGTC ", "an\u00a0egtc"), ("", "an egtc.", "EGTC", "anegtc")
    ),
    Case(TEXT, "is", "Straße Ärger", ("straße ÄRGER",), ("strasse ärger",)),
    Case(TEXT, "is", "ΟΔΟΣ", ("οδος", "ΟΔΟΣ"), ("οδο",)),
    Case(TEXT, "is_not", "egtc", ("another", "egtc 2"), ("EGTC", "", None)),
    Case(
        TEXT,
        "contains",
        "Rail",
        ("rail", "by RAIL.", "a (rail) b", "rail-bound", "l’rail", "trail; rail", "日 rail 本"),
        ("", "trail", "rails", "rail_1", "rail2", "érail", "rail\u0301", "日rail本", "ra il"),
    ),
    Case(TEXT, "contains", "cross border", ("a Cross\nborder case",), ("cross-border", "across border")),
    Case(TEXT, "contains", "a+b (c) [d] $1 x/y", ("is a+b (c) [d] $1 x/y",), ("aab c d 1 x/y",)),
    Case(TEXT, "contains", "", (), ("a", "")),
    Case(TEXT, "over", 3, (), ("4", "abcd")),
    Case(CHOICE, "is", "egtc", ("egtc",), ("", None, "none", "EGTC")),
    Case(CHOICE, "is_not", "egtc", ("none", "2"), ("", None, "egtc")),
    Case(CHOICE, "is", 2, ("2",), ("egtc",)),
    Case(CHOICE, "is", None, (), ("egtc", "")),
    Case(CHOICE, "contains", "egtc", (), ("egtc",)),
    Case(LEVEL, "is", 1, (1,), (2, "")),
    Case(LEVEL, "is", "1", (1,), (2,)),
    Case(TERM, "is", "fr", ("fr",), ("de", None)),
    Case(CHOICES, "filled", None, (["egtc"],), ([],)),
    Case(CHOICES, "is", "egtc", (["egtc"],), ([], ["egtc", "none"], ["none"])),
    Case(CHOICES, "is", ["none", "egtc"], (["egtc", "none"],), (["egtc"], [])),
    Case(CHOICES, "is_not", "egtc", (["none"], ["egtc", "none"]), (["egtc"], [])),
    Case(CHOICES, "contains", "egtc", (["egtc"], ["none", "egtc"]), (["none"], [])),
    Case(CHOICES, "contains", ["egtc", "none"], (["none", "egtc", "2"],), (["none"], [])),
    Case(CHOICES, "contains", [], (), (["none"],)),
    Case(CHOICES, "over", 1, (["egtc", "none"],), (["egtc"], [])),
    Case(CHOICES, "under", "2", (["egtc"],), (["egtc", "none"], [])),
    Case(NUMBER, "filled", None, (0, 7), (None,)),
    Case(NUMBER, "is", 5, (5, 5.0, "5", "5.00"), (4, None, "five")),
    Case(NUMBER, "is_not", "5", (4, 5.5), (5, None, "five")),
    Case(NUMBER, "over", "2.5", (3, 2.51, "1000000"), (2.5, 2, None, "", "NaN", "1e9")),
    Case(NUMBER, "under", 0.1, (0, 0.09, -3), (0.1, 1, None)),
    Case(NUMBER, "over", "five", (), (6,)),
    Case(NUMBER, "over", True, (), (6,)),
    Case(MONTH, "is", "2027-03", ("2027-03-01",), ("2027-04-01", None)),
    Case(MONTH, "is_not", "2027-03-01", ("2028-03-01",), ("2027-03-01", None)),
    Case(MONTH, "over", "2027-03", ("2027-04-01", "2028-01-01"), ("2027-03-01", "2026-12-01", None)),
    Case(MONTH, "under", "2027-03-01", ("2027-02-01",), ("2027-03-01", None, "March")),
    Case(MONTH, "under", "March", (), ("2027-02-01",)),
    Case(TICK, "filled", None, (True,), (False,)),
    Case(TICK, "not_filled", None, (False,), (True,)),
    Case(TICK, "is", True, (True,), (False,)),
    Case(TICK, "is", "true", (True,), (False,)),
    # A box that is not ticked is no answer.
    Case(TICK, "is", False, (), (True, False)),
    Case(ROWS, "filled", None, ([A_ROW],), ([],)),
    Case(ROWS, "over", 1, ([A_ROW, A_ROW],), ([A_ROW], [])),
    Case(ROWS, "under", 2, ([A_ROW],), ([A_ROW, A_ROW], [])),
    Case(ROWS, "contains", "a", (), ([A_ROW],)),
]
