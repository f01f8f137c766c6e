"""A crowd of applicants with complete drafts, logged in, for the deadline storm; and what came of them.

Run as a process of its own, since it works on the data of another portal:
`python -m impact.demo.crowd prepare COUNT FILE`, `close SECONDS FILE` and `account FILE`.
"""

from __future__ import annotations

import json
import sys
import time
import uuid
from collections import Counter
from collections.abc import Sequence
from datetime import timedelta
from importlib import import_module
from pathlib import Path
from typing import Any, TypeVar

import django
from django.db import models

if __name__ == "__main__":
    django.setup()

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.db import transaction
from django.utils import timezone

from applications.enums import MemberRole
from applications.models import Application, Call, Member, Submission, SubmissionAttempt
from core.accounts.models import User
from core.mail.enums import MessageStatus
from core.mail.models import Message
from impact.demo import applicants, world
from impact.demo.territories import WAITING

BACKEND = "django.contrib.auth.backends.ModelBackend"
RECEIPT = "applications/email/receipt"
UNSETTLED = [MessageStatus.QUEUED, MessageStatus.SENDING]
PATIENCE_SECONDS = 600
LOOK_EVERY_SECONDS = 1


@transaction.atomic
def prepare(count: int) -> list[dict[str, str]]:
    """Return a logged-in applicant for each of so many complete drafts of the open call.

    Args:
        count: how many, all copies of one that the actions have written.
    """
    world.date_calls_around(timezone.now())
    call = Call.objects.open().earliest("number")
    pattern = applicants.begin(WAITING[0]._replace(title="Storm"), call, "storm@example.org")
    pattern.refresh_from_db()
    people = User.objects.bulk_create(
        User(email=f"storm{number}@example.org", name=f"Applicant {number}") for number in range(count)
    )
    drafts = _copies(pattern, count)
    Member.objects.bulk_create(
        Member(application=draft, user=user, role=MemberRole.LEAD)
        for draft, user in zip(drafts, people, strict=True)
    )
    return [
        {"reference": draft.reference, "path": draft.get_absolute_url(), "session": _session(user)}
        for draft, user in zip(drafts, people, strict=True)
    ]


def close(seconds: float) -> list[str]:
    """Let the open call close in so many seconds; returns when, as ISO 8601."""
    call = Call.objects.open().earliest("number")
    call.closes_at = timezone.now() + timedelta(seconds=seconds)
    call.save(update_fields=["closes_at"])
    return [call.closes_at.isoformat()]


def account(references: Sequence[str]) -> dict[str, dict[str, Any]]:
    """Return what the database holds of each application once all receipts are settled, or after a while.

    Returns:
        reference → submissions (their SHA-256), attempts (outcome → count), receipts (status → count).
    """
    end = time.monotonic() + PATIENCE_SECONDS
    receipts = Message.objects.filter(template=RECEIPT, to__startswith="storm")
    while receipts.filter(status__in=UNSETTLED).exists() and time.monotonic() < end:
        time.sleep(LOOK_EVERY_SECONDS)
    keys = dict(Application.objects.filter(reference__in=references).values_list("pk", "reference"))
    found: dict[str, dict[str, Any]] = {
        reference: {"submissions": [], "attempts": Counter(), "receipts": Counter()}
        for reference in references
    }
    for key, sha256 in Submission.objects.filter(application__in=keys).values_list("application", "sha256"):
        found[keys[key]]["submissions"].append(sha256)
    for key, outcome in SubmissionAttempt.objects.filter(application__in=keys).values_list(
        "application", "outcome"
    ):
        found[keys[key]]["attempts"][outcome] += 1
    for about, status in receipts.values_list("about", "status"):
        reference = keys.get(int(about.rpartition(":")[2]))
        if reference:
            found[reference]["receipts"][status] += 1
    return found


def _copies(pattern: Application, count: int) -> list[Application]:
    """Copy a draft with its rows and its many-to-many answers, in a fixed number of statements."""
    drafts = Application.objects.bulk_create(
        _copy(pattern, public_id=uuid.uuid4(), reference=f"IMPACT-STORM-{number:05}", title=f"Storm {number}")
        for number in range(count)
    )
    for name in ("partners", "needs"):
        rows = list(getattr(pattern, name).all())
        fresh = {"public_id": None} if name == "partners" else {}
        rows[0].__class__.objects.bulk_create(
            _copy(row, application=draft, **{key: uuid.uuid4() for key in fresh})
            for draft in drafts
            for row in rows
        )
    for name in ("units", "working_languages"):
        through = getattr(Application, name).through
        column = getattr(Application, name).field.m2m_reverse_name()
        keys = list(getattr(pattern, name).values_list("pk", flat=True))
        through.objects.bulk_create(
            through(**{"application_id": draft.pk, column: key}) for draft in drafts for key in keys
        )
    return drafts


_Copied = TypeVar("_Copied", bound=models.Model)


def _copy(row: _Copied, **changed: object) -> _Copied:
    fields = [f for f in row._meta.concrete_fields if not f.primary_key and not f.generated]
    return row.__class__(**{f.name: getattr(row, f.name) for f in fields} | changed)


def _session(user: User) -> str:
    session = import_module(settings.SESSION_ENGINE).SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = BACKEND
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.save()
    return str(session.session_key)


def _main(verb: str, *arguments: str) -> None:
    file = Path(arguments[-1])
    match verb:
        case "prepare":
            answer: Any = prepare(int(arguments[0]))
        case "close":
            answer = close(float(arguments[0]))
        case "account":
            answer = account(json.loads(file.read_text()))
    file.write_text(json.dumps(answer))


if __name__ == "__main__":
    _main(*sys.argv[1:])
