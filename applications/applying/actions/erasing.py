"""Applications that nobody but their authors ever saw are deleted whole."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial

import pgtrigger
from django.db import transaction

from applications.models import Application
from core.mail import actions as mail


def erase_drafts(applications: Iterable[Application]) -> None:
    for application in applications:
        erase_draft(application)


@transaction.atomic
def erase_draft(application: Application) -> None:
    """Delete a locked application that was never submitted, with its files, history and e-mails."""
    mail.erase(about=application.about)
    documents = application.documents.all()
    for document in documents:
        transaction.on_commit(partial(document.file.storage.delete, document.file.name))
    documents.delete()
    # The exception to "never deleted": nobody but its authors ever saw it, GDPR articles 5 and 17.
    with pgtrigger.ignore(
        "applications.ApplicationChange:application_change_append_only",
        "applications.SubmissionAttempt:submission_attempt_append_only",
        "applications.PartnerRecord:partner_record_append_only",
    ):
        application.changes.all().delete()
        application.attempts.all().delete()
        application.partner_records.all().delete()
        application.delete()
