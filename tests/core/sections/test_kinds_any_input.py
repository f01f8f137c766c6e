"""Whatever arrives: a kind says what is wrong, or keeps a value that comes back unchanged from everywhere."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.utils.translation import override
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.sections import completeness, reading, saving
from core.sections.kinds.base import Labels, in_both
from core.sections.kinds.rows import Rows
from core.sections.merging import digests, merge
from core.text import clean
from tests.core.sections.cases import CASES, HOSTILE
from tests.core.sections.test_kinds import as_shown, drawn, form_of, stored

pytestmark = pytest.mark.django_db
TYPED = [value for case in CASES.values() for typed in (case.typed, case.wrong) for value in typed.values()]
ODD = [
    *(
        "",
        " ",
        "\n",
        "0",
        "-0",
        "-1",
        "NaN",
        "Infinity",
        "1e999",
        "9" * 400,
        "1.2.3",
        "1,234.567",
        "٣",
        "½",
        "null",
    ),
    *(
        "[]",
        "{}",
        "true",
        "0001-01-01",
        "9999-99-99",
        "31.2.2027",
        "2027-13",
        "place:1",
        "place:9" + "9" * 30,
    ),
    *(
        HOSTILE,
        "=1+1",
        "<b>&amp;",
        "a\x00b\ud800",
        "\u202e",
        "💥" * 30,
        "x" * 500,
        "l\ninie",
        "{}".format("{{ x }}"),
    ),
]
WORDS = st.sampled_from(ODD) | st.sampled_from(
    [one for v in TYPED for one in (v if isinstance(v, list) else [v])]
)
TEXT = WORDS | st.text(max_size=12)


def names_of(code: str) -> tuple[list[str], dict[str, str]]:
    """Return the names of the boxes of a question, and what its rows send besides."""
    question = CASES[code].question
    typed = list(CASES[code].typed)
    if not isinstance(question.kind, Rows):
        return [name for name in typed if name.startswith("q")], {}
    columns = [name for name in typed if name.startswith("q-0-")]
    names = [name.replace("q-0-", f"q-{row}-") for row in (0, 1) for name in columns]
    return [*names, "q-1-DELETE"], {"q-TOTAL_FORMS": "2", "q-INITIAL_FORMS": "0"}


def read_again(question: Any, cells: dict[str, Any]) -> None:
    """Put the cells into a version, and read it in every language of the portal."""
    value = question.kind.value(question, cells)
    labels = Labels(question.kind.regions(question, value))
    head = question.kind.heading(question) | {"value": question.kind.snapshot(question, value, labels)}
    version = {"sections": [{"slug": "s", "title": in_both("S"), "questions": [stored(head)]}]}
    for language in ("en", "fr"):
        with override(language):
            (answer,) = reading.sections(version, language)[0].answers
            lines = question.kind.lines(question, value, labels)
            assert all(isinstance(line, str) for line in lines)
            assert isinstance(question.kind.line(question, value, labels), str)
            if question.kind.is_answered(question, value):
                assert answer.text or answer.items or answer.rows


@pytest.mark.parametrize("code", CASES)
def test_any_input_is_refused_in_words_or_kept_and_comes_back_unchanged(code):
    question = CASES[code].question
    names, besides = names_of(code)
    blank = question.kind.cells(question, question.kind.blank)

    @settings(max_examples=10, deadline=None, suppress_health_check=list(HealthCheck), database=None)
    @given(st.fixed_dictionaries({name: TEXT | st.lists(TEXT, max_size=3) for name in names}))
    def holds(typed: dict[str, Any]) -> None:
        form = form_of(question, cleaned(typed) | besides, blank)
        page = drawn(form)
        assert form.is_valid() or "error" in page
        cells = saving.without_removed(blank | stored(form.answers()))
        json.dumps(cells, allow_nan=False)
        read_again(question, cells)
        again = form_of(question, as_shown(form_of(question, None, cells)), cells)
        assert again.is_valid(), again.errors
        assert merge(base=digests(cells), mine=again.answers(), saved=cells, choices={}).values == {}
        lacks = completeness.missing_in(form.section, cells)
        shown = drawn(form_of(question, None, cells)) if lacks else ""
        for lack in lacks:
            assert lack.text.strip()
            assert f'id="{lack.anchor}"' in shown

    holds()


def cleaned(typed: dict[str, Any]) -> dict[str, Any]:
    """Return what arrives, as the middleware hands it on."""
    return {
        name: [clean(one) for one in value] if isinstance(value, list) else clean(value)
        for name, value in typed.items()
    }
