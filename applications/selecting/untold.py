"""Who does not know yet what was decided: no text of ours may name them until their letter has left."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Q

from applications.applying.querysets import with_latest_version
from applications.enums import TOLD_BY_LETTER
from applications.models import Application


def names() -> Iterator[str]:
    """Yield references, titles and names of pilot regions of the applications whose letter is held."""
    decided = Application.objects.filter(status__in=TOLD_BY_LETTER).select_related("pilot_region")
    held = decided.with_held_letters().filter(Q(has_held_letter=True))
    for application in with_latest_version(held):
        yield application.reference
        yield application.latest_version.title
        region = getattr(application, "pilot_region", None)
        if region:
            yield region.name
