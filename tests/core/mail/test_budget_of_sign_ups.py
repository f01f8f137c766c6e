"""The budget of e-mails for who signs up for news, and for codes beside them."""

from __future__ import annotations

import pytest
from django.test import Client

from core.mail import budget
from core.mail.mailboxes import mailbox_of
from core.mail.models import Message
from core.objections import actions as objections
from newsletter.models import Subscriber
from tests.builders.applications import lead_of, started
from tests.core.mail.strangers import VICTIM, invite, mails_to, words_of
from tests.support.applicant_forms import logged_in

pytestmark = pytest.mark.django_db

# From which Django's client asks.
NETWORK = "127.0.0.1"
NEWS = {"topics": ["events"], "language": "en", "subject": ""}


def subscribe(email: str, **more: str):
    return Client().post("/newsletter/", NEWS | {"email": email}, **more)


def test_thirty_tagged_sign_ups_of_one_mailbox_send_three_mails():
    answers = [subscribe(f"victim+{turn}@stranger.example") for turn in range(30)]

    assert Message.objects.count() == 3
    assert Subscriber.objects.count() == 3
    # A stranger learns nothing of the address.
    assert {answer.headers["Location"] for answer in answers} == {"/newsletter/asked/"}


def test_a_hundred_people_of_one_event_subscribe_on_one_network_and_too_many_are_told_when():
    for turn in range(budget.NETWORK_HOUR.most):
        subscribe(f"guest{turn}@example.org")

    refused = subscribe("late@example.org")

    assert Message.objects.count() == budget.NETWORK_HOUR.most > 100
    # And lose nothing typed.
    assert "Too many e-mails were sent from your network. You can send more from" in words_of(refused)
    assert 'value="late@example.org"' in words_of(refused)
    assert refused.context["form"]["topics"].value() == ["events"]
    assert not Subscriber.objects.with_email("late@example.org").exists()
    assert subscribe("late@example.org", REMOTE_ADDR="198.51.100.7").status_code == 302


def test_invitations_and_sign_ups_share_what_one_mailbox_gets_in_a_day():
    for turn in range(12):
        application = started()
        invite(logged_in(lead_of(application)), application, VICTIM, REMOTE_ADDR=f"192.0.2.{turn}")

    subscribe(VICTIM)

    assert mails_to(VICTIM) == 12
    assert not Subscriber.objects.exists()


def test_codes_keep_their_room_when_strangers_have_used_up_theirs():
    for turn in range(20):
        application = started()
        invite(logged_in(lead_of(application)), application, VICTIM, REMOTE_ADDR=f"192.0.2.{turn}")

    before = mails_to(VICTIM)
    for turn in range(40):
        address = VICTIM.replace("@", f"+{turn}@")
        Client(REMOTE_ADDR=f"198.51.100.{turn}").post("/accounts/login/", {"email": address})
    codes = Message.objects.count() - before

    assert codes == budget.EVERYTHING_TO_RECIPIENT_DAY.most - budget.RECIPIENT_DAY.most == 28


@pytest.mark.parametrize(
    ("address", "mailbox"),
    [
        ("Ana@Example.org", "ana@example.org"),
        ("ana+news@example.org", "ana@example.org"),
        ("+ana@example.org", "+ana@example.org"),
        ("a.n.a+x@GoogleMail.com", "ana@gmail.com"),
        ("a.n.a@example.org", "a.n.a@example.org"),
        ("ana@bücher.example", "ana@xn--bcher-kva.example"),
        ("ana@example.org.", "ana@example.org"),
        ('"ana"@example.org', "ana@example.org"),
        ('"a\\na"@example.org', "ana@example.org"),
        ("ａna@example.org", "ana@example.org"),
    ],
)
def test_mailbox_stands_for_the_variants_of_an_address(address, mailbox):
    assert mailbox_of(address) == mailbox


def use_up(count: int) -> None:
    """Count so many sign-ups of the network of these tests; that a form counts as much is tested above."""
    for _turn in range(count):
        budget.charge_network(NETWORK)


def sign_up_words(**more: str) -> tuple[str, str]:
    """Return what the form says to an address whose owner objected, and to any other one."""
    said = [subscribe(email, **more) for email in (VICTIM, "other@stranger.example")]
    return tuple(
        answer.headers.get("Location") or words_of(answer).split("error-summary")[1][:400] for answer in said
    )


@pytest.mark.parametrize("used", [0, budget.NETWORK_HOUR.most - 2, budget.NETWORK_HOUR.most])
def test_sign_up_says_the_same_of_an_address_that_objected(used):
    application = started()
    invite(logged_in(lead_of(application)), application, VICTIM, REMOTE_ADDR="192.0.2.1")
    objections.object_to(message_id=Message.objects.get().pk, kind="all")
    use_up(used)

    of_objector, of_other = sign_up_words()

    assert of_objector == of_other
    assert (of_objector == "/newsletter/asked/") == (used < budget.NETWORK_HOUR.most)


def test_sign_up_of_an_address_that_objected_uses_up_as_much_as_any():
    """Else whoever counts how many are left learns who has objected."""
    application = started()
    invite(logged_in(lead_of(application)), application, VICTIM, REMOTE_ADDR="192.0.2.1")
    objections.object_to(message_id=Message.objects.get().pk, kind="all")
    use_up(budget.NETWORK_HOUR.most - 1)

    assert subscribe(VICTIM).status_code == 302
    assert subscribe("late@example.org").status_code == 200
