"""What is stored of profiles for ever: letter by letter as the first release made it."""

from __future__ import annotations

import hashlib
import json
from datetime import date
from pathlib import Path

import pytest

from experts import snapshots, summaries
from experts.enums import ProfileSection
from experts.models import Expert, ExpertMonth
from tests.builders.experts import make_expert, save

pytestmark = pytest.mark.django_db
STORED = Path(__file__).parent / "data" / "stored_profile.json"
HOSTILE = '<b>"Ö"</b> & \\ \'; 日本 {{ x }}\nsecond line\t€'
PROFILE = {
    ProfileSection.ABOUT: {
        "name": "Ana <Horvat>",
        "headline": "Adviser & coach",
        "biography": HOSTILE,
        "website": "https://ana.example",
        "country": "SI",
        "other_country": "",
        "unit": "SI036",
        "countries": ["AT", "HR"],
    },
    ProfileSection.LANGUAGES: {
        "languages": [{"language": "sl", "level": "N"}, {"language": "en", "level": "C1"}]
    },
    ProfileSection.EXPERTISE: {
        "expertise": [
            {"area": "clld-design", "level": 3, "evidence": "LAG “Sotla”"},
            {"area": "fund-pm", "level": 1, "evidence": ""},
        ],
        "challenges": ["health", "labour"],
    },
    ProfileSection.ROLES: {"roles": ["lead", "support"], "max_regions": 2},
    ProfileSection.ORGANISATIONS: {
        "organisations": [{"name": "Z", "connection": "Employer"}, {"name": "A", "connection": ""}]
    },
    ProfileSection.DECLARATIONS: {
        "declares_truth": True,
        "agrees_to_sharing": True,
        "agrees_to_listing": False,
    },
}


def expert_of_the_example() -> Expert:
    "A profile with every answer type, all of it fixed."
    expert = make_expert()
    for section, answers in PROFILE.items():
        save(expert, section, answers)
    for month, half_days in ((date(2026, 1, 1), 5), (date(2027, 3, 1), 12), (date(2027, 4, 1), 0)):
        ExpertMonth.objects.create(expert=expert, month=month, half_days=half_days)
    cv = {"cv_name": "CV & more.pdf", "cv_size": 1234, "cv_sha256": "0" * 64, "cv": "cv/none"}
    Expert.objects.filter(pk=expert.pk).update(**cv)
    return Expert.objects.get(pk=expert.pk)


def stored_form_of(expert: Expert) -> dict[str, object]:
    """Return the profile as a version keeps it, its SHA-256, and how staff read it."""
    profile = snapshots.take(expert)
    text = json.dumps(profile, sort_keys=True, ensure_ascii=False)
    return {
        "profile": profile,
        "sha256": hashlib.sha256(text.encode()).hexdigest(),
        "in words": {
            part.section.value: [[str(line.label), line.values] for line in part.lines]
            for part in summaries.of_profile(profile)
        },
    }


def test_profile_is_stored_and_told_as_before():
    assert stored_form_of(expert_of_the_example()) == json.loads(STORED.read_text())
