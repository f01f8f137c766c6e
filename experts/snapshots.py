"""A profile as plain data, section by section: compared, kept as a version, handed to its owner."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from datetime import date
from typing import Any

from experts.enums import DeclarationKind, Section
from experts.models import Expert

Answers = dict[str, Any]
Profile = dict[str, Answers]


def take(expert: Expert) -> Profile:
    """Return every section of a profile; codes, not names, and half-days by month (`2026-11`)."""
    return {section.value: read(expert) for section, read in _READERS.items()}


def take_section(expert: Expert, section: str) -> Answers:
    return _READERS[Section(section)](expert)


def digest(answers: Answers) -> str:
    """Return a short fingerprint of a section: equal exactly if the answers are."""
    text = json.dumps(answers, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()[:24]


def month_key(month: date) -> str:
    return f"{month:%Y-%m}"


def _about(expert: Expert) -> Answers:
    return {
        "name": expert.name,
        "headline": expert.headline,
        "biography": expert.biography,
        "website": expert.website,
        "country": expert.country_id or "",
        "other_country": expert.other_country,
        "unit": expert.unit_id or "",
        "countries": sorted(country.pk for country in expert.countries.all()),
    }


def _languages(expert: Expert) -> Answers:
    rows = expert.languages.all()
    return {"languages": [{"language": row.language_id, "level": row.level} for row in rows]}


def _expertise(expert: Expert) -> Answers:
    return {
        "expertise": [
            {"area": row.area_id, "level": row.level, "evidence": row.evidence}
            for row in expert.expertise.all()
        ],
        "challenges": sorted(challenge.pk for challenge in expert.challenges.all()),
    }


def _availability(expert: Expert) -> Answers:
    return {"months": {month_key(row.month): row.half_days for row in expert.months.all() if row.half_days}}


def _roles(expert: Expert) -> Answers:
    return {"roles": sorted(expert.roles), "max_regions": expert.max_regions}


def _organisations(expert: Expert) -> Answers:
    rows = expert.organisations.all()
    return {"organisations": [{"name": row.name, "connection": row.connection} for row in rows]}


def _cv(expert: Expert) -> Answers:
    return {"name": expert.cv_name, "size": expert.cv_size, "sha256": expert.cv_sha256}


def _declarations(expert: Expert) -> Answers:
    return {kind.value: getattr(expert, kind) for kind in DeclarationKind}


_READERS: dict[Section, Callable[[Expert], Answers]] = {
    Section.ABOUT: _about,
    Section.LANGUAGES: _languages,
    Section.EXPERTISE: _expertise,
    Section.AVAILABILITY: _availability,
    Section.ROLES: _roles,
    Section.ORGANISATIONS: _organisations,
    Section.CV: _cv,
    Section.DECLARATIONS: _declarations,
}
