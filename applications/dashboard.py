"""What waits for a member of staff, for the home page of the administration."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from applications.enums import DECIDED_STATUSES, ApplicationStatus, SelectionStatus
from applications.models import Application, Call, Clarification, PilotRegion, Review, Selection, Submission
from applications.selecting.querysets import results_to_publish, unconfirmed_sides, with_held_since
from core.accounts.models import User
from core.counts import Count
from core.staff.admin import Waiting

DUE = _("due %(date)s")
SINCE = _("since %(date)s")


def waiting_for(user: User) -> Iterator[Waiting]:
    """Yield what waits for this person, in the order of the work; nothing is asked of the database yet."""
    yield from _of_screening(user)
    yield from _of_reviews(user)
    yield from _of_selections(user)
    yield from _of_outcomes(user)
    if user.has_perm("applications.change_pilotregion"):
        count = Count(_with_sides_to_confirm, dated="created_at")
        address = _list("pilotregion", "sides=unconfirmed")
        yield Waiting(_("pilot regions with sides to confirm"), count, address, says_when=SINCE)


def _of_screening(user: User) -> Iterator[Waiting]:
    if not user.has_perm("applications.screen_application"):
        return
    query = f"status__exact={ApplicationStatus.SUBMITTED}"
    yield Waiting(_("applications awaiting a verdict"), Count(_to_screen), _list("application", query))
    overdue = Count(Clarification.objects.overdue(timezone.now()), dated="due_at")
    yield Waiting(
        _("questions to applicants were not answered in time"),
        overdue,
        _list("application", "question=overdue"),
        is_urgent=True,
        says_when=DUE,
    )
    query = f"status__exact={ApplicationStatus.INELIGIBLE}&letter=held"
    held = Count(_refusals_held, dated="held_since")
    label = _("letters to applicants who are not eligible, not sent yet")
    yield Waiting(label, held, _list("application", query), says_when=SINCE)
    label = _("versions whose PDF could not be created")
    yield Waiting(label, Count(_without_pdf), _list("application", "pdf=failed"), is_urgent=True)


def _of_reviews(user: User) -> Iterator[Waiting]:
    if user.has_perm("applications.assign_review"):
        count = Count(_without_reviewers)
        query = f"status__exact={ApplicationStatus.ELIGIBLE}&cover=unassigned"
        yield Waiting(_("applications without enough reviewers"), count, _list("application", query))
        # The list hides some from whoever still has to review the same application.
        reviews = Review.objects.hiding_others_while_open(user).overdue(timezone.now())
        overdue = Count(reviews, dated="application__call__reviews_due_at")
        address = _list("review", "due=overdue")
        yield Waiting(_("reviews overdue"), overdue, address, is_urgent=True, says_when=DUE)
    if user.has_perm("applications.score_review"):
        count = Count(Review.objects.open_for(user), dated="application__call__reviews_due_at")
        # Whoever sees only their own reviews has no filter by person, and the list refuses it.
        query = f"reviewer__id__exact={user.pk}" if user.has_perm("applications.view_application") else ""
        yield Waiting(_("reviews to do"), count, _list("review", query), says_when=DUE)


def _of_selections(user: User) -> Iterator[Waiting]:
    if not user.has_perm("applications.confirm_selection"):
        return
    count = Count(Selection.objects.awaiting_confirmation_by(user))
    query = f"status__exact={SelectionStatus.PROPOSED}"
    yield Waiting(_("selections to confirm"), count, _list("selection", query), is_urgent=True)
    undo = Count(Selection.objects.to_undo_by(user))
    query = f"status__exact={SelectionStatus.UNDO_ASKED}"
    yield Waiting(_("requests to undo a selection"), undo, _list("selection", query), is_urgent=True)


def _of_outcomes(user: User) -> Iterator[Waiting]:
    if user.has_perm("applications.release_letters"):
        count = Count(_letters_held, dated="held_since")
        address = _list("application", "stage=decided&letter=held")
        yield Waiting(_("letters with an outcome are held"), count, address, says_when=SINCE)
    if user.has_perm("applications.publish_results"):
        due = Count(results_to_publish(Call.objects.all(), timezone.now()), dated="closes_at")
        closed = _("closed %(date)s")
        yield Waiting(_("calls with results to publish"), due, _list("call", "results=due"), says_when=closed)


def _to_screen() -> QuerySet[Application]:
    return Application.objects.submitted().awaiting_screening()


def _refusals_held() -> QuerySet[Application]:
    refused = Application.objects.submitted().filter(status=ApplicationStatus.INELIGIBLE)
    return with_held_since(refused)


def _letters_held() -> QuerySet[Application]:
    return with_held_since(Application.objects.submitted().filter(status__in=DECIDED_STATUSES))


def _without_pdf() -> QuerySet[Submission]:
    return Submission.objects.with_hopeless_pdf()


def _without_reviewers() -> QuerySet[Application]:
    return Application.objects.eligible().lacking_reviewers()


def _with_sides_to_confirm() -> QuerySet[PilotRegion]:
    return unconfirmed_sides(PilotRegion.objects.active())


def _list(model: str, query: str) -> str:
    address = reverse(f"admin:applications_{model}_changelist")
    return f"{address}?{query}" if query else address
