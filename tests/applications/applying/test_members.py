"""People and partners: invited before they have an account, confirmed without one, taken back."""

from html import unescape

import pytest
from django.core.exceptions import ValidationError

from applications.applying.actions import members
from applications.enums import MemberRole
from applications.models import Application, Invitation
from core.history import NotAllowed
from core.mail.models import Message
from tests.builders.applications import lead_of, member, ready, started
from tests.builders.people import person
from tests.support.applicant_forms import logged_in

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


def test_invitation_under_another_account_names_the_address_that_was_invited_and_nothing_else():
    application, stranger = ready(), person()
    invitation = invite(application, "new@bücher.example")
    address = f"/applications/invitations/{invitation.public_id}/"
    client = logged_in(stranger)

    for answer in (client.get(address), client.post(address)):
        page = unescape(answer.content.decode())
        assert answer.status_code == 403
        assert "new@bücher.example" in page
        assert stranger.email in page
        secrets = (application.reference, application.title, lead_of(application).email)
        assert not any(secret in page for secret in secrets)
    assert not application.members.exclude(role=MemberRole.LEAD).exists()
    unknown = client.get(f"/applications/invitations/{application.public_id}/")
    assert unknown.status_code == 404
    out = client.post("/accounts/logout/", {"next": address}, follow=True)
    assert out.redirect_chain[-1][0] == f"/accounts/login/?next={address}"


def test_invitation_that_is_settled_leads_on_or_says_why_not():
    application, invitee = started(), person()
    invitation = invite(application, invitee.email)
    address = f"/applications/invitations/{invitation.public_id}/"
    client = logged_in(invitee)
    client.post(address)

    assert client.get(address).headers["Location"] == application.get_absolute_url()
    assert client.post(address).headers["Location"] == application.get_absolute_url()
    application.members.get(user=invitee).delete()
    assert "You no longer work on this application" in client.get(address).content.decode()
    Invitation.objects.update(accepted_at=None, taken_back_at=invitation.invited_at)
    cancelled = client.get(address)
    assert (cancelled.status_code, "has been cancelled" in cancelled.content.decode()) == (410, True)


def test_lead_changes_the_access_of_others_and_nobody_elses():
    application = started()
    viewer = member(application, MemberRole.VIEW)
    row = application.members.get(user=viewer)
    address = f"/applications/{application.public_id}/people/{row.pk}/access/"

    refused = logged_in(viewer).post(address, {"role": MemberRole.EDIT}, follow=True)
    assert "Only the lead person can do this." in refused.content.decode()
    row.refresh_from_db()
    assert row.role == MemberRole.VIEW
    client = logged_in(lead_of(application))
    assert "Can edit and submit" in client.post(address, {"role": "edit"}, follow=True).content.decode()
    client.post(address, {"role": MemberRole.LEAD})
    lead = application.members.get(role=MemberRole.LEAD)
    client.post(f"/applications/{application.public_id}/people/{lead.pk}/access/", {"role": "view"})
    assert [m.role for m in application.members.order_by("pk")] == [MemberRole.LEAD, MemberRole.EDIT]


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


def test_invitation_is_offered_on_the_list_and_accepted_by_a_button():
    application, invitee = started(), person()
    invitation = invite(application, invitee.email, MemberRole.VIEW)
    client = logged_in(invitee)
    address = f"/applications/invitations/{invitation.public_id}/"
    assert address in client.get("/applications/").content.decode()
    answer = client.post(address)
    assert answer.headers["Location"] == application.get_absolute_url()
    assert client.get(application.get_absolute_url()).status_code == 200
