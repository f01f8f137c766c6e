"""The button that makes a PDF which the worker has given up."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from applications.applying.actions import version_pdfs
from applications.models import Application
from core.staff.admin import Decision, Scope


def _explain(applications: Sequence[Application]) -> list[str]:
    return [text for application in applications for text in _failures(application)]


def _failures(application: Application) -> list[str]:
    """Say of each version without a PDF what went wrong the last time."""
    text = _("The PDF of version %(number)s of %(reference)s will be created now. Last failure: %(reason)s")
    return [
        text
        % {
            "number": version.number,
            "reference": application.reference,
            "reason": version.pdf_failures.latest("pk").error,
        }
        for version in version_pdfs.hopeless(application)
    ]


TRY_AGAIN = Decision(
    name="try-pdf-again",
    label=gettext_lazy("Create PDF again"),
    action=version_pdfs.try_again,
    permission=version_pdfs.SCREEN,
    target="application_id",
    scope=Scope.EACH,
    is_possible=lambda application: version_pdfs.hopeless(application).exists(),
    explain=_explain,
    done=gettext_lazy("PDF created."),
    icon="refresh",
)
