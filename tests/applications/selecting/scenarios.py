"""A manager at the pages of selections."""

from django.test import Client
from django.urls import reverse

from core.accounts.enums import Role
from tests.builders.people import person

BASEL, HAUT_RHIN, LOERRACH = "CH031", "FRF12", "DE139"


def url(page, *args, query=""):
    return reverse(f"admin:applications_selection_{page}", args=args) + query


def as_manager():
    client = Client()
    client.user = person(Role.MANAGER)
    client.force_login(client.user)
    return client


def outcomes(selection):
    return dict(selection.entries.values_list("application", "outcome"))
