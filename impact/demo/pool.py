"""Experts of the demo: invented, named by trees, with the languages and areas that the regions need."""

from __future__ import annotations

import random
from typing import Any

from django.utils import timezone

from core.accounts.models import User
from core.reference.enums import CefrLevel
from core.sections.blank import cells_of
from experts import actions, snapshots
from experts.asked import asked_of
from experts.enums import ExpertRole, ProfileSection
from experts.models import Expert
from impact.demo import people

_TREES = [
    "Alder", "Ash", "Aspen", "Beech", "Birch", "Box", "Cedar", "Cherry", "Chestnut", "Cypress", "Elder",
    "Elm", "Fir", "Hawthorn", "Hazel", "Holly", "Hornbeam", "Juniper", "Larch", "Laurel", "Lime",
    "Linden", "Maple", "Medlar", "Mulberry", "Oak", "Olive", "Pear", "Pine", "Plane", "Plum", "Poplar",
    "Quince", "Rowan", "Sorb", "Spruce", "Sycamore", "Tamarisk", "Walnut", "Whitebeam", "Willow", "Yew",
]  # fmt: skip
# Country of residence → languages spoken well beside English.
_HOMES: dict[str, list[str]] = {
    "BE": ["fr", "nl", "de"], "LU": ["fr", "de", "lb"], "CH": ["de", "fr", "it"], "AT": ["de", "hu"],
    "SI": ["sl", "it", "de"], "IT": ["it", "fr"], "ES": ["es", "ca", "fr"], "PT": ["pt", "es"],
    "PL": ["pl", "sk", "uk"], "SK": ["sk", "cs", "hu"], "CZ": ["cs", "pl", "de"], "HU": ["hu", "ro", "sl"],
    "RO": ["ro", "hu"], "BG": ["bg", "mk", "el"], "GR": ["el", "bg"], "MK": ["mk", "sq", "sr"],
    "HR": ["hr", "sr", "hu"], "DK": ["da", "de", "sv"], "SE": ["sv", "fi"], "FI": ["fi", "sv", "et"],
    "EE": ["et", "fi", "lv"], "LV": ["lv", "et"], "DE": ["de", "da", "fr"], "FR": ["fr", "es", "nl"],
}  # fmt: skip
_METHOD = ["clld-design", "clld-partnership", "clld-participation", "clld-animation"]
_FIELDS = [
    "gov-crossborder", "gov-legalforms", "gov-obstacles", "gov-services", "fund-interreg", "fund-ipanext",
    "terr-rural", "terr-coastal", "terr-mountain", "terr-external", "skill-coaching", "skill-intercultural",
]  # fmt: skip
WAITING = 4


def fill(by: User) -> list[Expert]:
    """Register the experts; all but the last few are approved by `by`."""
    draw = random.Random("impact-demo")
    homes = list(_HOMES)
    experts = [_expert(number, name, homes[number % len(homes)], draw) for number, name in enumerate(_TREES)]
    for expert in experts[:-WAITING]:
        actions.approve(expert_id=expert.pk, by=by, reason="Proof of work in the areas named.")
    return experts


def _expert(number: int, name: str, country: str, draw: random.Random) -> Expert:
    email = people.EXPERT_EMAIL if number == 0 else f"{name.lower()}@experts.example"
    user = people.member(email, f"Expert {name}", "fr" if _HOMES[country][0] == "fr" else "en")
    expert = actions.start(by=user)
    for slug, answers in _profile(f"Expert {name}", country, draw).items():
        asked = asked_of(expert).section(slug)
        assert asked
        snapshots.write(expert, asked, cells_of(asked, answers))
    expert.save()
    return actions.submit(expert_id=expert.pk, by=user)


def _profile(name: str, country: str, draw: random.Random) -> dict[ProfileSection, dict[str, Any]]:
    method = draw.sample(_METHOD, 2) if draw.random() < 0.4 else ["clld-design", draw.choice(_METHOD[1:])]
    areas = [*method, "gov-crossborder", *draw.sample(_FIELDS[1:], draw.randint(2, 4))]
    return {
        ProfileSection.ABOUT: {
            "name": name,
            "headline": "Local development across borders",
            "biography": (
                "Has worked with local action groups on both sides of a border: analysis with residents, "
                "strategy design, and the first joint projects."
            ),
            "website": "",
            "country": country,
            "other_country": "",
            "unit": "",
            "countries": sorted({country, draw.choice(list(_HOMES))}),
        },
        ProfileSection.LANGUAGES: {"languages": _languages(country, draw)},
        ProfileSection.EXPERTISE: {
            "expertise": [
                {"area": area, "level": draw.choice([2, 3, 3]), "evidence": "Strategy of a border region."}
                for area in areas
            ],
            "challenges": sorted(draw.sample(["tourism", "demography", "transport", "health", "green"], 2)),
        },
        ProfileSection.AVAILABILITY: {"months": _months(draw.choice([8, 10, 12, 16, 20]), draw)},
        ProfileSection.ROLES: {
            "roles": [ExpertRole.LEAD.value, ExpertRole.SUPPORT.value]
            if draw.random() < 0.75
            else [ExpertRole.SUPPORT.value],
            "max_regions": draw.choice([1, 2, 2, 3]),
        },
        ProfileSection.ORGANISATIONS: {"organisations": []},
        ProfileSection.DECLARATIONS: {
            "declares_truth": True,
            "agrees_to_sharing": True,
            "agrees_to_listing": True,
        },
    }


def _languages(country: str, draw: random.Random) -> list[dict[str, str]]:
    home, *others = _HOMES[country]
    levels = {home: CefrLevel.N.value, "en": draw.choice(["C1", "C1", "C2"])}
    levels |= {code: draw.choice(["B2", "C1", "C2"]) for code in others}
    return [{"language": code, "level": level} for code, level in levels.items()]


def _months(half_days: int, draw: random.Random) -> dict[str, int]:
    today = timezone.localdate()
    first = today.year * 12 + today.month - 1
    months = [f"{number // 12}-{number % 12 + 1:02}" for number in range(first, 2027 * 12 + 12)]
    return {month: max(0, half_days + draw.choice([-2, 0, 0, 2])) for month in months}
