"""E-mails to the applicants: receipt, reminder, invitation, question to a partner."""

from __future__ import annotations

from typing import Any

from applications.enums import MemberRole
from applications.models import Application, Invitation, Partner, PartnerRecord, Submission
from impact.mail import actions as mail
from impact.mail import links
from impact.mail.models import Message


def receipt(submission: Submission) -> None:
    """Confirm a version, just submitted, to everybody who may submit, so that all know it was done."""
    application = submission.application
    may_submit = application.members.filter(role__in=[MemberRole.LEAD, MemberRole.EDIT])
    for person in (member.user for member in may_submit.select_related("user").order_by("pk")):
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


def invitation(invited: Invitation) -> None:
    """Ask somebody to work on an application; the letter names no answer of it but its title."""
    mail.post(
        template="applications/email/invitation",
        to=invited.email,
        context={
            "application": invited.application,
            "invitation": invited,
            "link": links.page("applications:invitation", invited.public_id),
        },
        dedupe_key=_invitation_key(invited),
        about=invited.application.about,
        language=invited.application.language,
        caused_by=invited.invited_by,
        is_optional=True,
    )


def is_on_its_way(invited: Invitation) -> bool:
    """Whether the e-mail of an invitation waits or was sent; not if it failed, came back or was stopped."""
    return Message.objects.with_keys([_invitation_key(invited)]).on_their_way().exists()


def _invitation_key(invited: Invitation) -> str:
    return f"{invited.application.about}:invitation:{invited.pk}"


def confirmation(partner: Partner, *, token: str, asked_by: Any) -> None:
    """Ask a partner organisation to confirm by a signed link that it takes part."""
    application = partner.application
    mail.post(
        template="applications/email/confirm_partner",
        to=partner.contact_email,
        context={
            "application": application,
            "partner": partner,
            "asked_by": asked_by,
        },
        secrets={"link": links.page("applications:confirm_partner", token)},
        dedupe_key=f"{application.about}:partner:{partner.public_id.hex}:{partner.confirmation_asked_at.timestamp():.6f}",
        about=application.about,
        language=application.language,
        caused_by=asked_by,
        is_optional=True,
    )


def confirmation_lapsed(step: PartnerRecord, application: Application) -> None:
    """Tell the lead that a partner was changed after it had confirmed, and has to be asked again."""
    lead = application.members.select_related("user").get(role=MemberRole.LEAD).user
    mail.post(
        template="applications/email/partner_lapsed",
        to=lead.email,
        context={
            "application": application,
            "step": step,
            "link": links.page("applications:people", application.public_id),
        },
        dedupe_key=f"{application.about}:partner-lapsed:{step.pk}",
        about=application.about,
        language=lead.language,
    )
