"""Problems small enough to read, for tests that are about one thing."""

MONTHS = ["2026-09", "2026-10"]


def region(name="R1", **changes):
    return {
        "id": name,
        "sides": [{"country": "FR", "languages": ["fr"]}, {"country": "DE", "languages": ["de"]}],
        "working_languages": ["en"],
        "needs": [{"area": "clld-design", "weight": 3, "level": 2, "must": True}],
        "half_days": [0, 6],
        **changes,
    }


def expert(name="E1", **changes):
    """An expert who can serve `region()` alone."""
    return {
        "id": name,
        "country": "BE",
        "languages": {"fr": "C2", "de": "B2", "en": "C1"},
        "areas": {"clld-design": 3},
        "half_days": [4, 8],
        "max_regions": 2,
        "roles": ["lead", "support"],
        **changes,
    }


def problem(*, regions=None, experts=None, **changes):
    return {
        "version": 1,
        "months": MONTHS,
        "regions": [region()] if regions is None else regions,
        "experts": [expert()] if experts is None else experts,
        **changes,
    }
