"""What a form is for, and the life of one of its versions."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class FormPurpose(models.TextChoices):
    APPLICATION = "application", _("Application of a region")
    EXPERT = "expert", _("Registration of an expert")


class VersionStatus(models.TextChoices):
    DRAFT = "draft", pgettext_lazy("version of a form", "Draft")
    PUBLISHED = "published", pgettext_lazy("version of a form", "Published")
    REPLACED = "replaced", pgettext_lazy("version of a form", "Replaced")


VERSION_MOVES: dict[str, frozenset[str]] = {
    VersionStatus.DRAFT: frozenset({VersionStatus.PUBLISHED}),
    VersionStatus.PUBLISHED: frozenset({VersionStatus.REPLACED}),
    # What was asked before can be asked again.
    VersionStatus.REPLACED: frozenset({VersionStatus.PUBLISHED}),
}
