"""The words and numbers of calls, applications, reviews and selection."""

from django.db import models
from django.utils.translation import gettext_lazy as _

# All calls together; source: the announcement of IMPACT.
PILOT_PLACES = 30


class CallState(models.TextChoices):
    """Follows from the clock; stored nowhere."""

    COMING = "coming", _("Upcoming")
    OPEN = "open", _("Open")
    CLOSED = "closed", _("Closed")
    PUBLISHED = "published", _("Results published")


class ApplicationStatus(models.TextChoices):
    DRAFT = "draft", _("Draft")
    SUBMITTED = "submitted", _("Submitted")
    RETURNED = "returned", _("Clarification requested")
    ELIGIBLE = "eligible", _("Eligible")
    INELIGIBLE = "ineligible", _("Not eligible")
    SELECTED = "selected", _("Selected")
    RESERVE = "reserve", _("Reserve list")
    NOT_SELECTED = "not_selected", _("Not selected")
    WITHDRAWN = "withdrawn", _("Withdrawn")


_A = ApplicationStatus
# With these it is compared with the others of its call.
IN_RANKING = (_A.ELIGIBLE, _A.SELECTED, _A.RESERVE, _A.NOT_SELECTED)
APPLICATION_MOVES = {
    _A.DRAFT: frozenset({_A.SUBMITTED, _A.WITHDRAWN}),
    _A.SUBMITTED: frozenset({_A.RETURNED, _A.ELIGIBLE, _A.INELIGIBLE, _A.WITHDRAWN}),
    _A.RETURNED: frozenset({_A.SUBMITTED, _A.INELIGIBLE, _A.WITHDRAWN}),
    # A verdict may be taken back before the selection, with a reason.
    _A.ELIGIBLE: frozenset({_A.SUBMITTED, _A.SELECTED, _A.RESERVE, _A.NOT_SELECTED, _A.WITHDRAWN}),
    _A.INELIGIBLE: frozenset({_A.SUBMITTED, _A.WITHDRAWN}),
    # ELIGIBLE again: a confirmed selection was undone.
    _A.SELECTED: frozenset({_A.ELIGIBLE, _A.WITHDRAWN}),
    # NOT_SELECTED: the reserve list is closed.
    _A.RESERVE: frozenset({_A.SELECTED, _A.NOT_SELECTED, _A.ELIGIBLE, _A.WITHDRAWN}),
    _A.NOT_SELECTED: frozenset({_A.ELIGIBLE}),
    _A.WITHDRAWN: frozenset(),
}

# While the applicants may still change their answers.
EDITABLE_STATUSES = (_A.DRAFT, _A.SUBMITTED, _A.RETURNED)
# A selection gave them an outcome.
DECIDED_STATUSES = (_A.SELECTED, _A.RESERVE, _A.NOT_SELECTED)
# The applicants learn of these by a letter, which staff release.
TOLD_BY_LETTER = (_A.INELIGIBLE, *DECIDED_STATUSES)


class CheckResult(models.IntegerChoices):
    """The gravest of a group of automatic checks, in the order of a list that is sorted by it."""

    MET = 0, _("Met")
    TO_DECIDE = 1, _("For staff to decide")
    NOT_MET = 2, _("Not met")


class AttemptOutcome(models.TextChoices):
    ACCEPTED = "accepted", _("Accepted")
    UNCHANGED = "unchanged", _("Nothing had changed since the last version")
    INCOMPLETE = "incomplete", _("Refused: answers were missing")
    NOT_ELIGIBLE = "not_eligible", _("Refused: a partner rule was not met")
    CLOSED = "closed", _("Refused: the call was closed")
    NOT_ALLOWED = "not_allowed", _("Refused: this person cannot submit")
    WRONG_STATUS = "wrong_status", _("Refused: the application could no longer be submitted")
    CHANGED = "changed", _("Not submitted: answers had changed after the page was opened")


class MemberRole(models.TextChoices):
    LEAD = "lead", _("Lead person: can edit, invite and submit")
    EDIT = "edit", _("Can edit and submit")
    VIEW = "view", _("Can view")


class NeedWeight(models.IntegerChoices):
    USEFUL = 1, _("Useful")
    IMPORTANT = 2, _("Important")
    DECISIVE = 3, _("Essential")


class NeedLevel(models.IntegerChoices):
    KNOWS = 1, _("Knows the field")
    PRACTISED = 2, _("Has practical experience")
    LEADS = 3, _("Leads others in the field")


class DocumentKind(models.TextChoices):
    MANDATE = "mandate", _("Partner’s letter of commitment or mandate")
    MAP = "map", _("Map of the territory")
    STRATEGY = "strategy", _("Existing strategy or agreement")
    OTHER = "other", _("Other")


class PartnerEvent(models.TextChoices):
    ASKED = "asked", _("Confirmation requested")
    CONFIRMED = "confirmed", _("Confirmed")
    DECLINED = "declined", _("Says it is not taking part")
    LAPSED = "lapsed", _("No longer valid: the partner was changed")


class ReviewStatus(models.TextChoices):
    ASSIGNED = "assigned", _("Awaiting conflict check")
    CONFLICTED = "conflicted", _("Conflict of interest declared")
    SCORING = "scoring", _("Scoring")
    SUBMITTED = "submitted", _("Submitted")
    WITHDRAWN = "withdrawn", _("Assignment cancelled")


NOT_COUNTING = (ReviewStatus.CONFLICTED, ReviewStatus.WITHDRAWN)
OPEN_REVIEWS = (ReviewStatus.ASSIGNED, ReviewStatus.SCORING)

_R = ReviewStatus
REVIEW_MOVES = {
    _R.ASSIGNED: frozenset({_R.CONFLICTED, _R.SCORING, _R.WITHDRAWN}),
    _R.SCORING: frozenset({_R.CONFLICTED, _R.SUBMITTED, _R.WITHDRAWN}),
    _R.SUBMITTED: frozenset({_R.SCORING}),
    _R.CONFLICTED: frozenset(),
    # The same person may be asked again; a conflict stays for ever.
    _R.WITHDRAWN: frozenset({_R.ASSIGNED}),
}


class SelectionStatus(models.TextChoices):
    DRAFT = "draft", _("Scenario")
    PROPOSED = "proposed", _("Proposed")
    CONFIRMED = "confirmed", _("Confirmed")
    REJECTED = "rejected", _("Rejected")
    UNDO_ASKED = "undo_asked", _("Undo requested")
    UNDONE = "undone", _("Undone")


_S = SelectionStatus
SELECTION_MOVES = {
    _S.DRAFT: frozenset({_S.PROPOSED, _S.REJECTED}),
    _S.PROPOSED: frozenset({_S.CONFIRMED, _S.REJECTED}),
    _S.CONFIRMED: frozenset({_S.UNDO_ASKED}),
    # Back to CONFIRMED: the second person lets it stand.
    _S.UNDO_ASKED: frozenset({_S.UNDONE, _S.CONFIRMED}),
    _S.REJECTED: frozenset(),
    _S.UNDONE: frozenset(),
}
# Its outcomes hold.
IN_FORCE = (_S.CONFIRMED, _S.UNDO_ASKED)


class SelectionOutcome(models.TextChoices):
    """Named as the application's status that follows from it."""

    SELECTED = "selected", _("Selected")
    RESERVE = "reserve", _("Reserve list")
    NOT_SELECTED = "not_selected", _("Not selected")


class LetterKind(models.TextChoices):
    """Named as the application's status of which it tells."""

    SELECTED = "selected", _("Selected")
    RESERVE = "reserve", _("Reserve list")
    NOT_SELECTED = "not_selected", _("Not selected")
    INELIGIBLE = "ineligible", _("Not eligible")


class PilotStatus(models.TextChoices):
    ACTIVE = "active", _("Active")
    ENDED = "ended", _("Ended")


PILOT_MOVES = {
    PilotStatus.ACTIVE: frozenset({PilotStatus.ENDED}),
    # Selected once more after its selection was undone: one region for each application, for ever.
    PilotStatus.ENDED: frozenset({PilotStatus.ACTIVE}),
}
