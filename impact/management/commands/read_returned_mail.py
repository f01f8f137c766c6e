"""`manage.py read_returned_mail`: notes which e-mails came back, from standard input or a mailbox file."""

from __future__ import annotations

import logging
import mailbox
import sys
from argparse import ArgumentParser
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from core.mail import returned
from newsletter import actions as newsletter

logger = logging.getLogger(__name__)
FAILED = "not noted because of an error"


class Command(BaseCommand):
    help = (
        "Reads mail that came back and marks the e-mails that it is about. Without a mailbox, one mail is "
        "read from standard input, as a mail server pipes it."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--mailbox", type=Path, help="a file in mbox format; it is read, not changed")

    def handle(self, *, mailbox: Path | None, **options: Any) -> None:
        counts = Counter(map(_take_or_log, _in_file(mailbox) if mailbox else _on_standard_input()))
        self.stdout.write(", ".join(f"{words}: {count}" for words, count in sorted(counts.items())))
        if counts[FAILED]:
            raise CommandError("Not every mail could be noted; the log names the errors.")


def _take_or_log(raw: bytes) -> str:
    """Note what one mail reports; an error with it does not end the reading of the others."""
    try:
        return take(raw)
    except Exception:
        logger.exception("A mail that came back could not be noted")
        return FAILED


def take(raw: bytes) -> str:
    """Note what one mail reports, and say it in two or three words."""
    report = returned.read(raw)
    if report is None:
        return "no report about our mail"
    with transaction.atomic():
        message = returned.note(report)
        if message is None:
            return "delayed, unknown or noted before"
        newsletter.stop_unreachable(email=message.to, reason=message.error)
    return "returned"


def _on_standard_input() -> Iterator[bytes]:
    yield sys.stdin.buffer.read(returned.MAX_BYTES)


def _in_file(path: Path) -> Iterator[bytes]:
    if not path.is_file():
        raise CommandError(f"There is no file {path}.")
    with closing(mailbox.mbox(path, create=False)) as box:
        for key in box.iterkeys():
            with box.get_file(key) as mail:
                yield mail.read(returned.MAX_BYTES)
