"""Which personal data the expert pool holds, and how long they are kept."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core.privacy import reasons
from core.privacy.registry import Fate, HeldPart, Holding, RetentionRule
from experts import erasure, portability
from experts.models import Expert

HOLDINGS = [
    Holding("experts.Expert.user", "", Fate.ERASED, told_as="expert_profile"),
    Holding("experts.ExpertChange.by", "to_status at", Fate.NAMELESS, reasons.RECORD),
    Holding("experts.ExpertVersion.saved_by", "", Fate.ERASED, told_as="expert_profile"),
    Holding(
        "experts.WrittenLanguage.recorded_by",
        "language level recorded_at",
        Fate.NAMELESS,
        reasons.STAFF_RECORD,
    ),
]


def part() -> HeldPart:
    """Return what this app registers."""
    kept = timedelta(days=settings.IDLE_PROFILES_KEPT_DAYS)
    idle = RetentionRule(
        "idle-profiles",
        _("Expert profiles that are drafts, withdrawn or declined"),
        kept,
        _("last change"),
        _("deleted; declarations and changes of status are kept without a name"),
        lambda now: Expert.objects.idle_since(now - kept),
        erasure.erase_profiles,
    )
    tests = RetentionRule(
        "tests-of-the-form",
        _("Test profiles that staff made to try out the expert profile form"),
        kept,
        _("last change"),
        _("deleted"),
        lambda now: Expert.including_tests.tests().filter(changed_at__lt=now - kept),
        erasure.delete_tests,
    )
    return HeldPart(
        holdings=HOLDINGS,
        tells=portability.tells,
        files=portability.files,
        hindrances=erasure.hindrances,
        erase=erasure.erase_person,
        in_use=Q(expert_profiles__is_test=False),
        rules=[idle, tests],
    )
