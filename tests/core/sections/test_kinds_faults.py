"""What staff may set of a question, and what contradicts itself in it, for every kind."""

from __future__ import annotations

from dataclasses import fields, replace

import pytest
from django.utils.translation import override

from core.forms.counting import Counted
from core.reference.models import Language
from core.sections import kinds
from core.sections.kinds.base import KINDS
from core.sections.questions import Formula, Question
from tests.core.sections.cases import CASES

OPTIONS = (("a", "A"), ("b", "B"))
NUMBER, LINE = Question("n", kinds.NUMBER, label="N"), Question("l", kinds.LINE, label="L")
CHOICE = Question("c", kinds.CHOICE, label="C", choices=OPTIONS)
GROUP = Question("g", KINDS["group"], label="G", columns=(NUMBER, LINE))
EARLIER = (NUMBER, LINE, CHOICE, GROUP)


def q(kind: kinds.Kind, **more: object) -> Question:
    return Question("q", kind, label="Q", **more)  # type: ignore[arg-type]


WRONG = {
    "shortest over longest": (q(kinds.LINE, least=10, limit=5), "is higher than the maximum"),
    "words": (q(kinds.TEXT, least=10, limit=5, counts=Counted.WORDS), "is higher than the maximum"),
    "no length": (q(kinds.TEXT, limit=0), "” is not a valid limit here."),
    "length as text": (q(kinds.TEXT, limit="many"), "” is not a valid limit here."),
    "lowest over highest": (
        q(kinds.NUMBER, least="1.5", limit="1.25", decimals=2),
        "is higher than the maximum",
    ),
    "below the lowest of itself": (q(kinds.NUMBER, limit=-1), "so enter the lowest number too."),
    "negative decimals": (q(kinds.NUMBER, decimals=-1), "0 to 6 decimal places"),
    "many decimals": (q(kinds.NUMBER, decimals=7), "0 to 6 decimal places"),
    "number as words": (q(KINDS["amount"], limit="ten"), "” is not a valid limit here."),
    "latest before earliest": (
        q(KINDS["date"], least="2027-02-01", limit="2027-01-01"),
        "is higher than the maximum",
    ),
    "no date": (q(KINDS["date"], limit="2027-02-31"), "” is not a valid limit here."),
    "no month": (q(kinds.MONTH, least="soon"), "” is not a valid limit here."),
    "no options": (q(kinds.CHOICE), "no option"),
    "an option twice": (q(kinds.CHOICE, choices=(*OPTIONS, ("a", "Z"))), "more than once"),
    "words twice": (q(kinds.CHOICES, choices=(*OPTIONS, ("z", "A"))), "the same label"),
    "no words": (q(kinds.CHOICES, choices=(("a", " "),)), "” has no label."),
    "a key with a blank": (q(kinds.CHOICES, choices=(("a b", "A"),)), "letters without accents"),
    "more than there are": (q(kinds.CHOICES, choices=OPTIONS, least=3), "the number of options is 2"),
    "fewest over most": (q(kinds.TERMS, vocabulary=Language, least=3, limit=2), "is higher than the maximum"),
    "no languages": (q(KINDS["texts"]), "no option"),
    "a language twice": (q(KINDS["texts"], choices=(("de", ""), ("de", ""))), "more than once"),
    "decided later": (
        q(KINDS["dependent_choice"], depends_on="later", choices_by={"a": OPTIONS}),
        "must come before this question.",
    ),
    "decided by an option that is gone": (
        q(KINDS["dependent_choice"], depends_on="c", choices_by={"z": OPTIONS}),
        "has no option “z”",
    ),
    "nothing to choose": (q(KINDS["dependent_choice"], depends_on="c"), "no option"),
    "an option with two meanings": (
        q(KINDS["dependent_choice"], depends_on="c", choices_by={"a": OPTIONS, "b": (("a", "Z"),)}),
        "” is used for two different options.",
    ),
    "no rows": (q(KINDS["table"], columns=(NUMBER,)), "no option"),
    "no columns": (q(KINDS["table"], fixed_rows=OPTIONS), "no column"),
    "a column of words": (q(KINDS["table"], fixed_rows=OPTIONS, columns=(LINE,)), "must be a number"),
    "too large": (
        q(KINDS["table"], fixed_rows=tuple((f"r{i}", f"{i}") for i in range(201)), columns=(NUMBER,)),
        "at most 200",
    ),
    "fewest files over most": (q(kinds.FILES, least=3, limit=2), "is higher than the maximum"),
    "no file": (q(kinds.FILES, limit=0), "” is not a valid limit here."),
    "files in words": (q(kinds.FILES, least="some"), "” is not a valid limit here."),
    "many files": (q(kinds.FILES, limit=51), "at most 50 files"),
    "many files needed": (q(kinds.FILES, least=51), "at most 50 files"),
    "a type that nobody knows": (q(kinds.FILES, accepts=("pdf", "film")), "no file type “film”"),
    "files in a group": (q(KINDS["group"], columns=(q(kinds.FILES),)), "” cannot be used in a column."),
    "files in a table": (
        q(KINDS["table"], fixed_rows=OPTIONS, columns=(q(kinds.FILES),)),
        "must be a number",
    ),
    "no formula": (q(KINDS["computed"]), "Choose whether to add up or count the answers."),
    "nothing to add": (q(KINDS["computed"], formula=Formula("sum", ())), "at least one question"),
    "words to add": (q(KINDS["computed"], formula=Formula("sum", ("l",))), "is not a number"),
    "words of rows to add": (q(KINDS["computed"], formula=Formula("sum", ("g.l",))), "is not a number"),
    "a column that is not there": (
        q(KINDS["computed"], formula=Formula("sum", ("g.z",))),
        "must come before this question.",
    ),
    "itself": (q(KINDS["computed"], formula=Formula("count", ("q",))), "must come before this question."),
    "empty group": (q(KINDS["group"]), "no column"),
    "fewest rows over most": (
        q(KINDS["group"], columns=(LINE,), min_rows=4, limit=3),
        "is higher than the maximum",
    ),
    "many rows": (q(KINDS["group"], columns=(LINE,), limit=51), "at most 50"),
    "a column twice": (q(KINDS["group"], columns=(LINE, LINE)), "more than once"),
    "a group in a group": (q(KINDS["group"], columns=(GROUP,)), "” cannot be used in a column."),
    "a table in a group": (
        q(KINDS["group"], columns=(CASES["table"].question,)),
        "” cannot be used in a column.",
    ),
    "a fault in a column": (q(KINDS["group"], columns=(replace(LINE, least=9, limit=1),)), "Column “L”"),
    "a column named as the key": (
        q(KINDS["group"], columns=(replace(LINE, name="key"),)),
        "cannot have the key",
    ),
}


@pytest.mark.parametrize("name", WRONG)
def test_question_that_contradicts_itself_is_told_in_both_languages(name):
    question, words = WRONG[name]

    said = list(question.kind.faults(question, EARLIER))

    assert any(words in fault for fault in said), said
    with override("fr"):
        assert not set(question.kind.faults(question, EARLIER)) & set(said)


@pytest.mark.parametrize("code", [code for code in CASES if code != "dependent_choice"])
def test_question_that_works_has_no_fault(code):
    question = CASES[code].question

    assert list(question.kind.faults(question)) == []


def test_what_goes_well_with_earlier_questions_has_no_fault():
    by = {"a": OPTIONS, "b": (("z", "Z"),)}
    for question in (
        q(KINDS["dependent_choice"], depends_on="c", choices_by=by),
        q(KINDS["computed"], formula=Formula("sum", ("n", "g.n"))),
        q(KINDS["computed"], formula=Formula("count", ("g", "l"))),
    ):
        assert list(question.kind.faults(question, EARLIER)) == []


def test_settings_name_attributes_of_questions_and_are_said_in_both_languages():
    attributes = {field.name for field in fields(Question)}
    offered = kinds.FOR_STAFF

    assert len(offered) == 24
    assert {kind.code for kind in offered} <= KINDS.keys()
    for said in [kind.title for kind in offered] + [s.label for kind in offered for s in kind.settings]:
        with override("en"):
            english = str(said)
        with override("fr"):
            assert english and str(said) != english or english in ("Date", "Options"), english
    for kind in offered:
        names = [setting.name for setting in kind.settings]
        assert set(names) <= attributes, kind.code
        assert len(set(names)) == len(names), kind.code
