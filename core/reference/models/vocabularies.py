"""The words people choose from: expertise, challenges, types of organisation."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core.reference.enums import ExpertiseGroup
from core.reference.models.base import CODE_COLLATION, EditableRow
from core.reference.querysets import GroupedVocabularyQuerySet, VocabularyQuerySet
from core.translated.fields import TranslatedField


class VocabularyTerm(EditableRow):
    """A code with its label in every language; answers store the code."""

    code = models.SlugField(  # type: ignore[call-arg]  # the stubs lack db_collation
        _("code"), max_length=30, primary_key=True, db_collation=CODE_COLLATION
    )
    label = TranslatedField(_("label"), max_length=120)
    order = models.PositiveSmallIntegerField(_("order"), default=0)

    objects = VocabularyQuerySet.as_manager()

    class Meta:
        abstract = True
        ordering = ["order", "code"]

    def __str__(self) -> str:
        return str(self.label)


class ExpertiseArea(VocabularyTerm):
    """What an expert can bring and a pilot region may need."""

    group = models.CharField(_("group"), max_length=12, choices=ExpertiseGroup.choices)

    objects = GroupedVocabularyQuerySet.as_manager()  # type: ignore[misc]  # in place of the one above

    class Meta(VocabularyTerm.Meta):
        verbose_name = _("expertise area")
        verbose_name_plural = _("expertise areas")
        constraints = [
            models.CheckConstraint(
                condition=Q(group__in=ExpertiseGroup.values), name="expertise_group_known"
            ),
        ]


class Challenge(VocabularyTerm):
    """What a border region struggles with."""

    basis = models.CharField(
        _("basis"), max_length=100, blank=True, help_text=_("Where this entry comes from.")
    )

    class Meta(VocabularyTerm.Meta):
        verbose_name = _("challenge")
        verbose_name_plural = _("challenges")


class OrganisationType(VocabularyTerm):
    """What kind of body a partner is."""

    basis = models.CharField(
        _("basis"), max_length=100, blank=True, help_text=_("Where this entry comes from.")
    )
    is_named_by_impact = models.BooleanField(
        _("named in the announcement"),
        default=False,
        help_text=_("If not ticked, this entry is our assumption (default, to confirm)."),
    )
    is_cross_border = models.BooleanField(
        _("cross-border by nature"),
        default=False,
        help_text=_(
            "Such a partner may represent several sides of the border. Staff decide, and the "
            "application is not rejected because a side is missing (default, to confirm)."
        ),
    )

    class Meta(VocabularyTerm.Meta):
        verbose_name = _("type of organisation")
        verbose_name_plural = _("types of organisation")
