"""What experts do with their profile: write it section by section, send it, keep it current."""

from __future__ import annotations

from collections.abc import Container, Mapping
from typing import Any

from django.core.files import File
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from core.accounts.models import User
from core.history import move
from core.sections.completeness import missing_in
from core.sections.conditions import given, narrow
from core.sections.questions import Answers, Section, question_name
from core.sections.saving import Saved, save, without_removed
from core.uploads import CheckedUpload
from experts import completeness, emails, snapshots
from experts.actions import locking
from experts.asked import asked_of, asked_on, published_version
from experts.enums import IN_POOL, ExpertStatus
from experts.erasure import drop_file
from experts.exceptions import IncompleteProfile, NotNow
from experts.models import Expert


@transaction.atomic
def start(*, by: User) -> Expert:
    """Begin a profile for this person, or return the one that is there."""
    if expert := Expert.objects.for_user(by).first():
        return expert
    begun = {"name": by.name, "form_version": published_version(locks=True)}
    expert, _is_new = Expert.objects.get_or_create(user=by, defaults=begun)
    return expert


@transaction.atomic
def save_section(
    *,
    expert_id: int,
    section: str,
    mine: Answers,
    base: Mapping[str, Any],
    choices: Mapping[str, str] | None = None,
    asked: Container[str] | None = None,
    version_id: int | None = None,
    by: User,
) -> Saved:
    """Save what is valid of one section, never over something that the person has not seen.

    A draft may be incomplete; a profile that staff rely on stays complete.

    Args:
        expert_id: of the profile.
        section: its slug.
        mine: cell → value; cells that are not given stay as they are.
        base: cell → digest of the value on which the person's form was written.
        choices: cell → the person's decision of a conflict shown before.
        asked: names of the questions that the person's page asks; None: all of the section.
        version_id: of the form on which that page was drawn: what is typed there is kept.
        by: its owner.

    Raises:
        NotAllowed, NotNow: not this person's profile; it is withdrawn.
        IncompleteProfile: sent or approved, and the section would lack something.
    """
    expert = editable(expert_id, by)
    whole = _section(expert, section, version_id)
    before = snapshots.read(expert, [whole])

    def write(values: Answers) -> None:
        shown = whole if asked is None else narrow(whole, asked)
        _require_complete(expert, whole, shown, before | values)
        snapshots.write(expert, whole, values)
        saved(expert, by)

    return save(before, whole, mine=mine, base=base, choices=choices or {}, asked=asked, write=write)


def _section(expert: Expert, slug: str, version_id: int | None) -> Section:
    section = asked_on(expert, version_id).section(slug)
    if section is None:
        raise NotNow(_("This section is no longer part of the form."))
    return section


def _require_complete(expert: Expert, whole: Section, section: Section, own: Answers) -> None:
    """Refuse what would leave a profile incomplete on which staff rely.

    Args:
        expert: locked.
        whole: the section that is saved.
        section: what the page asked of it.
        own: its cells as they are to be.
    """
    if expert.status not in IN_POOL:
        return
    cells = _with_others(expert, whole, without_removed(own))
    form = asked_of(expert)
    # Of a page that was drawn earlier, only what is still asked must be there.
    still_asked = {question.name for question in form.questions}
    if gaps := missing_in(narrow(section, still_asked), given(form, cells)):
        raise IncompleteProfile(gaps)


def _with_others(expert: Expert, section: Section, cells: Answers) -> Answers:
    """Return the cells of a section with what is saved of all others."""
    saved_cells = snapshots.read(expert, asked_of(expert))
    return {cell: v for cell, v in saved_cells.items() if not section.asks(question_name(cell))} | cells


@transaction.atomic
def store_cv(*, expert_id: int, file: File, checked: CheckedUpload, by: User) -> Expert:
    """Store a checked CV in place of the one that is there.

    Raises:
        NotAllowed, NotNow: as `save_section`.
    """
    expert = editable(expert_id, by)
    drop_file(expert)
    expert.cv = file
    expert.cv_name, expert.cv_size, expert.cv_sha256 = checked.name, checked.size, checked.sha256
    return saved(expert, by)


@transaction.atomic
def remove_cv(*, expert_id: int, by: User) -> Expert:
    """Remove the CV and its file.

    Raises:
        NotAllowed, NotNow: as `save_section`.
    """
    expert = editable(expert_id, by)
    drop_file(expert)
    expert.cv, expert.cv_name, expert.cv_size, expert.cv_sha256 = "", "", None, ""
    return saved(expert, by)


@transaction.atomic
def submit(*, expert_id: int, by: User) -> Expert:
    """Send the profile for approval and mail the receipt; a test that could be sent stays as it is.

    Raises:
        NotAllowed: not this person's profile.
        IllegalMove: it was sent already, or is approved, paused or withdrawn.
        IncompleteProfile: something is missing.
    """
    expert = locking.lock_own(expert_id, by)
    gaps = completeness.missing(expert)
    if gaps and expert.can_move(ExpertStatus.SUBMITTED):
        raise IncompleteProfile(gaps)
    if expert.is_test:
        return expert
    move(expert, ExpertStatus.SUBMITTED, by=by)
    expert.submitted_at = expert.confirmed_at = timezone.now()
    saved(expert, by)
    emails.receipt(expert)
    return expert


@transaction.atomic
def confirm(*, expert_id: int, by: User) -> Expert:
    """Note that the profile is still right; the next reminder comes a quarter later.

    Raises:
        NotAllowed: not this person's profile.
        NotNow: only a profile that was sent needs it.
    """
    expert = locking.lock_own(expert_id, by)
    if expert.status not in IN_POOL:
        raise NotNow
    expert.confirmed_at = timezone.now()
    expert.save(update_fields=["confirmed_at"])
    return expert


def editable(expert_id: int, by: User) -> Expert:
    """Return the locked profile of this person, who may change it.

    Raises:
        NotAllowed, NotNow: as `save_section`.
    """
    expert = locking.lock_own(expert_id, by)
    if not expert.is_editable:
        raise NotNow
    return expert


def saved(expert: Expert, by: User) -> Expert:
    """Count the save; from the first sending on every state is kept, so that staff see what changed."""
    expert.revision += 1
    expert.save()
    if expert.submitted_at:
        fresh = Expert.objects.with_profile().get(pk=expert.pk)
        expert.versions.create(
            revision=expert.revision,
            profile=snapshots.take(fresh),
            form_version_id=fresh.form_version_id,
            saved_by=by,
        )
    return expert
