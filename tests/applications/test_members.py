"""People and partners: invited before they have an account, confirmed without one, taken back."""

from html import unescape

import pytest
from django.core import mail as outgoing
from django.core.exceptions import ValidationError
from django.db import ProgrammingError, transaction
from django.test import Client

from applications.applying.actions import members
from applications.enums import MemberRole
from applications.form import answers
from applications.models import Application, Invitation, Partner
from core.history import NotAllowed
from core.mail.models import Message
from tests.applications.applicants import lead_of, logged_in, member, person, ready, save, started, typed
from tests.support.mailbox import link_in

pytestmark = pytest.mark.django_db


def invite(application, email="new@example.org", role=MemberRole.EDIT, by=None):
    return members.invite(
        application_id=application.pk, by=by or lead_of(application), email=email, role=role
    )


def test_invite_writes_to_an_address_without_an_account_and_accept_gives_the_rights():
    application = started()
    invitation = invite(application, "New@Example.org")
    letter = Message.objects.get(template="applications/email/invitation")
    assert (letter.to, str(invitation.public_id) in letter.body) == ("new@example.org", True)
    newcomer = person()
    newcomer.email = "new@example.org"
    newcomer.save()
    assert members.accept(invitation_id=invitation.public_id, by=newcomer) == application
    assert application.members.get(user=newcomer).role == MemberRole.EDIT


def test_accept_of_somebody_elses_invitation_finds_nothing():
    invitation = invite(started())
    stranger = person()
    with pytest.raises(Invitation.DoesNotExist):
        members.accept(invitation_id=invitation.public_id, by=stranger)


def test_invitation_opened_under_another_address_names_the_one_that_was_invited():
    invitation = invite(started(), "new@bücher.example")
    stranger, address = person(), f"/applications/invitations/{invitation.public_id}/"
    client = logged_in(stranger)

    page = client.get(address)
    client.post(address)

    words = unescape(page.content.decode())
    assert page.status_code == 403
    assert "This invitation was sent to <strong>new@bücher.example</strong>." in words
    assert f"You are logged in as <strong>{stranger.email}</strong>." in words
    assert not stranger.memberships.exists()
    answer = client.post("/accounts/logout/", {"next": address}, follow=True)
    assert answer.redirect_chain[-1][0] == f"/accounts/login/?next={address}"


def test_invitation_taken_back_or_accepted_tells_nothing_to_others():
    application = started()
    invitation = invite(application, person().email)
    members.take_back(
        application_id=application.pk, by=lead_of(application), invitation_id=invitation.public_id
    )

    assert logged_in(person()).get(f"/applications/invitations/{invitation.public_id}/").status_code == 404


def test_take_back_makes_the_link_lead_nowhere():
    application = started()
    invitee = person()
    invitation = invite(application, invitee.email)
    members.take_back(
        application_id=application.pk, by=lead_of(application), invitation_id=invitation.public_id
    )
    with pytest.raises(Invitation.DoesNotExist):
        members.accept(invitation_id=invitation.public_id, by=invitee)
    assert not application.members.filter(user=invitee).exists()


@pytest.mark.parametrize("role", [MemberRole.EDIT, MemberRole.VIEW])
def test_only_the_lead_invites_takes_back_removes_and_asks(role):
    application = ready()
    other, invitation = member(application, role), invite(application)
    partner = application.partners.first()
    sent = Message.objects.count()
    for action, given in (
        (members.invite, {"email": "x@example.org", "role": MemberRole.VIEW}),
        (members.take_back, {"invitation_id": invitation.public_id}),
        (members.remove_member, {"member_id": application.members.get(role=MemberRole.LEAD).pk}),
        (members.ask_partner, {"partner_id": partner.public_id}),
    ):
        with pytest.raises(NotAllowed):
            action(application_id=application.pk, by=other, **given)
    assert Message.objects.count() == sent
    assert application.invitations.awaiting().count() == 1


def test_nobody_is_made_lead_by_invitation():
    with pytest.raises(NotAllowed):
        invite(started(), role=MemberRole.LEAD)


def test_invite_twice_or_a_member_is_refused():
    application = started()
    invite(application)
    for email in ("NEW@example.org", lead_of(application).email):
        with pytest.raises(ValidationError):
            invite(application, email)
    assert application.invitations.count() == 1


def test_remove_member_takes_the_rights_away_at_once():
    application = started()
    colleague = member(application, MemberRole.EDIT)
    row = application.members.get(user=colleague)
    members.remove_member(application_id=application.pk, by=lead_of(application), member_id=row.pk)
    assert not Application.objects.for_member(colleague).exists()


def test_leaving_over_http_leads_to_ones_own_list():
    application = started()
    colleague = member(application, MemberRole.EDIT)
    row = application.members.get(user=colleague)
    address = f"/applications/{application.public_id}/people/{row.pk}/remove/"
    answer = logged_in(colleague).post(address, follow=True)
    assert answer.redirect_chain[-1][0] == "/applications/"


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
        assert Client().get(f"/applications/partner/{bad}/").status_code == 404
    partner.refresh_from_db()
    assert partner.confirmed_at is None
    assert outgoing.outbox == []


def confirmed_partner(application):
    partner = application.partners.first()
    members.ask_partner(application_id=application.pk, by=lead_of(application), partner_id=partner.public_id)
    partner.refresh_from_db()
    members.confirm_partner(token=members.partner_token(partner), name="Bo, mayor")
    partner.refresh_from_db()
    return partner


def changed(partner, **columns):
    """Return the cell of a partner as somebody writes it who has changed these columns."""
    return {answers.partner_cell(partner.public_id): answers.partner_answers(partner) | columns}


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
    assert "Changed since it was asked or had confirmed" in people
    client.post(f"{base}/partners/{partner.public_id}/ask/")
    assert "Asked, not confirmed yet" in client.get(f"{base}/people/").content.decode()
    history = client.get(f"{base}/history/").content.decode()
    assert history.count("Asked to confirm") == 2
    assert "No longer holds" in history


def test_step_of_a_confirmation_is_never_edited_or_deleted():
    application = ready()
    confirmed_partner(application)
    for change in (lambda rows: rows.update(by_name="X"), lambda rows: rows.delete()):
        with pytest.raises(ProgrammingError), transaction.atomic():
            change(application.partner_records.all())


def test_invitation_is_offered_on_the_list_and_accepted_by_a_button():
    application, invitee = started(), person()
    invitation = invite(application, invitee.email, MemberRole.VIEW)
    client = logged_in(invitee)
    address = f"/applications/invitations/{invitation.public_id}/"
    assert address in client.get("/applications/").content.decode()
    answer = client.post(address)
    assert answer.headers["Location"] == application.get_absolute_url()
    assert client.get(application.get_absolute_url()).status_code == 200
