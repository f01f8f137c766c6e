"""E-mails about a call: to everyone who writes on a draft, when it closes later."""

from __future__ import annotations

from collections.abc import Iterable

from applications.models import CallExtension, Member
from core.mail import actions as mail
from core.mail import links


def announce_extension(extension: CallExtension, members: Iterable[Member]) -> int:
    """Tell everyone who writes on a draft; a person with several drafts of the call hears once."""
    people = {member.user_id: member for member in members}
    for member in people.values():
        link = links.page_of(member.application)
        mail.post(
            template="applications/email/extended",
            to=member.user.email,
            context={"extension": extension, "call": extension.call, "link": link},
            dedupe_key=f"extension:{extension.pk}:user:{member.user_id}",
            about=member.application.about,
            language=member.user.language,
        )
    return len(people)
