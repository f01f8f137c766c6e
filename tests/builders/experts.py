"""Experts at every stage, and the answers of a complete profile."""

from __future__ import annotations

import io
from datetime import date
from typing import Any

from django.utils import timezone
from pypdf import PdfWriter

from core.accounts.models import User
from core.sections.blank import cells_of
from core.sections.merging import digests
from core.sections.questions import ROW_MARK
from core.sections.saving import Saved
from experts import actions, snapshots
from experts.asked import asked_today
from experts.enums import ExpertRole, ExpertStatus, ProfileSection
from experts.kinds import months_ahead
from experts.models import Expert
from tests.builders.people import make_person, the_manager
from tests.support.expert_forms import the_section
from tests.support.people import fresh_address

COMPLETE: dict[str, dict[str, Any]] = {
    ProfileSection.ABOUT: {
        "name": "Ana Horvat",
        "headline": "Rural development adviser",
        "biography": "Fifteen years with local action groups.",
        "website": "",
        "country": "SI",
        "other_country": "",
        "unit": "",
        "countries": ["AT", "HR"],
    },
    ProfileSection.LANGUAGES: {
        "languages": [{"language": "sl", "level": "N"}, {"language": "en", "level": "C1"}]
    },
    ProfileSection.EXPERTISE: {
        "expertise": [{"area": "clld-design", "level": 3, "evidence": "Strategy of a LAG, 2021"}],
        "challenges": ["health"],
    },
    ProfileSection.ROLES: {"roles": [ExpertRole.LEAD, ExpertRole.SUPPORT], "max_regions": 2},
    ProfileSection.ORGANISATIONS: {"organisations": [{"name": "LAG Sotla", "connection": "Employer"}]},
    ProfileSection.DECLARATIONS: {
        "declares_truth": True,
        "agrees_to_sharing": True,
        "agrees_to_listing": False,
    },
}


def next_months() -> list[date]:
    return list(months_ahead(timezone.localdate()))


def make_expert(user: User | None = None) -> Expert:
    """Return an empty draft."""
    return actions.start(by=user or make_person(fresh_address("expert")))


def make_complete_expert(user: User | None = None) -> Expert:
    """Return a draft that can be sent."""
    expert = make_expert(user)
    days = {"months": {f"{month:%Y-%m}": 5 for month in next_months()}}
    return fill_in(expert, {**COMPLETE, ProfileSection.AVAILABILITY: days})


def make_expert_at(status: str) -> Expert:
    """Return an expert who came to the status by the actions that lead there."""
    expert = make_expert() if status == ExpertStatus.DRAFT else make_complete_expert()
    return bring_to(expert, status)


def bring_to(expert: Expert, status: str) -> Expert:
    """Bring a profile that can be sent to a status."""
    key, owner = {"expert_id": expert.pk}, expert.user
    if status == ExpertStatus.WITHDRAWN:
        actions.withdraw(**key, by=owner)
    if status in (ExpertStatus.SUBMITTED, ExpertStatus.APPROVED, ExpertStatus.DECLINED, ExpertStatus.PAUSED):
        actions.submit(**key, by=owner)
    if status in (ExpertStatus.APPROVED, ExpertStatus.PAUSED):
        actions.approve(**key, by=the_manager())
    if status == ExpertStatus.DECLINED:
        actions.decline(**key, by=the_manager(), reason="Too little experience across borders.")
    if status == ExpertStatus.PAUSED:
        actions.pause(**key, by=owner)
    expert.refresh_from_db()
    return expert


def fill_in(expert: Expert, answers: dict[str, dict[str, Any]]) -> Expert:
    """Write several sections of a draft at once, as the demo does, since seven saves take long."""
    asked = asked_today()
    for slug, given in answers.items():
        if section := asked.section(slug):
            snapshots.write(expert, section, cells_of(section, given))
    expert.revision += 1
    expert.save()
    return expert


def save(expert: Expert, section: str, answers: dict[str, Any]) -> Saved:
    """Save a section as its page does that shows what is saved now."""
    asked, cells = the_section(section), cells_of(the_section(section), answers)
    shown = snapshots.read(Expert.objects.get(pk=expert.pk), [asked])
    gone = dict.fromkeys(cell for cell in shown if ROW_MARK in cell and cell not in cells)
    return actions.save_section(
        expert_id=expert.pk, section=section, mine=gone | cells, base=digests(shown), by=expert.user
    )


def pdf(pages: int = 1, password: str = "") -> bytes:
    writer = PdfWriter()
    for _page in range(pages):
        writer.add_blank_page(width=200, height=200)
    if password:
        writer.encrypt(password)
    buffer = io.BytesIO()
    writer.write(buffer)
    return buffer.getvalue()
