"""A bulletin survives a killed worker: everybody gets it, nobody twice."""

from __future__ import annotations

import pytest
from django.db import connection

from core.accounts.enums import Role
from core.mail.models import Message
from impact.local.processes import wait_until
from newsletter import actions, pipeline, tasks
from newsletter.enums import BulletinStatus, SubscriberStatus, Topic
from newsletter.models import Bulletin, Delivery, Subscriber
from tests.builders.newsletter import make_bulletin
from tests.builders.people import make_staff

BATCHES = 4
READERS = BATCHES * pipeline.BATCH
WAIT_SECONDS = 90


def make_readers() -> list[Subscriber]:
    return Subscriber.objects.bulk_create(
        Subscriber(
            email=f"reader{number}@example.org", status=SubscriberStatus.CONFIRMED, topics=[Topic.EVENTS]
        )
        for number in range(READERS)
    )


@pytest.fixture
def other_connection():
    second = connection.copy()
    second.set_autocommit(False)
    yield second
    second.close()


def test_bulletin_whose_worker_is_killed_in_the_middle_reaches_each_once(
    celery_worker_process, other_connection
):
    readers, bulletin = make_readers(), make_bulletin()
    with other_connection.cursor() as cursor:
        # The worker writes two batches and waits for this reader of the third.
        in_third = readers[2 * pipeline.BATCH].pk
        cursor.execute("SELECT 1 FROM newsletter_subscriber WHERE id = %s FOR UPDATE", [in_third])
    actions.schedule(bulletin_id=bulletin.pk, by=make_staff(Role.COMMUNICATIONS))
    assert wait_until(lambda: Delivery.objects.count() == 2 * pipeline.BATCH, WAIT_SECONDS)

    celery_worker_process.kill()
    other_connection.rollback()
    assert receivers() == [reader.email for reader in readers[: 2 * pipeline.BATCH]]

    celery_worker_process.ensure_running()
    tasks.sweep.delay()
    assert wait_until(lambda: status_of(bulletin) == BulletinStatus.SENT, WAIT_SECONDS)
    assert receivers() == [reader.email for reader in readers]
    assert Delivery.objects.count() == READERS


def receivers() -> list[str]:
    bulletins = Message.objects.filter(template=pipeline.TEMPLATE)
    return list(bulletins.order_by("pk").values_list("to", flat=True))


def status_of(bulletin: Bulletin) -> str:
    bulletin.refresh_from_db()
    return bulletin.status
