"""The catalogues of translations, without GNU gettext."""

import ast
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from impact.management.commands.messages import KEYWORDS, collect
from impact.packages import packages

TEMPLATE = """
{% load i18n %}
<ul>
  {# Translators: the heading of the list #}
  <li>{% translate "Calls" %}
    {% blocktranslate trimmed count n=calls|length with who=person.name %}
      {{ who }} sees {{ n }} call.
    {% plural %}
      {{ who }} sees {{ n }} calls.
    {% endblocktranslate %}
 </li></ul>
"""


@pytest.fixture
def root(tmp_path: Path, settings) -> Path:
    (tmp_path / "templates").mkdir()
    (tmp_path / "templates" / "calls.html").write_text(TEMPLATE)
    (tmp_path / "impact").mkdir()
    (tmp_path / "impact" / "__init__.py").touch()
    (tmp_path / "impact" / "enums.py").write_text('from x import gettext_lazy as _\nOPEN = _("open — now")\n')
    settings.BASE_DIR, settings.LOCALE_PATHS = tmp_path, [tmp_path / "locale"]
    return tmp_path


def test_messages_finds_texts_of_code_and_templates(root: Path) -> None:
    found = {message.id for message in collect(root) if message.id}

    assert found == {
        "Calls",
        "open — now",
        ("%(who)s sees %(n)s call.", "%(who)s sees %(n)s calls."),
    }


def test_messages_keeps_translations_and_drops_what_nobody_says(root: Path) -> None:
    call_command("messages", verbosity=0)
    catalog = root / "locale" / "fr" / "LC_MESSAGES" / "django.po"
    translated = catalog.read_text().replace('msgid "Calls"\nmsgstr ""', 'msgid "Calls"\nmsgstr "Appels"')
    catalog.write_text(translated)
    (root / "impact" / "enums.py").unlink()

    call_command("messages")

    assert 'msgid "Calls"\nmsgstr "Appels"' in catalog.read_text()
    assert "open — now" not in catalog.read_text()
    assert catalog.with_suffix(".mo").exists()


def test_messages_check_refuses_an_outdated_catalogue_and_changes_nothing(root: Path) -> None:
    call_command("messages")
    call_command("messages", "--check")
    catalog = root / "locale" / "fr" / "LC_MESSAGES" / "django.po"
    before = catalog.read_bytes()
    (root / "impact" / "enums.py").write_text('from x import gettext as _\nCLOSED = _("closed")\n')

    with pytest.raises(CommandError, match="outdated: fr"):
        call_command("messages", "--check")

    assert catalog.read_bytes() == before


def test_no_text_is_translated_by_a_name_that_the_catalogue_does_not_know() -> None:
    """A function of Django under another name would be called in vain: its texts stay English."""
    unknown = [
        f"{path.relative_to(settings.BASE_DIR)}: {name.name} as {name.asname}"
        for package in packages()
        for path in (settings.BASE_DIR / package).rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.ImportFrom) and node.module == "django.utils.translation"
        for name in node.names
        if name.asname and "gettext" in name.name and not is_collected(name.name, name.asname)
    ]

    assert unknown == []


def is_collected(name: str, asname: str) -> bool:
    """Whether the command takes the same arguments of both names as texts; `_` is both of the plain ones."""
    return asname in KEYWORDS and KEYWORDS[asname] == KEYWORDS.get(name)
