"""Which fields of the administration a permission opens: what is not named here is read-only for everybody.

For each model and each permission that opens fields of it, the fields of its forms; `ADDED` is about a new
row, `CHANGED` about one that is there. Who holds which permission is in `roles`; docs/roles.md shows both.
"""

from __future__ import annotations

from collections.abc import Mapping

from core.accounts.models import User

Fields = Mapping[str, Mapping[str, tuple[str, ...]]]

CALL_TEXTS = ("title", "summary", "guidance")
CALL = (
    *CALL_TEXTS,
    "number",
    "slug",
    "opens_at",
    "closes_at",
    "grace_minutes",
    "is_provisional",
    "reviews_due_at",
    "places",
    "reviews_wanted",
)
CRITERION = (
    "code",
    "title",
    "guidance",
    "weight",
    "max_score",
    "threshold",
    "position",
    "is_default",
)
SIDE = ("country", "languages")
NEED = ("area", "weight", "level", "is_must")
MONTH = ("month", "half_days")
BULLETIN = ("topics", "subject", "body")
EXPERTISE_AREA = ("code", "group", "label", "order", "is_active")
CHALLENGE = ("code", "label", "basis", "order", "is_active")
ORGANISATION_TYPE = (
    "code",
    "label",
    "basis",
    "is_named_by_impact",
    "is_cross_border",
    "order",
    "is_active",
)

ADDED: Fields = {
    "accounts.user": {"accounts.add_user": ("email", "name", "language", "roles")},
    "applications.call": {"applications.add_call": CALL},
    "applications.criterion": {"applications.add_criterion": CRITERION},
    "applications.pilotregionmonth": {"applications.add_pilotregionmonth": MONTH},
    "applications.pilotregionneed": {"applications.add_pilotregionneed": NEED},
    "applications.pilotregionside": {"applications.add_pilotregionside": SIDE},
    "applications.reviewerprofile": {
        "applications.add_reviewerprofile": ("user", "organisations", "countries", "languages")
    },
    "newsletter.bulletin": {"newsletter.add_bulletin": BULLETIN},
    "reference.challenge": {"reference.add_challenge": CHALLENGE},
    "reference.expertisearea": {"reference.add_expertisearea": EXPERTISE_AREA},
    "reference.organisationtype": {"reference.add_organisationtype": ORGANISATION_TYPE},
}
CHANGED: Fields = {
    "accounts.user": {"accounts.change_user": ("name", "language")},
    "applications.call": {
        "applications.change_call": CALL,
        "applications.change_call_texts": CALL_TEXTS,
    },
    "applications.criterion": {"applications.change_criterion": CRITERION},
    "applications.lettertemplate": {"applications.change_lettertemplate": ("subject", "body", "is_default")},
    "applications.pilotregion": {
        "applications.change_pilotregion": (
            "name",
            "units",
            "working_languages",
            "team_max",
            "is_public",
            "public_summary",
        )
    },
    "applications.pilotregionmonth": {"applications.change_pilotregionmonth": MONTH},
    "applications.pilotregionneed": {"applications.change_pilotregionneed": NEED},
    "applications.pilotregionside": {"applications.change_pilotregionside": SIDE},
    # Whose profile it is, is said once: what somebody declared is not given to another person.
    "applications.reviewerprofile": {
        "applications.change_reviewerprofile": ("organisations", "countries", "languages")
    },
    "newsletter.bulletin": {"newsletter.change_bulletin": BULLETIN},
    # Codes stay: answers point to them.
    "reference.challenge": {"reference.change_challenge": CHALLENGE[1:]},
    "reference.expertisearea": {"reference.change_expertisearea": EXPERTISE_AREA[1:]},
    "reference.interregprogramme": {
        "reference.change_interregprogramme": (
            "name",
            "cci",
            "keep_id",
            "has_clld",
            "verified",
            "source",
            "is_active",
        )
    },
    "reference.organisationtype": {"reference.change_organisationtype": ORGANISATION_TYPE[1:]},
}


def fields_for(user: User, model_label: str, *, is_new: bool) -> frozenset[str]:
    """Return the fields that a person may fill in or change; empty if the model is read-only for them.

    Args:
        model_label: of the model, in small letters: `applications.call`.
        is_new: whether the row is only being added.
    """
    opened = (ADDED if is_new else CHANGED).get(model_label, {})
    return frozenset(
        name for permission, fields in opened.items() if user.has_perm(permission) for name in fields
    )
