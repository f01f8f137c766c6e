"""A reader who was invited by a stranger and presses the link to object."""

from __future__ import annotations

import re
from html import unescape

from django.test import Client

from applications.applying.actions import members
from applications.enums import MemberRole
from core.mail.models import Message
from tests.builders.applications import lead_of, started
from tests.support.mailbox import email_of

READER = "reader@stranger.example"


LINK = re.compile(r"(/(?:fr/)?emails/\S+)")


def invitation(email=READER, application=None):
    """Return the e-mail of an invitation to a stranger."""
    application = application or started()
    members.invite(application_id=application.pk, by=lead_of(application), email=email, role=MemberRole.EDIT)
    return Message.objects.filter(to=email).latest("pk")


def link_in(message):
    return LINK.search(email_of(message).body)[1]


def press(message, kind, **more):
    return Client().post(link_in(message), {"kind": kind, **more}, follow=True)


def words_of(response):
    return unescape(response.content.decode())
