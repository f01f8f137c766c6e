"""Strangers who cause e-mails to somebody, and what arrives."""

from __future__ import annotations

from html import unescape

from django.test import Client

from applications.enums import MemberRole
from applications.models import Application
from core.mail.models import Message

VICTIM = "victim@stranger.example"


def base(application: Application) -> str:
    return f"/applications/{application.public_id}"


def invite(client: Client, application: Application, email: str, **more: str):
    form = {"email": email, "role": MemberRole.EDIT}
    return client.post(f"{base(application)}/people/", form, follow=True, **more)


def mails_to(email: str) -> int:
    return Message.objects.filter(to=email).count()


def words_of(response) -> str:
    return unescape(response.content.decode())
