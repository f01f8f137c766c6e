"""Calls, applications, submissions, reviews, selection and pilot regions."""

from applications.models.application import (
    Application,
    ApplicationChange,
    Document,
    Member,
    Partner,
    SupportNeed,
)
from applications.models.calls import Call, CallExtension, Criterion
from applications.models.pilots import (
    PilotRegion,
    PilotRegionChange,
    PilotRegionMonth,
    PilotRegionNeed,
    PilotRegionSide,
)
from applications.models.reviews import Review, ReviewChange, ReviewScore
from applications.models.selection import Selection, SelectionChange, SelectionEntry
from applications.models.submissions import Submission, SubmissionAttempt, SubmissionPdf

__all__ = [
    "Application",
    "ApplicationChange",
    "Call",
    "CallExtension",
    "Criterion",
    "Document",
    "Member",
    "Partner",
    "PilotRegion",
    "PilotRegionChange",
    "PilotRegionMonth",
    "PilotRegionNeed",
    "PilotRegionSide",
    "Review",
    "ReviewChange",
    "ReviewScore",
    "Selection",
    "SelectionChange",
    "SelectionEntry",
    "Submission",
    "SubmissionAttempt",
    "SubmissionPdf",
    "SupportNeed",
]
