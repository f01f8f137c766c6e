"""Which pilot regions have unconfirmed sides, and which calls and applications wait for a last step."""

from __future__ import annotations

from datetime import datetime
from typing import TypedDict

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, F, Func, JSONField, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import JSONObject

from applications.enums import DECIDED_STATUSES
from applications.models import Application, PilotRegion, PilotRegionSide, SidesConfirmation
from applications.querysets import ApplicationQuerySet, CallQuerySet, PilotRegionQuerySet
from applications.querysets.application import held_letter_about, held_letter_time
from core.annotating import ReadWith


class Sides(TypedDict):
    """What a match run would read of a region’s sides now."""

    sides_as_now: list[dict[str, object]]


RegionWithSides = ReadWith[PilotRegion, Sides]


def unconfirmed_sides(regions: PilotRegionQuerySet) -> PilotRegionQuerySet:
    """Return those whose sides, with their languages, are not what a person confirmed last."""
    last = SidesConfirmation.objects.filter(region=OuterRef("pk")).order_by("-pk").values("sides")[:1]
    read = regions.alias(sides_as_now=_as_now(), sides_confirmed=Subquery(last))
    return read.filter(Q(sides_confirmed__isnull=True) | ~Q(sides_as_now=F("sides_confirmed")))


def with_sides_as_now(regions: QuerySet[PilotRegion]) -> QuerySet[RegionWithSides]:
    """Add `sides_as_now`, in the form in which a confirmation keeps them."""
    return regions.annotate(sides_as_now=_as_now())


def _as_now() -> Func:
    spoken = PilotRegionSide.languages.through.objects.filter(pilotregionside=OuterRef("pk"))
    languages = ArraySubquery(spoken.order_by("language").values("language_id"))
    sides = PilotRegionSide.objects.filter(region=OuterRef("pk")).order_by("country")
    rows = ArraySubquery(sides.values(side=JSONObject(country="country_id", languages=languages)))
    return Func(rows, function="to_jsonb", output_field=JSONField())


def results_to_publish(calls: CallQuerySet, at: datetime) -> CallQuerySet:
    """Return those that have closed, whose applicants all know their outcome, and that are not published."""
    of_call = Application.objects.filter(call=OuterRef("pk"))
    decided = of_call.filter(status__in=DECIDED_STATUSES)
    return calls.filter(
        Exists(decided),
        ~Exists(of_call.undecided()),
        ~Exists(decided.filter(held_letter_about("pk"))),
        closes_at__lte=at,
        results_published_at__isnull=True,
    )


def with_held_since(applications: ApplicationQuerySet) -> ApplicationQuerySet:
    """Return those about which a letter is held, with the time of the oldest as `held_since`."""
    return applications.filter(held_letter_about("pk")).annotate(held_since=held_letter_time("pk"))
