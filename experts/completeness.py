"""How far each section of a profile is; what it lacks says `core.sections.completeness`."""

from __future__ import annotations

from core.sections import completeness
from core.sections.completeness import Missing, Progress
from core.sections.questions import Section
from experts import enums
from experts.enums import SectionState
from experts.sections import SECTIONS
from experts.snapshots import Profile, cells_of

_STATES = {
    Progress.NOT_STARTED: SectionState.EMPTY,
    Progress.STARTED: SectionState.INCOMPLETE,
    Progress.COMPLETE: SectionState.COMPLETE,
}


def missing(profile: Profile) -> list[Missing]:
    """Return what a whole profile lacks, in the order of its sections; empty if it can be sent."""
    cells = {section: cells_of(section, profile[section.slug]) for section in SECTIONS}
    return [gap for section in SECTIONS for gap in completeness.missing_in(section, cells[section])]


def states(profile: Profile) -> dict[enums.Section, SectionState]:
    """Return how far each section is."""
    return {enums.Section(section.slug): _state(section, profile) for section in SECTIONS}


def _state(section: Section, profile: Profile) -> SectionState:
    cells = cells_of(section, profile[section.slug])
    # Nobody is asked for more than a region needs to know; a CV helps staff, yet many work without one.
    is_optional = not any(question.is_required for question in section.questions)
    if is_optional and not completeness.is_begun(section, cells):
        return SectionState.OPTIONAL
    return _STATES[completeness.progress(section, cells)]
