"""One file in, one verdict out."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any

from inspection import office, opendocument, png
from inspection.archives import Allowance, Archive
from inspection.kinds import CSV, DOCX, JPEG, ODS, ODT, OLD_OFFICE, PDF, PNG, XLSX, ZIP, kind_by_start
from inspection.pictures import PictureLimits
from inspection.refusals import Reason, Refused

PACKAGES = {DOCX, XLSX, ODT, ODS}
ENCRYPTED_PACKAGE = "EncryptedPackage".encode("utf-16-le")


@dataclass
class Verdict:
    """What a file is, and why it is refused: no reason means that it is taken."""

    kind: str = ""
    reason: str = ""
    details: dict[str, Any] = field(default_factory=dict)
    rows: list[list[str]] | None = None


@dataclass(frozen=True)
class Task:
    """What is asked about a file."""

    allowed: Collection[str]
    limits: PictureLimits
    wants_rows: bool = False


def judge(content: bytes, task: Task) -> Verdict:
    """Return the verdict on a file; whatever breaks a parser means that nobody could read the file."""
    verdict = Verdict()
    try:
        _judge(content, task, verdict)
    except Refused as refusal:
        verdict.reason, verdict.details = refusal.reason, refusal.details
        if verdict.kind in (ZIP, OLD_OFFICE) and not PACKAGES & set(task.allowed):
            verdict.reason = Reason.KIND
    except (MemoryError, OverflowError):
        verdict.reason = Reason.DEMANDING
    except Exception:
        verdict.reason = Reason.BROKEN
    return verdict


def _judge(content: bytes, task: Task, verdict: Verdict) -> None:
    if task.allowed == [CSV]:
        # No content tells a CSV file; its reader refuses what is none.
        verdict.kind, verdict.rows = CSV, _table_reader().rows_of_csv(content)
        return
    verdict.kind = kind_by_start(content)
    allowance = Allowance()
    archive = None
    if verdict.kind == ZIP:
        archive = Archive(content, allowance)
        verdict.kind = _package_kind(archive)
    if verdict.kind == OLD_OFFICE:
        raise Refused(Reason.ENCRYPTED if ENCRYPTED_PACKAGE in content else Reason.OLD_OFFICE)
    if verdict.kind not in task.allowed:
        raise Refused(Reason.KIND)
    _check(content, archive, allowance, task, verdict.kind)
    if task.wants_rows:
        verdict.rows = _table_reader().rows_of_xlsx(content)


def _package_kind(archive: Archive) -> str:
    kind = opendocument.kind_of(archive)
    return office.kind_of(archive) if kind == ZIP else kind


def _check(content: bytes, archive: Archive | None, allowance: Allowance, task: Task, kind: str) -> None:
    if archive and kind in (DOCX, XLSX):
        office.check(archive, allowance)
    elif archive and kind in (ODT, ODS):
        opendocument.check(archive)
    elif kind == PNG:
        png.check(content, task.limits)
    else:
        _check_with_library(content, task, kind)


def _check_with_library(content: bytes, task: Task, kind: str) -> None:
    # Imported here: each takes longer than all the rest, and most files need none of them.
    if kind == JPEG:
        from inspection import jpeg

        jpeg.check(content, task.limits)
    elif kind == PDF:
        from inspection import pdf

        pdf.check(content)


def _table_reader() -> Any:
    from inspection import tables

    return tables
