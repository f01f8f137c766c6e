"""A call that begins as a copy of another one, and how it is shown to the public."""

from __future__ import annotations

from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from applications.models import Call, Criterion
from applications.reviewing.actions.versions import keep_version
from core.accounts.models import User
from core.history import require, say_who_writes
from core.locking import lock_row
from core.phrases import StrOrPromise, labelled
from core.questionnaires.copying import new_form
from core.questionnaires.enums import FormPurpose
from core.translated.gaps import gaps
from core.translated.texts import TO_PUBLISH, TranslatedText

PERMISSION = "applications.add_call"
# What a copy takes over as it is; its form and its criteria are rows of their own.
COPIED = ("summary", "guidance", "grace_minutes", "places", "reviews_wanted")
COPIED_OF_CRITERION = (
    "code",
    "title",
    "guidance",
    "weight",
    "max_score",
    "threshold",
    "position",
    "is_default",
)


@transaction.atomic
def copy_call(
    *,
    call_id: int,
    by: User,
    number: int,
    slug: str,
    title: TranslatedText,
    opens_at: datetime,
    closes_at: datetime | None = None,
) -> Call:
    """Begin a call with what another one asks, scores and says; nobody outside sees it before it is shown.

    Args:
        call_id: the call that is copied.
        by: the person.
        number, slug, title, opens_at, closes_at: of the new call.

    Raises:
        NotAllowed: the person may not add calls.
        ValidationError: the number or the address is taken, or a date makes no sense.
    """
    require(by, PERMISSION)
    source = lock_row(Call.objects.all(), no_key=True, pk=call_id)
    own = {"number": number, "slug": slug, "title": title, "opens_at": opens_at, "closes_at": closes_at}
    taken = {name: getattr(source, name) for name in COPIED}
    call = Call(is_draft=True, copied_from=source, **own, **taken)
    reason = gettext("Started as a copy of “%(title)s”.") % {"title": source.title}
    call.full_clean(exclude=["form"])
    call.form = new_form(FormPurpose.APPLICATION, like=source.form)
    say_who_writes(call, by=by, reason=reason)
    call.save()
    _copy_criteria(source, call, by=by, reason=reason)
    keep_version(call, by=by)
    return call


def _copy_criteria(source: Call, call: Call, *, by: User, reason: str) -> None:
    for criterion in source.criteria.all():
        copy = Criterion(call=call, **{name: getattr(criterion, name) for name in COPIED_OF_CRITERION})
        say_who_writes(copy, by=by, reason=reason)
        copy.save()


@transaction.atomic
def show(*, call_id: int, by: User) -> None:
    """Show a draft to the public; from then on its dates say whether it is coming or open.

    Raises:
        NotAllowed: the person may not add calls.
        ValidationError: it is shown already, or something is missing.
    """
    require(by, PERMISSION)
    call = lock_row(Call.objects.all(), no_key=True, pk=call_id)
    if not call.is_draft:
        raise ValidationError(_("This call is shown already."))
    if missing := gaps_of(call):
        raise ValidationError([labelled(gettext("Still missing"), text) for text in missing])
    call.is_draft = False
    say_who_writes(call, by=by, reason=gettext("Shown to the public."))
    call.save(update_fields=["is_draft"])


def gaps_of(call: Call) -> list[StrOrPromise]:
    """Return what a draft lacks before it can be shown, for people."""
    criteria = list(call.criteria.all())
    found: list[StrOrPromise] = [*gaps([call, *criteria], TO_PUBLISH)]
    if not call.summary:
        found.append(_("a summary"))
    if not criteria:
        found.append(_("criteria"))
    if call.closes_at is None:
        found.append(_("a closing time"))
    elif call.closes_at <= timezone.now():
        found.append(_("a closing time to come"))
    return found
