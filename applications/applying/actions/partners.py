"""What partners were asked and have confirmed: on record, and gone when the partner becomes another one."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from applications.applying import emails
from applications.enums import PartnerEvent
from applications.form.core_questions import PARTNERS
from applications.models import Application, Partner, PartnerRecord
from core.accounts.models import User
from core.sections.questions import Answers, question_name, row_key

# Who it is and where it stands: what somebody confirmed for.
IDENTITY = ("name", "type", "unit")


def record_step(
    partner: Partner, event: PartnerEvent, *, by: User | None = None, by_name: str = ""
) -> PartnerRecord:
    """Write a step of a partner's confirmation into the history of its application."""
    return PartnerRecord.objects.create(
        application_id=partner.application_id,
        partner_key=partner.public_id,
        organisation=partner.name,
        event=event,
        by=by,
        by_name=by_name,
    )


def lapse(application: Application, *, saved: Answers, written: Answers, by: User) -> list[str]:
    """Let confirmations, and questions for one, lapse whose partner is written as another organisation.

    The lead is told by e-mail, once for each confirmation that lapses, and asks again by a fresh link.

    Args:
        application: locked, before the answers are written.
        saved: the cells as they are.
        written: the cells about to be written.
        by: who writes them.

    Returns:
        The names, as they were confirmed, of the partners that have to confirm again.
    """
    changed = list(_others(saved, written))
    if not changed:
        return []
    lapsed = []
    asked = application.partners.filter(public_id__in=changed, confirmation_asked_at__isnull=False)
    for partner in asked:
        was_confirmed = partner.confirmed_at is not None
        _forget(partner)
        step = record_step(partner, PartnerEvent.LAPSED, by=by)
        if was_confirmed:
            emails.confirmation_lapsed(step, application)
            lapsed.append(partner.name)
    return lapsed


def _forget(partner: Partner) -> None:
    """Let a partner be as if it had never been asked; what was said stays on record."""
    blank = {
        "confirmation_asked_at": None,
        "confirmed_at": None,
        "confirmed_by_name": "",
        "confirmed_email": "",
        "confirmed_language": "",
        "declined_at": None,
    }
    for name, value in blank.items():
        setattr(partner, name, value)
    partner.save(update_fields=list(blank))


def _others(saved: Answers, written: Answers) -> Iterable[UUID]:
    """Yield the keys of partners that stay, but as somebody else."""
    for cell, row in written.items():
        before = saved.get(cell)
        if (
            question_name(cell) == PARTNERS.name
            and before
            and row
            and any(before[c] != row[c] for c in IDENTITY)
        ):
            yield UUID(hex=row_key(cell))
