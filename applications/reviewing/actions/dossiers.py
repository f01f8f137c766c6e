"""Asking for a dossier, which a worker makes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from applications.reviewing import dossier
from applications.reviewing.dossier import MAX_APPLICATIONS, Contents
from core.accounts.models import User
from core.files import actions as files
from core.files.models import PreparedFile
from core.history import NotAllowed


def request_for_applications(
    *, application_ids: Sequence[int], by: User, title: str, contents: Contents
) -> PreparedFile:
    """Ask for a dossier of chosen applications.

    Raises:
        NotAllowed: the person may not take applications away.
        ValidationError: too many for one dossier.
    """
    return _request({"applications": sorted(application_ids)}, len(application_ids), by, title, contents)


def request_for_call(*, call_id: int, by: User, title: str, contents: Contents) -> PreparedFile:
    """Ask for a dossier of all applications of a call that are then submitted and not withdrawn.

    Raises:
        NotAllowed: the person may not take applications away.
        ValidationError: none, or too many for one dossier.
    """
    return _request({"call": call_id}, dossier.of_call(call_id).count(), by, title, contents)


def _request(which: dict[str, Any], count: int, by: User, title: str, contents: Contents) -> PreparedFile:
    if not dossier.may_make(by):
        raise NotAllowed
    if not count:
        raise ValidationError(_("No application has been submitted yet."))
    if count > MAX_APPLICATIONS:
        raise ValidationError(
            _(
                "A dossier can hold up to %(most)s applications, and you chose %(count)s. Create "
                "several dossiers with fewer applications each."
            ),
            params={"most": MAX_APPLICATIONS, "count": count},
        )
    return files.request(
        by=by,
        kind=dossier.FILE_KIND,
        title=title,
        parameters=which | {"contents": asdict(contents)},
        language=get_language() or "en",
    )
