"""Who gets the receipt of a submission."""

import pytest

from applications.applying import emails
from applications.applying.actions import members
from applications.enums import MemberRole
from applications.models import Partner
from core.accounts.models import User
from core.mail.models import Message
from tests.applications.applying.partners import changed, confirmed_partner
from tests.builders.applications import lead_of, member, ready, submit
from tests.support.applicant_forms import save
from tests.support.mailbox import email_of

pytestmark = pytest.mark.django_db


RECEIPTS = ["applications/email/receipt", "applications/email/partner_receipt"]


def receipts():
    return sorted(Message.objects.filter(template__in=RECEIPTS).values_list("to", flat=True))


def test_receipt_reaches_everybody_who_may_see_it_and_each_once():
    application = ready()
    first, second = application.partners.all()
    Partner.objects.filter(pk=second.pk).update(contact_email="bo@town.example")
    editor, viewer = member(application, MemberRole.EDIT), member(application, MemberRole.VIEW)
    confirmed_partner(application)
    asked_and_silent = second
    members.ask_partner(
        application_id=application.pk, by=lead_of(application), partner_id=asked_and_silent.public_id
    )

    submit(application)

    people = [lead_of(application).email, editor.email, viewer.email]
    assert receipts() == sorted([*people, first.contact_email])
    letter = email_of(Message.objects.get(template=RECEIPTS[1])).body
    assert f"/applications/{application.public_id}" not in letter
    assert application.submissions.get().sha256 in letter
    assert not any(address in letter for address in people)


@pytest.mark.parametrize("change", ["contact", "name", "withdrawn from the version", "member"])
def test_receipt_of_a_partner_needs_the_address_and_the_partner_that_were_confirmed(change):
    application = ready()
    partner = confirmed_partner(application)
    if change == "contact":
        save(application, "partnership", changed(partner, contact_email="victim@stranger.example"))
    elif change == "name":
        save(application, "partnership", changed(partner, name="Another town"))
    elif change == "member":
        User.objects.filter(memberships__application=application).update(email=partner.contact_email)
    else:
        Partner.objects.filter(pk=partner.pk).update(name="Changed after it was confirmed")
        submit(application)
        Message.objects.all().delete()
        Partner.objects.filter(pk=partner.pk).update(name=partner.name)
        emails.receipt(application.submissions.get())

    if change != "withdrawn from the version":
        submit(application)

    assert receipts() == [lead_of(application).email]
