"""The public pages over HTTP: one answer for all, links that need a press, one-click unsubscribe."""

from __future__ import annotations

import re
from datetime import timedelta
from unittest import mock

import pytest
from django.core import signing
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from core.forms.fields import HoneypotField
from core.forms.forms import PublicForm
from core.mail import budget
from core.mail.models import Message
from core.rate_limits import RateLimit
from impact.packages import packages
from newsletter import actions, links
from newsletter.enums import SubscriberStatus, Topic
from newsletter.models import Subscriber
from tests.builders.newsletter import ask, make_subscriber, subscriber_at
from tests.builders.people import make_person
from tests.support.mailbox import link_in

pytestmark = pytest.mark.django_db

FORM = {"email": "ana@example.org", "topics": ["events", "calls"], "language": "en", "subject": ""}


def path_of(address):
    return re.sub(r"^https?://[^/]+", "", address)


def test_form_asks_the_database_nothing(client, django_assert_num_queries):
    with django_assert_num_queries(0):
        response = client.get(reverse("newsletter:subscribe"))

    for topic in Topic:
        assertContains(response, topic.label)


def test_french_form_offers_french(client):
    response = client.get("/fr/newsletter/")

    assert response.context["form"]["language"].value() == "fr"


@pytest.mark.parametrize("status", [None, *SubscriberStatus.values])
def test_answer_is_the_same_whether_or_not_the_address_is_known(client, status):
    if status:
        subscriber = ask("ana@example.org") if status == "pending" else make_subscriber("ana@example.org")
        if status == "unsubscribed":
            actions.unsubscribe(subscriber_id=subscriber.pk)

    response = client.post(reverse("newsletter:subscribe"), FORM)

    assertRedirects(response, reverse("newsletter:asked"))
    assertNotContains(client.get(reverse("newsletter:asked")), "ana@example.org")


def test_who_fills_the_hidden_field_is_told_and_can_send_again(client):
    """A password manager filled it in: the person was thanked, and no e-mail ever came."""
    response = client.post(reverse("newsletter:subscribe"), FORM | {"subject": "Spam Ltd"})

    assertContains(response, "perhaps by your browser or password manager")
    assertContains(response, 'href="#id_subject"')
    assertNotContains(response, 'class="trap"')
    assertContains(response, "ana@example.org")
    assert not Subscriber.objects.exists()
    assert not Message.objects.exists()
    assertRedirects(client.post(reverse("newsletter:subscribe"), FORM), reverse("newsletter:asked"))


def test_every_hidden_trap_says_so_when_it_is_filled():
    forms = [form for form in all_forms(PublicForm) if form.__module__.split(".")[0] in packages()]
    traps = [
        field for form in forms for field in form.base_fields.values() if isinstance(field, HoneypotField)
    ]

    assert len(traps) == 1
    for trap in traps:
        with pytest.raises(ValidationError, match="nothing was sent"):
            trap.clean("Filled by a browser")


def all_forms(form):
    return [form, *(deeper for below in form.__subclasses__() for deeper in all_forms(below))]


def test_my_news_leads_to_the_own_preferences_or_to_a_sign_up_with_the_address(client):
    assert client.get("/newsletter/mine/").status_code == 302
    person = make_person("ana@example.org")
    client.force_login(person)

    blank = client.get("/newsletter/mine/", follow=True)
    subscriber = make_subscriber("ana@example.org", [Topic.EVENTS])
    own = client.get("/newsletter/mine/", follow=True)

    assertContains(client.get("/me/"), "/newsletter/mine/")
    assert blank.context["form"]["email"].value() == "ana@example.org"
    assert own.redirect_chain[-1][0] == links.preferences_path(subscriber)
    assert own.context["form"]["topics"].value() == [Topic.EVENTS]
    assert Client().get("/newsletter/?mine").status_code == 200


@pytest.mark.parametrize("status", [None, *SubscriberStatus.values])
def test_lost_link_is_mailed_to_a_subscriber_and_the_answer_is_the_same_for_all(client, status):
    if status:
        subscriber = subscriber_at(status, "ana@example.org")
        Subscriber.objects.filter(pk=subscriber.pk).update(mailed_at=None)
    before = Message.objects.count()

    response = client.post("/newsletter/lost-link/", {"email": " Ana@example.org"})

    assertRedirects(response, "/newsletter/lost-link/sent/")
    mails = Message.objects.order_by("pk")[before:]
    assert [mail.template for mail in mails] == ["newsletter/email/link"] * (status == "confirmed")
    if mails:
        assertContains(client.get(link_in(mails[0], "/preferences/")), "Your newsletter")


def test_lost_link_does_not_wait_for_another_e_mail_of_a_moment_ago(client):
    subscriber = make_subscriber("ana@example.org")
    assert subscriber.mailed_at is not None

    client.post("/newsletter/lost-link/", {"email": "ana@example.org"})

    assert Message.objects.latest("pk").template == "newsletter/email/link"


def test_lost_link_is_refused_with_a_word_where_a_network_asks_too_often(client, monkeypatch):
    monkeypatch.setattr(budget, "OF_NETWORK", (RateLimit("test lost links", 1, 60),))
    monkeypatch.setitem(budget.WORDS, budget.OF_NETWORK[0], budget.WORDS[budget.NETWORK_HOUR])
    client.post("/newsletter/lost-link/", {"email": "ana@example.org"})

    response = client.post("/newsletter/lost-link/", {"email": "ben@example.org"})

    assertContains(response, "Too many e-mails were sent from your network.")
    assertContains(response, "ben@example.org")


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"email": "no address"}, "email"),
        ({"email": ""}, "email"),
        ({"topics": []}, "topics_0"),
        ({"topics": ["weather"]}, "topics_0"),
        ({"language": "xx"}, "language_0"),
    ],
)
def test_wrong_input_is_refused_at_its_field_and_kept(client, wrong, field):
    response = client.post(reverse("newsletter:subscribe"), FORM | wrong)

    assertContains(response, f'href="#id_{field}"')
    if "email" not in wrong:
        assertContains(response, "ana@example.org")
    assert not Subscriber.objects.exists()


def confirm_path(client):
    client.post(reverse("newsletter:subscribe"), FORM)
    return link_in(Message.objects.get(), "/confirm/")


def test_opening_the_link_confirms_nothing_and_the_button_does(client):
    path = confirm_path(client)

    assertContains(client.get(path), "Yes, subscribe me")
    client.head(path)
    assert Subscriber.objects.get().status == SubscriberStatus.PENDING

    response = client.post(path, follow=True)
    assertContains(response, "You are subscribed")
    assert Subscriber.objects.get().status == SubscriberStatus.CONFIRMED


def test_confirm_page_names_what_is_confirmed(client):
    response = client.get(confirm_path(client))

    assertContains(response, Topic.CALLS.label)
    assertNotContains(response, Topic.ANALYSIS.label)


def test_old_link_says_that_it_is_too_old(client):
    path = confirm_path(client)

    with mock.patch.object(links, "CONFIRM_LASTS", timedelta(seconds=-1)):
        response = client.post(path)

    assertContains(response, "The link is more than seven days old.", status_code=410)
    assert Subscriber.objects.get().status == SubscriberStatus.PENDING


@pytest.mark.parametrize("name", ["confirm", "preferences", "unsubscribe", "erase"])
def test_forged_link_is_not_found(client, name):
    subscriber = make_subscriber()
    forged = signing.Signer(salt="other").sign(subscriber.public_id.hex)

    for token in (forged, "nonsense", subscriber.public_id.hex):
        for method in (client.get, client.post):
            assert method(reverse(f"newsletter:{name}", args=[token])).status_code == 404
    subscriber.refresh_from_db()
    assert subscriber.status == SubscriberStatus.CONFIRMED


def test_link_to_manage_does_not_confirm(client):
    subscriber = ask()
    token = path_of(links.preferences_address(subscriber)).split("/")[-2]

    assert client.post(reverse("newsletter:confirm", args=[token])).status_code == 404


def test_preferences_show_and_save_the_choice(client):
    subscriber = make_subscriber(topics=[Topic.EVENTS])
    path = path_of(links.preferences_address(subscriber))

    assertContains(client.get(path), "checked", count=2)
    assertRedirects(client.post(path, {"topics": ["analysis"], "language": "fr"}), path)

    subscriber.refresh_from_db()
    assert (subscriber.topics, subscriber.language) == ([Topic.ANALYSIS], "fr")


def test_preferences_without_a_topic_are_refused(client):
    subscriber = make_subscriber(topics=[Topic.EVENTS])

    response = client.post(path_of(links.preferences_address(subscriber)), {"language": "en"})

    assertContains(response, "Choose at least one")
    subscriber.refresh_from_db()
    assert subscriber.topics == [Topic.EVENTS]


def test_opening_unsubscribe_does_nothing(client):
    subscriber = make_subscriber()

    assertContains(client.get(path_of(links.unsubscribe_address(subscriber))), "Press the button")

    subscriber.refresh_from_db()
    assert subscriber.status == SubscriberStatus.CONFIRMED


def test_one_click_works_without_cookies_token_or_redirect():
    subscriber = make_subscriber()
    strict = Client(enforce_csrf_checks=True)
    headers = links.headers(subscriber)
    address = headers["List-Unsubscribe"].strip("<>")

    for _time in range(2):
        response = strict.post(
            path_of(address), "List-Unsubscribe=One-Click", content_type="application/x-www-form-urlencoded"
        )
        assert response.status_code == 200

    assert headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    subscriber.refresh_from_db()
    assert subscriber.status == SubscriberStatus.UNSUBSCRIBED


def test_coming_back_needs_a_confirmation(client):
    subscriber = make_subscriber()
    address = path_of(links.unsubscribe_address(subscriber))
    client.post(address)

    response = client.post(address.replace("/unsubscribe/", "/resubscribe/"))

    assertRedirects(response, reverse("newsletter:asked"))
    subscriber.refresh_from_db()
    assert subscriber.status == SubscriberStatus.PENDING


def test_deleting_the_address_ends_all_links(client):
    subscriber = make_subscriber("ana@example.org")
    address = path_of(links.unsubscribe_address(subscriber)).replace("/unsubscribe/", "/delete/")

    assertContains(client.get(address), "Delete my address")
    client.post(address)

    assert not Subscriber.objects.with_email("ana@example.org").exists()
    assert client.get(path_of(links.preferences_address(subscriber))).status_code == 404


def test_pages_behind_links_tell_no_other_host_their_address(client):
    subscriber = make_subscriber()

    response = client.get(path_of(links.preferences_address(subscriber)))

    assert response["Referrer-Policy"] == "same-origin"
    assertNotContains(response, subscriber.email)
