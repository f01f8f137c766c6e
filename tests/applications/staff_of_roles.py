"""Staff of each role, and a document that they may or may not read."""

from django.core.files.base import ContentFile
from django.test import Client
from django.urls import reverse

from applications.models import (
    Application,
    ApplicationChange,
    Call,
    CallExtension,
    Clarification,
    Document,
    PilotRegion,
    Review,
    ReviewChange,
    ReviewScore,
    Selection,
    SelectionChange,
    SelectionEntry,
)
from core.accounts.enums import Role
from core.mail.models import Message
from tests.builders.applications import resubmit
from tests.builders.people import person

# Everybody who reads applications: managers, auditors, administrators.
READERS = {Role.MANAGER, Role.AUDITOR, Role.ADMINISTRATOR}


def url(model, page, *args):
    return reverse(f"admin:applications_{model}_{page}", args=args)


def decide(row, name):
    return url(row._meta.model_name, "decide_one", row.pk, name)


def client_of(role):
    client = Client()
    user = person(role)
    client.force_login(user)
    return client, user


def with_document(application):
    row = Document(
        application=application,
        kind="other",
        name="letter.pdf",
        content_type="application/pdf",
        size=4,
        sha256="0" * 64,
        uploaded_by=person(),
    )
    row.file.save("letter.pdf", ContentFile(b"%PDF"))
    row.save()
    row.file.close()
    resubmit(application)
    return row


REASON = {"reason": "Because."}


def everything():
    """All that a decision could have changed or sent."""
    models = (
        Application,
        ApplicationChange,
        Call,
        CallExtension,
        Clarification,
        Review,
        ReviewChange,
        ReviewScore,
        Selection,
        SelectionChange,
        SelectionEntry,
        PilotRegion,
        Message,
    )
    return {model: list(model.objects.order_by("pk").values()) for model in models}
