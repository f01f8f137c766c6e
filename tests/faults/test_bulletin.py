"""A bulletin survives a killed worker: everybody gets it, nobody twice."""

from __future__ import annotations

import pytest
from django.utils import timezone

from impact.accounts.enums import Role
from impact.local.processes import wait_until
from impact.mail.models import Message
from newsletter import actions, pipeline, tasks
from newsletter.enums import BulletinStatus, SubscriberStatus, Topic
from newsletter.models import Bulletin, Delivery, Subscriber
from tests.accounts.factories import make_staff
from tests.newsletter.factories import make_bulletin

READERS = 8 * pipeline.BATCH
WAIT_SECONDS = 90


def make_readers() -> None:
    Subscriber.objects.bulk_create(
        Subscriber(
            email=f"reader{number}@example.org", status=SubscriberStatus.CONFIRMED, topics=[Topic.EVENTS]
        )
        for number in range(READERS)
    )


@pytest.mark.django_db(transaction=True)
def test_bulletin_whose_worker_is_killed_in_the_middle_reaches_each_once(celery_worker_process):
    make_readers()
    bulletin = make_bulletin()
    actions.schedule(bulletin_id=bulletin.pk, by=make_staff(Role.COMMUNICATIONS))

    assert wait_until(Delivery.objects.exists, WAIT_SECONDS)
    celery_worker_process.kill()
    written = Delivery.objects.count()
    assert 0 < written < READERS
    assert Message.objects.filter(template=pipeline.TEMPLATE).count() == written

    celery_worker_process.ensure_running()
    tasks.sweep.delay()

    assert wait_until(lambda: status_of(bulletin) == BulletinStatus.SENT, WAIT_SECONDS)
    receivers = list(Message.objects.filter(template=pipeline.TEMPLATE).values_list("to", flat=True))
    assert len(receivers) == len(set(receivers)) == READERS
    assert Delivery.objects.count() == READERS


def status_of(bulletin: Bulletin) -> str:
    bulletin.refresh_from_db()
    assert bulletin.send_at <= timezone.now()
    return bulletin.status
