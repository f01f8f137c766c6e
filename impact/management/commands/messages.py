"""`manage.py messages`: collects the texts to translate and compiles the catalogues, without GNU gettext.

Django's own `templatize` turns a template into a kind of Python, as its makemessages does for xgettext;
Babel's extractor for Python reads that. Both the .po and the .mo files belong into the repository, so that
a fresh clone speaks every language at once.
"""

import io
from argparse import ArgumentParser
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from babel.messages import Catalog, mofile, pofile
from babel.messages.catalog import Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation.template import templatize

from impact.packages import packages

SUFFIXES = {".py", ".html", ".txt"}
# Singular, plural and context arguments of Django's functions beyond those that Babel knows.
KEYWORDS = DEFAULT_KEYWORDS | {
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext_lazy": (1, 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext_lazy": ((1, "c"), 2, 3),
}
LINE_WIDTH = 100
# The time of writing would change both files with every run.
NO_TIME = datetime(2026, 1, 1, tzinfo=UTC)


class Command(BaseCommand):
    help = "Updates locale/<language>/LC_MESSAGES/django.po from code and templates and compiles django.mo."
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--check", action="store_true", help="change nothing; exit with 1 if a catalogue is outdated"
        )

    def handle(self, *, check: bool, **options: Any) -> None:
        template = collect(settings.BASE_DIR)
        languages = [code for code, _name in settings.LANGUAGES if code != settings.LANGUAGE_CODE]
        outdated = [code for code in languages if self._update(code, template, write=not check)]
        if check and outdated:
            raise CommandError(f"Run `manage.py messages`; outdated: {', '.join(outdated)}")

    def _update(self, code: str, template: Catalog, *, write: bool) -> bool:
        """Whether the files of a language were not what code and templates make of them."""
        folder = Path(settings.LOCALE_PATHS[0]) / code / "LC_MESSAGES"
        catalog = merge(folder / "django.po", code, template)
        contents = {folder / "django.po": po_bytes(catalog), folder / "django.mo": mo_bytes(catalog)}
        outdated = [file for file, content in contents.items() if not _holds(file, content)]
        for file in outdated if write else []:
            folder.mkdir(parents=True, exist_ok=True)
            file.write_bytes(contents[file])
        missing = sum(not is_translated(message) for message in catalog if message.id)
        self.stdout.write(f"{code}: {len(catalog)} texts, {missing} not translated")
        return bool(outdated)


def collect(root: Path) -> Catalog:
    """Return every text marked for translation in the code and the templates below the folder."""
    catalog = Catalog(project="IMPACT", charset="utf-8", creation_date=NO_TIME)
    for path in sorted(path for source in [*packages(), "templates"] for path in (root / source).rglob("*")):
        if path.suffix in SUFFIXES:
            for _line, message, comments, context in _extracted(path):
                # Without the line, which moves with every edit.
                place = (path.relative_to(root).as_posix(), 0)
                flags = ("python-format",) if "%(" in str(message) else ()
                catalog.add(message, None, [place], auto_comments=comments, context=context, flags=flags)
    return catalog


def merge(file: Path, code: str, template: Catalog) -> Catalog:
    """Return the catalogue of a language with its translations kept and the texts of the template."""
    if file.exists():
        with file.open("rb") as content:
            catalog = pofile.read_po(content, locale=code)
    else:
        catalog = Catalog(locale=code, fuzzy=False)
    # A guessed translation of a changed text would be shown as if somebody had read it.
    catalog.update(template, no_fuzzy_matching=True)
    catalog.project, catalog.header_comment = "IMPACT", f"# IMPACT portal: {catalog.locale.english_name}"
    catalog.version = catalog.last_translator = catalog.language_team = catalog.msgid_bugs_address = "-"
    catalog.creation_date = catalog.revision_date = NO_TIME
    return catalog


def po_bytes(catalog: Catalog) -> bytes:
    output = io.BytesIO()
    pofile.write_po(
        output, catalog, width=LINE_WIDTH, sort_output=True, ignore_obsolete=True, include_lineno=False
    )
    return output.getvalue()


def mo_bytes(catalog: Catalog) -> bytes:
    output = io.BytesIO()
    mofile.write_mo(output, catalog)
    return output.getvalue()


def is_translated(message: Message) -> bool:
    """Whether the text, in each of its plural forms, has a translation that somebody has confirmed."""
    forms = message.string if isinstance(message.string, (tuple, list)) else [message.string]
    return all(forms) and not message.fuzzy


def _extracted(path: Path) -> Iterator[tuple]:
    text = path.read_text("utf-8")
    if path.suffix != ".py":
        # The indentation is the template's; to Python it would mean something.
        text = "\n".join(line.strip() for line in templatize(text, origin=str(path)).splitlines())
    return extract("python", io.BytesIO(text.encode()), KEYWORDS, ["Translators:"], {})


def _holds(file: Path, content: bytes) -> bool:
    return file.exists() and file.read_bytes() == content
