"""Which rows, a module for each model; what takes the rows of several is in the `querysets` of a room."""

from applications.querysets.application import ApplicationQuerySet
from applications.querysets.calls import CallQuerySet
from applications.querysets.clarifications import ClarificationQuerySet
from applications.querysets.documents import DocumentQuerySet
from applications.querysets.members import InvitationQuerySet, PartnerRecordQuerySet
from applications.querysets.pilots import PilotRegionQuerySet
from applications.querysets.reviews import ReviewQuerySet
from applications.querysets.selection import SelectionEntryQuerySet, SelectionQuerySet
from applications.querysets.submissions import SubmissionQuerySet

__all__ = [
    "ApplicationQuerySet",
    "CallQuerySet",
    "ClarificationQuerySet",
    "DocumentQuerySet",
    "InvitationQuerySet",
    "PartnerRecordQuerySet",
    "PilotRegionQuerySet",
    "ReviewQuerySet",
    "SelectionEntryQuerySet",
    "SelectionQuerySet",
    "SubmissionQuerySet",
]
