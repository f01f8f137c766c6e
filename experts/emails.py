"""What experts are told; every e-mail goes through the outbox."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial
from typing import Any

from core import jobs
from core.accounts.models import User
from core.mail import budget
from core.mail.actions import post
from core.questionnaires.models import FormVersion
from experts.models import Expert

# A quarter: DESIGN asks experts so often whether the profile is still right.
CONFIRM_EVERY = timedelta(days=90)


def receipt(expert: Expert) -> None:
    """Confirm that the profile arrived."""
    if budget.has_own_notice_left(expert.owner.email):
        _post("receipt", expert, expert.revision)


def approved(expert: Expert) -> None:
    """Welcome the expert to the pool."""
    _post_change("approved", expert)


def declined(expert: Expert, *, reason: str) -> None:
    """Say no, with the reason, and that the profile may be sent again."""
    _post_change("declined", expert, reason=reason)


def more_asked(expert: Expert, *, reason: str) -> None:
    """Pass on what staff ask before they decide."""
    _post_change("more_asked", expert, reason=reason)


def paused(expert: Expert, *, by: User, reason: str) -> None:
    """Confirm the pause, whoever asked for it."""
    is_own = by.pk == expert.user_id
    if not is_own or budget.has_own_notice_left(expert.owner.email):
        _post_change("paused", expert, is_own=is_own, reason=reason)


def resumed(expert: Expert, *, by: User) -> None:
    """Confirm that the pause is over."""
    if by.pk != expert.user_id or budget.has_own_notice_left(expert.owner.email):
        _post_change("resumed", expert)


def withdrawn(expert: Expert) -> None:
    """Confirm the withdrawal and say how to come back or to have the data deleted."""
    if budget.has_own_notice_left(expert.owner.email):
        _post_change("withdrawn", expert)


def form_changed(expert: Expert, version: FormVersion) -> None:
    """Say that what is asked has changed; the page of the profile says what."""
    assert version.published_at
    _post("form_changed", expert, f"{version.pk}:{version.published_at.timestamp():.0f}")


def remind_to_confirm(now: datetime) -> None:
    """Ask who has not confirmed the profile for a quarter whether it is still right; once a quarter."""
    experts = Expert.objects.to_remind(now - CONFIRM_EVERY).iterator(chunk_size=500)
    jobs.one_by_one(experts, partial(_remind_one, now=now))


def _remind_one(expert: Expert, *, now: datetime) -> None:
    assert expert.confirmed_at
    quarters = (now - expert.confirmed_at) // CONFIRM_EVERY
    _post("confirm", expert, f"{expert.confirmed_at:%Y-%m-%d}:{quarters}")


def _post_change(message: str, expert: Expert, **context: Any) -> None:
    # Each change of status is told once, and a later one of the same kind again.
    _post(message, expert, expert.changes.latest("pk").pk, **context)


def _post(message: str, expert: Expert, key: int | str, **context: Any) -> None:
    post(
        template=f"experts/email/{message}",
        to=expert.owner.email,
        language=expert.owner.language,
        context={"expert": expert, **context},
        about=expert.about,
        dedupe_key=f"{expert.about}:{message}:{key}",
    )
