"""Two accounts of one mailbox become one: what stands against it, what moves, and what goes.

Which rows name an account is asked of the models, so that none is forgotten. What an app has to decide
itself, such as which of two memberships stays, it registers with `when_merged`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple, cast

import pgtrigger
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.db import IntegrityError, transaction
from django.db.models import ForeignObjectRel, Model, ProtectedError, QuerySet
from django.utils.translation import gettext as _

from core.accounts import actions
from core.accounts.enums import AccountChangeKind
from core.accounts.models import MailedCode, Session, SetUpCode, User
from core.mail.mailboxes import reachable

Rule = Callable[..., None]
_RULES: list[Rule] = []
# These let somebody in, as one of the two accounts: what belongs to the one that goes, goes with it.
NOT_MOVED = (
    EmailAddress,
    Authenticator,
    Session,
    MailedCode,
    SetUpCode,
    User.groups.through,
    User.user_permissions.through,
)


class CannotMerge(Exception):
    """Raised when two accounts cannot become one without a decision of people; its text says which."""


class MergedAccount(NamedTuple):
    """What became one, and how many rows of each kind moved."""

    kept: User
    email_before: str
    moved: dict[str, int]


def when_merged(rule: Rule) -> Rule:
    """Register what an app does before two accounts become one; it is given `kept` and `double`.

    A rule raises CannotMerge if people have to decide first.
    """
    _RULES.append(rule)
    return rule


def pairs() -> Iterator[tuple[User, User]]:
    """Yield the account to keep and each double of it: staff are kept, else whoever has the address.

    Each is looked up when it is asked for: merging the one before may have changed it.
    """
    last = 0
    while double := User.objects.doubles().filter(pk__gt=last).order_by("pk").first():
        last = double.pk
        owner = User.objects.with_email(reachable(double.email)).first()
        if owner is None or (double.is_staff and not owner.is_staff):
            yield double, owner or double
        else:
            yield owner, double


@transaction.atomic
def merge(*, kept_id: int, double_id: int) -> MergedAccount:
    """Let one account have all that two had, under the address in its one spelling; on the command line only.

    Both are logged out everywhere. Of the one that goes, password and second factor go as well.

    Raises:
        CannotMerge: people have to decide first, or the two are no doubles any more; nothing was changed.
    """
    locked = User.objects.select_for_update().order_by("pk").in_bulk([kept_id, double_id])
    refuse_changed(User.objects.all(), locked, {kept_id, double_id})
    kept, double = locked[kept_id], locked[double_id]
    address, email_before = reachable(kept.email), double.email
    if kept == double:
        return _without_other(kept, address)
    _refuse_unsafe(kept, double)
    for rule in _RULES:
        rule(kept=kept, double=double)
    moved = _move_all(kept, double)
    _take_over(kept, double)
    _delete(double)
    _rename(kept, address)
    kept.changes.create(
        kind=AccountChangeKind.MERGED, before=email_before, after=address, reason="merge_doubles"
    )
    return MergedAccount(kept, email_before, moved)


def refuse_changed(known: QuerySet, locked: Mapping[int, Any], keys: set[int]) -> None:
    """Refuse rows that are, now that they are locked, no doubles of one mailbox any more.

    Args:
        known: all rows with an address, of the table.
        locked: those that were found, by key.
        keys: of the one to keep and its double; one key if nobody else has the address.

    Raises:
        CannotMerge: one is gone or erased, or has another address by now.
    """
    emails = {row.email for row in locked.values() if row.erased_at is None}
    addresses = {reachable(email) for email in emails}
    is_as_found = len(emails) == len(keys) and len(addresses) == 1 and emails != addresses
    if not is_as_found or known.filter(email__in=addresses).exclude(pk__in=keys).exists():
        raise CannotMerge(_("The accounts were changed in the meantime. Run it again."))


def _without_other(user: User, address: str) -> MergedAccount:
    """Give its address back to an account whose other has another one by now."""
    before = user.email
    _rename(user, address)
    user.changes.create(kind=AccountChangeKind.ADDRESS, before=before, after=address, reason="merge_doubles")
    return MergedAccount(user, before, {})


def _refuse_unsafe(kept: User, double: User) -> None:
    if kept.is_active != double.is_active:
        raise CannotMerge(_("One of the accounts is closed."))
    if double.is_staff and _rights(kept) != _rights(double):
        raise CannotMerge(_("Both are staff, with different roles."))


def _rights(user: User) -> tuple[Any, ...]:
    permissions = user.user_permissions.values_list("pk", flat=True)
    return user.is_superuser, set(user.groups.values_list("pk", flat=True)), set(permissions)


def _move_all(kept: User, double: User) -> dict[str, int]:
    moved: dict[str, int] = {}
    with pgtrigger.ignore(*_append_only()):
        for model, column in _columns():
            rows = model._base_manager.filter(**{column: double.pk})
            try:
                with transaction.atomic():
                    count = rows.update(**{column: kept.pk})
            except IntegrityError as error:
                raise CannotMerge(_both_have(model, error)) from error
            if count:
                name = str(model._meta.verbose_name_plural)
                moved[name] = moved.get(name, 0) + count
    return moved


def _columns() -> Iterator[tuple[type[Model], str]]:
    """Yield every column that names an account and moves."""
    for relation in User._meta.get_fields(include_hidden=True):
        names_it = relation.auto_created and not relation.concrete and not relation.many_to_many
        if names_it and relation.related_model not in NOT_MOVED:
            column = cast(ForeignObjectRel, relation).field
            # What is only read out of other tables names whom they name.
            if column.model._meta.managed:
                yield column.model, column.attname


def _append_only() -> list[str]:
    """Return the triggers that protect history: the person in it stays the same, under another number."""
    return [
        f"{model._meta.label}:{trigger.name}"
        for model, trigger in pgtrigger.registered()
        if isinstance(trigger, pgtrigger.Protect)
    ]


def _both_have(model: type[Model], error: IntegrityError) -> str:
    rule = getattr(getattr(error.__cause__, "diag", None), "constraint_name", None) or "?"
    words = _("Both accounts have records that a single account cannot combine: %(what)s (rule %(rule)s).")
    return words % {"what": model._meta.verbose_name_plural, "rule": rule}


def _take_over(kept: User, double: User) -> None:
    """Keep what says more: the name, the first day, the last log-in."""
    kept.name = kept.name or double.name
    kept.date_joined = min(kept.date_joined, double.date_joined)
    kept.last_login = max(filter(None, [kept.last_login, double.last_login]), default=None)


def _delete(double: User) -> None:
    actions.end_sessions(user=double)
    try:
        with transaction.atomic():
            double.delete()
    except (ProtectedError, IntegrityError) as error:
        raise CannotMerge(
            _("Something still refers to the second account: %(what)s") % {"what": error}
        ) from error


def _rename(user: User, address: str) -> None:
    user.email = address
    user.save()
    user.emailaddress_set.all().delete()
    actions.ensure_address(user=user)
    actions.end_sessions(user=user)
