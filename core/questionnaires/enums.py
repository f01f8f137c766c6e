"""What a form is for, and the life of one of its versions."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class FormPurpose(models.TextChoices):
    APPLICATION = "application", _("Application form")
    EXPERT = "expert", _("Expert profile form")


class VersionStatus(models.TextChoices):
    DRAFT = "draft", pgettext_lazy("form version", "Draft")
    PUBLISHED = "published", pgettext_lazy("form version", "Published")
    REPLACED = "replaced", pgettext_lazy("form version", "Replaced")


VERSION_MOVES: dict[str, frozenset[str]] = {
    VersionStatus.DRAFT: frozenset({VersionStatus.PUBLISHED}),
    VersionStatus.PUBLISHED: frozenset({VersionStatus.REPLACED}),
    # What was asked before can be asked again.
    VersionStatus.REPLACED: frozenset({VersionStatus.PUBLISHED}),
}


class EditVerb(models.TextChoices):
    """What somebody did to a draft."""

    BEGUN = "begun", pgettext_lazy("draft of a form", "Draft started")
    DISCARDED = "discarded", pgettext_lazy("draft of a form", "Draft discarded")
    ADDED = "added", pgettext_lazy("draft of a form", "Added")
    CHANGED = "changed", pgettext_lazy("draft of a form", "Changed")
    MOVED = "moved", pgettext_lazy("draft of a form", "Moved")
    REMOVED = "removed", pgettext_lazy("draft of a form", "Removed")
    IMPORTED = "imported", pgettext_lazy("draft of a form", "Imported from a file")
