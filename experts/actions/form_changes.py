"""What experts do about a form that changed after they had begun to fill it in."""

from __future__ import annotations

from django.db import transaction

from core.accounts.models import User
from core.questionnaires.carrying import forget, no_longer_asked
from experts.actions.profile import editable, saved
from experts.asked import asked_of, published_version
from experts.exceptions import NotNow
from experts.models import Expert


@transaction.atomic
def follow_form(*, expert_id: int, by: User, version_id: int) -> Expert:
    """Note that the expert has read what is new; a profile in the pool goes on with it from then.

    Args:
        expert_id: of the profile.
        by: its owner.
        version_id: of the form, as the page said it; news of a later one stay.

    Raises:
        NotAllowed: not this person's profile.
        NotNow: the profile is withdrawn, or the form has changed again since.
    """
    expert = editable(expert_id, by)
    asked = published_version().pk if expert.is_in_pool else expert.form_version_id
    if asked != version_id:
        raise NotNow
    expert.form_version_id, expert.carried_from = asked, None
    expert.save(update_fields=["form_version", "carried_from"])
    return expert


@transaction.atomic
def remove_unasked(*, expert_id: int, by: User, name: str) -> Expert:
    """Remove an answer to a question that is no longer asked; one that is asked stays.

    Raises:
        NotAllowed: not this person's profile.
        NotNow: the profile is withdrawn, or the question is asked, or was never answered.
    """
    expert = editable(expert_id, by)
    if name not in no_longer_asked(expert, asked_of(expert).questions):
        raise NotNow
    forget(expert, name)
    return saved(expert, by)
