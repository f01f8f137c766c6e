"""Which personal data a profile holds, and how they are removed."""

from __future__ import annotations

from functools import partial

import pgtrigger
from django.db import transaction
from django.utils import timezone

from experts.models import Expert

_BLANK = {
    "user": None,
    "name": "",
    "headline": "",
    "biography": "",
    "website": "",
    "country": None,
    "other_country": "",
    "unit": None,
    "roles": [],
    "max_regions": 1,
    "cv": "",
    "cv_name": "",
    "cv_size": None,
    "cv_sha256": "",
    "declares_truth": False,
    "agrees_to_sharing": False,
    "agrees_to_listing": False,
}


def erase_profile(expert: Expert) -> None:
    """Empty a locked row and remove all that hangs on it; the row stays for the history that names it."""
    drop_file(expert)
    for related in (expert.languages, expert.expertise, expert.months, expert.organisations):
        related.all().delete()
    expert.challenges.clear()
    expert.countries.clear()
    # The one exception to "never deleted": the right to erasure, GDPR article 17.
    with pgtrigger.ignore("experts.ExpertVersion:expert_version_append_only"):
        expert.versions.all().delete()
    for field, value in _BLANK.items():
        setattr(expert, field, value)
    expert.erased_at = timezone.now()
    expert.save()


def drop_file(expert: Expert) -> None:
    """Remove the stored CV once the transaction holds; a rolled back one keeps it."""
    if expert.cv:
        transaction.on_commit(partial(expert.cv.storage.delete, expert.cv.name))
