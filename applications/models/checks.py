"""What the automatic checks found of the last version of an application, for lists of many."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from applications.enums import CheckResult


class AutomaticChecks(models.Model):
    """The gravest result of each check; worked out again when the version or the reference data change.

    The page of an application judges anew whenever it is opened; a list of thousands cannot.
    """

    application = models.OneToOneField(
        "applications.Application", models.CASCADE, related_name="automatic_checks"
    )
    submission = models.ForeignKey("applications.Submission", models.CASCADE, related_name="+")
    made_at = models.DateTimeField()
    regions = models.PositiveSmallIntegerField(_("regions of the partners"), choices=CheckResult.choices)
    sides = models.PositiveSmallIntegerField(_("sides of the border"), choices=CheckResult.choices)
    border = models.PositiveSmallIntegerField(_("common border"), choices=CheckResult.choices)
    third_country = models.PositiveSmallIntegerField(_("third country"), choices=CheckResult.choices)

    class Meta:
        verbose_name = _("automatic checks")
        verbose_name_plural = _("automatic checks")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(
                    regions__in=CheckResult.values,
                    sides__in=CheckResult.values,
                    border__in=CheckResult.values,
                    third_country__in=CheckResult.values,
                ),
                name="automatic_checks_known",
            )
        ]

    def __str__(self) -> str:
        return str(self.application_id)
