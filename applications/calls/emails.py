"""E-mails about a call: to everyone who may write on an application in it, when its closing time changes."""

from __future__ import annotations

from collections.abc import Iterable

from applications.models import CallExtension, Member
from core.mail import actions as mail
from core.mail import links


def announce_extension(extension: CallExtension, members: Iterable[Member]) -> int:
    """Tell everyone who may write; a person with several applications in the call hears once, of the last."""
    people = {member.user_id: member for member in members}
    for member in people.values():
        link = links.page_of(member.application)
        mail.post(
            template="applications/email/extended",
            to=member.user.email,
            context={
                "extension": extension,
                "call": extension.call,
                "is_submitted": member.application.was_submitted,
                "link": link,
            },
            dedupe_key=f"extension:{extension.pk}:user:{member.user_id}",
            about=member.application.about,
            language=member.user.language,
        )
    return len(people)
