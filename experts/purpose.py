"""The form of experts among all forms: what the portal needs of it, and what becomes of profiles."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from django.db.models import QuerySet

from core.questionnaires.carrying import usage_of, values_in
from core.questionnaires.enums import FormPurpose
from core.questionnaires.models import Form
from core.questionnaires.purposes import ADDRESS_OF_EXPERTS, Purpose, Usage
from core.sections.kinds import FILES
from core.sections.questions import Answers, Question
from experts.actions.trying_out import TESTS_OF_EXPERTS
from experts.asked import published_version
from experts.carrying import carry
from experts.core_questions import CORE, CV, PRIVATE, RULES
from experts.enums import IN_POOL
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


def addresses() -> dict[str, Form]:
    return {ADDRESS_OF_EXPERTS: published_version().form}


EXPERT = Purpose(
    FormPurpose.EXPERT,
    {question.name: question for question in CORE},
    usage,
    written,
    carry,
    TESTS_OF_EXPERTS,
    addresses,
    rules=RULES,
    pages=frozenset({CV}),
    reserved=RESERVED,
    taken=frozenset(names_of_fields()),
    private=PRIVATE,
    # Experts upload one file, their CV, on a page of its own.
    without=frozenset({FILES.code}),
)
