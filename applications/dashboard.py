"""What waits for a member of staff, for the home page of the administration."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from applications.enums import ApplicationStatus, SelectionStatus
from applications.models import Application, PilotRegion, Review, Selection, Submission
from core.accounts.models import User
from core.counts import Count
from core.staff.admin import Waiting


def waiting_for(user: User) -> Iterator[Waiting]:
    """Yield what waits for this person; nothing is asked of the database yet."""
    if user.has_perm("applications.screen_application"):
        count = Count(_to_screen)
        query = f"status__exact={ApplicationStatus.SUBMITTED}"
        yield Waiting(_("applications to screen"), count, _list("application", query))
        count = Count(_without_pdf)
        label = _("versions whose PDF could not be made")
        yield Waiting(label, count, _list("application", "pdf=failed"), is_urgent=True)
    if user.has_perm("applications.assign_review"):
        count = Count(_without_reviewers)
        query = f"status__exact={ApplicationStatus.ELIGIBLE}&cover=unassigned"
        yield Waiting(_("applications that lack reviewers"), count, _list("application", query))
    if user.has_perm("applications.score_review"):
        count = Count(Review.objects.open_for(user))
        # Whoever sees only their own reviews has no filter by person, and the list refuses it.
        query = f"reviewer__id__exact={user.pk}" if user.has_perm("applications.view_application") else ""
        yield Waiting(_("reviews to do"), count, _list("review", query))
    if user.has_perm("applications.change_pilotregion"):
        count = Count(_with_languages_to_confirm)
        yield Waiting(
            _("pilot regions with languages to confirm"), count, _list("pilotregion", "languages=default")
        )
    if user.has_perm("applications.confirm_selection"):
        count = Count(Selection.objects.awaiting_confirmation_by(user))
        query = f"status__exact={SelectionStatus.PROPOSED}"
        yield Waiting(_("selections to confirm"), count, _list("selection", query), is_urgent=True)
        undo = Count(Selection.objects.to_undo_by(user))
        query = f"status__exact={SelectionStatus.UNDO_ASKED}"
        yield Waiting(_("requests to undo a selection"), undo, _list("selection", query), is_urgent=True)


def _to_screen() -> QuerySet[Application]:
    return Application.objects.submitted().awaiting_screening()


def _without_pdf() -> QuerySet[Submission]:
    return Submission.objects.with_hopeless_pdf()


def _without_reviewers() -> QuerySet[Application]:
    return Application.objects.eligible().lacking_reviewers()


def _with_languages_to_confirm() -> QuerySet[PilotRegion]:
    return PilotRegion.objects.with_unconfirmed_languages()


def _list(model: str, query: str) -> str:
    address = reverse(f"admin:applications_{model}_changelist")
    return f"{address}?{query}" if query else address
