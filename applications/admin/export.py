"""The columns of the export of applications: where they are from, how they stand, and all they answered."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypedDict

from django.db.models import Prefetch, prefetch_related_objects
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from applications.applying.staff.answer_columns import answer_columns
from applications.applying.staff.checks import EXPORTED
from applications.enums import ApplicationStatus, ReviewStatus
from applications.models import Application, ApplicationChange
from applications.reviewing.staff.criterion_columns import criteria_of, load_criteria, mean_of
from core.accounts.models import User
from core.annotating import ReadWith
from core.export_columns import ExportColumn
from core.exporting import Column
from core.phrases import StrOrPromise
from core.reference.models import CountryBorder, InterregProgramme

VERDICTS = (ApplicationStatus.ELIGIBLE, ApplicationStatus.INELIGIBLE)
# With these a verdict was taken back.
WITHOUT_VERDICT = (ApplicationStatus.SUBMITTED, ApplicationStatus.RETURNED)


class Verdicts(TypedDict):
    """With the changes that gave a verdict or took it back, the last one at the end."""

    loaded_verdicts: list[ApplicationChange]


WithVerdicts = ReadWith[Application, Verdicts]


def columns_of(applications: list[Any]) -> list[Column]:
    """Return all columns with their values, in a fixed number of queries."""
    load_criteria(applications)
    return [
        *columns_besides_answers(applications, criteria_of({a.call for a in applications}, mean_of)),
        *answer_columns(applications),
    ]


def columns_besides_answers(
    applications: list[Application], criteria: Sequence[ExportColumn]
) -> list[Column]:
    """Return the columns that do not depend on the forms."""
    _read_people(applications)
    means = (column._replace(title=_of_criterion(column)) for column in criteria)
    return [*_what(), *_where(), *EXPORTED, *_who(), *_verdict(), *_reviews(), *means]


def _of_criterion(column: ExportColumn) -> StrOrPromise:
    return gettext("Mean score: %(criterion)s") % {"criterion": column.title}


def _read_people(applications: list[Application]) -> None:
    changes = ApplicationChange.objects.filter(to_status__in=[*VERDICTS, *WITHOUT_VERDICT])
    verdicts = changes.select_related("by").order_by("pk")
    prefetch_related_objects(
        applications, "reviews__reviewer", Prefetch("changes", verdicts, to_attr="loaded_verdicts")
    )


def _what() -> list[Column]:
    return [
        (_("Reference"), lambda a: a.reference),
        (_("Title"), lambda a: a.latest_version.title),
        (_("Call"), lambda a: str(a.call.title)),
        (_("Status"), lambda a: a.get_status_display()),
        (_("Version"), lambda a: a.latest_version.number),
        (_("Submitted (Brussels time)"), lambda a: a.latest_version.submitted_at),
    ]


def _where() -> list[Column]:
    places = _Places.read()
    return [
        (_("Countries"), lambda a: " ".join(a.latest_version.country_codes)),
        (_("Regions of the partners: codes"), lambda a: "; ".join(unit["code"] for unit in _units(a))),
        (_("Regions of the partners: names"), lambda a: "; ".join(unit["name"] for unit in _units(a))),
        (_("Borders"), lambda a: "; ".join(places.borders_of(a))),
        (_("Interreg programmes"), lambda a: "; ".join(places.programmes_of(a))),
    ]


def _who() -> list[Column]:
    return [
        (_("Partners"), lambda a: "; ".join(a.latest_version.partner_names)),
        (_("Lead partner"), lambda a: _lead(a).get("name")),
        (_("Contact of the lead partner"), lambda a: _lead(a).get("contact_name")),
        (_("E-mail of the lead partner"), lambda a: _lead(a).get("contact_email")),
        (_("All contacts"), lambda a: "; ".join(_contacts(a)) or None),
    ]


def _verdict() -> list[Column]:
    return [
        (_("Verdict on eligibility"), _verdict_in_words),
        (_("Verdict given (Brussels time)"), _verdict_at),
        (_("Verdict given by"), _verdict_by),
        (_("Reason for the verdict"), lambda a: (v := _last_verdict(a)) and v.reason),
    ]


def _reviews() -> list[Column]:
    return [
        (_("Reviews needed"), lambda a: a.call.reviews_wanted),
        (_("Reviews done"), lambda a: a.reviews_final),
        (_("Reviewers"), lambda a: _reviewers(a, conflicted=False)),
        (_("Conflicts of interest declared"), lambda a: _reviewers(a, conflicted=True)),
        (_("Mean score (0 to 100)"), lambda a: a.mean_total),
        (_("Adjusted score"), lambda a: a.adjusted_total),
        (_("Spread"), lambda a: a.spread),
    ]


@dataclass(frozen=True)
class _Places:
    """The borders and programmes that there are, read once for all rows: each with its countries."""

    borders: list[tuple[str, set[str]]]
    programmes: list[tuple[str, set[str]]]

    @classmethod
    def read(cls) -> _Places:
        borders = CountryBorder.objects.active().select_related("a", "b")
        programmes = InterregProgramme.objects.active().prefetch_related("countries")
        return cls(
            [(f"{border.a} – {border.b}", {border.a_id, border.b_id}) for border in borders],
            [(row.name, {country.pk for country in row.countries.all()}) for row in programmes],
        )

    def borders_of(self, application: Application) -> list[str]:
        countries = set(application.latest_version.country_codes)
        return [name for name, sides in self.borders if sides <= countries]

    def programmes_of(self, application: Application) -> list[str]:
        """As the filter of the list: those with at least two of the countries."""
        countries = set(application.latest_version.country_codes)
        return [name for name, codes in self.programmes if len(codes & countries) > 1]


def _units(application: Application) -> list[dict[str, str]]:
    units = {p["unit"]["code"]: p["unit"] for p in application.latest_version.partners if p.get("unit")}
    return [*units.values()]


def _lead(application: Application) -> dict[str, Any]:
    return next((p for p in application.latest_version.partners if p.get("is_lead")), {})


def _contacts(application: Application) -> list[str]:
    rows = (
        (p.get("contact_name") or "", p.get("contact_email") or "")
        for p in application.latest_version.partners
    )
    return [f"{name} <{email}>".strip() for name, email in rows if email]


def _last_verdict(application: WithVerdicts) -> ApplicationChange | None:
    changes = application.loaded_verdicts
    return changes[-1] if changes and changes[-1].to_status in VERDICTS else None


def _verdict_in_words(application: WithVerdicts) -> StrOrPromise | None:
    verdict = _last_verdict(application)
    return ApplicationStatus(verdict.to_status).label if verdict else None


def _verdict_at(application: WithVerdicts) -> datetime | None:
    verdict = _last_verdict(application)
    return verdict.at if verdict else None


def _verdict_by(application: WithVerdicts) -> User | None:
    verdict = _last_verdict(application)
    return verdict.by if verdict else None


def _reviewers(application: Application, *, conflicted: bool) -> StrOrPromise | None:
    """Return the names of those who review it, or who have declared a conflict; None if there is nobody."""
    asked = (review for review in application.reviews.all() if review.status != ReviewStatus.WITHDRAWN)
    chosen = (r for r in asked if (r.status == ReviewStatus.CONFLICTED) is conflicted)
    return "; ".join(sorted(str(review.reviewer) for review in chosen)) or None
