"""All that we hold about an expert, in a form that people can take away (GDPR articles 15 and 20)."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

from core.accounts.models import User
from core.privacy.registry import StoredFile
from core.questionnaires.carrying import not_asked_now
from experts import snapshots
from experts.models import Expert


def tells(person: User) -> Iterator[tuple[str, Any]]:
    """Yield the profile, its history, declarations and versions as plain data; times are UTC.

    With which staff tried out the form is theirs as well.
    """
    for expert in Expert.including_tests.of(person).order_by("is_test"):
        yield "test_profile" if expert.is_test else "expert_profile", _profile(expert)


def files(person: User) -> Iterator[StoredFile]:
    """Yield the CV."""
    for expert in Expert.including_tests.for_user(person).exclude(cv=""):
        name = expert.cv_name.replace("/", "_").replace("\\", "_").lstrip(".") or "cv"
        folder = "cv/test" if expert.is_test else "cv"
        yield StoredFile(f"{folder}/{name}", partial(expert.cv.storage.open, expert.cv.name))


def _profile(expert: Expert) -> dict[str, Any]:
    return {
        "status": expert.status,
        "started": expert.created_at,
        "last_change": expert.changed_at,
        "sent": expert.submitted_at,
        "confirmed_as_current": expert.confirmed_at,
        "revision": expert.revision,
        "sections": snapshots.take(expert),
        "answers_not_asked_for_now": not_asked_now(expert, snapshots.asked_now(expert)),
        # What staff wrote to the person is among the e-mails; notes of theirs are not the person's.
        "status_history": list(expert.changes.values("from_status", "to_status", "at")),
        "declarations": list(expert.declarations.values("kind", "is_given", "wording", "language", "at")),
        "written_languages_recorded_by_staff": list(
            expert.written_languages.values("language", "level", "recorded_at")
        ),
        "versions": list(expert.versions.values("revision", "saved_at", "profile")),
    }
