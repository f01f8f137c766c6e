"""Taking a person out of applications: what was never submitted goes, what was submitted stays a record."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from django.utils import timezone
from django.utils.translation import gettext as _

from applications.applying.actions.erasing import erase_drafts
from applications.enums import ApplicationStatus, MemberRole
from applications.models import Application, Document, Invitation, Member, Partner, ReviewerProfile
from core.accounts.models import User
from core.privacy.registry import Hindered

# While an application is at one of these, as its members see it, somebody must answer for it.
NEEDS_LEAD = (
    ApplicationStatus.SUBMITTED,
    ApplicationStatus.RETURNED,
    ApplicationStatus.SELECTED,
    ApplicationStatus.RESERVE,
)


def hindrances(person: User) -> Iterator[str]:
    """Yield, for each application that needs the person as its lead, why the account must stay."""
    for application in Application.objects.led_by(person):
        words = {"reference": application.reference}
        if application.was_submitted and application.shown_status in NEEDS_LEAD:
            yield (
                _(
                    "You lead application %(reference)s, which has been submitted and is in "
                    "progress. Withdraw it first, or write to us so that somebody else can "
                    "lead it."
                )
                % words
            )
        elif _is_shared_draft(application):
            yield (
                _(
                    "You lead application %(reference)s, which others also work on. Withdraw "
                    "it first, or remove them from it."
                )
                % words
            )


def erase_person(person: User) -> None:
    """Delete the person's own drafts, and take the person off all other applications.

    Raises:
        Hindered: somebody joined a draft, or it was submitted, before it was locked.
    """
    # Whoever joins, leads or submits now waits, and finds what is then left.
    list(Application.including_tests.for_member(person).select_for_update(of=["self"]).order_by("pk"))
    if reasons := list(hindrances(person)):
        raise Hindered(reasons)
    erase_drafts(Application.including_tests.led_by(person).never_submitted())
    Member.objects.filter(user=person).delete()
    Invitation.objects.for_email(person.email).delete()
    Invitation.objects.awaiting().filter(invited_by=person).update(taken_back_at=timezone.now())
    Partner.objects.filter(contact_email=person.email).update(contact_name="", contact_email="")
    Partner.objects.filter(confirmed_email=person.email).update(confirmed_email="", confirmed_by_name="")
    ReviewerProfile.objects.filter(user=person).delete()


def delete_files(documents: Iterable[Document]) -> None:
    """Delete the files of documents; the rows stay."""
    for document in documents:
        # The file first: should this process die before the row is written, the next run does both again.
        document.file.storage.delete(document.file.name)
        document.file_deleted_at = timezone.now()
        document.save(update_fields=["file_deleted_at"])


def _is_shared_draft(application: Application) -> bool:
    if application.was_submitted or application.status == ApplicationStatus.WITHDRAWN:
        return False
    return application.members.exclude(role=MemberRole.LEAD).exists()
