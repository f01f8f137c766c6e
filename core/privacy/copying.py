"""A person's copy of what is held about them (GDPR articles 15 and 20): one readable archive."""

from __future__ import annotations

import io
import json
import logging
import zipfile
from collections.abc import Iterator, Sequence
from typing import IO, Any

from django.core.serializers.json import DjangoJSONEncoder
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext as _

from core.accounts.models import User
from core.phrases import labelled
from core.privacy import registry
from core.privacy.registry import Holding, StoredFile

logger = logging.getLogger(__name__)
# More rows of one kind hardly anybody has; whoever does is told to ask us for the rest.
MAX_ROWS = 20_000
PIECE_BYTES = 256 * 1024


def everything(person: User) -> dict[str, Any]:
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


def in_json(found: object) -> str:
    return json.dumps(found, cls=DjangoJSONEncoder, ensure_ascii=False, indent=2)


def archive_of(person: User) -> Iterator[bytes]:
    """Return the archive piece by piece: a text that explains it, the files, and `data.json`.

    It lies nowhere as a whole, neither in memory nor on a disk: it may hold hundreds of megabytes.
    """
    # Before the first piece has left, so that whoever asks is told of an error.
    explained = render_to_string("privacy/read_me.txt", {"person": person})
    return _pieces(explained, everything(person), list(_files(person)))


def _pieces(explained: str, found: dict[str, Any], files: Sequence[StoredFile]) -> Iterator[bytes]:
    pipe, missing = _Pipe(), []
    with zipfile.ZipFile(pipe, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("README.txt", explained)
        for stored in files:
            try:
                source = stored.open()
            except FileNotFoundError:
                logger.error("A file for a copy of personal data is missing: %s", stored.path)
                missing.append(stored.path)
                continue
            for _piece in _copy(source, stored.path, archive):
                yield pipe.take()
        archive.writestr("data.json", in_json(found | {"missing_files": missing} if missing else found))
    yield pipe.take()


def _copy(source: IO[bytes], path: str, archive: zipfile.ZipFile) -> Iterator[None]:
    """Copy a file into the archive, with a stop after each piece."""
    # As they are: most are packed already, and somebody waits.
    entry = zipfile.ZipInfo(path, timezone.now().timetuple()[:6])
    with source, archive.open(entry, "w", force_zip64=True) as copy:
        while piece := source.read(PIECE_BYTES):
            copy.write(piece)
            yield


class _Pipe(io.RawIOBase):
    """Takes what is written until it is asked for."""

    def __init__(self) -> None:
        super().__init__()
        self._held = bytearray()

    def writable(self) -> bool:
        return True

    def write(self, piece: Any) -> int:
        self._held += piece
        return len(piece)

    def take(self) -> bytes:
        held, self._held = bytes(self._held), bytearray()
        return held


def _files(person: User) -> Iterator[StoredFile]:
    for part in registry.parts():
        yield from part.files(person)


def _in_words(holding: Holding) -> str:
    options = holding.model._meta
    field: Any = options.get_field(holding.name)
    return labelled(options.verbose_name_plural, field.verbose_name)


def _shown(holding: Holding, person: User) -> dict[str, Any]:
    rows = list(holding.rows(person).values(*holding.shows.split())[: MAX_ROWS + 1])
    if len(rows) <= MAX_ROWS:
        return {"rows": rows}
    words = _("Only the first %(most)d rows are included. Write to us and we will send you the rest.")
    return {"rows": rows[:MAX_ROWS], "truncated": True, "note": words % {"most": MAX_ROWS}}
