"""Made-up problems that look like the programme: real borders and languages, invented people. For measuring.

The same arguments give the same problem on every machine. The rich kind has 200 experts for 30 regions; with
60 about a third of the regions cannot be served.
"""

from __future__ import annotations

import random

AREAS = (
    *("clld-design", "clld-partnership", "clld-participation", "fund-interreg", "gov-legalforms"),
    *("gov-crossborder", "clld-monitoring", "terr-rural", "terr-urban", "terr-mountain", "terr-coastal"),
    *("fund-finance", "fund-pm", "skill-comm", "skill-training", "gov-services"),
)
MONTHS = 18
CORE_AREAS = 7  # every region asks for two or three of the first ones
LEAD_AREAS = (("clld-design", 2), ("clld-partnership", 2), ("gov-crossborder", 3))

LANGUAGES = {
    **{"FR": "fr", "DE": "de", "ES": "es", "IT": "it", "BE": "fr nl de", "LU": "fr de lb", "CH": "de fr it"},
    **{"PL": "pl", "CZ": "cs", "AT": "de", "NL": "nl", "DK": "da", "HU": "hu", "SI": "sl", "SK": "sk"},
    **{"PT": "pt", "LT": "lt", "LV": "lv", "EE": "et", "FI": "fi sv", "SE": "sv", "NO": "no", "RO": "ro"},
    **{"BG": "bg", "EL": "el", "MK": "mk sq", "RS": "sr", "HR": "hr", "BA": "bs sr hr", "UA": "uk"},
    **{"MD": "ro", "IE": "en", "UK": "en", "AL": "sq", "MT": "mt en", "CY": "el"},
}
ALTERNATES = {
    "sr": "hr bs",
    "hr": "sr bs",
    "bs": "sr hr",
    "cs": "sk",
    "sk": "cs",
    "no": "sv da",
    "sv": "no",
    "da": "no",
}
HOMES = {  # how many experts live where, in proportion
    **{"FR": 9, "DE": 10, "ES": 9, "IT": 9, "BE": 4, "LU": 1, "CH": 2, "PL": 9, "CZ": 5, "AT": 5, "NL": 4},
    **{"DK": 2, "HU": 5, "SI": 3, "SK": 4, "PT": 5, "LT": 3, "LV": 3, "EE": 3, "FI": 4, "SE": 4, "NO": 1.5},
    **{"RO": 6, "BG": 4, "EL": 5, "MK": 1.5, "RS": 2, "HR": 3, "BA": 1, "UA": 2, "MD": 1, "IE": 3, "UK": 2},
    **{"AL": 1.5, "MT": 0.7, "CY": 0.7},
}
BORDERS = (
    *("FR-DE", "FR-ES", "FR-IT", "FR-BE", "FR-LU", "FR-CH", "DE-PL", "DE-CZ", "DE-AT", "DE-NL", "DE-DK"),
    *("DE-BE", "DE-LU", "DE-CH", "AT-HU", "AT-SI", "AT-CZ", "AT-SK", "AT-IT", "IT-SI", "ES-PT", "PL-CZ"),
    *("PL-SK", "PL-LT", "PL-UA", "HU-SK", "HU-RO", "HU-HR", "HU-SI", "HU-UA", "HU-RS", "RO-BG", "RO-MD"),
    *("RO-UA", "RO-RS", "BG-EL", "BG-MK", "BG-RS", "HR-SI", "HR-BA", "HR-RS", "FI-SE", "FI-EE", "SE-NO"),
    *("SE-DK", "EE-LV", "LV-LT", "IE-UK", "EL-AL", "EL-MK", "SK-CZ", "SK-UA", "IT-CH", "IT-HR", "NL-BE"),
    *("DE-FR-CH", "AT-HU-SI", "PL-CZ-SK", "NL-BE-DE", "FR-BE-LU", "FR-DE-LU", "BG-EL-MK", "FI-SE-NO"),
    *("HU-SK-UA", "RO-HU-RS", "DE-CZ-PL", "IT-AT-SI"),
)
MANY_TONGUES = ("BE", "CH", "LU")  # whose border regions use the first two languages of the country


def make_problem(
    regions: int, experts: int, seed: int, *, months: int = MONTHS, **parameters: object
) -> dict[str, object]:
    """Return a problem of the contract.

    Args:
        regions, experts: how many of each.
        seed: which of the many problems of this size.
        parameters: entries of ``parameters`` beside the lead areas.
    """
    dice = random.Random(f"impact-{regions}-{experts}-{seed}")
    organisations = max(40, experts // 2)
    return {
        "version": 1,
        "months": [f"{2026 + (8 + month) // 12}-{(8 + month) % 12 + 1:02d}" for month in range(months)],
        "regions": [_region(dice, number, months, organisations) for number in range(regions)],
        "experts": [_expert(dice, number, months, organisations) for number in range(experts)],
        "parameters": {
            "lead_areas": [{"area": area, "level": level} for area, level in LEAD_AREAS],
            **parameters,
        },
    }


def _region(dice: random.Random, number: int, months: int, organisations: int) -> dict[str, object]:
    border = dice.choice(BORDERS).split("-")
    spoken = [_side_languages(dice, country) for country in border]
    start, length = dice.randint(0, 4), dice.randint(8, 12)
    base = dice.choice([4, 6, 6, 8, 8, 10])
    half_days = [0] * months
    for month in range(start, min(months, start + length)):
        half_days[month] = max(2, base + dice.choice([-2, 0, 0, 2]))
    return {
        "id": f"R{number:05d}",
        "sides": [{"country": side, "languages": codes} for side, codes in zip(border, spoken, strict=True)],
        "working_languages": [_working_language(dice, spoken)],
        "needs": _needs(dice),
        "half_days": half_days,
        "team_max": 3,
        "organisations": sorted({f"org{dice.randint(0, organisations)}" for _ in range(4)}),
        "places": sorted({f"{country}-{dice.randint(0, 60)}" for country in border}),
    }


def _side_languages(dice: random.Random, country: str) -> list[str]:
    languages = LANGUAGES[country].split()
    first = dice.choice(languages[:2] if country in MANY_TONGUES else languages[:1])
    return [first, *ALTERNATES.get(first, "").split()]


def _working_language(dice: random.Random, sides: list[list[str]]) -> str:
    shared = [code for code in sides[0] if all(code in side for side in sides)]
    if shared:
        return shared[0]
    return "en" if dice.random() < 0.75 else dice.choice(sides)[0]


def _needs(dice: random.Random) -> list[dict[str, object]]:
    count = dice.randint(3, 6)
    areas = dice.sample(AREAS[:CORE_AREAS], dice.randint(2, 3))
    areas += dice.sample(AREAS[CORE_AREAS:], count - len(areas))
    return [
        {
            "area": area,
            "weight": dice.randint(1, 4),
            "level": dice.choice([2, 3, 3, 4] if place < 3 else [2, 3]),
            "must": place == 0 or (place == 1 and dice.random() < 0.5),
        }
        for place, area in enumerate(areas)
    ]


def _expert(dice: random.Random, number: int, months: int, organisations: int) -> dict[str, object]:
    country = dice.choices(list(HOMES), list(HOMES.values()))[0]
    areas = {area: dice.choice([2, 3, 3, 4]) for area in dice.sample(AREAS[:CORE_AREAS], dice.randint(2, 4))}
    areas |= {
        area: dice.choice([1, 2, 3, 3, 4]) for area in dice.sample(AREAS[CORE_AREAS:], dice.randint(1, 4))
    }
    usual = dice.choice([4, 6, 8, 8, 10, 12, 16])
    away = dice.sample(range(months), dice.randint(0, 2))
    return {
        "id": f"E{number:05d}",
        "country": country,
        "languages": _languages(dice, country),
        "areas": areas,
        "half_days": [
            0 if m in away else max(0, usual + dice.choice([-2, 0, 0, 0, 2])) for m in range(months)
        ],
        "max_regions": dice.choice([1, 1, 2, 2, 3]),
        "roles": ["lead", "support"],
        "organisations": [f"org{dice.randint(0, organisations)}"],
        "places": [f"{country}-{dice.randint(0, 60)}"],
    }


def _languages(dice: random.Random, country: str) -> dict[str, str]:
    own = LANGUAGES[country].split()
    steps = {dice.choice(own) if dice.random() < 0.3 else own[0]: "C2"}
    if "en" not in steps and dice.random() < 0.9:
        steps["en"] = dice.choice(["B2", "C1", "C1", "C1", "C2", "C2", "B1"])
    neighbours = sorted(
        {other for border in BORDERS if country in border for other in border.split("-")} - {country}
    )
    for neighbour in neighbours:
        if dice.random() < 0.28:
            language = dice.choice(LANGUAGES[neighbour].split())
            steps.setdefault(language, dice.choice(["A2", "B1", "B2", "B2", "C1", "C1", "C2"]))
    if dice.random() < 0.35:
        steps.setdefault(
            dice.choice(["fr", "de", "es", "it", "ro", "pl"]), dice.choice(["A2", "B1", "B2", "B2", "C1"])
        )
    return steps
