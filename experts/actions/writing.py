"""How the answers of a section, as `snapshots` reads them, get into the rows of a locked profile."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from django.utils import timezone
from django.utils.translation import get_language

from experts.declarations import DECLARATIONS
from experts.enums import DeclarationKind, Section
from experts.models import (
    Expert,
    ExpertDeclaration,
    ExpertExpertise,
    ExpertLanguage,
    ExpertMonth,
    ExpertOrganisation,
)
from experts.snapshots import Answers


def write(expert: Expert, section: Section, answers: Answers) -> None:
    """Write a section; fields of the profile itself are set and saved by the caller."""
    _WRITERS[section](expert, answers)


def _about(expert: Expert, answers: Answers) -> None:
    for field in ("name", "headline", "biography", "website", "other_country"):
        setattr(expert, field, answers[field])
    expert.country_id = answers["country"] or None
    expert.unit_id = answers["unit"] or None
    expert.countries.set(answers["countries"])


def _languages(expert: Expert, answers: Answers) -> None:
    expert.languages.all().delete()
    ExpertLanguage.objects.bulk_create(
        ExpertLanguage(expert=expert, language_id=row["language"], level=row["level"])
        for row in answers["languages"]
    )


def _expertise(expert: Expert, answers: Answers) -> None:
    expert.expertise.all().delete()
    ExpertExpertise.objects.bulk_create(
        ExpertExpertise(expert=expert, area_id=row["area"], level=row["level"], evidence=row["evidence"])
        for row in answers["expertise"]
    )
    expert.challenges.set(answers["challenges"])


def _availability(expert: Expert, answers: Answers) -> None:
    # The past stays as it was: matches have counted on it.
    expert.months.filter(month__gte=timezone.localdate().replace(day=1)).delete()
    past = {row.month for row in expert.months.all()}
    months = {date.fromisoformat(f"{month}-01"): days for month, days in answers["months"].items()}
    ExpertMonth.objects.bulk_create(
        ExpertMonth(expert=expert, month=month, half_days=half_days)
        for month, half_days in months.items()
        if month not in past
    )


def _roles(expert: Expert, answers: Answers) -> None:
    expert.roles, expert.max_regions = answers["roles"], answers["max_regions"]


def _organisations(expert: Expert, answers: Answers) -> None:
    expert.organisations.all().delete()
    ExpertOrganisation.objects.bulk_create(
        ExpertOrganisation(expert=expert, **row) for row in answers["organisations"]
    )


def _declarations(expert: Expert, answers: Answers) -> None:
    for kind in DeclarationKind:
        if getattr(expert, kind) == answers[kind]:
            continue
        setattr(expert, kind, answers[kind])
        ExpertDeclaration.objects.create(
            expert=expert,
            kind=kind,
            is_given=answers[kind],
            wording=DECLARATIONS[kind].wording,
            language=get_language() or "en",
        )


_WRITERS: dict[Section, Callable[[Expert, Answers], None]] = {
    Section.ABOUT: _about,
    Section.LANGUAGES: _languages,
    Section.EXPERTISE: _expertise,
    Section.AVAILABILITY: _availability,
    Section.ROLES: _roles,
    Section.ORGANISATIONS: _organisations,
    Section.DECLARATIONS: _declarations,
}
