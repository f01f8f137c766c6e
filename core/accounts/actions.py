"""What may be done to an account; each change is a row in its append-only history.

Whatever changes who may log in, or as what, ends every session of the account.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import Group
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from core.accounts import sessions, set_up_codes
from core.accounts.enums import AccountChangeKind, Role
from core.accounts.languages import is_offered
from core.accounts.models import SetUpCode, User
from core.accounts.typed_codes import long_code
from core.history import NotAllowed
from core.mail import actions as mail
from core.mail.mailboxes import normal


@transaction.atomic
def open_account(*, email: str, name: str = "", language: str | None = None) -> User:
    """Return the account of an address, new or as it was.

    Only for an address whose owner has proved it or was invited by staff: the address counts as verified.
    """
    user, _is_new = User.objects.get_or_create(
        email=email,
        defaults={
            "name": name,
            "language": language if is_offered(language) else settings.LANGUAGE_CODE,
            "password": make_password(None),
        },
    )
    ensure_address(user=user)
    return user


@transaction.atomic
def change_own_details(*, by: User, name: str, language: str) -> None:
    """Change how a person is called, and the language in which the portal speaks and writes to them."""
    by.name, by.language = name, language
    by.save(update_fields=["name", "language"])


def choose_language(*, by: User, language: str) -> None:
    """Note the language that a person has switched to: e-mails follow."""
    User.objects.filter(pk=by.pk).update(language=language)
    by.language = language


def ensure_address(*, user: User) -> None:
    """Let allauth know the address of a person who was made without its help."""
    if not user.emailaddress_set.exists():
        EmailAddress.objects.create(user=user, email=user.email, primary=True, verified=True)


@transaction.atomic
def give_roles(*, user_id: int, roles: Iterable[str], by: User | None, reason: str = "") -> User:
    """Let a person have exactly these roles; who has one is staff, who has none is not.

    Whoever becomes staff sets up a second factor anew, with the code of an administrator: one that was set up
    before took the mailbox alone.

    Args:
        user_id: the person.
        roles: values of `Role`; may be empty.
        by: an administrator, or None for the command line.
        reason: in the administrator's words.

    Raises:
        NotAllowed: `by` may not change people, or nobody would be administrator any more.
    """
    user = _locked(user_id, by)
    before, after = sorted(user.groups.values_list("name", flat=True)), sorted(set(roles))
    if before == after:
        return user
    if Role.ADMINISTRATOR in before and Role.ADMINISTRATOR not in after:
        _require_another_administrator(user)
    if after and not user.is_staff:
        _forget_factors(user, by, reason)
    user.groups.set([Group.objects.get_or_create(name=role)[0] for role in after])
    user.is_staff = bool(after)
    user.save(update_fields=["is_staff"])
    end_sessions(user=user)
    _record(user, AccountChangeKind.ROLES, ", ".join(before), ", ".join(after), by, reason)
    return user


@transaction.atomic
def close_account(*, user_id: int, by: User, reason: str) -> None:
    """Let nobody log in with the account any more; what the person did stays on record.

    Raises:
        NotAllowed: `by` may not change people, or nobody would be administrator any more.
    """
    user = _locked(user_id, by)
    _require_another_administrator(user)
    _set_active(user, False, by, reason)


@transaction.atomic
def reopen_account(*, user_id: int, by: User, reason: str) -> None:
    """Let the person log in again.

    Raises:
        NotAllowed: `by` may not change people.
    """
    _set_active(_locked(user_id, by), True, by, reason)


@transaction.atomic
def change_address(*, user_id: int, email: str, by: User, reason: str) -> None:
    """Replace the address with which a person logs in, after staff have made sure whose it is.

    The old address is told, with what to do if it was a mistake.

    Raises:
        NotAllowed: `by` may not change people.
        ValidationError: the address belongs to somebody else.
    """
    _replace_address(_locked(user_id, by), email, by, reason)


@transaction.atomic
def change_own_address(*, by: User, email: str) -> None:
    """Replace a person's address by one that they have proved to read; the old one is told.

    Raises:
        ValidationError: the address belongs to somebody else.
    """
    _replace_address(User.objects.select_for_update().get(pk=by.pk), email, by, "")


def why_not_this_person(user: User, by: User) -> str:
    """Say why people cannot remove or reissue their own second factor; nothing about somebody else's."""
    return _("Another administrator must do this for you.") if user == by else ""


@transaction.atomic
def remove_second_factor(*, user_id: int, by: User, reason: str) -> User:
    """Forget apps, keys and recovery codes of a person who has lost them; staff set up anew.

    Raises:
        NotAllowed: `by` may not change people, or is the person: two people must agree.
    """
    user = _locked(user_id, by)
    if words := why_not_this_person(user, by):
        raise NotAllowed(words)
    _forget_factors(user, by, reason)
    end_sessions(user=user)
    return user


@transaction.atomic
def issue_set_up_code(*, user_id: int, by: User | None, reason: str = "") -> tuple[User, str]:
    """Make the code with which a person of the staff sets up a second factor; an earlier one ends.

    Args:
        user_id: the person.
        by: an administrator, or None for the command line.
        reason: in the administrator's words.

    Returns:
        The person and the code. Only its digest is kept: show it once, to be told in person or by phone.

    Raises:
        NotAllowed: `by` may not change people or is the person, or the person needs no code.
    """
    user = _locked(user_id, by)
    if by is not None and (words := why_not_this_person(user, by)):
        raise NotAllowed(words)
    if not set_up_codes.is_needed(user):
        raise NotAllowed(_("The person already has a second factor or does not need one."))
    code, until = long_code(), timezone.now() + set_up_codes.LIVES
    values = {"digest": set_up_codes.digest(user, code), "made_at": timezone.now(), "expires_at": until}
    SetUpCode.objects.unused().update_or_create(user=user, defaults=values)
    _record(user, AccountChangeKind.SET_UP_CODE, "", date_format(timezone.localtime(until), "c"), by, reason)
    return user, code


@transaction.atomic
def factor_added(*, user_id: int, by: User, kind: str) -> None:
    """Put on record that a person has set up an app or a key; the code that allowed it is used."""
    user = User.objects.select_for_update().get(pk=user_id)
    user.set_up_codes.unused().update(used_at=timezone.now())
    end_sessions(user=user)
    _record(user, AccountChangeKind.SECOND_FACTOR, "", kind, by, "")


@transaction.atomic
def factor_removed(*, user_id: int, by: User, kind: str) -> None:
    """Put on record that a person has removed an app or a key."""
    user = User.objects.select_for_update().get(pk=user_id)
    end_sessions(user=user)
    _record(user, AccountChangeKind.SECOND_FACTOR, kind, "", by, "")


@transaction.atomic
def recovery_codes_replaced(*, user_id: int, by: User) -> None:
    """Put on record that a person has made new recovery codes; the former ones no longer work."""
    user = User.objects.select_for_update().get(pk=user_id)
    kind = Authenticator.Type.RECOVERY_CODES
    _record(user, AccountChangeKind.SECOND_FACTOR, kind, kind, by, "")


@transaction.atomic
def end_sessions(*, user: User) -> None:
    """Log a person out everywhere; browsers in which the account was open are unknown again."""
    User.objects.filter(pk=user.pk).update(session_epoch=F("session_epoch") + 1)
    user.refresh_from_db(fields=["session_epoch"])
    sessions.end_keys(user.sessions.values_list("session_key", flat=True))


def _locked(user_id: int, by: User | None) -> User:
    if by is not None and not by.has_perm("accounts.change_user"):
        raise NotAllowed
    return User.objects.select_for_update().get(pk=user_id)


def _forget_factors(user: User, by: User | None, reason: str) -> None:
    factors = Authenticator.objects.filter(user=user)
    before = ", ".join(sorted(factors.values_list("type", flat=True)))
    if before:
        factors.delete()
        _record(user, AccountChangeKind.SECOND_FACTOR, before, "", by, reason)


def _replace_address(user: User, email: str, by: User, reason: str) -> None:
    email = normal(email)
    if User.objects.with_email(email).exclude(pk=user.pk).exists():
        raise ValidationError(_("A person with this e-mail address already exists."))
    before, user.email = user.email, email
    user.save(update_fields=["email"])
    user.emailaddress_set.all().delete()
    EmailAddress.objects.create(user=user, email=email, primary=True, verified=True)
    end_sessions(user=user)
    _record(user, AccountChangeKind.ADDRESS, before, email, by, reason)
    _tell_old_address(user, before)


def _tell_old_address(user: User, before: str) -> None:
    mail.post(
        template="account/email/email_changed",
        to=before,
        context={"email": before, "from_email": before, "to_email": user.email},
        dedupe_key=f"account/email/email_changed:{uuid.uuid4()}",
        language=user.language,
        is_urgent=True,
    )


def _set_active(user: User, is_active: bool, by: User, reason: str) -> None:
    if user.is_active == is_active:
        return
    before, user.is_active = user.is_active, is_active
    user.save(update_fields=["is_active"])
    end_sessions(user=user)
    words = {True: "open", False: "closed"}
    _record(user, AccountChangeKind.ACTIVE, words[before], words[is_active], by, reason)


def _require_another_administrator(user: User) -> None:
    # Locked together, so that two administrators cannot dismiss each other at the same time.
    administrators = User.objects.with_role(Role.ADMINISTRATOR).order_by("pk").select_for_update(of=("self",))
    if list(administrators) == [user]:
        raise NotAllowed(_("There must be at least one administrator."))


def _record(
    user: User, kind: AccountChangeKind, before: str, after: str, by: User | None, reason: str
) -> None:
    user.changes.create(kind=kind, before=before, after=after, by=by, reason=reason)
