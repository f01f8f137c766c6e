"""Staff of each role at the pages of applications."""

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.builders.applications import eligible
from tests.builders.people import person
from tests.builders.reviews import scored


def as_(role_or_user):
    user = role_or_user if hasattr(role_or_user, "pk") else person(role_or_user)
    client = Client()
    client.force_login(user)
    client.user = user
    return client


def url(model, page="changelist", *args):
    return reverse(f"admin:applications_{model}_{page}", args=args)


def decide(row, name):
    return url(row._meta.model_name, "decide_one", row.pk, name)


def queries_of(client, address):
    with CaptureQueriesContext(connection) as captured:
        assert client.get(address).status_code == 200
    return len(captured)


def rank(call):
    """An application without reviews, one on which reviewers disagree, a weak and a good one."""
    eligible(call)
    for first, second in ((5, 1), (1, 1), (5, 5)):
        application = eligible(call)
        scored(application, first, first)
        scored(application, second, second)
