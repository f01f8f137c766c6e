"""What becomes of profiles when their form changes.

Those outside the pool go on with the new version. Those that staff rely on stay as they are, and with them
what regions see of each answer, until their experts have read what is new.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from django.db.models import QuerySet

from core.questionnaires.carrying import move_to, news_between, news_of, usage_of, values_in
from core.questionnaires.changes import Change
from core.questionnaires.enums import FormPurpose
from core.questionnaires.models import Form, FormVersion
from core.questionnaires.purposes import Purpose, Usage
from core.sections.questions import Answers, Question
from experts import emails
from experts.asked import published_version
from experts.core_questions import CORE, CV, PRIVATE, RULES
from experts.enums import IN_POOL, ExpertStatus
from experts.kinds import names_of_fields
from experts.models import Expert
from experts.snapshots import STORE

RESERVED = frozenset(
    {"check", "confirm", "delete", "form", "pause", "reopen", "resume", "seen-by-regions", "withdraw"}
)


def usage(form: Form) -> Usage:
    """Return how many profiles answer each question; four queries."""
    return usage_of(*_outside_and_in_pool(form), EXPERT)


def written(form: Form, questions: Sequence[Question]) -> tuple[Iterator[Answers], Iterator[Answers]]:
    """Return what the profiles outside the pool, and what those in it, answer to some questions."""
    outside, in_pool = _outside_and_in_pool(form)
    return values_in(outside, questions, STORE), values_in(in_pool, questions, STORE)


def _outside_and_in_pool(form: Form) -> tuple[QuerySet[Expert], QuerySet[Expert]]:
    of_form = Expert.objects.filter(form_version__form=form, erased_at__isnull=True)
    return of_form.exclude(status__in=IN_POOL), of_form.filter(status__in=IN_POOL)


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


def news_for(expert: Expert) -> tuple[list[Change], int]:
    """Return what is asked otherwise than the expert knows, and the key of the version that asks it."""
    if not expert.is_in_pool:
        return news_of(expert), expert.form_version_id
    version = published_version()
    is_known = version.pk == expert.form_version_id
    return [] if is_known else news_between(expert.form_version, version), version.pk


EXPERT = Purpose(
    FormPurpose.EXPERT,
    {question.name: question for question in CORE},
    usage,
    written,
    carry,
    rules=RULES,
    pages=frozenset({CV}),
    reserved=RESERVED,
    taken=frozenset(names_of_fields()),
    private=PRIVATE,
)
