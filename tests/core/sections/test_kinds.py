"Every answer type there and back: asked, typed, kept as JSON, shown again, put into a version, told."

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from django.forms import MultiWidget
from django.forms.boundfield import BoundField
from django.http import QueryDict
from django.utils.translation import override

from core.reference.models import Challenge
from core.sections import completeness, kinds, reading, saving
from core.sections.forms import SectionForm, make_form
from core.sections.kinds.base import KINDS, Labels, in_both
from core.sections.merging import digests, merge
from core.sections.questions import Question, Section
from tests.core.sections.cases import CASES, HOSTILE, WITHOUT_FIELDS, rows

pytestmark = pytest.mark.django_db


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
    return question.kind.value(question, cells)


def test_every_kind_of_the_kernel_has_a_case():
    own = {code for code, kind in KINDS.items() if type(kind).__module__.startswith("core.")}
    assert own - WITHOUT_FIELDS == CASES.keys()


@pytest.mark.parametrize("code", CASES)
def test_kind_goes_there_and_back(code):
    case = CASES[code]
    question = case.question

    form = form_of(question, case.typed, {})
    assert form.is_valid(), (form.errors, [rows.errors for rows in form.rows.values()])
    cells = saving.without_removed(stored(form.answers()))
    assert cells == case.cells

    # The page shows what is saved, and sent back as it is shown it changes nothing.
    again = form_of(question, as_shown(form_of(question, None, cells)), cells)
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

    form = form_of(question, rows() if question.columns else {}, blank)

    assert form.is_valid()
    assert {cell: value for cell, value in form.answers().items() if value is not None} == {
        cell: value for cell, value in blank.items() if value is not None
    }
    lacks = completeness.missing_in(section, blank)
    assert [lack.text for lack in lacks] == ["Question"]
    page = form_of(question, None, blank)
    assert f'id="{lacks[0].anchor}"' in drawn(page)
    assert completeness.progress(section, blank) == completeness.Progress.NOT_STARTED


@pytest.mark.parametrize("code", CASES)
def test_example_of_a_good_answer_is_folded_in_beside_the_help_of_each_kind(code):
    question = replace(CASES[code].question, example="As good\nas <this>")
    blank = question.kind.cells(question, [] if question.columns else question.kind.blank)

    page = drawn(form_of(question, None, blank))

    folded = re.findall(r'<details class="example">(.*?)</details>', page, re.DOTALL)
    assert [re.sub(r"\s+", " ", each).replace(" (€)", "").strip() for each in folded] == [
        '<summary>Example of a good answer<span class="vh">: Question</span></summary>'
        " <p>As good<br>as &lt;this&gt;</p>"
    ]


def test_version_with_a_kind_that_is_gone_can_still_be_read():
    question = {"name": "q", "kind": "hologram", "label": {"en": "Q", "fr": "Q"}, "value": HOSTILE}
    version = {"sections": [{"slug": "s", "title": {"en": "S", "fr": "S"}, "questions": [question]}]}

    assert reading.sections(version, "en")[0].answers[0].text == HOSTILE


def test_code_that_no_vocabulary_knows_any_more_is_told_as_it_is():
    question = Question("q", kinds.TERMS, label="Q", vocabulary=Challenge)

    assert question.kind.lines(question, ["gone", "health"], Labels()) == ["gone", "Health and care access"]


def as_shown(form: SectionForm) -> dict[str, Any]:
    """Return what the page would send back as it is."""
    parts = [form, *(part for rows in form.rows.values() for part in (rows.management_form, *rows.forms))]
    sent = {name: value for part in parts for field in part for name, value in _sent_by(field)}
    return {name: value for name, value in sent.items() if name not in ("base", "nonce")}


def _sent_by(field: BoundField) -> Iterator[tuple[str, Any]]:
    value, widget = field.value(), field.field.widget
    if isinstance(widget, MultiWidget):
        texts = zip(widget.widgets_names, widget.decompress(value), strict=True)
        yield from ((f"{field.html_name}{name}", text) for name, text in texts)
    elif value is not False and value not in (None, ""):
        text = "on" if value is True else value
        if hasattr(text, "strftime"):
            text = widget.format_value(text)
        yield field.html_name, [str(v) for v in text] if isinstance(text, list) else str(text)


def drawn(form: SectionForm) -> str:
    from crispy_forms.utils import render_crispy_form

    return render_crispy_form(form)
