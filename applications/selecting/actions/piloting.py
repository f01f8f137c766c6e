"""Pilot regions: opened with what the matching needs to know, ended."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _
from simple_history.utils import bulk_create_with_history

from applications.applying import emails, snapshots
from applications.enums import PILOT_PLACES, NeedWeight, PilotStatus
from applications.models import (
    Application,
    PilotRegion,
    PilotRegionChange,
    PilotRegionMonth,
    PilotRegionNeed,
    PilotRegionSide,
)
from applications.selecting import endings
from core.accounts.models import User
from core.dates import FIRST_MONTH, LAST_MONTH, read_month
from core.half_days import MAX_HALF_DAYS
from core.history import IllegalMove, move, require
from core.reference.articles import by_name
from core.reference.models import Country, NutsUnit
from core.reference.units import units

Snapshot = dict[str, Any]


@transaction.atomic
def end(*, region_id: int, by: User, reason: str) -> None:
    """End a pilot region, which frees its place.

    The applicants and whoever hangs on the region are told, with the reason.

    Raises:
        NotAllowed: the person may not end pilot regions.
        IllegalMove: it has ended already.
        ValidationError: the letter that tells of the selection is still held.
    """
    require(by, "applications.end_pilotregion")
    region = PilotRegion.objects.select_for_update().get(pk=region_id)
    if region.is_active and region.application.has_held_letter:
        raise ValidationError(
            _("The letter about the selection is still held: release it first, or undo the selection.")
        )
    end_locked(region, by=by, reason=reason)
    emails.tell_region_ended(region, reason)


def end_locked(region: PilotRegion, *, by: User, reason: str) -> None:
    """End a region, with all that hangs on it, inside another action, which tells the applicants.

    The place goes with the status in one statement.
    """
    if not region.can_move(PilotStatus.ENDED):
        raise IllegalMove(region, PilotStatus.ENDED)
    endings.end_all(region, by=by, reason=reason)
    region.place = None
    move(region, PilotStatus.ENDED, by=by, reason=reason, also=["place"])


def open_region(application: Application, *, by: User, reason: str) -> PilotRegion:
    """Give a selected application the lowest free place, inside the action that selects it.

    A region that ended with an undone selection is opened again and keeps what staff wrote there.
    The caller holds the lock on the calls and has checked that a place is left.
    """
    taken = set(PilotRegion.objects.active().values_list("place", flat=True))
    place = next(number for number in range(1, PILOT_PLACES + 1) if number not in taken)
    region = PilotRegion.objects.select_for_update().filter(application=application).first()
    if region is not None:
        region.place = place
        move(region, PilotStatus.ACTIVE, by=by, reason=reason, also=["place"])
        return region
    snapshot = application.latest_version.snapshot
    region = PilotRegion.objects.create(
        application=application, place=place, name=snapshots.value(snapshot, "title") or application.reference
    )
    PilotRegionChange.objects.create(target=region, to_status=region.status, by=by, reason=reason)
    _prefill(region, snapshot, by=by)
    return region


def _prefill(region: PilotRegion, snapshot: Snapshot, *, by: User) -> None:
    """Write what the applicants asked for; staff correct it, and the matching reads it from here."""
    region.units.set(snapshots.codes(snapshot, "units"))  # type: ignore[arg-type]  # keys are codes here
    languages = snapshots.codes(snapshot, "working_languages")
    region.working_languages.set(languages)  # type: ignore[arg-type]  # codes
    _write_sides(region, snapshot)
    bulk_create_with_history(_needs(region, snapshot), PilotRegionNeed, default_user=by)
    bulk_create_with_history(_months(region, snapshot), PilotRegionMonth, default_user=by)


def _write_sides(region: PilotRegion, snapshot: Snapshot) -> None:
    """Give each country of the partners the languages of their regions there, for staff to confirm."""
    located = units(code for code in snapshots.partner_units(snapshot) if code)
    codes = {partner["unit"]["country"] for partner in snapshots.partners(snapshot) if partner["unit"]}
    for country in by_name(Country.objects.filter(pk__in=codes).prefetch_related("languages")):
        side = PilotRegionSide.objects.create(region=region, country=country)
        spoken = _languages(country, [u for u in located.values() if u.country_id == country.pk])
        side.languages.set(spoken)  # type: ignore[arg-type]  # codes


def _languages(country: Country, regions: Iterable[NutsUnit]) -> set[str]:
    """Return the codes of the official languages of regions; those of the country where none are known."""
    official = {language.pk for language in country.languages.all()}
    return set().union(*(region.language_codes or official for region in regions)) or official


def _needs(region: PilotRegion, snapshot: Snapshot) -> list[PilotRegionNeed]:
    return [
        PilotRegionNeed(
            region=region,
            area_id=need["area"]["code"],
            weight=need["weight"]["code"],
            level=need["level"]["code"],
            # A default of ours, to confirm: what the applicants call decisive must be covered.
            is_must=need["weight"]["code"] == NeedWeight.DECISIVE,
        )
        for need in snapshots.value(snapshot, "needs") or []
    ]


def _months(region: PilotRegion, snapshot: Snapshot) -> list[PilotRegionMonth]:
    half_days = snapshots.value(snapshot, "half_days_per_month") or 0
    first = snapshots.value(snapshot, "support_from")
    last = snapshots.value(snapshot, "support_until")
    if not (half_days and first and last):
        return []
    return [
        PilotRegionMonth(region=region, month=month, half_days=min(half_days, MAX_HALF_DAYS))
        for month in _months_between(first, last)
    ]


def _months_between(first: str, last: str) -> Iterator[date]:
    """Yield the first day of each month that makes sense, between two as a version has them: "2026-09"."""
    month, end = read_month(first), read_month(last)
    while month and end and month <= min(end, LAST_MONTH):
        if month >= FIRST_MONTH:
            yield month
        month = date(month.year + month.month // 12, month.month % 12 + 1, 1)
