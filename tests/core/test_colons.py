"""A name and its value: the space before the colon is that of the language, wherever the two meet."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.template import Context, Template
from django.utils.translation import override

from core.phrases import colon, labelled
from tests.support import ours

ROOT = Path(__file__).parents[2]
# What a machine or whoever runs a command reads, always in English.
NOT_FOR_PAGES = (
    *("impact/benchmarks/", "impact/demo/", "impact/local/", "impact/management/", "/management/"),
    *(
        "/migrations/",
        "core/jobs.py",
        "core/mail/respelling.py",
        "core/migrating.py",
        "core/reference/files.py",
    ),
    *(
        "core/staff/changelists.py",
        "core/staff/admin.py",
        "core/questionnaires/transfer.py",
        "core/translated/",
    ),
    *("matching/replaying.py", "engine/", "inspection/"),
)
# Sentences are translated as a whole, with their colons; comments are nobody's.
WHOLE = re.compile(
    "|".join(
        (
            r"\{%\s*blocktranslate\b.*?endblocktranslate\s*%\}",
            r"\{%\s*comment.*?endcomment\s*%\}",
            r"\{#.*?#\}",
            # The name of a class of the style sheet.
            r"class=\"[^\"]*\"",
        )
    ),
    re.DOTALL,
)
AFTER_VALUE = re.compile(r"(?:\}\}|%\})\s*(?:</?\w+[^<>]*>\s*)*:(?=[\s<{]|$)")
AFTER_FORMAT = re.compile(r"(\{\w*\}|%s)(</\w+>)?:( |$)")


def test_colon_has_a_space_before_it_in_french():
    assert labelled("Romanian", "B2") == "Romanian: B2"
    assert colon() == ":"
    with override("fr"):
        assert labelled("Roumain", "B2") == "Roumain\u00a0: B2"
        assert colon() == "\u00a0:"
        page = Template("<b>{{ name }}</b>{% colon %} {{ value }}").render(
            Context({"name": "<", "value": "B2"})
        )
    assert page == "<b>&lt;</b>\u00a0: B2"


def colons_in_templates() -> Iterator[str]:
    for path in sorted((ROOT / "templates").rglob("*")):
        if path.suffix in (".html", ".txt"):
            text = WHOLE.sub("", path.read_text())
            yield from (f"{path.relative_to(ROOT)}: {found[0]}" for found in AFTER_VALUE.finditer(text))


def colons_in_code() -> Iterator[str]:
    for path in ours.python_files():
        name = str(path.relative_to(ROOT))
        if not any(part in name for part in NOT_FOR_PAGES):
            tree = ast.parse(path.read_text())
            left = {id(part) for node in ast.walk(tree) if _is_for_machines(node) for part in ast.walk(node)}
            lines = (node.lineno for node in ast.walk(tree) if id(node) not in left and _joins(node))
            yield from (f"{name}:{line}" for line in lines)


def _is_for_machines(node: ast.AST) -> bool:
    """Whether it is what a programmer's mistake says, what a log holds, or the name of an error."""
    if isinstance(node, ast.Raise):
        return isinstance(node.exc, ast.Call) and ast.unparse(node.exc.func) in ("TypeError", "ValueError")
    if isinstance(node, ast.Call):
        # A text that is translated as a whole has the colon of each language.
        return ast.unparse(node.func) in (
            "_",
            "gettext",
            "gettext_lazy",
            "ngettext",
        ) or "logger." in ast.unparse(node.func)
    return isinstance(node, ast.JoinedStr) and "type(error).__name__" in ast.unparse(node)


def _joins(node: ast.AST) -> bool:
    if isinstance(node, ast.JoinedStr):
        pairs = zip(node.values, node.values[1:], strict=False)
        return any(
            isinstance(value, ast.FormattedValue)
            and isinstance(text, ast.Constant)
            and str(text.value).startswith(": ")
            for value, text in pairs
        )
    return (
        isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and bool(AFTER_FORMAT.search(node.value))
    )


@pytest.mark.parametrize("colons", [colons_in_templates, colons_in_code])
def test_no_page_puts_a_name_and_a_value_together_by_itself(colons):
    assert list(colons()) == []
