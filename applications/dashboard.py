"""What waits for a member of staff, for the home page of the administration."""

from __future__ import annotations

from collections.abc import Iterator

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from applications.enums import ApplicationStatus, SelectionStatus
from applications.models import Application, PilotRegion, Review, Selection, Submission
from core.accounts.models import User
from core.staff.admin import Waiting


def waiting_for(user: User) -> Iterator[Waiting]:
    """Yield what waits for this person, in at most one query for each kind of work."""
    if user.has_perm("applications.screen_application"):
        count = Application.objects.submitted().awaiting_screening().count()
        query = f"status__exact={ApplicationStatus.SUBMITTED}"
        yield Waiting(_("applications to screen"), count, _list("application", query))
        count = Submission.objects.with_hopeless_pdf().count()
        label = _("versions whose PDF could not be made")
        yield Waiting(label, count, _list("application", "pdf=failed"), is_urgent=True)
    if user.has_perm("applications.assign_review"):
        count = Application.objects.eligible().lacking_reviewers().count()
        query = f"status__exact={ApplicationStatus.ELIGIBLE}&cover=unassigned"
        yield Waiting(_("applications that lack reviewers"), count, _list("application", query))
    if user.has_perm("applications.score_review"):
        count = Review.objects.open_for(user).count()
        # Whoever sees only their own reviews has no filter by person, and the list refuses it.
        query = f"reviewer__id__exact={user.pk}" if user.has_perm("applications.view_application") else ""
        yield Waiting(_("reviews to do"), count, _list("review", query))
    if user.has_perm("applications.change_pilotregion"):
        count = PilotRegion.objects.with_unconfirmed_languages().count()
        yield Waiting(
            _("pilot regions with languages to confirm"), count, _list("pilotregion", "languages=default")
        )
    if user.has_perm("applications.confirm_selection"):
        count = Selection.objects.awaiting_confirmation_by(user).count()
        query = f"status__exact={SelectionStatus.PROPOSED}"
        yield Waiting(_("selections to confirm"), count, _list("selection", query), is_urgent=True)


def _list(model: str, query: str) -> str:
    address = reverse(f"admin:applications_{model}_changelist")
    return f"{address}?{query}" if query else address
