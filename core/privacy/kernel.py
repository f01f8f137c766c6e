"""What the kernel itself holds about people: accounts, e-mails, objections, accesses, files."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.accounts.erasure import erase_account
from core.accounts.models import MailedCode, Session, User
from core.accounts.querysets import CODES_KEPT
from core.calculations.models import Calculation
from core.calculations.querysets import KEPT as CALCULATION_KEPT
from core.files.models import PreparedFile
from core.files.pipeline import KEPT, remove_content
from core.lists import actions as lists
from core.mail import actions as mail
from core.mail.models import Message
from core.privacy import actions, reasons, registry
from core.privacy.models import AccountDeletion, IdleNotice, RetentionRun
from core.privacy.registry import Fate, HeldPart, Holding, RetentionRule

RUNS_KEPT = timedelta(days=400)
IDLE = timedelta(days=settings.IDLE_ACCOUNTS_KEPT_DAYS)
IDLE_TOLD = timedelta(days=settings.IDLE_ACCOUNTS_TOLD_DAYS)

_ACCOUNT = [
    Holding(
        "accounts.User.email", "email name language date_joined last_login is_staff is_active", Fate.ERASED
    ),
    Holding("account.EmailAddress.user", "email verified primary", Fate.ERASED),
    Holding("account.EmailAddress.email", "email verified primary", Fate.ERASED),
    Holding("mfa.Authenticator.user", "type created_at last_used_at", Fate.ERASED),
    Holding("accounts.User_groups.user", "group__name", Fate.ERASED),
    Holding("accounts.User_user_permissions.user", "permission__codename", Fate.ERASED),
    Holding("accounts.AccountChange.target", "kind before after at", Fate.NAMELESS, reasons.RECORD),
    Holding("accounts.AccountChange.by", "kind at", Fate.NAMELESS, reasons.STAFF_RECORD),
    Holding("accounts.Session.user", "", Fate.ERASED, told_as="sessions"),
    Holding("accounts.MailedCode.user", "purpose made_at expires_at tries", Fate.ERASED),
    Holding("accounts.MailedCode.address", "purpose made_at expires_at tries", Fate.ERASED),
    Holding("accounts.SetUpCode.user", "made_at expires_at used_at", Fate.ERASED),
    Holding(
        "privacy.AccountDeletion.user", "asked_at due_at cancelled_at done_at", Fate.NAMELESS, reasons.RECORD
    ),
    Holding("privacy.IdleNotice.user", "at", Fate.ERASED),
    Holding("lists.SavedView.owner", "label name query", Fate.ERASED),
    Holding("lists.ListSettings.person", "label columns export_columns is_compact separator", Fate.ERASED),
]
_MAIL = [
    Holding("mail.Message.to", "", Fate.ERASED, told_as="emails"),
    Holding("mail.Message.body", "", Fate.KEPT, reasons.LETTERS, told_as="emails"),
    Holding("mail.Message.caused_by", "template created_at", Fate.NAMELESS, reasons.RECORD),
    Holding("mail.Message.resent_by", "template created_at", Fate.NAMELESS, reasons.STAFF_RECORD),
    Holding("objections.Objection.email", "kind note at", Fate.KEPT, reasons.OBJECTION),
    Holding("objections.Objection.mailbox", "kind note at", Fate.KEPT, reasons.OBJECTION),
    Holding("objections.Objection.sender", "", Fate.NAMELESS, reasons.OTHERS),
    Holding("objections.Settlement.by", "reason at", Fate.NAMELESS, reasons.STAFF_RECORD),
]
_STAFF = [
    Holding("decision_log.StageDecision.by", "stage label reason at", Fate.NAMELESS, reasons.STAFF_RECORD),
    Holding("access.Access.by", "kind label detail at", Fate.NAMELESS, reasons.STAFF_RECORD),
    Holding(
        "files.PreparedFile.requested_by", "title requested_at status", Fate.NAMELESS, reasons.STAFF_RECORD
    ),
    Holding("calculations.CalculationChange.by", "to_status at", Fate.NAMELESS, reasons.STAFF_RECORD),
    Holding("files.PreparedFileChange.by", "to_status at", Fate.NAMELESS, reasons.STAFF_RECORD),
    Holding("admin.LogEntry.user", "object_repr action_time", Fate.NAMELESS, reasons.STAFF_RECORD),
    Holding("questionnaires.FormEdit.by", "verb key at", Fate.NAMELESS, reasons.STAFF_RECORD),
    Holding("questionnaires.FormVersion.published_by", "published_at", Fate.NAMELESS, reasons.STAFF_RECORD),
    Holding("questionnaires.FormVersionChange.by", "to_status at", Fate.NAMELESS, reasons.STAFF_RECORD),
    *(
        Holding(
            f"reference.Historical{model}.history_user", "history_date", Fate.NAMELESS, reasons.STAFF_RECORD
        )
        for model in ("InterregProgramme", "ExpertiseArea", "Challenge", "OrganisationType")
    ),
]


def register() -> None:
    """Register the kernel's parts; accounts first, since what registers first is erased last."""
    rules = [*_log_in_rules(), *_account_rules(), _rule_of_runs()]
    registry.register(
        HeldPart(_ACCOUNT, tells=_sessions, hindrances=_of_staff, erase=_erase_account, rules=rules)
    )
    registry.register(HeldPart(_MAIL, tells=_emails, erase=_erase_mail, rules=_mail_rules()))
    registry.register(HeldPart(_STAFF, rules=_file_rules()))


def _sessions(person: User) -> Iterator[tuple[str, Any]]:
    contents = [row.get_decoded() for row in person.sessions.running()]
    yield (
        "sessions",
        [{"logged_in": content.get("began"), "browser": content.get("browser", "")} for content in contents],
    )


def _emails(person: User) -> Iterator[tuple[str, Any]]:
    # A letter that waits for its release tells nobody its outcome.
    messages = Message.objects.to_address(person.email).released()
    yield (
        "emails",
        [
            {
                "to": message.to,
                "subject": message.shown_subject,
                "body": message.shown_body,
                "created_at": message.created_at,
                "sent_at": message.sent_at,
            }
            for message in messages
        ],
    )


def _of_staff(person: User) -> Iterator[str]:
    if not User.objects.never_staff().filter(pk=person.pk).exists():
        yield _(
            "This account belongs, or belonged, to a member of the OECD’s staff or a reviewer. "
            "Decisions and reviews name the person who made them, so that the award of public "
            "money can be accounted for. For this reason, an administrator closes such an "
            "account instead of deleting it. Write to us if you no longer need it."
        )


def _erase_mail(person: User) -> None:
    messages = Message.objects.of_person(person)
    mail.forget_recipient(messages.filter(template__in=registry.letters()))
    mail.erase_rows(messages.exclude(template__in=registry.letters()))


def _delete(rows: QuerySet) -> None:
    rows.delete()


def _log_in_rules() -> list[RetentionRule]:
    return [
        RetentionRule(
            "sessions",
            gettext_lazy("Log-ins that have ended"),
            timedelta(0),
            gettext_lazy("the end of the log-in"),
            gettext_lazy("deleted"),
            Session.objects.over,
            _delete,
            is_default=False,
            most=50_000,
        ),
        RetentionRule(
            "codes",
            gettext_lazy("Codes that were requested"),
            CODES_KEPT,
            gettext_lazy("the expiry of the code"),
            gettext_lazy("deleted"),
            MailedCode.objects.forgettable,
            _delete,
            most=50_000,
        ),
    ]


def _account_rules() -> list[RetentionRule]:
    return [
        RetentionRule(
            "account-deletions",
            gettext_lazy("Accounts whose deletion was requested"),
            timedelta(days=settings.ACCOUNT_DELETION_WAITS_DAYS),
            gettext_lazy("the request"),
            gettext_lazy("the account is deleted, with everything attached to it"),
            _to_delete,
            _carry_out_deletions,
            together=1,
        ),
        RetentionRule(
            "idle-notices",
            gettext_lazy("Unused accounts, before they are deleted"),
            IDLE - IDLE_TOLD,
            gettext_lazy("the last log-in"),
            gettext_lazy("the owner is told by e-mail and can keep the account by logging in"),
            _idle_to_tell,
            _tell_idle,
            together=1,
        ),
        RetentionRule(
            "idle-accounts",
            gettext_lazy("Accounts without an application, profile, newsletter subscription or role"),
            IDLE,
            gettext_lazy("the last log-in"),
            gettext_lazy("deleted, if the owner was told and has not logged in since"),
            _idle_accounts,
            _erase_idle,
            together=1,
        ),
    ]


def _rule_of_runs() -> RetentionRule:
    return RetentionRule(
        "retention-runs",
        gettext_lazy("The record of these nightly deletions"),
        RUNS_KEPT,
        gettext_lazy("the night of the run"),
        gettext_lazy("deleted"),
        lambda now: RetentionRun.objects.before(now - RUNS_KEPT),
        _delete,
    )


def _mail_rules() -> list[RetentionRule]:
    kept = timedelta(days=settings.ACCOUNT_MAILS_KEPT_DAYS)
    return [
        RetentionRule(
            "account-mails",
            gettext_lazy("E-mails with codes, and other e-mails that only concern an account"),
            kept,
            gettext_lazy("the e-mail"),
            gettext_lazy("address and text are deleted"),
            lambda now: Message.objects.forgettable(now - kept),
            mail.erase_rows,
        )
    ]


def _file_rules() -> list[RetentionRule]:
    return [
        RetentionRule(
            "prepared-files",
            gettext_lazy("Lists that staff requested for download"),
            KEPT,
            gettext_lazy("the creation of the file"),
            gettext_lazy(
                "the file is deleted; the record of who requested it, when and with which filters is kept"
            ),
            lambda now: PreparedFile.objects.expired(),
            remove_content,
        ),
        RetentionRule(
            "calculations",
            gettext_lazy("Calculations requested by staff, with their answers"),
            CALCULATION_KEPT,
            gettext_lazy("the last time the question was asked"),
            gettext_lazy("deleted"),
            lambda now: Calculation.objects.outlived(now),
            _delete,
        ),
    ]


def _to_delete(now: datetime) -> QuerySet[User]:
    # The accounts and not the wishes: whoever cancels locks the account first as well.
    return User.objects.filter(pk__in=AccountDeletion.objects.due(now).values("user"))


def _carry_out_deletions(people: QuerySet[User]) -> None:
    for person in people:
        if deletion := AccountDeletion.objects.open_of(person):
            actions.carry_out(deletion_id=deletion.pk)


def _unused(before: datetime) -> QuerySet[User]:
    """Return the accounts with nothing on them, into which nobody has logged in since a moment."""
    needed = Q(deletions__cancelled_at__isnull=True, deletions__isnull=False)
    for part in registry.parts():
        needed |= part.in_use
    in_use = User.objects.filter(needed).values("pk")
    return User.objects.never_staff().idle_since(before).exclude(pk__in=in_use)


def _idle_to_tell(now: datetime) -> QuerySet[User]:
    told = IdleNotice.objects.unheeded().values("user")
    return _unused(now - IDLE + IDLE_TOLD).exclude(pk__in=told)


def _idle_accounts(now: datetime) -> QuerySet[User]:
    told = IdleNotice.objects.unheeded().before(now - IDLE_TOLD).values("user")
    return _unused(now - IDLE).filter(pk__in=told)


def _tell_idle(people: QuerySet[User]) -> None:
    for person in people:
        actions.tell_idle(person)


def _erase_idle(people: QuerySet[User]) -> None:
    for person in people:
        actions.erase(person)


def _erase_account(person: User) -> None:
    IdleNotice.objects.filter(user=person).delete()
    lists.forget(person)
    erase_account(person)
