"""What a submission costs, from the complete draft to the receipt; `benchmark web` measures its time."""

from __future__ import annotations

from collections.abc import Iterator
from unittest import mock

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from core.mail import tasks as mail_tasks
from tests.builders.applications import lead_of, ready
from tests.support.applicant_forms import typed

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _worker_elsewhere() -> Iterator[None]:
    """The e-mail is sent by the worker, not by the request."""
    with mock.patch.object(mail_tasks.deliver_due, "delay"):
        yield


def test_submission_from_draft_to_receipt_needs_at_most_40_queries() -> None:
    """Five requests, with BEGIN and COMMIT: the last section, save, check, submit, receipt."""
    application = ready()
    client = Client()
    client.force_login(lead_of(application))
    base = f"/applications/{application.public_id}/"
    # The borders of the countries are read once a minute, by whoever checks first.
    client.get(f"{base}check/")
    with CaptureQueriesContext(connection) as queries:
        form = typed(client.get(f"{base}declarations/"))
        saved = client.post(f"{base}declarations/", form | {"agrees_to_publication": "on"})
        check = client.get(saved["Location"])
        done = client.post(f"{base}check/", typed(check))
        receipt = client.get(done["Location"])

    assert application.submissions.get().sha256 in receipt.content.decode()
    assert len(queries) <= 40, "\n".join(query["sql"][:200] for query in queries.captured_queries)
