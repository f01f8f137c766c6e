"""Codes, and links that act without a log-in, can no longer be read in the outbox.

Links that wait are sealed; a code that waits never leaves, as it lives for a quarter of an hour only.
"""

import re
from typing import Any

from django.db import migrations, models
from django.db.migrations.state import StateApps

from core.mail import sealing

CODES = ("account/email/login_code", "account/email/confirm_code", "account/email/email_confirmation")
LINKS = (
    "applications/email/confirm_partner",
    "newsletter/email/already",
    "newsletter/email/bulletin",
    "newsletter/email/confirm",
)
FINAL = ("sent", "returned", "discarded")
ADDRESS = re.compile(r"https?://[^\s\"'<>]*/(?:partner|confirm|preferences|unsubscribe)/[^\s\"'<>]+")


def forget_secrets(apps: StateApps, schema_editor: object) -> None:
    messages = apps.get_model("mail", "Message").objects
    codes = messages.filter(template__in=CODES)
    codes.exclude(status__in=FINAL).update(status="discarded")
    codes.update(body="", html="", has_secrets=True)
    for message in messages.filter(template__in=LINKS).iterator(chunk_size=500):
        hide_links(message)
        message.save(update_fields=["body", "html", "headers", "has_secrets", "sealed"])


def hide_links(message: Any) -> None:
    texts = [message.body, message.html, *message.headers.values()]
    links = {link for text in texts for link in ADDRESS.findall(text)}
    by_mark = {mark: link for link, mark in sealing.marks_for({link: link for link in links}).items()}
    message.body = sealing.cover(message.body, by_mark)
    message.html = sealing.cover(message.html, by_mark)
    message.headers = {name: sealing.cover(text, by_mark) for name, text in message.headers.items()}
    message.has_secrets = bool(by_mark)
    message.sealed = "" if message.status in FINAL else sealing.seal(by_mark)


class Migration(migrations.Migration):
    dependencies = [("mail", "0001_initial")]

    operations = [
        migrations.AddField(
            "message",
            "has_secrets",
            models.BooleanField(
                default=False,
                editable=False,
                help_text="Holds a code or a link that acts without a log-in.",
            ),
        ),
        migrations.AddField(
            "message",
            "sealed",
            models.TextField(
                blank=True,
                default="",
                editable=False,
                help_text="The codes and links of the text, encrypted; erased once the e-mail has left.",
            ),
        ),
        migrations.AddField(
            "message",
            "sealed_until",
            models.DateTimeField(
                blank=True,
                null=True,
                editable=False,
                help_text="When they no longer work; empty: never.",
            ),
        ),
        migrations.RunPython(forget_secrets, migrations.RunPython.noop),
        migrations.AddConstraint(
            "message",
            models.CheckConstraint(
                condition=~models.Q(status__in=FINAL) | models.Q(sealed=""),
                name="message_final_has_no_secrets",
            ),
        ),
        migrations.AddConstraint(
            "message",
            models.CheckConstraint(
                condition=~models.Q(template__in=CODES)
                | models.Q(body="")
                | models.Q(body__contains="[[code:"),
                name="message_code_is_never_plain",
            ),
        ),
        migrations.AddIndex(
            "message",
            models.Index(
                fields=["sealed_until"],
                condition=models.Q(("sealed", ""), _negated=True),
                name="message_sealed",
            ),
        ),
    ]
