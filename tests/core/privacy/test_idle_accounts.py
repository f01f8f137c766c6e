"""Accounts that nobody uses: their owners are told, and then all around them goes."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.conf import settings
from django.utils import timezone

from applications.models import Invitation, Partner
from core.accounts.models import User
from core.mail.models import Message
from core.privacy import retention
from core.privacy.models import IdleNotice
from newsletter.models import Subscriber
from tests.builders.applications import lead_of, ready, started
from tests.builders.experts import make_expert
from tests.builders.newsletter import ask, make_subscriber
from tests.builders.people import make_person, make_staff

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
ADDRESS = "idle@example.org"


def night(now: datetime) -> None:
    outcomes = retention.run(now=now, names=["idle-accounts", "idle-notices"])
    assert [outcome.error for outcome in outcomes] == ["", ""]


def idle_person(email: str = ADDRESS) -> User:
    person = make_person(email)
    long_ago = timezone.now() - timedelta(days=settings.IDLE_ACCOUNTS_KEPT_DAYS) - DAY
    User.objects.filter(pk=person.pk).update(date_joined=long_ago)
    person.refresh_from_db()
    return person


def test_owner_is_told_a_month_before_all_that_names_the_account_goes():
    person, application = idle_person(), ready()
    partner = application.partners.first()
    Partner.objects.filter(pk=partner.pk).update(contact_name="Ida", contact_email=ADDRESS)
    Invitation.objects.create(
        application=application, email=ADDRESS, role="view", invited_by=lead_of(application)
    )
    ask(ADDRESS)
    now = timezone.now()

    for days in (0, 1, settings.IDLE_ACCOUNTS_TOLD_DAYS - 1):
        night(now + days * DAY)
    person.refresh_from_db()
    assert person.erased_at is None
    told = Message.objects.get(template="privacy/email/account_idle")
    assert told.to == ADDRESS
    night(now + (settings.IDLE_ACCOUNTS_TOLD_DAYS + 1) * DAY)

    person.refresh_from_db()
    assert person.erased_at
    partner.refresh_from_db()
    assert (partner.contact_name, partner.contact_email) == ("", "")
    assert not Invitation.objects.for_email(ADDRESS).exists()
    assert not Subscriber.objects.with_email(ADDRESS).exists()
    assert not IdleNotice.objects.exists()
    assert not Message.objects.filter(to=ADDRESS).exists()


def test_who_logs_in_after_the_notice_keeps_the_account_and_is_told_again_years_later():
    person, now = idle_person(), timezone.now()
    night(now)
    User.objects.filter(pk=person.pk).update(last_login=now + DAY)

    night(now + (settings.IDLE_ACCOUNTS_TOLD_DAYS + 2) * DAY)
    person.refresh_from_db()
    assert person.erased_at is None
    night(now + (settings.IDLE_ACCOUNTS_KEPT_DAYS + 2) * DAY)

    person.refresh_from_db()
    assert person.erased_at is None
    assert IdleNotice.objects.filter(user=person).count() == 2


def test_account_with_anything_on_it_is_left_alone_and_so_is_staff():
    people = [lead_of(started()), make_expert().user, make_staff(), make_person(ADDRESS)]
    make_subscriber(ADDRESS)
    long_ago = timezone.now() - timedelta(days=4000)
    User.objects.update(date_joined=long_ago, last_login=None)
    IdleNotice.objects.bulk_create(
        IdleNotice(user=person, at=timezone.now() - timedelta(days=100)) for person in people
    )

    night(timezone.now())

    assert User.objects.filter(pk__in=[p.pk for p in people], erased_at__isnull=True).count() == 4
    assert IdleNotice.objects.count() == 4


def test_owner_of_a_closed_account_is_not_asked_to_log_in():
    person = idle_person()
    User.objects.filter(pk=person.pk).update(is_active=False)

    night(timezone.now())

    assert IdleNotice.objects.filter(user=person).exists()
    assert not Message.objects.filter(to=ADDRESS).exists()
