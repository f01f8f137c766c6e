"""Partners of an application who were asked or have confirmed."""

from applications.applying.actions import members
from applications.form import answers
from tests.builders.applications import lead_of


def confirmed_partner(application):
    partner = application.partners.first()
    members.ask_partner(application_id=application.pk, by=lead_of(application), partner_id=partner.public_id)
    partner.refresh_from_db()
    members.confirm_partner(token=members.partner_token(partner), name="Bo, mayor")
    partner.refresh_from_db()
    return partner


def changed(partner, **columns):
    """Return the cell of a partner as somebody writes it who has changed these columns."""
    cell = answers.partner_cell(partner.public_id)
    return {cell: answers.read(partner.application)[cell] | columns}
