"""Every kind of answer there and back: asked, typed, kept as JSON, shown again, put into a version, told."""

from __future__ import annotations

import json
from typing import Any, NamedTuple

import pytest
from django.http import QueryDict
from django.utils.translation import override

from core.reference.models import Challenge, Language
from core.sections import completeness, kinds, reading
from core.sections.forms import SectionForm, make_form
from core.sections.kinds.base import KINDS, Labels, in_both
from core.sections.kinds.rows import KeyedRows, OrderedRows, RowsByColumn
from core.sections.merging import digests, merge
from core.sections.questions import Question, Section

pytestmark = pytest.mark.django_db
HOSTILE = "<script>alert('1')</script> & \"Ö\" {{ x }} 日本 =1+1"
ADDRESS = "ana@xn--mller-kva.example"
NAME = Question("name", kinds.LINE, label="Name", limit=200)
LANGUAGE = Question("language", kinds.TERM, label="Language", is_always_required=True, vocabulary=Language)
LEVEL = Question(
    "level", kinds.CHOICE, label="Level", is_always_required=True, choices=((1, "Low"), (2, "High"))
)


class Case(NamedTuple):
    question: Question
    typed: dict[str, Any]
    cells: dict[str, Any]
    told: list[str]
    wrong: dict[str, Any] = {}


def _asks(kind: kinds.Kind, **more: Any) -> Question:
    return Question("q", kind, label="Question", **more)


def _rows(*rows: dict[str, Any]) -> dict[str, Any]:
    typed = {"q-TOTAL_FORMS": str(len(rows)), "q-INITIAL_FORMS": "0"}
    return typed | {f"q-{i}-{name}": value for i, row in enumerate(rows) for name, value in row.items()}


KEY = "0" * 31 + "7"
CHOICES = (("a", "First"), ("b", HOSTILE))
CASES = {
    "line": Case(_asks(kinds.LINE, limit=200), {"q": HOSTILE}, {"q": HOSTILE}, [HOSTILE], {"q": "x" * 201}),
    "person_name": Case(_asks(kinds.PERSON_NAME, limit=200), {"q": HOSTILE}, {"q": HOSTILE}, [HOSTILE]),
    "mail": Case(
        _asks(kinds.MAIL), {"q": "Ana@Müller.example"}, {"q": ADDRESS}, [ADDRESS], {"q": "ana at home"}
    ),
    "web": Case(
        _asks(kinds.WEB, limit=200),
        {"q": "ana.example/?a=<b>"},
        {"q": "https://ana.example/?a=<b>"},
        ["https://ana.example/?a=<b>"],
        {"q": "javascript:alert(1)"},
    ),
    "text": Case(
        _asks(kinds.TEXT, limit=300),
        {"q": f"{HOSTILE}\nsecond"},
        {"q": f"{HOSTILE}\nsecond"},
        [HOSTILE, "second"],
        {"q": "x" * 301},
    ),
    "number": Case(
        _asks(kinds.NUMBER, limit=10**7), {"q": "1 234 567"}, {"q": 1234567}, ["1,234,567"], {"q": "1e9"}
    ),
    "month": Case(
        _asks(kinds.MONTH), {"q": "2027-03"}, {"q": "2027-03-01"}, ["March 2027"], {"q": "0000-13"}
    ),
    "tick": Case(_asks(kinds.TICK), {"q": "on"}, {"q": True}, ["Yes"]),
    "choice": Case(_asks(kinds.CHOICE, choices=CHOICES), {"q": "b"}, {"q": "b"}, [HOSTILE], {"q": "c"}),
    "level": Case(_asks(kinds.LEVEL, choices=CHOICES), {"q": "b"}, {"q": "b"}, [HOSTILE], {"q": "c"}),
    "choices": Case(
        _asks(kinds.CHOICES, choices=CHOICES, limit=2),
        {"q": ["b", "a"]},
        {"q": ["a", "b"]},
        ["First", HOSTILE],
        {"q": ["a", "c"]},
    ),
    "term": Case(_asks(kinds.TERM, vocabulary=Language), {"q": "de"}, {"q": "de"}, ["German"], {"q": "xx"}),
    "terms": Case(
        _asks(kinds.TERMS, vocabulary=Language, limit=2),
        {"q": ["fr", "de"]},
        {"q": ["de", "fr"]},
        ["German", "French"],
        {"q": ["de", "fr", "it"]},
    ),
    "region": Case(
        _asks(kinds.REGION), {"q": "Bas-Rhin (FRF11)"}, {"q": "FRF11"}, ["Bas-Rhin (FRF11)"], {"q": "Qwrtzp"}
    ),
    "regions": Case(
        _asks(kinds.REGIONS, limit=2),
        {"q": ["FRF11", "DE134"]},
        {"q": ["DE134", "FRF11"]},
        ["Ortenaukreis (DE134)", "Bas-Rhin (FRF11)"],
        {"q": ["XX999"]},
    ),
    "rows": Case(
        _asks(kinds.ROWS, columns=(LANGUAGE, LEVEL), key_column="language", twice_text="Twice.", limit=3),
        _rows({"language": "fr", "level": "1"}, {"language": "de", "level": "2"}),
        {"q": [{"language": "de", "level": 2}, {"language": "fr", "level": 1}]},
        ["German; High", "French; Low"],
        _rows({"language": "fr", "level": "1"}, {"language": "fr", "level": "2"}),
    ),
    "ordered_rows": Case(
        _asks(OrderedRows(), columns=(NAME,), key_column="name", limit=3),
        _rows({"name": HOSTILE}, {"name": "A"}),
        {"q": [{"name": HOSTILE}, {"name": "A"}]},
        [HOSTILE, "A"],
        _rows({"name": "x" * 201}, {"name": "A"}),
    ),
    "keyed_rows": Case(
        _asks(KeyedRows(), columns=(NAME,), limit=3),
        _rows({"name": HOSTILE, "key": KEY}),
        {f"q.{KEY}": {"name": HOSTILE}},
        [HOSTILE],
        _rows({"name": "x" * 201, "key": KEY}),
    ),
    "rows_by_column": Case(
        _asks(RowsByColumn(), columns=(LANGUAGE, LEVEL), key_column="language", twice_text="Twice.", limit=3),
        _rows({"language": "fr", "level": "1"}, {"language": "de", "level": "2"}),
        {"q.fr": {"language": "fr", "level": 1}, "q.de": {"language": "de", "level": 2}},
        ["French; Low", "German; High"],
        _rows({"language": "fr", "level": ""}),
    ),
}


def form_of(question: Question, typed: dict[str, Any] | None, saved: dict[str, Any]) -> SectionForm:
    data = None
    if typed is not None:
        data = QueryDict(mutable=True)
        data["base"] = json.dumps(digests(saved))
        for name, value in typed.items():
            data.setlist(name, value if isinstance(value, list) else [value])
    form = make_form(Section("s", "S", "", (question,)), SectionForm)(data, read=lambda: dict(saved))
    form.is_valid()
    return form


def stored(cells: dict[str, Any]) -> dict[str, Any]:
    """Write cells as a column of JSON keeps them, and read them again."""
    return json.loads(json.dumps(cells))


def value_of(question: Question, cells: dict[str, Any]) -> Any:
    """Return cells as a store hands out the value."""
    return question.kind.value(question, cells) if question.columns else cells[question.name]


def test_every_kind_of_the_kernel_has_a_case():
    # Files are uploaded on a page of their own.
    own = {code for code, kind in KINDS.items() if type(kind).__module__.startswith("core.")}
    assert {code for code in own if code} - {"files"} == CASES.keys()


@pytest.mark.parametrize("code", CASES)
def test_kind_goes_there_and_back(code):
    case = CASES[code]
    question = case.question

    form = form_of(question, case.typed, {})
    assert form.is_valid(), (form.errors, [rows.errors for rows in form.rows.values()])
    cells = stored(form.answers())
    assert cells == case.cells

    # The page shows what is saved, and sent back as it is shown it changes nothing.
    again = form_of(question, _as_shown(form_of(question, None, cells)), cells)
    assert merge(base=digests(cells), mine=again.answers(), saved=cells, choices={}).values == {}
    assert question.kind.cells(question, value_of(question, cells)) == cells
    assert completeness.missing_in(form.section, cells) == []

    # A version says it for ever, in every language.
    value = value_of(question, cells)
    labels = Labels(question.kind.regions(question, value))
    head = question.kind.heading(question) | {"value": question.kind.snapshot(question, value, labels)}
    version = {"sections": [{"slug": "s", "title": in_both("S"), "questions": [stored(head)]}]}
    (answer,) = reading.sections(version, "en")[0].answers
    said = answer.text.splitlines() or answer.items or ["; ".join(t for _l, t in row) for row in answer.rows]
    assert said == question.kind.lines(question, value, labels) == case.told
    with override("fr"):
        assert len(reading.sections(version, "fr")[0].answers) == 1


def test_version_made_before_the_portal_had_a_language_is_read_in_english(settings):
    settings.LANGUAGES = [("en", "English"), ("fr", "French"), ("de", "German")]
    head = {"name": "level", "kind": "choice", "label": {"en": "Level", "fr": "Niveau"}}
    question = head | {"value": {"code": "a", "en": "High", "fr": "Haut"}}
    earlier = {"sections": [{"slug": "s", "title": {"en": "S", "fr": "T"}, "questions": [question]}]}

    (section,) = reading.sections(earlier, "de")

    assert (section.title, section.answers[0].label, section.answers[0].text) == ("S", "Level", "High")
    assert reading.sections(earlier, "fr")[0].answers[0].text == "Haut"
    # What is made from now on has it.
    assert reading.spoken_in({"sections": [{"title": in_both("S")}]}, "de") == "de"


@pytest.mark.parametrize("code", [code for code, case in CASES.items() if case.wrong])
def test_what_is_wrong_is_not_taken_and_leaves_what_is_saved(code):
    case = CASES[code]
    saved = case.cells

    form = form_of(case.question, case.wrong, saved)

    assert not form.is_valid()
    merged = merge(base=digests(saved), mine=form.answers(), saved=saved, choices={})
    kept = {cell: value for cell, value in (saved | merged.values).items() if value is not None}
    if code in ("rows", "rows_by_column"):
        assert [row["language"] for row in value_of(case.question, kept)][-1:] == ["fr"]
    else:
        assert kept == saved


@pytest.mark.parametrize("code", CASES)
def test_kind_without_an_answer_is_blank_and_said_to_be_missing(code):
    question = CASES[code].question
    blank = question.kind.cells(question, [] if question.columns else question.kind.blank)
    section = Section("s", "S", "", (question,))

    form = form_of(question, _rows() if question.columns else {}, blank)

    assert form.is_valid()
    assert {cell: value for cell, value in form.answers().items() if value is not None} == {
        cell: value for cell, value in blank.items() if value is not None
    }
    lacks = completeness.missing_in(section, blank)
    assert [lack.text for lack in lacks] == ["Question"]
    page = form_of(question, None, blank)
    assert f'id="{lacks[0].anchor}"' in _drawn(page)
    assert completeness.progress(section, blank) == completeness.Progress.NOT_STARTED


def test_version_with_a_kind_that_is_gone_can_still_be_read():
    question = {"name": "q", "kind": "hologram", "label": {"en": "Q", "fr": "Q"}, "value": HOSTILE}
    version = {"sections": [{"slug": "s", "title": {"en": "S", "fr": "S"}, "questions": [question]}]}

    assert reading.sections(version, "en")[0].answers[0].text == HOSTILE


def test_code_that_no_vocabulary_knows_any_more_is_told_as_it_is():
    question = Question("q", kinds.TERMS, label="Q", vocabulary=Challenge)

    assert question.kind.lines(question, ["gone", "health"], Labels()) == ["gone", "Health and care access"]


def _as_shown(form: SectionForm) -> dict[str, Any]:
    """Return what the page would send back as it is."""
    sent: dict[str, Any] = {}
    parts = [form, *(part for rows in form.rows.values() for part in (rows.management_form, *rows.forms))]
    for part in parts:
        for field in part:
            value = field.value()
            if value not in (None, "", False):
                text = "on" if value is True else value
                text = f"{text:%Y-%m}" if hasattr(text, "strftime") else text
                sent[field.html_name] = [str(v) for v in text] if isinstance(text, list) else str(text)
    return {name: value for name, value in sent.items() if name not in ("base", "nonce")}


def _drawn(form: SectionForm) -> str:
    from crispy_forms.utils import render_crispy_form

    return render_crispy_form(form)
