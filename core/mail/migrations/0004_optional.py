"""Which e-mails their readers can object to, so that those that wait when they do are stopped."""

from typing import Any

from django.db import migrations, models

from core.mail.mailboxes import mailbox_of

NOT_SENT = ("held", "queued", "failed", "doubt")
OPTIONAL = (
    "applications/email/invitation",
    "applications/email/confirm_partner",
    "newsletter/email/already",
    "newsletter/email/confirm",
)


def mark_waiting(apps: Any, schema_editor: Any) -> None:
    """Mark what an older version has written and not sent; what has left cannot be stopped."""
    Message = apps.get_model("mail", "Message")
    waiting = list(Message.objects.filter(template__in=OPTIONAL, status__in=NOT_SENT).only("pk", "to"))
    for message in waiting:
        message.optional_for = mailbox_of(message.to)
    Message.objects.bulk_update(waiting, ["optional_for"], batch_size=500)


class Migration(migrations.Migration):

    dependencies = [
        ("mail", "0003_returned_and_caused"),
    ]

    operations = [
        migrations.AddField(
            model_name="message",
            name="optional_for",
            field=models.CharField(blank=True, default="", editable=False, help_text="The mailbox whose owner can object to the e-mail; empty: nobody can.", max_length=254),
        ),
        migrations.AddIndex(
            model_name="message",
            index=models.Index(condition=models.Q(("optional_for", ""), _negated=True), fields=["optional_for"], name="message_optional"),
        ),
        migrations.RunPython(mark_waiting, migrations.RunPython.noop),
    ]
