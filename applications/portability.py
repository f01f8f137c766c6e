"""What a person's copy tells of applications: the answers and files, without what belongs to other people."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

from applications.applying import snapshots
from applications.form import answers
from applications.models import Application, Document
from core.accounts.models import User
from core.privacy.registry import StoredFile
from core.questionnaires.carrying import not_asked_now

# Of other people who are named in an application, the copy tells nothing.
OF_OTHERS = ("contact_name", "contact_email")


def tells(person: User) -> Iterator[tuple[str, Any]]:
    """Yield the applications on which the person works, and the versions that the person submitted."""
    # Those with which staff tried out a form are theirs as well.
    mine = Application.including_tests.for_member(person)
    applications = answers.with_answers(mine).select_related("call")
    yield "applications", [_application(application, person) for application in applications]


def files(person: User) -> Iterator[StoredFile]:
    """Yield the documents that the person uploaded and that are still there."""
    uploaded = Document.objects.on_disk().filter(uploaded_by=person).select_related("application")
    for document in uploaded.order_by("pk"):
        path = f"documents/{document.application.reference}/{document.pk}-{_safe(document.name)}"
        yield StoredFile(path, partial(document.file.storage.open, document.file.name))


def _application(application: Application, person: User) -> dict[str, Any]:
    versions = application.submissions.filter(submitted_by=person).order_by("number")
    return {
        "reference": application.reference,
        "call": application.call.title.get("en"),
        # As its members see it: an outcome shows once its letter has left.
        "status": application.shown_status,
        "your_role": application.role,
        "started": application.created_at,
        "answers": _without_others(snapshots.make(application), person),
        "answers_not_asked_for_now": not_asked_now(application, answers.asked_now(application)),
        "versions_that_you_submitted": [
            {
                "number": version.number,
                "submitted_at": version.submitted_at,
                "sha256": version.sha256,
                "answers": _without_others(version.snapshot, person),
            }
            for version in versions
        ],
    }


def _without_others(snapshot: snapshots.Snapshot, person: User) -> dict[str, Any]:
    """Return the answers by name; of the partners' contact persons only the person themselves."""
    by_name = snapshots.answers_by_name(snapshot)
    return by_name | {"partners": [_partner(row, person) for row in snapshots.partners(snapshot)]}


def _partner(row: dict[str, Any], person: User) -> dict[str, Any]:
    if (row.get("contact_email") or "").lower() == person.email.lower():
        return row
    return {name: value for name, value in row.items() if name not in OF_OTHERS}


def _safe(name: str) -> str:
    """Return a file's name that leads to no other folder when the archive is unpacked."""
    return name.replace("/", "_").replace("\\", "_").lstrip(".") or "file"
