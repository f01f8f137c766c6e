"""Two accounts become one while somebody works on an application."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, transaction

from applications.models import Application
from core.accounts import merging
from core.mail.mailboxes import double_address
from tests.builders.applications import started
from tests.builders.people import make_person

WAITS = "SELECT count(*), pg_sleep(0.02) FROM pg_locks WHERE NOT granted"
TRIES = 500


def await_a_wait_for_a_lock() -> None:
    with connection.cursor() as cursor:
        for _try in range(TRIES):
            cursor.execute(WAITS)
            if cursor.fetchone()[0]:
                return
    pytest.fail("Nobody waited for a lock.")


@pytest.mark.django_db(transaction=True)
def test_answer_saved_while_its_writer_is_renamed_keeps_its_own_writer():
    kept, double = make_person("x@example.org"), make_person(double_address("x@example.org", 2))
    application = started(lead=kept)
    rows = Application.objects.filter(pk=application.pk)
    rows.update(writers={"title": double.pk})

    def merge() -> None:
        try:
            merging.merge(kept_id=kept.pk, double_id=double.pk)
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            # As an autosave does.
            rows.select_for_update(of=["self"]).get()
            merged = pool.submit(merge)
            await_a_wait_for_a_lock()
            rows.update(writers={"title": double.pk, "acronym": kept.pk})
        merged.result()

    application.refresh_from_db()
    assert application.writers == {"title": kept.pk, "acronym": kept.pk}
