"""What staff read of an application: a submitted version, never the working copy."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from applications.applying import snapshots
from applications.applying.eligibility import check_submission
from applications.calls.eligibility import Check
from applications.form.asked import asked_of
from applications.form.core_questions import DOCUMENTS, PARTNERS
from applications.models import Application, Clarification, Partner, Submission
from core.access_log import actions as access_log
from core.access_log.enums import AccessKind
from core.accounts.logged_in import person_at
from core.reference.articles import by_name
from core.reference.maps import Map, MapRegion, MapStyle, region_map
from core.reference.models import Country
from core.sections import reading
from core.sections.kinds.base import readable
from core.translated.texts import active_language


@dataclass(frozen=True)
class Reading:
    """A version as a page shows it.

    sections: answers in the reader's language; partners and documents have tables of their own.
    """

    version: Submission
    sections: list[reading.ReadSection]
    partners: list[dict[str, Any]]
    documents: list[dict[str, Any]]
    countries: list[Country]
    checks: list[Check]
    map: Map


def read(version: Submission, *, has_checks: bool = True) -> Reading:
    """Return a version as its page shows it, in a fixed number of queries."""
    snapshot = version.snapshot
    language = reading.spoken_in(snapshot, active_language())
    return Reading(
        version=version,
        sections=[
            reading.ReadSection(s.slug, s.title, [a for a in s.answers if not _has_table(a.name)])
            for s in reading.sections(snapshot, language)
            if not any(a.name == DOCUMENTS for a in s.answers)
        ],
        partners=_partners(version, language),
        documents=[_document(file, language) for file in snapshots.value(snapshot, "documents") or []],
        countries=by_name(Country.objects.filter(pk__in=version.country_codes)),
        checks=check_submission(snapshot) if has_checks else [],
        map=_map(snapshot),
    )


@dataclass(frozen=True)
class Answered:
    """A question of staff, and what the answer to it has changed in sections about which they did not ask."""

    clarification: Clarification
    sections: list[Any]
    besides: list[reading.Difference]


def answered(application: Application) -> list[Answered]:
    """Return the questions of staff, the latest first, with what came of each."""
    asked = list(application.clarifications.select_related("asked_by"))
    if not asked:
        return []
    versions = list(application.submissions.order_by("number"))
    titles = {section.slug: section.title for section in asked_of(application)}
    return [
        Answered(
            clarification,
            [titles.get(slug, slug) for slug in clarification.sections],
            _besides(clarification, versions),
        )
        for clarification in asked
    ]


def _besides(clarification: Clarification, versions: Sequence[Submission]) -> list[reading.Difference]:
    """Return what the version that answered changed elsewhere; nothing where none did."""
    for before, after in pairwise(versions):
        if clarification.is_answered_by(after):
            changes = reading.differences(before.snapshot, after.snapshot, active_language())
            return [change for change in changes if change.slug not in clarification.sections]
    return []


def put_on_record(request: HttpRequest, application: Application, version: Submission) -> None:
    """Put on record that the person at the screen opens a version; one insert."""
    access_log.record(
        by=person_at(request),
        kind=AccessKind.OPENED,
        target=application,
        label=f"{application.reference} {version.title or ''}".strip(),
        detail=gettext("version %(number)s") % {"number": version.number},
    )


def _has_table(name: str) -> bool:
    return name == PARTNERS.name


def _partners(version: Submission, language: str) -> list[dict[str, Any]]:
    """Return the partners of a version, each with its `present` row, as long as that is the same partner.

    Whether it confirmed is no answer of the application: it may come after the version. Of several that are
    alike (`is_one_of_several`), the contact says which is which; where it does not, none is the present one.
    """
    rows = snapshots.partners(version.snapshot)
    written, present = defaultdict(list), defaultdict(list)
    for row in rows:
        written[snapshots.identity_of(row)].append(row)
    for partner in version.application.partners.all():
        present[partner.identity].append(partner)
    return [
        {key: readable(value, language) for key, value in row.items()}
        | {"is_lead": bool(row.get("is_lead"))}
        | _present(row, written[snapshots.identity_of(row)], present[snapshots.identity_of(row)])
        for row in rows
    ]


def _present(
    row: dict[str, Any], written: Sequence[dict[str, Any]], present: Sequence[Partner]
) -> dict[str, Any]:
    """Find a row of a version among the partners that are alike now; `written` are those of the version."""
    if len(written) < 2 and len(present) < 2:
        return {"present": next(iter(present), None), "is_one_of_several": False}
    contact = _contact(row)
    same = [partner for partner in present if (partner.contact_name, partner.contact_email) == contact]
    is_clear = len(same) == 1 and [_contact(other) for other in written].count(contact) == 1
    return {"present": same[0] if is_clear else None, "is_one_of_several": bool(present) and not is_clear}


def _contact(row: dict[str, Any]) -> tuple[str, str]:
    return row["contact_name"], row["contact_email"]


def _document(file: dict[str, Any], language: str) -> dict[str, Any]:
    return file | {"kind": readable(file["kind"], language)}


def _map(snapshot: snapshots.Snapshot) -> Map:
    leads = [row["unit"] for row in snapshots.partners(snapshot) if row["unit"]]
    drawn = [_region(unit, MapStyle.PALE) for unit in snapshots.value(snapshot, "units") or []]
    drawn += [_region(unit, MapStyle.CHOSEN) for unit in leads]
    unique = {region.code: region for region in drawn}
    return region_map(
        unique.values(),
        title=_("Regions of the territory and of the partners"),
        legend={MapStyle.CHOSEN: _("Partner’s region"), MapStyle.PALE: _("Covered by the territory")},
    )


def _region(unit: dict[str, str], style: MapStyle) -> MapRegion:
    return MapRegion(unit["code"], unit["country"], unit["name"], style)
