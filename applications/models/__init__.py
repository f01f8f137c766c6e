"""Calls, applications, submissions, reviews, selection and pilot regions."""

from applications.models.application import Application, ApplicationChange
from applications.models.calls import Call, CallExtension
from applications.models.checks import AutomaticChecks
from applications.models.clarifications import Clarification
from applications.models.criteria import CriteriaVersion, Criterion
from applications.models.documents import Document
from applications.models.letters import LetterEdit, LetterTemplate
from applications.models.members import Invitation, Member, PartnerRecord
from applications.models.partners import Partner, SupportNeed
from applications.models.pilots import (
    PilotRegion,
    PilotRegionChange,
    PilotRegionMonth,
    PilotRegionNeed,
    PilotRegionSide,
    SidesConfirmation,
)
from applications.models.ranking import RankedApplication, ReviewerLeniency
from applications.models.reviews import Review, ReviewChange, ReviewerProfile, ReviewScore
from applications.models.selection import Selection, SelectionChange, SelectionEntry, SelectionSave
from applications.models.submissions import (
    Submission,
    SubmissionAttempt,
    SubmissionPdf,
    SubmissionPdfFailure,
)
from core.history import keep_versions

keep_versions(
    Call,
    Criterion,
    LetterTemplate,
    PilotRegion,
    PilotRegionMonth,
    PilotRegionNeed,
    PilotRegionSide,
    ReviewScore,
    ReviewerProfile,
)

__all__ = [
    "Application",
    "ApplicationChange",
    "AutomaticChecks",
    "Call",
    "CallExtension",
    "Clarification",
    "CriteriaVersion",
    "Criterion",
    "Document",
    "Invitation",
    "LetterEdit",
    "LetterTemplate",
    "Member",
    "Partner",
    "PartnerRecord",
    "PilotRegion",
    "PilotRegionChange",
    "PilotRegionMonth",
    "PilotRegionNeed",
    "PilotRegionSide",
    "RankedApplication",
    "Review",
    "ReviewChange",
    "ReviewScore",
    "ReviewerLeniency",
    "ReviewerProfile",
    "Selection",
    "SelectionChange",
    "SelectionEntry",
    "SelectionSave",
    "SidesConfirmation",
    "Submission",
    "SubmissionAttempt",
    "SubmissionPdf",
    "SubmissionPdfFailure",
    "SupportNeed",
]
