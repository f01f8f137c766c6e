"""What a profile lacks before it can be sent: one list for the pages, the forms and the sending itself."""

from __future__ import annotations

from datetime import date
from typing import Any, NamedTuple

from django.utils.translation import gettext_lazy as _

from experts.enums import Section, SectionState
from experts.snapshots import Answers, Profile, month_key


class Missing(NamedTuple):
    section: Section
    field: str  # as in the section's form
    label: Any  # what to do, for people
    anchor: str  # where in the section's page


# Nobody is asked for more than a region needs to know; a CV helps staff, yet many work without one.
OPTIONAL_SECTIONS = frozenset({Section.ORGANISATIONS, Section.CV})
_REQUIRED = {
    Section.ABOUT: {
        "name": _("Enter your name"),
        "headline": _("Say in one line who you are"),
        "biography": _("Describe your experience"),
    },
    Section.LANGUAGES: {"languages": _("Add at least one language")},
    Section.EXPERTISE: {"expertise": _("Add at least one area of expertise")},
    Section.ROLES: {"roles": _("Choose at least one role")},
    Section.DECLARATIONS: {
        "declares_truth": _("Declare that your profile is true and complete"),
        "agrees_to_sharing": _("Agree that your profile may be shown"),
    },
}
_ANCHORS = {"languages": "rows-languages", "expertise": "rows-expertise", "roles": "id_roles_0"}


def required_fields(section: str) -> frozenset[str]:
    """Return the fields that a complete section cannot leave empty, each for itself."""
    return frozenset(_REQUIRED.get(Section(section), {}))


def missing(profile: Profile, *, today: date) -> list[Missing]:
    """Return what a whole profile lacks, in the order of its sections; empty if it can be sent.

    Args:
        profile: of `snapshots.take`.
        today: days in months before its month help nobody.
    """
    return [gap for section in Section for gap in missing_in(section, profile[section], today=today)]


def missing_in(section: str, answers: Answers, *, today: date) -> list[Missing]:
    """Return what one section lacks."""
    section = Section(section)
    gaps = [
        _gap(section, field, label)
        for field, label in _REQUIRED.get(section, {}).items()
        if not answers[field]
    ]
    if section == Section.ABOUT and not (answers["country"] or answers["other_country"]):
        gaps.append(_gap(section, "country", _("Choose the country where you live")))
    if section == Section.AVAILABILITY and not _has_days(answers, today):
        gaps.append(_gap(section, "months", _("Enter your days for at least one month"), "id_fill_days"))
    return gaps


def states(profile: Profile, *, today: date) -> dict[Section, SectionState]:
    """Return how far each section is."""
    return {section: _state(section, profile[section], today) for section in Section}


def _state(section: Section, answers: Answers, today: date) -> SectionState:
    is_started = any(answers[field] for field in answers if field != "max_regions")
    if section in OPTIONAL_SECTIONS:
        return SectionState.COMPLETE if is_started else SectionState.OPTIONAL
    if not missing_in(section, answers, today=today):
        return SectionState.COMPLETE
    return SectionState.INCOMPLETE if is_started else SectionState.EMPTY


def _has_days(answers: Answers, today: date) -> bool:
    return any(days for month, days in answers["months"].items() if month >= month_key(today))


def _gap(section: Section, field: str, label: Any, anchor: str = "") -> Missing:
    return Missing(section, field, label, anchor or _ANCHORS.get(field, f"id_{field}"))
