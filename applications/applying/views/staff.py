"""Staff who come by a public address to what they may read: that is on record as well."""

from __future__ import annotations

from django.http import HttpRequest

from applications.models import Application
from core.access_log import actions as access_log
from core.access_log.enums import AccessKind


def record_download(request: HttpRequest, application: Application, name: str) -> None:
    """Put a download on record, unless the person works on the application."""
    if request.user.is_staff and not Application.objects.for_member(request.user).contains(application):
        access_log.record(
            by=request.user,
            kind=AccessKind.DOWNLOADED,
            target=application,
            label=application.reference,
            detail=name,
        )
