"""Trying again what the worker has given up: the PDF of a version."""

from __future__ import annotations

from django.utils.translation import gettext as _

from applications.applying import pdf
from applications.exceptions import PdfFailed
from applications.models import Application, Submission
from applications.querysets import SubmissionQuerySet
from core.accounts.models import User
from core.history import NotAllowed, require

SCREEN = "applications.screen_application"


def try_again(*, application_id: int, by: User) -> None:
    """Make the PDFs of an application's versions that failed so often that the worker gave them up.

    Not one transaction: each failure stays on record, whatever becomes of the others.

    Raises:
        NotAllowed: the person may not, there is none to make, or one failed again.
    """
    require(by, SCREEN)
    versions = list(hopeless(Application(pk=application_id)).select_related("application"))
    if not versions:
        raise NotAllowed(_("Every version already has a PDF, or its PDF is still being created."))
    for version in versions:
        try:
            pdf.ensure(version, even_if_it_failed=True)
        except PdfFailed as failure:
            raise NotAllowed(
                _("The PDF of version %(number)s could not be created this time either: %(reason)s")
                % {"number": version.number, "reason": version.pdf_failures.latest("pk").error}
            ) from failure


def hopeless(application: Application) -> SubmissionQuerySet:
    """Return the versions of an application whose PDF nobody tries to make any more by itself."""
    return Submission.objects.with_hopeless_pdf().filter(application=application.pk)
