"""What an invitation tells is read once for a region, however many of its experts are invited."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core.mail.models import Message
from tests.builders import matching as build
from tests.matching.test_teams import confirm, done_run

pytestmark = pytest.mark.django_db
# What all experts of a region are told alike.
ALIKE = (
    'FROM "applications_submission"',
    'FROM "applications_member" INNER JOIN "accounts_user"',
    'FROM "reference_language"',
    'FROM "reference_expertisearea"',
)


def reads_of_inviting(languages):
    """Invite an expert for each of these languages, which another side speaks; count what was read."""
    sides = dict(zip(("FR", "DE", "BE"), (languages * 2)[: max(2, len(languages))], strict=False))
    build.region(sides={country: (language,) for country, language in sides.items()})
    for language in languages:
        build.expert(language, languages={language: "C1", "en": "C1"}, max_regions=1)
    run = done_run()
    Message.objects.all().delete()
    with CaptureQueriesContext(connection) as captured:
        confirm(run)
    assert Message.objects.filter(template="matching/email/invitation").count() == len(languages)
    return {table: sum(table in query["sql"] for query in captured) for table in ALIKE}


def test_reads_of_inviting_a_team_do_not_grow_with_its_experts():
    one, three = reads_of_inviting(["fr"]), reads_of_inviting(["fr", "de", "nl"])
    assert min(one.values()) > 0
    assert three == one
