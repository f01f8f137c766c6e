"""The partnerships of the demo: invented, on real borders."""

from __future__ import annotations

from typing import NamedTuple


class Territory(NamedTuple):
    """What makes one application differ from another; everything else is the same text.

    Args:
        title: of the territory.
        partners: NUTS code → name of the organisation and its type; the first leads.
        challenges: codes.
        needs: area → weight and level.
        languages: in which the partners work.
        half_days: wanted each month.
        merit: 0 to 5, around which the reviewers score.
        language: of the applicant.
    """

    title: str
    partners: dict[str, tuple[str, str]]
    challenges: list[str]
    needs: dict[str, tuple[int, int]]
    languages: list[str]
    half_days: int = 6
    merit: float = 4.0
    language: str = "en"


_DESIGN = {"clld-design": (3, 2), "gov-crossborder": (2, 2)}

# Submitted to the first call, reviewed and decided.
DECIDED = [
    Territory(
        "Rhine Bridges",
        {"FRF11": ("LAG West Rhine", "lag"), "DE134": ("LAG East Rhine", "lag")},
        ["labour", "transport", "language"],
        _DESIGN | {"fund-interreg": (1, 2)},
        ["fr", "de"],
        merit=4.6,
        language="fr",
    ),
    Territory(
        "Three Rivers",
        {
            "AT113": ("Regional association South Burgenland Hills", "development_agency"),
            "HU223": ("Zala Valley foundation", "ngo"),
            "SI031": ("Mura Landscape park", "park"),
        },
        ["tourism", "demography", "green"],
        _DESIGN | {"terr-rural": (2, 2)},
        ["de", "hu", "sl", "en"],
        half_days=8,
        merit=4.5,
    ),
    Territory(
        "Albera Sea and Mountain",
        {"FRJ15": ("Community of Albera villages", "local_authority"), "ES512": ("Albera LAG", "lag")},
        ["tourism", "agri", "inclusion"],
        _DESIGN | {"terr-mountain": (1, 2)},
        ["fr", "es", "ca"],
        merit=4.3,
        language="fr",
    ),
    Territory(
        "Western Tatra Valleys",
        {"SK031": ("Upper Valley municipalities", "local_authority"), "PL225": ("Beskid LAG", "lag")},
        ["demography", "transport", "tourism"],
        _DESIGN | {"clld-animation": (2, 2)},
        ["pl", "sk", "en"],
        merit=4.2,
    ),
    Territory(
        "Lake Ohrid and Prespa",
        {
            "MK005": ("Pelagonia women's network", "cso"),
            "EL533": ("Prespa lakes development agency", "development_agency"),
            "AL034": ("Prespa municipalities", "local_authority"),
        },
        ["green", "agri", "water"],
        _DESIGN | {"fund-ipanext": (2, 2)},
        ["en"],
        merit=4.1,
    ),
    Territory(
        "Karst and Collio",
        {"SI043": ("Karst LAG", "lag"), "ITH42": ("Collio hills consortium", "tourism")},
        ["tourism", "sme", "publicservices"],
        _DESIGN,
        ["it", "sl", "en"],
        merit=4.0,
    ),
    Territory(
        "Wadden Coast",
        {"DEF07": ("North Coast FLAG", "flag"), "DK032": ("West Coast FLAG", "flag")},
        ["energy", "tourism", "demography"],
        _DESIGN | {"terr-coastal": (2, 2)},
        ["de", "da", "en"],
        merit=3.9,
    ),
    Territory(
        "Danube Gate",
        {
            "RO413": ("Iron Gates park authority", "park"),
            "RS221": ("Danube gorge municipalities", "local_authority"),
        },
        ["water", "tourism", "sme"],
        _DESIGN | {"fund-ipanext": (1, 2)},
        ["ro", "sr", "en"],
        merit=3.8,
    ),
    Territory(
        "Livonian Woods",
        {"EE008": ("South woods LAG", "lag"), "LV00C": ("Upper Gauja LAG", "lag")},
        ["demography", "emergency", "digital"],
        _DESIGN | {"gov-services": (2, 2)},
        ["et", "lv", "en"],
        merit=3.7,
    ),
    Territory(
        "Tras-os-Montes and Sayago",
        {"PT11E": ("Mountain border LAG", "lag"), "ES419": ("Duero border association", "ngo")},
        ["demography", "health", "agri"],
        _DESIGN | {"terr-rural": (1, 2)},
        ["pt", "es"],
        merit=3.6,
    ),
    Territory(
        "Meuse Hills",
        {
            "BE328": ("Scheldt valley inter-municipal body", "local_authority"),
            "FRE11": ("Flanders hills LAG", "lag"),
        },
        ["health", "labour", "publicservices"],
        {"clld-participation": (3, 2), "gov-services": (2, 2)},
        ["fr", "nl"],
        merit=3.5,
        language="fr",
    ),
    Territory(
        "Giant Mountains Foothills",
        {"CZ052": ("Foothills LAG", "lag"), "PL517": ("Owl Mountains LAG", "lag")},
        ["emergency", "tourism", "language"],
        _DESIGN,
        ["cs", "pl"],
        merit=3.1,
    ),
    Territory(
        "Thrace Plains",
        {"BG422": ("Maritsa valley LAG", "lag"), "EL511": ("Evros agricultural co-operative", "chamber")},
        ["agri", "water", "security"],
        _DESIGN | {"terr-external": (1, 2)},
        ["bg", "el", "en"],
        merit=2.6,
    ),
    Territory(
        "Arctic Bothnia",
        {
            "SE332": ("Northern river municipalities", "local_authority"),
            "FI1D7": ("Lapland villages association", "cso"),
        },
        ["health", "digital", "green"],
        {"clld-design": (2, 2), "terr-mountain": (1, 1)},
        ["sv", "fi", "en"],
        merit=2.2,
    ),
]

# Submitted to the open call, waiting to be screened and reviewed.
WAITING = [
    Territory(
        "Upper Adda and Bernina",
        {
            "ITC44": ("Bernina mountain community", "local_authority"),
            "CH056": ("Poschiavo valley region", "regional_authority"),
        },
        ["transport", "tourism", "green"],
        _DESIGN | {"terr-mountain": (2, 2)},
        ["it", "de"],
    ),
    Territory(
        "Tisza Bend",
        {"HU323": ("Tisza bend LAG", "lag"), "RO115": ("Someș plain LAG", "lag")},
        ["inclusion", "agri", "water"],
        _DESIGN | {"clld-animation": (1, 2)},
        ["hu", "ro"],
    ),
    Territory(
        "Drava Lowlands",
        {"HR025": ("Drava LAG", "lag"), "HU231": ("Ormánság foundation", "ngo")},
        ["demography", "inclusion", "tourism"],
        _DESIGN,
        ["hr", "hu", "en"],
    ),
    Territory(
        "Jura Watchmakers' Land",
        {
            "FRC21": ("Upper Doubs community", "local_authority"),
            "CH024": ("Neuchâtel mountains network", "euroregion"),
        },
        ["labour", "sme", "transport"],
        {"clld-partnership": (3, 2), "gov-obstacles": (2, 2)},
        ["fr"],
        language="fr",
    ),
]

# Begun in the open call and not submitted; the first is the demo applicant's own.
DRAFTS = [
    Territory(
        "Bug River Meadows",
        {"PL812": ("Meadows LAG", "lag"), "UA-07": ("Volyn communities association", "cso")},
        ["security", "green", "inclusion"],
        _DESIGN | {"fund-ipanext": (2, 2)},
        ["pl", "uk", "en"],
    ),
    Territory(
        "Scheldt Mouth",
        {"NL341": ("Scheldt mouth municipalities", "local_authority"), "BE233": ("Polder LAG", "lag")},
        ["publicservices", "labour"],
        _DESIGN,
        ["nl"],
    ),
]
