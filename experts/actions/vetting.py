"""What staff decide about a profile; each decision is on record and mailed to the expert."""

from __future__ import annotations

from collections.abc import Mapping

from django.db import transaction

from core.accounts.models import User
from core.history import move
from experts import completeness, emails
from experts.actions import locking
from experts.carrying import catch_up
from experts.enums import ExpertStatus
from experts.exceptions import IncompleteProfile, NotNow
from experts.models import Expert


@transaction.atomic
def approve(*, expert_id: int, by: User, reason: str = "") -> Expert:
    """Take an expert into the pool.

    Raises:
        NotAllowed: without the permission, or about one's own profile.
        IllegalMove: the status does not allow it.
        NotNow: paused; that is resumed.
        IncompleteProfile: something is missing, e.g. after an edit of a declined profile.
    """
    expert = locking.lock_to_vet(expert_id, by)
    if expert.status == ExpertStatus.PAUSED:
        raise NotNow
    gaps = completeness.missing(expert)
    if gaps and expert.can_move(ExpertStatus.APPROVED):
        raise IncompleteProfile(gaps)
    move(expert, ExpertStatus.APPROVED, by=by, reason=reason)
    _note_seen(expert)
    emails.approved(expert)
    return expert


@transaction.atomic
def decline(*, expert_id: int, by: User, reason: str) -> Expert:
    """Refuse an expert, or end an approval; the expert reads the reason and may ask again.

    Raises:
        NotAllowed: without the permission, or about one's own profile.
        IllegalMove: the status does not allow it.
    """
    expert = locking.lock_to_vet(expert_id, by)
    was_in_pool = expert.is_in_pool
    move(expert, ExpertStatus.DECLINED, by=by, reason=reason)
    if was_in_pool:
        catch_up(expert)
    _note_seen(expert)
    emails.declined(expert, reason=reason)
    return expert


@transaction.atomic
def ask_for_more(*, expert_id: int, by: User, reason: str) -> Expert:
    """Give a profile back with a question; the expert completes and sends it again.

    Raises:
        NotAllowed: without the permission, or about one's own profile.
        IllegalMove: it does not wait for approval.
        NotNow: withdrawn; only the expert comes back.
    """
    expert = locking.lock_to_vet(expert_id, by)
    if expert.status == ExpertStatus.WITHDRAWN:
        raise NotNow
    move(expert, ExpertStatus.DRAFT, by=by, reason=reason)
    catch_up(expert)
    _note_seen(expert)
    emails.more_asked(expert, reason=reason)
    return expert


@transaction.atomic
def mark_seen(*, expert_id: int, by: User) -> Expert:
    """Note that staff have looked at what changed since they last did.

    Raises:
        NotAllowed: without the permission, or about one's own profile.
    """
    expert = locking.lock_to_vet(expert_id, by)
    _note_seen(expert)
    return expert


@transaction.atomic
def record_writing(*, expert_id: int, levels: Mapping[str, str], by: User) -> Expert:
    """Record how well an expert writes languages, as staff found out.

    Args:
        levels: the CEFR level by the code of a language; an empty one removes what was recorded.

    Raises:
        NotAllowed: without the permission, or about one's own profile.
        NotNow: a language that the expert does not speak, by the profile.
    """
    expert = locking.lock_to_vet(expert_id, by)
    spoken = set(expert.languages.values_list("language_id", flat=True))
    known = dict(expert.written_languages.values_list("language_id", "level"))
    for language, level in levels.items():
        if level == known.get(language, ""):
            continue
        if level and language not in spoken:
            raise NotNow
        if level:
            row = {"level": level, "recorded_by": by}
            expert.written_languages.update_or_create(language_id=language, defaults=row)
        else:
            expert.written_languages.filter(language_id=language).delete()
    return expert


def _note_seen(expert: Expert) -> None:
    expert.seen_revision = expert.revision
    expert.save(update_fields=["seen_revision"])
