"""How far each section of a profile is; what it lacks says `core.sections.completeness`."""

from __future__ import annotations

from core.sections import completeness
from core.sections.completeness import Missing, Progress
from core.sections.questions import Answers, Section
from experts import snapshots
from experts.enums import SectionState
from experts.models import Expert

_STATES = {
    Progress.NOT_STARTED: SectionState.EMPTY,
    Progress.STARTED: SectionState.INCOMPLETE,
    Progress.COMPLETE: SectionState.COMPLETE,
    # Nobody is asked for more than a region needs to know; a CV helps staff, yet many work without one.
    Progress.OPTIONAL: SectionState.OPTIONAL,
}


def missing(expert: Expert) -> list[Missing]:
    """Return what a whole profile lacks, in the order of its sections; empty if it can be sent."""
    return completeness.missing(snapshots.read_asked(expert), snapshots.asked_now(expert))


def states(expert: Expert) -> list[tuple[Section, SectionState]]:
    """Return how far each section is of which anything is asked."""
    asked, cells = snapshots.asked_now(expert), snapshots.read_asked(expert)
    return [(section, _state(section, cells)) for section in asked]


def _state(section: Section, cells: Answers) -> SectionState:
    return _STATES[completeness.progress(section, cells)]
