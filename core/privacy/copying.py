"""A person's copy of what is held about them (GDPR articles 15 and 20): one readable archive."""

from __future__ import annotations

import json
import logging
import shutil
import zipfile
from collections.abc import Iterator
from typing import IO, Any

from django.core.serializers.json import DjangoJSONEncoder
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext as _

from core.privacy import registry
from core.privacy.registry import Holding

logger = logging.getLogger(__name__)
# More rows of one kind hardly anybody has; whoever does is told to ask us for the rest.
MOST_ROWS = 20_000


def everything(person: Any) -> dict[str, Any]:
    """Return what is held about a person, by the place where it is kept; times are UTC."""
    told = {name: value for part in registry.parts() for name, value in part.tells(person) if value}
    rows = {
        holding.column: {"what": _in_words(holding), **_shown(holding, person)}
        for holding in registry.holdings()
        if holding.shows
    }
    return {
        "made_at": timezone.now(),
        **told,
        "records": {k: v for k, v in rows.items() if v["rows"] or v.get("truncated")},
    }


def in_json(found: Any) -> str:
    return json.dumps(found, cls=DjangoJSONEncoder, ensure_ascii=False, indent=2)


def write_archive(person: Any, target: IO[bytes]) -> None:
    """Write the archive: a text that explains it, the person's files, and `data.json`, which names all."""
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("README.txt", render_to_string("privacy/read_me.txt", {"person": person}))
        missing = [stored.path for stored in _files(person) if not _copy(stored, archive)]
        found = everything(person)
        archive.writestr("data.json", in_json(found | {"missing_files": missing} if missing else found))


def _copy(stored: registry.StoredFile, archive: zipfile.ZipFile) -> bool:
    """Copy a file into the archive; returns False if it is not where it should be."""
    # As they are: most are packed already, and somebody waits.
    entry = zipfile.ZipInfo(stored.path, timezone.now().timetuple()[:6])
    try:
        source = stored.open()
    except FileNotFoundError:
        logger.error("A file for a copy of personal data is missing: %s", stored.path)
        return False
    with source, archive.open(entry, "w", force_zip64=True) as copy:
        shutil.copyfileobj(source, copy)
    return True


def _files(person: Any) -> Iterator[registry.StoredFile]:
    for part in registry.parts():
        yield from part.files(person)


def _in_words(holding: Holding) -> str:
    options = holding.model._meta
    return f"{options.verbose_name_plural}: {options.get_field(holding.name).verbose_name}"


def _shown(holding: Holding, person: Any) -> dict[str, Any]:
    rows = list(holding.rows(person).values(*holding.shows.split())[: MOST_ROWS + 1])
    if len(rows) <= MOST_ROWS:
        return {"rows": rows}
    words = _("Only the first %(most)d rows are here. Write to us, and we send you the rest.")
    return {"rows": rows[:MOST_ROWS], "truncated": True, "note": words % {"most": MOST_ROWS}}
