"""The day on which the results of a call are public."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from applications.calls.actions import save_columns
from applications.enums import CallState
from applications.models import Application, Call, Selection
from applications.selecting import letters
from core.accounts.models import User
from core.history import require
from core.mail.models import Message


@transaction.atomic
def publish_results(*, call_id: int, by: User, reason: str = "") -> None:
    """Make the results of a call public, now.

    Raises:
        NotAllowed: the person may not publish results.
        ValidationError: the call is not closed, an application has no outcome yet, or a letter
            has not been released.
    """
    require(by, "applications.publish_results")
    call = Call.objects.select_for_update().get(pk=call_id)
    if call.state != CallState.CLOSED:
        raise ValidationError(_("Only a closed call has results to publish, and it has them once."))
    if Application.objects.filter(call=call).undecided().exists():
        raise ValidationError(_("Some applications have no outcome yet."))
    keys = [
        key for selection in Selection.objects.confirmed_of(call) for key in letters.outcome_keys(selection)
    ]
    if Message.objects.with_keys(keys).held().exists():
        raise ValidationError(_("Release the letters first: nobody should read the outcome on the site."))
    call.results_published_at = timezone.now()
    save_columns(call, by=by, reason=reason, fields=["results_published_at"])
