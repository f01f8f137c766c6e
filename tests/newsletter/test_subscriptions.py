"""Subscribing and all that follows: moves, consents, mails, deletion."""

from __future__ import annotations

import pytest
from django.core import signing
from django.db import DatabaseError, IntegrityError, transaction
from django.utils import translation

from core.accounts.enums import Role
from core.history import IllegalMove, NotAllowed
from core.mail.enums import MessageStatus
from core.mail.models import Message
from newsletter import actions, links
from newsletter.enums import SUBSCRIBER_MOVES, SubscriberStatus, Topic
from newsletter.models import Consent, Subscriber
from newsletter.wording import CONSENT
from tests.builders.newsletter import ask, make_subscriber, may_ask_again
from tests.builders.people import make_staff
from tests.support.mailbox import link_in

pytestmark = pytest.mark.django_db


def mails_to(email):
    rows = Message.objects.filter(to=email).order_by("pk")
    return [row.template.removeprefix("newsletter/email/") for row in rows]


def consents_of(subscriber):
    return list(subscriber.consents.values_list("kind", "topics", "language"))


def test_asking_sends_one_confirmation_and_records_the_wording():
    subscriber = ask("Ana@Example.org ", [Topic.EVENTS, Topic.CALLS], "fr")

    assert (subscriber.email, subscriber.status) == ("ana@example.org", SubscriberStatus.PENDING)
    assert mails_to("ana@example.org") == ["confirm"]
    assert consents_of(subscriber) == [("asked", ["calls", "events"], "fr")]
    with translation.override("fr"):
        assert subscriber.consents.get().wording == str(CONSENT)


def test_asking_again_within_minutes_sends_no_second_mail():
    ask("ana@example.org")

    ask("ANA@example.org")

    assert mails_to("ana@example.org") == ["confirm"]


@pytest.mark.parametrize("pressed", [0, 1])
def test_each_confirmation_mail_confirms_what_it_names(client, pressed):
    """The second sign-up changed what the first e-mail would confirm, and sent none."""
    ask("ana@example.org", [Topic.EVENTS])
    ask("ana@example.org", [Topic.CALLS, Topic.ANALYSIS], "fr")
    mails = list(Message.objects.order_by("pk"))
    named = [{topic for topic in Topic if str(topic.label) in mails[0].body}, {Topic.CALLS, Topic.ANALYSIS}]

    path = link_in(mails[pressed], "/confirm/")
    page = client.get(path)
    client.post(path)

    subscriber = Subscriber.objects.get()
    assert len(mails) == 2
    assert [mail.language for mail in mails] == ["en", "fr"]
    assert {topic for topic in Topic if topic in subscriber.topics} == named[pressed]
    assert subscriber.language == ["en", "fr"][pressed]
    assert len(page.context["topics"]) == len(named[pressed])
    assert consents_of(subscriber)[-1] == ("confirmed", sorted(named[pressed]), subscriber.language)


A, B, CHANGED = ([Topic.EVENTS], "en"), ([Topic.ANALYSIS, Topic.CALLS], "fr"), ([Topic.EXPERTS], "en")
# What the owner does with two links, of which B came later; what stands then, and whether the last was taken.
ORDERS = {
    "A": (A, True),
    "A B": (B, True),
    "A A": (A, True),
    "A B B": (B, True),
    "B A": (B, False),
    "A B A": (B, False),
    "A changes B": (CHANGED, False),
    "A changes A": (CHANGED, False),
    "A leaves comes B": (B, True),
}


@pytest.mark.parametrize("order", ORDERS)
def test_later_link_replaces_the_choice_and_an_earlier_one_says_that_it_does_not(client, order):
    for topics, language in (A, B):
        subscriber = ask("ana@example.org", topics, language)
    links_of = dict(
        zip("AB", (link_in(mail, "/confirm/") for mail in Message.objects.order_by("pk")), strict=True)
    )
    does = {
        "changes": lambda: actions.change(
            subscriber_id=subscriber.pk, topics=CHANGED[0], language=CHANGED[1]
        ),
        "leaves": lambda: actions.unsubscribe(subscriber_id=subscriber.pk),
        "comes": lambda: actions.resubscribe(subscriber_id=subscriber.pk),
    }
    for step in order.split():
        answer = client.post(links_of[step], follow=True) if step in links_of else does[step]()
    stands, is_taken = ORDERS[order]

    subscriber.refresh_from_db()
    said = [message.level_tag for message in answer.context["messages"]]
    assert (subscriber.status, subscriber.topics, subscriber.language) == ("confirmed", *stands)
    assert said == ["success" if is_taken else "warning"]
    last = subscriber.consents.made_by_the_owner().last()
    assert (last.topics, last.language) == stands


def test_link_to_confirm_of_before_confirms_what_was_asked_for_last(client):
    subscriber = ask("ana@example.org", [Topic.ANALYSIS])
    token = signing.TimestampSigner(salt=links.CONFIRM_SALT).sign(subscriber.public_id.hex)

    client.post(f"/newsletter/confirm/{token}/")

    subscriber.refresh_from_db()
    assert (subscriber.status, subscriber.topics) == ("confirmed", [Topic.ANALYSIS])


def test_asking_again_later_sends_another_mail():
    may_ask_again(ask("ana@example.org"))

    ask("ana@example.org")

    assert mails_to("ana@example.org") == ["confirm", "confirm"]


def test_stranger_cannot_change_a_confirmed_subscription():
    subscriber = make_subscriber("ana@example.org", [Topic.EVENTS])
    may_ask_again(subscriber)

    ask("ana@example.org", [Topic.CALLS], "fr")

    subscriber.refresh_from_db()
    assert (subscriber.topics, subscriber.language) == ([Topic.EVENTS], "en")
    assert mails_to("ana@example.org") == ["confirm", "already"]


def test_confirming_twice_counts_once():
    subscriber = make_subscriber()

    actions.confirm(subscriber_id=subscriber.pk)

    assert [kind for kind, *_rest in consents_of(subscriber)] == ["asked", "confirmed"]
    assert [(c.from_status, c.to_status) for c in subscriber.changes.all()] == [("pending", "confirmed")]


def test_changing_the_choice_is_a_new_consent():
    subscriber = make_subscriber(topics=[Topic.EVENTS])

    actions.change(subscriber_id=subscriber.pk, topics=[Topic.ANALYSIS], language="fr")

    assert consents_of(subscriber)[-1] == ("changed", ["analysis"], "fr")


def test_leaving_takes_back_what_waits_and_is_recorded(settings):
    subscriber = make_subscriber()
    assert Message.objects.get(to=subscriber.email).status == MessageStatus.QUEUED

    actions.unsubscribe(subscriber_id=subscriber.pk)
    actions.unsubscribe(subscriber_id=subscriber.pk)

    subscriber.refresh_from_db()
    assert subscriber.status == SubscriberStatus.UNSUBSCRIBED
    assert Message.objects.get(to=subscriber.email).status == MessageStatus.DISCARDED
    assert [kind for kind, *_rest in consents_of(subscriber)] == ["asked", "confirmed", "withdrawn"]


def test_coming_back_asks_for_confirmation_anew():
    subscriber = make_subscriber()
    actions.unsubscribe(subscriber_id=subscriber.pk)
    may_ask_again(subscriber)

    actions.resubscribe(subscriber_id=subscriber.pk)

    subscriber.refresh_from_db()
    assert subscriber.status == SubscriberStatus.PENDING
    assert mails_to(subscriber.email) == ["confirm", "confirm"]


VERBS = {
    "confirm": {"pending": "confirmed", "confirmed": "confirmed", "unreachable": "confirmed"},
    "unsubscribe": dict.fromkeys(SubscriberStatus.values, "unsubscribed"),
    "resubscribe": {"pending": "pending", "unsubscribed": "pending", "unreachable": "pending"},
}
BY_A_REPORT = {("pending", "unreachable"), ("confirmed", "unreachable")}


@pytest.mark.parametrize("status", SubscriberStatus.values)
@pytest.mark.parametrize("verb", VERBS)
def test_verb_moves_only_from_its_statuses(verb, status):
    subscriber = ask() if status == "pending" else make_subscriber()
    if status == "unsubscribed":
        actions.unsubscribe(subscriber_id=subscriber.pk)
    if status == "unreachable":
        actions.stop_unreachable(email=subscriber.email, reason="no such mailbox")

    if status in VERBS[verb]:
        getattr(actions, verb)(subscriber_id=subscriber.pk)
    else:
        with pytest.raises(IllegalMove):
            getattr(actions, verb)(subscriber_id=subscriber.pk)

    subscriber.refresh_from_db()
    assert subscriber.status == VERBS[verb].get(status, status)


def test_every_allowed_move_has_a_verb():
    reached = {(start, end) for ends in VERBS.values() for start, end in ends.items() if start != end}

    assert reached | BY_A_REPORT == {(start, end) for start, ends in SUBSCRIBER_MOVES.items() for end in ends}


def test_erasing_removes_the_address_everywhere_and_keeps_the_consents():
    subscriber = make_subscriber("ana@example.org")

    actions.erase(subscriber_id=subscriber.pk)

    subscriber.refresh_from_db()
    assert subscriber.status == SubscriberStatus.UNSUBSCRIBED
    assert "ana" not in subscriber.email
    assert not Message.objects.filter(to="ana@example.org").exists()
    assert not Message.objects.filter(body__contains="ana@example.org").exists()
    assert len(consents_of(subscriber)) == 3


def test_erased_address_may_subscribe_anew():
    old = make_subscriber("ana@example.org")
    actions.erase(subscriber_id=old.pk)

    new = ask("ana@example.org")

    assert new.pk != old.pk
    assert mails_to("ana@example.org") == ["confirm"]


@pytest.mark.parametrize("verb", ["confirm", "change", "resubscribe"])
def test_erased_subscription_does_not_come_back(verb):
    subscriber = make_subscriber()
    actions.erase(subscriber_id=subscriber.pk)
    more = {"topics": [Topic.CALLS], "language": "en"} if verb == "change" else {}

    with pytest.raises(NotAllowed):
        getattr(actions, verb)(subscriber_id=subscriber.pk, **more)

    subscriber.refresh_from_db()
    assert subscriber.status == SubscriberStatus.UNSUBSCRIBED


@pytest.mark.parametrize("verb", ["unsubscribe", "erase"])
def test_staff_without_the_right_change_nothing(verb):
    subscriber = make_subscriber()

    with pytest.raises(NotAllowed):
        getattr(actions, verb)(subscriber_id=subscriber.pk, by=make_staff(Role.AUDITOR), reason="Asked")

    subscriber.refresh_from_db()
    assert subscriber.status == SubscriberStatus.CONFIRMED


def test_consents_cannot_be_changed_or_deleted():
    make_subscriber()

    for attempt in (lambda rows: rows.delete(), lambda rows: rows.update(wording="")):
        with pytest.raises(DatabaseError), transaction.atomic():
            attempt(Consent.objects.all())
    assert Consent.objects.count() == 2


def test_database_refuses_the_same_address_in_another_case():
    ask("ana@example.org")

    with pytest.raises(IntegrityError), transaction.atomic():
        Subscriber.objects.create(email="ANA@example.org")
