"""E-mails to the applicants: receipt, reminder, invitation, question to a partner, withdrawal."""

from __future__ import annotations

from typing import Any

from applications.applying import snapshots
from applications.applying.letter_texts import lead_of
from applications.enums import MemberRole
from applications.models import (
    Application,
    ApplicationChange,
    Invitation,
    Partner,
    PartnerRecord,
    PilotRegion,
    Selection,
    Submission,
)
from core.accounts.languages import language_of
from core.accounts.models import User
from core.mail import actions as mail
from core.mail import links
from core.mail.mailboxes import mailbox_of
from core.mail.models import Message
from core.questionnaires.models import FormVersion


def receipt(submission: Submission) -> None:
    """Confirm a version, just submitted, to everybody who works on it or looks on, and to the partners."""
    application = submission.application
    people = [member.user for member in application.members.select_related("user").order_by("pk")]
    for person in people:
        mail.post(
            template="applications/email/receipt",
            to=person.email,
            context={
                "application": application,
                "submission": submission,
                "link": links.page("applications:version", application.public_id, submission.number),
            },
            dedupe_key=f"{application.about}:receipt:{submission.number}:{person.pk}",
            about=application.about,
            language=person.language,
            is_urgent=True,
        )

    _partner_receipts(submission, known={mailbox_of(person.email) for person in people})


def _partner_receipts(submission: Submission, *, known: set[str]) -> None:
    """Tell the contacts who confirmed for a partner that this version names; each address once.

    An address that was typed in later has confirmed nothing, and learns of no application.
    """
    application = submission.application
    named = {snapshots.identity_of(row) for row in snapshots.partners(submission.snapshot)}
    for partner in application.partners.filter(confirmed_at__isnull=False).order_by("pk"):
        address = partner.confirmed_email
        if not partner.gets_receipts or partner.identity not in named or mailbox_of(address) in known:
            continue
        known.add(mailbox_of(address))
        mail.post(
            template="applications/email/partner_receipt",
            to=address,
            context={"application": application, "submission": submission, "partner": partner},
            dedupe_key=f"{application.about}:receipt:{submission.number}:partner:{partner.public_id.hex}",
            about=application.about,
            language=language_of(address, partner.confirmed_language),
            is_urgent=True,
        )


def reminder(application: Application, *, days_left: int, has_been_submitted: bool) -> None:
    """Remind everybody who may edit of the closing time; once for each of the days and closing times."""
    closes_at = application.call.closes_at
    for member in application.members.all():
        if member.role == MemberRole.VIEW:
            continue
        mail.post(
            template="applications/email/closing_soon",
            to=member.user.email,
            context={
                "application": application,
                "has_been_submitted": has_been_submitted,
                "link": links.page("applications:overview", application.public_id),
            },
            dedupe_key=f"{application.about}:closing:{closes_at:%Y%m%d%H%M}:{days_left}:{member.user_id}",
            about=application.about,
            language=member.user.language,
        )


def invitation(invited: Invitation, *, language: str = "") -> None:
    """Ask somebody to work on an application; the letter names no answer of it but its title."""
    mail.post(
        template="applications/email/invitation",
        to=invited.email,
        context={
            "application": invited.application,
            "invitation": invited,
            "link": links.page("applications:invitation", invited.public_id),
        },
        dedupe_key=invitation_key(invited),
        about=invited.application.about,
        language=language_of(invited.email, language),
        caused_by=invited.invited_by,
        is_optional=True,
    )


def is_on_its_way(invited: Invitation) -> bool:
    """Whether the e-mail of an invitation waits or was sent; not if it failed, came back or was stopped."""
    return Message.objects.with_keys([invitation_key(invited)]).on_their_way().exists()


def invitation_key(invited: Invitation) -> str:
    """Return the key under which the outbox keeps the e-mail of an invitation."""
    return f"{invited.application.about}:invitation:{invited.pk}"


def confirmation(partner: Partner, *, token: str, asked_by: User, language: str = "") -> None:
    """Ask a partner organisation to confirm by a signed link that it takes part."""
    application, asked_at = partner.application, partner.confirmation_asked_at
    assert asked_at
    mail.post(
        template="applications/email/confirm_partner",
        to=partner.contact_email,
        context={
            "application": application,
            "partner": partner,
            "asked_by": asked_by,
        },
        secrets={"link": links.page("applications:confirm_partner", token)},
        dedupe_key=f"{application.about}:partner:{partner.public_id.hex}:{asked_at.timestamp():.6f}",
        about=application.about,
        language=language_of(partner.contact_email, language),
        caused_by=asked_by,
        is_optional=True,
    )


def confirmation_lapsed(step: PartnerRecord, application: Application) -> None:
    """Tell the lead that a partner was changed after it had confirmed, and has to be asked again."""
    _tell_lead("partner_lapsed", step, application)


def partner_declined(step: PartnerRecord, application: Application, *, message: str) -> None:
    """Tell the lead that a partner says that it does not take part, and what follows."""
    _tell_lead("partner_declined", step, application, message=message)


def partner_confirmed_after_all(step: PartnerRecord, application: Application) -> None:
    """Tell the lead that a partner that had declined takes part: the last e-mail said to remove it."""
    _tell_lead("partner_confirmed_after_all", step, application)


def _tell_lead(template: str, step: PartnerRecord, application: Application, **context: Any) -> None:
    lead = lead_of(application)
    if lead is None:
        return
    mail.post(
        template=f"applications/email/{template}",
        to=lead.email,
        context={
            "application": application,
            "step": step,
            "link": links.page("applications:people", application.public_id),
            **context,
        },
        dedupe_key=f"{application.about}:{template}:{step.pk}",
        about=application.about,
        language=lead.language,
    )


def confirm_withdrawal(change: ApplicationChange) -> None:
    to_lead(
        change.target,
        template="applications/email/withdrawn",
        key=f"application:{change.target_id}:withdrawn:{change.pk}",
    )


def tell_outcome_undone(application: Application, selection: Selection, reason: str) -> None:
    """Tell the lead, whose letter had left, that the outcome in it does not stand any more."""
    to_lead(
        application,
        template="applications/email/outcome_undone",
        key=f"{application.about}:undone:{selection.pk}",
        reason=reason,
    )


def tell_region_ended(region: PilotRegion, reason: str) -> None:
    """Tell the lead of the applicants that their pilot region has ended."""
    to_lead(
        region.application,
        template="applications/email/pilot_ended",
        key=f"{region.application.about}:pilot_ended:{region.changes.latest('pk').pk}",
        region=region,
        reason=reason,
    )


def form_changed(application: Application, version: FormVersion) -> None:
    """Tell the lead that what is asked has changed; the pages say what."""
    assert version.published_at
    key = f"{application.about}:form:{version.pk}:{version.published_at.timestamp():.0f}"
    to_lead(application, template="applications/email/form_changed", key=key)


def to_lead(
    application: Application,
    *,
    template: str,
    key: str,
    is_held: bool = False,
    written: mail.WrittenText | None = None,
    **context: Any,
) -> None:
    """Post an e-mail to the person who leads an application, in that person's language.

    Nobody is written to once the account of that person is deleted.
    """
    lead = lead_of(application)
    if lead is None:
        return
    mail.post(
        template=template,
        to=lead.email,
        context={"application": application, "link": links.page_of(application), **context},
        dedupe_key=key,
        about=application.about,
        language=lead.language,
        is_held=is_held,
        written=written,
    )
