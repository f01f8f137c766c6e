"""Partners: asked by e-mail, confirming or not without an account, and what lapses when they change."""

import importlib
from html import unescape

import pytest
from django.apps import apps
from django.core import mail as outgoing
from django.db import ProgrammingError, transaction
from django.test import Client

from applications.applying.actions import members
from applications.enums import MemberRole
from applications.models import Partner
from core.accounts.enums import Role
from core.mail.models import Message
from tests.applications.applying.partners import changed, confirmed_partner
from tests.builders.applications import lead_of, member, ready, submit
from tests.builders.people import make_staff
from tests.support.applicant_forms import logged_in, save, typed
from tests.support.mailbox import link_in

pytestmark = pytest.mark.django_db


def test_partner_confirms_by_the_link_alone_once():
    application = ready()
    partner = application.partners.first()
    members.ask_partner(application_id=application.pk, by=lead_of(application), partner_id=partner.public_id)
    letter = Message.objects.get(template="applications/email/confirm_partner")
    address = link_in(letter, "/applications/partner/")
    client = Client()
    assert partner.name in client.get(address).content.decode()
    assert "Enter an answer" in client.post(address, {}).content.decode()
    client.post(address, {"name": "Bo, mayor", "is_entitled": "on"})
    client.post(address, {"name": "Somebody else", "is_entitled": "on"})
    partner.refresh_from_db()
    assert (partner.confirmed_by_name, partner.confirmed_at is None) == ("Bo, mayor", False)
    people = logged_in(lead_of(application)).get(f"/applications/{application.public_id}/people/")
    assert "Confirmed by Bo, mayor" in people.content.decode()


def test_link_of_a_partner_dies_with_its_address():
    application = ready()
    partner = application.partners.first()
    token = members.partner_token(partner)
    Partner.objects.filter(pk=partner.pk).update(contact_email="other@example.org")
    for bad in (token, token + "x", "x"):
        with pytest.raises(Partner.DoesNotExist):
            members.confirm_partner(token=bad, name="X")
        assert Client().get(f"/applications/partner/{bad}/").status_code == (410 if bad == token else 404)
    partner.refresh_from_db()
    assert partner.confirmed_at is None
    assert outgoing.outbox == []


@pytest.mark.parametrize("columns", [{"name": "Another town"}, {"type": "ngo"}, {"unit": "FRF12"}])
def test_confirmation_lapses_when_the_partner_becomes_another_one(columns):
    application = ready()
    editor = member(application, MemberRole.EDIT)
    partner = confirmed_partner(application)
    token, name = members.partner_token(partner), partner.name

    saved = save(application, "partnership", changed(partner, **columns), by=editor)

    assert saved.lapsed == [name]
    partner.refresh_from_db()
    asked_and_confirmed = partner.confirmation_asked_at, partner.confirmed_at, partner.confirmed_by_name
    assert asked_and_confirmed == (None, None, "")
    with pytest.raises(Partner.DoesNotExist):
        members.confirm_partner(token=token, name="Bo, mayor")
    letter = Message.objects.get(template="applications/email/partner_lapsed")
    assert letter.to == lead_of(application).email
    assert name in letter.body
    steps = [(step.event, step.by, step.by_name) for step in application.partner_records.all()]
    assert steps == [
        ("lapsed", editor, ""),
        ("confirmed", None, "Bo, mayor"),
        ("asked", lead_of(application), ""),
    ]


def test_confirmation_stays_when_only_the_contact_changes_or_nothing_does():
    application = ready()
    partner = confirmed_partner(application)
    for columns in ({}, {"contact_name": "Cy"}, {"website": "https://town.example"}, {"is_lead": False}):
        partner.refresh_from_db()
        assert save(application, "partnership", changed(partner, **columns)).lapsed == []
    partner.refresh_from_db()
    assert partner.confirmed_by_name == "Bo, mayor"


def test_lapsed_confirmation_is_said_on_the_pages_and_asked_for_again():
    application = ready()
    client = logged_in(lead_of(application))
    partner = confirmed_partner(application)
    base = f"/applications/{application.public_id}"
    page = client.get(f"{base}/partnership/")
    place = next(i for i in range(2) if typed(page)[f"partners-{i}-key"] == partner.public_id.hex)
    answer = client.post(
        f"{base}/partnership/", typed(page) | {f"partners-{place}-name": "Another town"}, follow=True
    )
    assert "has to confirm again" in unescape(answer.content.decode())
    people = client.get(f"{base}/people/").content.decode()
    assert "Details have changed since the request or confirmation:" in people
    client.post(f"{base}/partners/{partner.public_id}/ask/")
    assert "Confirmation requested" in client.get(f"{base}/people/").content.decode()
    history = client.get(f"{base}/history/").content.decode()
    assert history.count("Confirmation requested") == 2
    assert "No longer valid:" in history


def test_step_of_a_confirmation_is_never_edited_or_deleted():
    application = ready()
    confirmed_partner(application)
    for change in (lambda rows: rows.update(by_name="X"), lambda rows: rows.delete()):
        with pytest.raises(ProgrammingError), transaction.atomic():
            change(application.partner_records.all())


def asked_partner(application):
    partner = application.partners.first()
    members.ask_partner(application_id=application.pk, by=lead_of(application), partner_id=partner.public_id)
    partner.refresh_from_db()
    return partner, f"/applications/partner/{members.partner_token(partner)}/"


def test_question_to_a_partner_says_who_asks_and_who_else_takes_part():
    application = ready()
    partner, address = asked_partner(application)
    other = application.partners.exclude(pk=partner.pk).get()

    page = Client().get(address).content.decode()

    for shown in (lead_of(application).name, other.name, other.unit.name, f"{address}no/"):
        assert shown in page


def test_partner_says_no_once_and_the_lead_learns_what_follows():
    application = ready()
    partner, address = asked_partner(application)
    client = Client()
    said_no = {"name": "Bo, mayor", "message": "Not us"}

    assert "Enter an answer" in client.post(f"{address}no/", {}).content.decode()
    for _turn in range(2):
        client.post(f"{address}no/", said_no)

    partner.refresh_from_db()
    assert partner.confirmation == "declined"
    letter = Message.objects.get(template="applications/email/partner_declined")
    assert letter.to == lead_of(application).email
    for shown in ("“Bo, mayor”", "> Not us", "Remove it in the Partnership section,", "/people/"):
        assert shown in letter.body
    assert "does not take part" in client.get(address).content.decode()
    people = logged_in(lead_of(application)).get(f"/applications/{application.public_id}/people/")
    assert "This partner says that it is not taking part. Remove it" in people.content.decode()
    client.post(address, {"name": "Bo, mayor", "is_entitled": "on"})
    client.post(f"{address}no/", said_no)
    partner.refresh_from_db()
    assert (partner.confirmation, partner.declined_at) == ("confirmed", None)
    events = [step.event for step in application.partner_records.all()]
    assert events == ["confirmed", "declined", "asked"]
    assert Message.objects.filter(template="applications/email/partner_declined").count() == 1


def test_lead_is_told_once_when_a_partner_confirms_that_had_said_no():
    application = ready()
    confirmed_partner(application)
    second = application.partners.last()
    Partner.objects.filter(pk=second.pk).update(contact_email="bo@town.example")
    members.ask_partner(application_id=application.pk, by=lead_of(application), partner_id=second.public_id)
    second.refresh_from_db()
    token = members.partner_token(second)

    members.decline_partner(token=token, name="Bo")
    for _turn in range(2):
        members.confirm_partner(token=token, name="Cy, mayor")

    letter = Message.objects.get(template="applications/email/partner_confirmed_after_all")
    assert letter.to == lead_of(application).email
    for shown in (second.name, "“Cy, mayor”", "no longer applies", "/people/"):
        assert shown in letter.body


def test_migration_finds_who_confirmed_before_and_promises_nothing_where_it_does_not():
    application = ready()
    partner = confirmed_partner(application)
    unknown = {"confirmed_email": "", "confirmed_language": ""}
    address = f"/applications/partner/{members.partner_token(partner)}/"
    question = Message.objects.get(template="applications/email/confirm_partner")
    assert "send you a receipt" in Client().get(address).content.decode()
    cases = {question.to: ("fr", question.to), "erased@erased.invalid": ("", "")}

    for to, (language, found) in cases.items():
        Partner.objects.filter(pk=partner.pk).update(**unknown)
        Message.objects.filter(pk=question.pk).update(to=to, language="fr")
        importlib.import_module("applications.migrations.0021_partners_who_decline").fill_confirmed(
            apps, None
        )

        partner.refresh_from_db()
        assert (partner.confirmed_language, partner.confirmed_email) == (language, found)
        assert ("send you a receipt" in Client().get(address).content.decode()) is bool(found)


def test_outdated_link_of_a_partner_explains_and_names_nothing():
    application = ready()
    partner, address = asked_partner(application)
    save(application, "partnership", changed(partner, name="Another town"))

    for answer in (Client().get(address), Client().post(f"{address}no/", {"name": "Bo"})):
        page = answer.content.decode()
        assert (answer.status_code, "ask the person named in the e-mail" in page) == (410, True)
        assert not any(secret in page for secret in ("Another town", partner.name, application.title))


def test_lead_is_reminded_before_the_button_of_a_partner_who_does_not_take_part():
    application = ready()
    partner, _address = asked_partner(application)
    client, words = logged_in(lead_of(application)), "has answered that it does not take part"
    address = f"/applications/{application.public_id}/check/"

    assert words not in client.get(address).content.decode()
    members.decline_partner(token=members.partner_token(partner), name="Cy")

    page = unescape(client.get(address).content.decode())
    assert f"{partner.name} {words}" in page
    assert 'name="seen"' in page


def test_staff_see_whether_a_partner_takes_part(settings):
    settings.STAFF_SECOND_FACTOR_REQUIRED = False
    application = ready()
    first, second = application.partners.all()
    confirmed_partner(application)
    submit(application)
    client = logged_in(make_staff(Role.MANAGER))
    address = f"/admin/applications/application/{application.pk}/change/"

    page = client.get(address).content.decode()
    assert "Confirmed by Bo, mayor" in page
    assert "Confirmation not requested" in page
    members.ask_partner(application_id=application.pk, by=lead_of(application), partner_id=second.public_id)
    assert "Confirmation requested" in client.get(address).content.decode()
    second.refresh_from_db()
    members.decline_partner(token=members.partner_token(second), name="Cy")
    assert "Says it is not taking part" in client.get(address).content.decode()
    save(application, "partnership", changed(first, name="Another town"))
    assert "changed or removed after this version" in client.get(address).content.decode()
