"""Pilot regions, experts and staff as the matching meets them."""

from __future__ import annotations

import itertools
from datetime import date

from django.contrib.auth.models import Group
from django.utils import timezone

from applications.enums import ApplicationStatus, MemberRole
from applications.models import Application, Call, Member, Partner, PilotRegion
from core.accounts.enums import Role
from core.accounts.models import User
from core.mail.models import Message
from experts.enums import ExpertRole, ExpertStatus
from experts.models import Expert
from tests.support.people import fresh_address

TODAY = date(2026, 9, 15)
MONTHS = [date(2026, 9, 1), date(2026, 10, 1)]
_number = itertools.count(1)


def staff(role: Role = Role.MANAGER) -> User:
    user = User.objects.create_user(fresh_address("staff", "oecd.example"), is_staff=True)
    user.groups.add(Group.objects.get(name=role))
    return user


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
    user = User.objects.create_user(fresh_address("expert"))
    row = Expert.objects.create(
        user=user,
        name=name,
        status=status,
        declares_truth=True,
        agrees_to_sharing=True,
        country_id=country,
        unit_id=unit,
        roles=list(roles),
        max_regions=max_regions,
    )
    for code, level in (languages or {"fr": "C1", "de": "C1", "en": "C1"}).items():
        row.languages.create(language_id=code, level=level)
    for code, level in (areas or {"clld-design": 3, "gov-crossborder": 3}).items():
        row.expertise.create(area_id=code, level=level)
    for month in MONTHS:
        row.months.create(month=month, half_days=half_days)
    for organisation in organisations:
        row.organisations.create(name=organisation)
    return row


def region(
    name: str = "Rhine",
    *,
    sides: dict[str, tuple[str, ...]] | None = None,
    half_days: int = 8,
    units: tuple[str, ...] = ("FRF11", "DE134"),
    partners: tuple[str, ...] = ("City of Strasbourg",),
    needs: dict[str, int] | None = None,
    must: tuple[str, ...] = (),
    team_max: int = 3,
) -> PilotRegion:
    number = next(_number)
    call, _is_new = Call.objects.get_or_create(
        number=90,
        defaults={"slug": "test", "title": {"en": "Test call", "fr": "Appel"}, "opens_at": timezone.now()},
    )
    application = Application.objects.create(
        call=call, reference=f"IMPACT-T-{number}", title=name, status=ApplicationStatus.SELECTED
    )
    lead = User.objects.create_user(fresh_address("lead"))
    Member.objects.create(application=application, user=lead, role=MemberRole.LEAD)
    for partner in partners:
        Partner.objects.create(application=application, name=partner)
    taken = PilotRegion.objects.count()
    row = PilotRegion.objects.create(application=application, name=name, place=taken + 1, team_max=team_max)
    for country, languages in (sides or {"FR": ("fr",), "DE": ("de",)}).items():
        row.sides.create(country_id=country).languages.set(languages)
    row.working_languages.set(["en"])
    for area, level in (needs or {"clld-design": 2, "gov-crossborder": 2}).items():
        row.needs.create(area_id=area, weight=2, level=level, is_must=area in must)
    for month in MONTHS:
        row.months.create(month=month, half_days=half_days)
    row.units.set(units)
    return row


def mails(template: str) -> list[str]:
    """Return who is told by a message of the matching, in the order of writing."""
    rows = Message.objects.filter(template=f"matching/email/{template}").order_by("pk")
    return list(rows.values_list("to", flat=True))
