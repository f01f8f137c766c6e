"""The catalogues of translations, without GNU gettext."""

from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from impact.management.commands.messages import collect

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
