"""What becomes of profiles when their form changes.

Those outside the pool go on with the new version. Those that staff rely on stay as they are, and with them
what regions see of each answer, until their experts have read what is new.
"""

from __future__ import annotations

from core.questionnaires.carrying import (
    became_required,
    move_to,
    news_between,
    news_of,
    still_news,
)
from core.questionnaires.changes import Change
from core.questionnaires.loading import questionnaire
from core.questionnaires.models import FormVersion
from core.sections.conditions import Asked, walk
from experts import completeness, emails, snapshots
from experts.asked import published_version
from experts.enums import IN_POOL, ExpertStatus
from experts.models import Expert


def carry(version: FormVersion, *, tells: bool) -> None:
    """Let the profiles outside the pool go on with a version that was just published.

    Args:
        version: of the form.
        tells: write to those who are filling theirs in.
    """
    open_ones = Expert.objects.exclude(status__in=IN_POOL)
    drafts = open_ones.exclude(form_version=version).filter(status=ExpertStatus.DRAFT)
    keys = list(drafts.values_list("pk", flat=True))
    move_to(version, open_ones)
    if tells:
        for expert in Expert.objects.filter(pk__in=keys, user__isnull=False).select_related("user"):
            emails.form_changed(expert, version)


def catch_up(expert: Expert) -> None:
    """Let a locked profile that has just left the pool go on with what is asked now."""
    version = published_version(locks=True)
    move_to(version, Expert.objects.filter(pk=expert.pk))
    expert.refresh_from_db(fields=["form_version", "carried_from"])


def lacking_now(expert: Expert) -> list[str]:
    """Return what a profile in the pool does not answer and the form needs by now, in words; for staff.

    What is new to its form, until the expert continues with it; then what the profile lacks of it.
    """
    if not expert.is_in_pool:
        return []
    now = published_version()

    def asked() -> Asked:
        form = questionnaire(now.pk)
        return walk(form.questions, snapshots.read(expert, form))

    new = [str(change.label) for change in became_required(expert.form_version, now, asked)]
    return new + [gap.text for gap in completeness.missing(expert)]


def news_for(expert: Expert) -> tuple[list[Change], int]:
    """Return what is asked otherwise than the expert knows, and the key of the version that asks it."""
    if not expert.is_in_pool:
        asked = snapshots.asked_now(expert)
        return still_news(news_of(expert), asked, snapshots.read(expert, asked)), expert.form_version_id
    version = published_version()
    is_known = version.pk == expert.form_version_id
    return [] if is_known else news_between(expert.form_version, version), version.pk
