"""The day on which the results of a call are public."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from applications.calls.actions import save_columns
from applications.enums import CallState
from applications.models import Call
from applications.selecting import readiness
from core.accounts.models import User
from core.checklists import Acceptance, require_finished
from core.decision_log.actions import record
from core.history import require


@transaction.atomic
def publish_results(*, call_id: int, by: User, reason: str = "", accepting: Acceptance | None = None) -> None:
    """Make the results of a call public, now.

    Args:
        call_id: a closed call.
        by: the person.
        reason: kept in the history.
        accepting: the person's word that they are published although something is unfinished.

    Raises:
        NotAllowed: the person may not publish results.
        ValidationError: the call is not closed.
        NotFinished: something is unfinished (`readiness.before_publishing`), such as an application without
            an outcome, or a letter that is held.
    """
    require(by, "applications.publish_results")
    call = Call.objects.select_for_update().get(pk=call_id)
    if call.state != CallState.CLOSED:
        raise ValidationError(_("Results can be published only once, and only after the call has closed."))
    unfinished = readiness.before_publishing(call)
    require_finished(unfinished, accepting)
    record(readiness.PUBLISHING, call, by=by, unfinished=unfinished, accepting=accepting)
    call.results_published_at = timezone.now()
    save_columns(call, by=by, reason=reason, fields=["results_published_at"])
