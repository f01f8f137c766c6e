"""Letters of a selection, and staff who read them."""

from django.test import Client
from django.urls import reverse

from tests.builders.people import person
from tests.support.mailbox import beside_receipts


def as_(role):
    client = Client()
    client.user = person(role)
    client.force_login(client.user)
    return client


def url(model, page, *args):
    return reverse(f"admin:applications_{model}_{page}", args=args)


def letter_to(application):
    return beside_receipts().get(about=application.about)
