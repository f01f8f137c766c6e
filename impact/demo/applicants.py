"""Applications of the demo, written and submitted by the same actions as real ones."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID, uuid5

from django.db import transaction
from django.utils import timezone

from applications.applying.actions import drafts, submitting
from applications.enums import AttemptOutcome
from applications.form import answers
from applications.models import Application, Call
from impact.demo import people
from impact.demo.territories import Territory

# So that a name always gives the same identifier.
_NAMESPACE = UUID("6f3a5c1e-2d0b-4a53-9f0e-6a1f2b7c8d90")


class DemoRefused(Exception):
    """Raised when the portal refuses what the demo submits: the demo data is wrong."""


def begin(territory: Territory, call: Call, email: str, *, share: float = 1.0) -> Application:
    """Start an application and write its answers, all or the first part of them.

    Args:
        territory: what it is about.
        call: open now, by Django's clock.
        email: of its lead.
        share: of the answers, 0 to 1.
    """
    by = people.member(email, language=territory.language)
    application = drafts.start(
        call_id=call.pk, by=by, public_id=_identifier(territory.title), language=territory.language
    )
    values = _answers(territory, email)
    with transaction.atomic():
        locked = drafts.lock_application(by, pk=application.pk)
        answers.write(locked, dict(list(values.items())[: round(len(values) * share)]), by=by)
    return application


def submit(application: Application, email: str) -> None:
    """Submit it by its lead.

    Raises:
        DemoRefused: the portal finds something missing or not eligible.
    """
    attempt = submitting.submit(
        public_id=application.public_id, by=people.member(email), opened_at=timezone.now()
    )
    if attempt.outcome != AttemptOutcome.ACCEPTED:
        raise DemoRefused(f"{application}: {attempt.outcome} {attempt.detail}")


def _answers(territory: Territory, email: str) -> dict[str, Any]:
    """Return every answer, in the order of the form."""
    return _on_territory(territory, email) | _on_aims(territory) | _on_support(territory)


def _on_territory(territory: Territory, email: str) -> dict[str, Any]:
    lead = next(iter(territory.partners))
    partners = {
        answers.partner_cell(_identifier(f"{territory.title} {code}")): _partner(
            code, name, kind, email, code == lead
        )
        for code, (name, kind) in territory.partners.items()
    }
    return {
        "title": territory.title,
        "units": list(territory.partners),
        "territory_description": (
            f"{territory.title} is one landscape cut by a border. People shop, study and care for relatives "
            "on the other side every week, while buses, services and rules end at the line."
        ),
        "population": 180_000,
        **partners,
        "governance_form": "agreement",
        "governance_description": (
            "A steering group with the same number of seats for each side meets every two months; "
            "residents' groups hold a third of the seats."
        ),
    }


def _on_aims(territory: Territory) -> dict[str, Any]:
    return {
        "challenges": territory.challenges,
        "challenges_description": (
            "Each side has tried alone and found that half of the people concerned live across the border."
        ),
        "ambition": "In five years a resident no longer needs to know where the border is to get help.",
        "clld_experience": "each_side",
        "experience_description": "Local action groups have worked on each side for two funding periods.",
        "existing_strategy": "Two local strategies that end at the border, with compatible goals.",
        "readiness": "Two co-ordinators, one for each side, with four days a month each.",
    }


def _on_support(territory: Territory) -> dict[str, Any]:
    today = timezone.localdate()
    return {
        "support_description": (
            "Help us design one strategy with one set of goals, and find a form in which to decide together."
        ),
        "needs": [{"area": a, "weight": w, "level": v} for a, (w, v) in sorted(territory.needs.items())],
        "working_languages": territory.languages,
        "half_days_per_month": territory.half_days,
        "support_from": _month(today, 3),
        "support_until": _month(today, 11),
        "declares_legal_entities": True,
        "declares_mandate": True,
        "declares_truth": True,
        "agrees_to_publication": True,
    }


def _partner(code: str, name: str, kind: str, email: str, is_lead: bool) -> dict[str, Any]:
    return {
        "name": name,
        "type": kind,
        "unit": code,
        "contact_name": "Project office",
        "contact_email": email,
        "website": "",
        "is_lead": is_lead,
    }


def _identifier(name: str) -> UUID:
    return uuid5(_NAMESPACE, name)


def _month(day: date, ahead: int) -> str:
    years, month = divmod(day.month - 1 + ahead, 12)
    return str(date(day.year + years, month + 1, 1))
