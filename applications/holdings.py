"""Which personal data applications hold, and how long they are kept."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import groupby

from django.conf import settings
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from applications import erasure, portability
from applications.applying import snapshots
from applications.applying.actions.erasing import erase_drafts
from applications.applying.emails import invitation_key
from applications.applying.letters import template_of
from applications.enums import LetterKind
from applications.models import Application, Document, Invitation
from core.mail import actions as mail
from core.mail.models import Message
from core.privacy import reasons
from core.privacy.registry import Fate, HeldPart, Holding, RetentionRule

_OF_APPLICANTS = [
    Holding("applications.Member.user", "application__reference role added_at", Fate.ERASED),
    Holding("applications.Member.added_by", "", Fate.NAMELESS, reasons.OTHERS),
    Holding("applications.Invitation.email", "application__reference role invited_at", Fate.ERASED),
    Holding(
        "applications.Invitation.invited_by",
        "application__reference invited_at",
        Fate.NAMELESS,
        reasons.RECORD,
    ),
    Holding(
        "applications.Partner.contact_email",
        "application__reference name contact_name contact_email confirmed_at confirmed_by_name",
        Fate.ERASED,
    ),
    Holding(
        "applications.Partner.confirmed_email",
        "application__reference name confirmed_at confirmed_by_name",
        Fate.ERASED,
    ),
    Holding("applications.Application.changed_by", "reference changed_at", Fate.NAMELESS, reasons.RECORD),
    Holding("applications.ApplicationChange.by", "target__reference at", Fate.NAMELESS, reasons.RECORD),
    Holding(
        "applications.Document.uploaded_by",
        "application__reference question name size sha256 uploaded_at removed_at",
        Fate.NAMELESS,
        reasons.RECORD,
    ),
    Holding(
        "applications.PartnerRecord.by",
        "application__reference organisation event at",
        Fate.NAMELESS,
        reasons.RECORD,
    ),
    Holding(
        "applications.Submission.submitted_by",
        "application__reference number sha256 submitted_at",
        Fate.NAMELESS,
        reasons.RECORD,
    ),
    Holding(
        "applications.SubmissionAttempt.by",
        "application__reference at outcome",
        Fate.NAMELESS,
        reasons.RECORD,
    ),
]
# Texts in which a name or an address may stand.
_IN_TEXTS = [
    Holding("applications.Submission.snapshot", "", Fate.KEPT, reasons.VERSION, told_as="applications"),
    Holding("applications.Submission.partners", "", Fate.KEPT, reasons.VERSION, told_as="applications"),
    Holding("applications.PartnerRecord.by_name", "", Fate.KEPT, reasons.VERSION),
    Holding("applications.LetterEdit.body_before", "", Fate.KEPT, reasons.LETTERS),
    Holding("applications.LetterEdit.body", "", Fate.KEPT, reasons.LETTERS),
]
_OF_STAFF = [
    Holding(f"applications.{column}", shows, Fate.NAMELESS, reasons.STAFF_RECORD)
    for column, shows in (
        ("CallExtension.by", "call__title__en at"),
        ("Clarification.asked_by", "application__reference asked_at"),
        ("CriteriaVersion.made_by", "call__title__en made_at"),
        ("LetterEdit.by", "at"),
        ("PilotRegionChange.by", "target__name at"),
        ("ReviewChange.by", "target__application__reference to_status at"),
        ("Review.assigned_by", "application__reference assigned_at"),
        ("Selection.created_by", "title created_at"),
        ("Selection.proposed_by", "title"),
        ("Selection.confirmed_by", "title"),
        ("Selection.undo_asked_by", "title"),
        ("Selection.undone_by", "title"),
        ("SelectionChange.by", "to_status at"),
        ("SelectionSave.by", "at"),
        ("SidesConfirmation.by", "region__name at"),
        ("HistoricalCall.history_user", "history_date"),
        ("HistoricalCriterion.history_user", "history_date"),
        ("HistoricalLetterTemplate.history_user", "history_date"),
        ("HistoricalPilotRegion.history_user", "history_date"),
        ("HistoricalPilotRegionSide.history_user", "history_date"),
        ("HistoricalPilotRegionNeed.history_user", "history_date"),
        ("HistoricalPilotRegionMonth.history_user", "history_date"),
        ("HistoricalReviewScore.history_user", "history_date"),
        ("HistoricalReviewerProfile.history_user", "history_date"),
        ("HistoricalReviewerProfile.user", "organisations history_date"),
    )
]
_OF_REVIEWERS = [
    # Worked out from what others scored, which a reviewer with open reviews must not know.
    Holding("applications.ReviewerLeniency.reviewer", "", Fate.NAMELESS, reasons.NOTES),
    Holding("applications.ReviewerProfile.user", "organisations", Fate.ERASED),
    Holding(
        "applications.Review.reviewer",
        "application__reference status assigned_at comment total",
        Fate.NAMELESS,
        reasons.STAFF_RECORD,
    ),
    Holding(
        "applications.ReviewScore.review",
        "review__application__reference criterion__title__en score comment",
        Fate.NAMELESS,
        reasons.STAFF_RECORD,
        lookup="review__reviewer",
    ),
]


def part() -> HeldPart:
    """Return what this app registers."""
    return HeldPart(
        holdings=[*_OF_APPLICANTS, *_IN_TEXTS, *_OF_REVIEWERS, *_OF_STAFF],
        tells=portability.tells,
        files=portability.files,
        hindrances=erasure.hindrances,
        erase=erasure.erase_person,
        letters=[template_of(kind) for kind in LetterKind.values],
        in_use=Q(memberships__application__is_test=False),
        rules=_rules(),
    )


def _rules() -> list[RetentionRule]:
    return [*_rules_of_working_copies(), _rule_of_records()]


def _rules_of_working_copies() -> list[RetentionRule]:
    drafts = timedelta(days=settings.UNSENT_DRAFTS_KEPT_DAYS)
    invitations = timedelta(days=settings.INVITATIONS_KEPT_DAYS)
    removed = timedelta(days=settings.REMOVED_DOCUMENTS_KEPT_DAYS)
    return [
        RetentionRule(
            "unsent-drafts",
            _("Applications that were never submitted, with their documents"),
            drafts,
            _("the closing of the call"),
            _("deleted"),
            lambda now: Application.including_tests.never_submitted().in_calls_closed_before(now - drafts),
            erase_drafts,
        ),
        RetentionRule(
            "invitations",
            _("Invitations to work on an application that were not accepted"),
            invitations,
            _("the invitation"),
            _("deleted, with the address and the text of their e-mails"),
            lambda now: Invitation.objects.not_accepted().filter(invited_at__lt=now - invitations),
            _delete_invitations,
        ),
        RetentionRule(
            "removed-documents",
            _("Removed documents that are not part of any submitted version"),
            removed,
            _("the removal"),
            _("the file is deleted; its name and times are kept"),
            lambda now: Document.objects.removed_before(now - removed),
            _delete_unlisted,
        ),
    ]


def _rule_of_records() -> RetentionRule:
    records = timedelta(days=settings.RECORDS_KEPT_DAYS)
    return RetentionRule(
        "records",
        _("Submitted applications, their versions, reviews and decisions"),
        records,
        _("the closing of the call"),
        _("staff are told and decide under the OECD’s rules on archives"),
        lambda now: _closed_records(now - records),
        None,
    )


def _closed_records(before: datetime) -> QuerySet:
    return Application.objects.submitted().in_calls_closed_before(before)


def _delete_invitations(invitations: QuerySet) -> None:
    keys = [invitation_key(row) for row in invitations.select_related("application")]
    mail.erase_rows(Message.objects.with_keys(keys))
    invitations.delete()


def _delete_unlisted(documents: QuerySet) -> None:
    """Delete the files that no version lists; note of the others that they are in one, and leave them."""
    ordered = documents.select_related("application").order_by("application", "pk")
    for application, group in groupby(ordered, key=lambda document: document.application):
        listed = snapshots.documents_in_versions(application)
        for document in group:
            if str(document.public_id) in listed:
                document.is_in_version = True
                document.save(update_fields=["is_in_version"])
            else:
                erasure.delete_files([document])
