"""Pilot regions, experts and staff as the matching meets them, in September 2026."""

from __future__ import annotations

from datetime import UTC, date, datetime

from applications.enums import NeedWeight, SelectionOutcome
from applications.models import Call, PilotRegion, Selection
from applications.selecting.actions.sides import confirm_sides
from core.accounts.enums import Role
from core.accounts.models import User
from core.mail.models import Message
from experts.enums import ExpertRole, ExpertStatus, ProfileSection
from experts.models import Expert
from impact.demo.clock import at
from matching import actions
from matching.enums import MatchStatus
from matching.models import Match
from tests.builders.applications import eligible
from tests.builders.calls import closed_call
from tests.builders.experts import COMPLETE, bring_to, fill_in, make_expert
from tests.builders.people import make_person, person, the_manager
from tests.builders.selections import decided, told
from tests.support.people import fresh_address

TODAY = date(2026, 9, 15)
NOON = datetime(2026, 9, 15, 12, tzinfo=UTC)
MONTHS = [date(2026, 9, 1), date(2026, 10, 1)]


def staff(role: Role = Role.MANAGER) -> User:
    return person(role)


def expert(
    name: str = "Expert",
    *,
    languages: dict[str, str] | None = None,
    areas: dict[str, int] | None = None,
    half_days: int = 20,
    roles: tuple[str, ...] = (ExpertRole.LEAD, ExpertRole.SUPPORT),
    country: str = "BE",
    unit: str | None = None,
    organisations: tuple[str, ...] = (),
    max_regions: int = 2,
    status: str = ExpertStatus.APPROVED,
) -> Expert:
    """Somebody who registered in September 2026, with days in that month and the next."""
    spoken = languages or {"fr": "C1", "de": "C1", "en": "C1"}
    known = areas or {"clld-design": 3, "gov-crossborder": 3}
    with at(NOON):
        row = fill_in(
            make_expert(make_person(fresh_address("expert"), name=name)),
            COMPLETE
            | {
                ProfileSection.ABOUT: COMPLETE[ProfileSection.ABOUT]
                | {"name": name, "country": country, "unit": unit or "", "countries": []},
                ProfileSection.LANGUAGES: {
                    "languages": [{"language": c, "level": v} for c, v in spoken.items()]
                },
                ProfileSection.EXPERTISE: {
                    "expertise": [{"area": c, "level": v, "evidence": ""} for c, v in known.items()],
                    "challenges": [],
                },
                ProfileSection.AVAILABILITY: {"months": {f"{month:%Y-%m}": half_days for month in MONTHS}},
                ProfileSection.ROLES: {"roles": list(roles), "max_regions": max_regions},
                ProfileSection.ORGANISATIONS: {
                    "organisations": [{"name": name, "connection": ""} for name in organisations]
                },
            },
        )
        return bring_to(row, status)


def region(
    name: str = "Rhine",
    *,
    sides: dict[str, tuple[str, ...]] | None = None,
    half_days: int = 8,
    units: tuple[str, ...] = ("FRF11", "DE134"),
    partners: tuple[str, ...] = ("City of Strasbourg", "Town of Ortenau"),
    needs: dict[str, int] | None = None,
    must: tuple[str, ...] = (),
    team_max: int = 3,
    is_told: bool = True,
) -> PilotRegion:
    """A region that was selected and told so, with what staff have corrected since."""
    call = Call.objects.filter(slug="test").first() or closed_call(
        slug="test", title={"en": "Test call", "fr": "Appel"}
    )
    levels = needs or {"clld-design": 2, "gov-crossborder": 2}
    # What the selection can take over from the application need not be corrected, which takes longer.
    application = eligible(
        call,
        title=name,
        partners=partners,
        needs=[{"area": area, "weight": NeedWeight.IMPORTANT, "level": of} for area, of in levels.items()],
        half_days_per_month=half_days,
        support_from=MONTHS[0].isoformat(),
        support_until=MONTHS[-1].isoformat(),
    )
    (told if is_told else decided)({application: SelectionOutcome.SELECTED})
    row = PilotRegion.objects.get(application=application)
    row.team_max = team_max
    row.save()
    row.sides.all().delete()
    for country, languages in (sides or {"FR": ("fr",), "DE": ("de",)}).items():
        row.sides.create(country_id=country).languages.set(languages)
    for need in row.needs.filter(area__in=must):
        need.is_must = True
        need.save()
    row.units.set(units)
    sides_confirmed(row)
    return row


def sides_confirmed(region: PilotRegion) -> PilotRegion:
    """Let a manager confirm the sides as they are now."""
    confirm_sides(region_id=region.pk, by=the_manager(), no_other_side=True)
    return region


def told_again(region: PilotRegion) -> Selection:
    """Select a region again that was undone, and let its letter leave."""
    return told({region.application: SelectionOutcome.SELECTED})


def bring_match_to(invited: Match, status: str) -> Match:
    """Bring an invitation to a status by the expert's answer, or by staff who end it."""
    match MatchStatus(status):
        case MatchStatus.ACCEPTED:
            actions.accept(match_id=invited.pk, by=invited.expert.user)
        case MatchStatus.DECLINED:
            actions.decline(match_id=invited.pk, by=invited.expert.user, reason="No time")
        case MatchStatus.ENDED:
            actions.end_match(match_id=invited.pk, by=the_manager(), reason="Changed plans")
    invited.refresh_from_db()
    return invited


def mails(template: str) -> list[str]:
    """Return who is told by a message of the matching, in the order of writing."""
    rows = Message.objects.filter(template=f"matching/email/{template}").order_by("pk")
    return list(rows.values_list("to", flat=True))
