"""Who works on an application: invited by e-mail, with or without an account; partners who confirm."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from django.core import signing
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from applications.applying import emails
from applications.applying.actions.drafts import lock_application
from applications.applying.actions.partners import record_step
from applications.enums import MemberRole, PartnerEvent
from applications.models import Application, Invitation, Member, Partner
from core.accounts.models import User
from core.history import NotAllowed
from core.locking import lock_row
from core.mail import budget
from core.sections.merging import digest

# People in one application; a default of ours against mistakes and misuse.
MAX_PEOPLE = 50
# So long the first e-mail with its link is at hand; a default of ours: to confirm.
INVITE_AGAIN_AFTER = timedelta(days=1)
PARTNER_SALT = "applications.partner"


class LinkOutdated(Partner.DoesNotExist):
    """Raised for a link that we wrote, to a partner that was changed or removed since."""


@transaction.atomic
def invite(
    *, application_id: int, by: User, email: str, role: str, language: str = "", network: str = ""
) -> Invitation:
    """Invite somebody to edit or to read; no account is needed until the invitation is accepted.

    An invitation that was cancelled not long ago stands again, without a second e-mail: the link in the
    first one works again.

    Args:
        application_id: the application.
        by: its lead.
        email: of the person.
        role: `MemberRole.EDIT` or `MemberRole.VIEW`.
        language: of the e-mail to somebody without an account; by default that of the page.
        network: from which it is asked, for the budget of e-mails.

    Returns:
        The invitation; its `is_mailed` says whether an e-mail was written.

    Raises:
        NotAllowed: the person is not the lead, or the role is none to be given.
        ValidationError: the person is a member, is invited already, or there are too many.
        MailRefused: the budget of e-mails is used up, or the owner of the address objected.
    """
    application = _led(application_id, by)
    if role not in (MemberRole.EDIT, MemberRole.VIEW):
        raise NotAllowed
    if application.is_test:
        raise ValidationError(_("You cannot invite people to a test."))
    if application.members.filter(user__email=email).exists():
        raise ValidationError(_("This person already works on the application."))
    waiting = application.invitations.awaiting()
    if waiting.for_email(email).exists():
        raise ValidationError(_("This person has already been invited."))
    if application.members.count() + waiting.count() >= MAX_PEOPLE:
        raise ValidationError(
            _("Up to %(most)d people can work on one application."), params={"most": MAX_PEOPLE}
        )
    restored = _restore(application, by, email, role)
    return restored or _invite(application, by, email, role, language, network)


def _restore(application: Application, by: User, email: str, role: str) -> Invitation | None:
    """Let a cancelled invitation stand again whose e-mail arrived, as far as we know, not long ago."""
    since = timezone.now() - INVITE_AGAIN_AFTER
    invitation = application.invitations.taken_back().for_email(email).invited_since(since).last()
    if invitation is None or budget.is_unwanted(email, sender=by) or not emails.is_on_its_way(invitation):
        return None
    invitation.taken_back_at, invitation.role, invitation.invited_by = None, role, by
    invitation.save(update_fields=["taken_back_at", "role", "invited_by"])
    return invitation


def _invite(
    application: Application, by: User, email: str, role: str, language: str, network: str
) -> Invitation:
    uses = budget.of_account(by, to=email, application=application, network=network)
    budget.charge(uses, to=email, sender=by)
    invitation = application.invitations.create(email=email, role=role, invited_by=by)
    emails.invitation(invitation, language=language)
    invitation.is_mailed = True
    return invitation


@transaction.atomic
def take_back(*, application_id: int, by: User, invitation_id: UUID) -> None:
    """Take an invitation back; its link leads nowhere from then on.

    Raises:
        NotAllowed: the person is not the lead.
        Invitation.DoesNotExist: it was accepted or taken back, or belongs to another application.
    """
    application = _led(application_id, by)
    invitation = application.invitations.awaiting().select_for_update().get(public_id=invitation_id)
    invitation.taken_back_at = timezone.now()
    invitation.save(update_fields=["taken_back_at"])


@transaction.atomic
def accept(*, invitation_id: UUID, by: User) -> Application:
    """Accept an invitation to one's own address.

    Raises:
        Invitation.DoesNotExist: none for this person's address, or taken back.
    """
    mine = Invitation.objects.awaiting().for_email(by.email).select_related("application")
    invitation = lock_row(mine, public_id=invitation_id)
    invitation.accepted_at = timezone.now()
    invitation.save(update_fields=["accepted_at"])
    Member.objects.get_or_create(
        application=invitation.application,
        user=by,
        defaults={"role": invitation.role, "added_by": invitation.invited_by},
    )
    return invitation.application


@transaction.atomic
def change_access(*, application_id: int, by: User, member_id: int, role: str) -> Member:
    """Let a person edit from now on, or only view.

    Raises:
        NotAllowed: the person who asks is not the lead, it is about the lead, or the role is none to give.
        Member.DoesNotExist: not a member of this application.
    """
    application = _led(application_id, by)
    member = application.members.select_related("user").get(pk=member_id)
    if member.role == MemberRole.LEAD or role not in (MemberRole.EDIT, MemberRole.VIEW):
        raise NotAllowed
    member.role = role
    member.save(update_fields=["role"])
    return member


@transaction.atomic
def remove_member(*, application_id: int, by: User, member_id: int) -> None:
    """Take a person's rights away; the lead can remove everybody else, everybody else themselves.

    Raises:
        NotAllowed: anybody else tries, or the lead would go.
        Member.DoesNotExist: not a member of this application.
    """
    application = lock_application(by, pk=application_id)
    member = application.members.get(pk=member_id)
    is_own = member.user_id == by.pk
    if member.role == MemberRole.LEAD or not (is_own or application.role == MemberRole.LEAD):
        raise NotAllowed
    member.delete()


@transaction.atomic
def ask_partner(
    *, application_id: int, by: User, partner_id: UUID, language: str = "", network: str = ""
) -> Partner:
    """Ask a partner organisation, by e-mail, to confirm that it takes part; also one that said no before.

    Args:
        application_id: the application.
        by: its lead.
        partner_id: the partner's public id.
        language: of the e-mail to somebody without an account; by default that of the page.
        network: from which it is asked, for the budget of e-mails.

    Raises:
        NotAllowed: the person is not the lead.
        Partner.DoesNotExist: the application has no such partner.
        ValidationError: no contact e-mail is given, or the partner has confirmed.
        MailRefused: it was asked a short time ago, the budget of e-mails is used up, or the owner of the
            address objected.
    """
    application = _led(application_id, by)
    if application.is_test:
        raise ValidationError(_("No e-mails are sent for a test."))
    partner = application.partners.get(public_id=partner_id)
    if not partner.contact_email:
        raise ValidationError(_("Enter the e-mail address of a contact person first."))
    if partner.confirmed_at:
        raise ValidationError(_("This partner has already confirmed."))
    uses = budget.of_account(by, to=partner.contact_email, application=application, network=network)
    same = budget.repeated_request(partner.public_id, _identity(partner), to=partner.contact_email)
    budget.charge([same, *uses], to=partner.contact_email, sender=by)
    partner.confirmation_asked_at, partner.declined_at = timezone.now(), None
    partner.save(update_fields=["confirmation_asked_at", "declined_at"])
    record_step(partner, PartnerEvent.ASKED, by=by)
    emails.confirmation(partner, token=partner_token(partner), asked_by=by, language=language)
    return partner


@transaction.atomic
def confirm_partner(*, token: str, name: str) -> Partner:
    """Confirm, for a partner organisation, that it takes part; the link is the proof.

    From then on the address to which the link went gets the receipts, in the language of the page. Whoever
    said no before may confirm as well; the lead, who was told of the no, is then told.

    Args:
        token: from the link in the e-mail.
        name: of the person who confirms.

    Raises:
        Partner.DoesNotExist: the token is not ours, or the partner was removed, has another e-mail now
            or has become another organisation.
    """
    partner = partner_of(token, is_locked=True)
    if partner.confirmed_at is None:
        had_declined = partner.declined_at is not None
        partner.confirmed_at, partner.declined_at = timezone.now(), None
        partner.confirmed_by_name, partner.confirmed_email = name, partner.contact_email
        partner.confirmed_language = get_language() or ""
        partner.save(
            update_fields=[
                "confirmed_at",
                "declined_at",
                "confirmed_by_name",
                "confirmed_email",
                "confirmed_language",
            ]
        )
        step = record_step(partner, PartnerEvent.CONFIRMED, by_name=name)
        if had_declined:
            emails.partner_confirmed_after_all(step, partner.application)
    return partner


@transaction.atomic
def decline_partner(*, token: str, name: str, message: str = "") -> Partner:
    """Say, for a partner organisation that was asked, that it does not take part; the lead is told.

    Args:
        token: from the link in the e-mail.
        name: of the person who says so.
        message: what the lead should know.

    Raises:
        Partner.DoesNotExist: as in `confirm_partner`.
    """
    partner = partner_of(token, is_locked=True)
    if partner.confirmation == PartnerEvent.ASKED:
        partner.declined_at = timezone.now()
        partner.save(update_fields=["declined_at"])
        step = record_step(partner, PartnerEvent.DECLINED, by_name=name)
        emails.partner_declined(step, partner.application, message=message)
    return partner


def partner_token(partner: Partner) -> str:
    return signing.dumps([partner.pk, partner.contact_email, _identity(partner)], salt=PARTNER_SALT)


def partner_of(token: str, *, is_locked: bool = False) -> Partner:
    """Return the partner of a link.

    Raises:
        Partner.DoesNotExist: as in `confirm_partner`; `LinkOutdated` if the link is one of ours.
    """
    try:
        partner_id, email, identity = signing.loads(token, salt=PARTNER_SALT)
    except signing.BadSignature:
        raise Partner.DoesNotExist from None
    rows = Partner.objects.select_related("application__call")
    try:
        partner = lock_row(rows, pk=partner_id) if is_locked else rows.get(pk=partner_id)
    except Partner.DoesNotExist:
        raise LinkOutdated from None
    if partner.contact_email != email or _identity(partner) != identity:
        raise LinkOutdated
    return partner


def _identity(partner: Partner) -> str:
    """Return a fingerprint of who was asked: the link dies when the partner becomes another one."""
    return digest(list(partner.identity))


def _led(application_id: int, by: User) -> Application:
    application = lock_application(by, pk=application_id)
    if application.role != MemberRole.LEAD:
        raise NotAllowed
    return application
