"""Judging an upload: its size, what it really is, what is in it, and whether a scanner finds a virus."""

from __future__ import annotations

import contextlib
import hashlib
import tempfile
from collections.abc import Collection, Iterator
from typing import IO, NamedTuple

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files import File
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from core.accounts.models import User
from core.rate_limits import RateLimit, Use, seconds_to_wait, spend
from core.text import clean
from core.uploads import reasons, sandbox, scanning
from core.uploads.kinds import XLSX, has_ending
from core.uploads.naming import clean_name
from inspection.cells import FORMULA_WITHOUT_VALUE
from inspection.judging import Verdict
from inspection.kinds import CSV
from inspection.refusals import Reason

# Each costs a child; refused files count too, as whoever sends them one after the other holds its place. A
# default, to confirm: nobody chooses as many by hand.
OF_A_PERSON = RateLimit("files of a person", 30, 60)


class CheckedUpload(NamedTuple):
    name: str  # without folders and control characters
    content_type: str  # by content, never as the browser says
    size: int  # bytes
    sha256: str


def check_upload(file: File, *, allowed: Collection[str], by: User) -> CheckedUpload:
    """Return what an uploaded file is, a child having really read it.

    Args:
        file: an upload; read from its start, and left there.
        allowed: content types among `KINDS`.
        by: the person who chose it, of whom not many files are read in a minute.

    Raises:
        ValidationError: empty, too large, of another kind, renamed, broken, encrypted, or with something
            in it that runs or loads by itself, or one of too many; in words for the person who chose it.
    """
    name = clean_name(file.name or "")
    _check_size(file)
    _check_pace(by)
    with _real_file(file) as (real, sha256):
        verdict = _inspected(real, name, allowed, by=by)
        _check_virus(real, name)
    return CheckedUpload(name, verdict.kind, file.size, sha256)


def check_wanted(checked: CheckedUpload, allowed: Collection[str]) -> None:
    """Refuse a file that was checked when other types were allowed.

    Raises:
        ValidationError: it is of another type; in words for the person who chose it.
    """
    if checked.content_type not in allowed:
        raise reasons.other_kind(checked.content_type, checked.name, allowed)


def read_table(file: File, *, by: User) -> list[list[str]]:
    """Return the first rows of an XLSX or CSV file as texts, read by a child.

    Raises:
        ValidationError: as `check_upload`.
    """
    name = clean_name(file.name or "")
    kind = CSV if name.lower().endswith(".csv") else XLSX
    _check_size(file)
    _check_pace(by)
    with _real_file(file) as (real, _sha256):
        verdict = _inspected(real, name, [kind], by=by, wants_rows=True)
        _check_virus(real, name)
    return [
        [cell if cell == FORMULA_WITHOUT_VALUE else clean(cell).strip() for cell in row]
        for row in verdict.rows or []
    ]


def _check_size(file: File) -> None:
    if not file.size:
        raise ValidationError(_("This file is empty. Choose another file."), code="empty")
    if file.size > settings.UPLOAD_MAX_BYTES:
        raise ValidationError(
            _("This file is too large (%(size)s). Choose a file of up to %(most)s."),
            code="too_large",
            params={
                "size": filesizeformat(file.size),
                "most": filesizeformat(settings.UPLOAD_MAX_BYTES),
            },
        )


def _check_pace(by: User) -> None:
    use = Use(OF_A_PERSON, str(by.pk))
    if spend(use):
        raise ValidationError(
            ngettext_lazy(
                "You have uploaded too many files in a short time. Choose this one again in "
                "%(seconds)s second.",
                "You have uploaded too many files in a short time. Choose this one again in "
                "%(seconds)s seconds.",
                "seconds",
            ),
            code="too_many",
            params={"seconds": max(seconds_to_wait(use), 1)},
        )


@contextlib.contextmanager
def _real_file(file: File) -> Iterator[tuple[IO[bytes], str]]:
    """Copy an upload to a file without a name, which a child can be handed; with its SHA-256."""
    digest = hashlib.sha256()
    with tempfile.TemporaryFile() as real:
        file.seek(0)
        for chunk in file.chunks():
            digest.update(chunk)
            real.write(chunk)
        file.seek(0)
        real.seek(0)
        yield real, digest.hexdigest()


def _inspected(
    real: IO[bytes], name: str, allowed: Collection[str], *, by: User, wants_rows: bool = False
) -> Verdict:
    try:
        verdict = sandbox.inspect(real, owner=str(by.pk), allowed=allowed, wants_rows=wants_rows)
    except sandbox.TooBusy:
        raise ValidationError(
            _("Too many files are being checked at the moment. Choose “%(name)s” again in a minute."),
            code="busy",
            params={"name": name},
        ) from None
    if verdict.reason == Reason.KIND:
        raise reasons.other_kind(verdict.kind, name, allowed)
    if verdict.kind in allowed and verdict.kind != CSV and not has_ending(name, verdict.kind):
        raise reasons.renamed(verdict.kind, name)
    if verdict.reason:
        raise reasons.refusal(verdict.reason, name, verdict.details)
    return verdict


def _check_virus(real: IO[bytes], name: str) -> None:
    if not scanning.is_on():
        return
    real.seek(0)
    try:
        virus = scanning.find_virus(real)
    except scanning.ScannerSilent:
        raise ValidationError(
            _("“%(name)s” could not be checked for viruses and was not uploaded. Try again in a minute."),
            code="unchecked",
            params={"name": name},
        ) from None
    if virus:
        raise ValidationError(
            _("“%(name)s” contains a virus (%(virus)s) and was not uploaded."),
            code="virus",
            params={"name": name, "virus": virus},
        )
