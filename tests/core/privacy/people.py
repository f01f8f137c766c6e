"""A person with a row of each kind, and people around who must not show up in that person's copy."""

from __future__ import annotations

from allauth.mfa.models import Authenticator
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from applications.applying.actions import documents, members
from applications.enums import MemberRole
from applications.models import Application, Member
from core.accounts.models import User
from core.mail.models import Message
from core.objections import actions as objections
from experts import actions as experts
from tests.builders.applications import answer, complete_answers, started, submit
from tests.builders.calls import open_call
from tests.builders.experts import make_complete_expert, pdf
from tests.builders.newsletter import make_subscriber
from tests.builders.people import make_person
from tests.support.logging_in import log_in_by_code

ADDRESS, NAME = "mirela.quux@example.org", "Mirela Quux"
OTHERS_ADDRESS, OTHERS_NAME = "secret.other@stranger.example", "Otto Verborgen"
ELSE = "partner.contact@stranger.example"


def full_person() -> User:
    """Return somebody who applies, works with others, is an expert, reads the news, and objected once."""
    person = make_person(ADDRESS, name=NAME)
    log_in_by_code(Client(), ADDRESS)
    Authenticator.objects.create(user=person, type=Authenticator.Type.TOTP, data={"secret": "x"})
    _writes_drafts(person)
    _works_with_others(person)
    expert = make_complete_expert(person)
    experts.submit(expert_id=expert.pk, by=person)
    make_subscriber(ADDRESS)
    message = Message.objects.to_address(ADDRESS).first()
    objections.object_to(message_id=message.pk, kind="all")
    objections.lift(message_id=message.pk)
    return person


def _writes_drafts(person: User) -> Application:
    draft = started(lead=person)
    answer(draft, {"title": "Only mine"}, by=person)
    file = SimpleUploadedFile("plan.pdf", pdf(), content_type="application/pdf")
    documents.add(application_id=draft.pk, by=person, kind="letter", file=file)
    members.invite(application_id=draft.pk, by=person, email=ELSE, role=MemberRole.VIEW)
    return draft


def _works_with_others(person: User) -> Application:
    """Let the person submit an application that somebody else leads, and be a contact person of it."""
    lead = make_person(OTHERS_ADDRESS, name=OTHERS_NAME)
    shared = started(open_call(), lead)
    Member.objects.create(application=shared, user=person, role=MemberRole.EDIT, added_by=lead)
    rows = complete_answers()
    cells = [cell for cell, value in rows.items() if isinstance(value, dict)]
    rows[cells[0]] |= {"contact_name": NAME, "contact_email": ADDRESS}
    rows[cells[1]] |= {"contact_name": OTHERS_NAME, "contact_email": OTHERS_ADDRESS}
    answer(shared, rows, by=lead)
    submit(shared, by=person)
    return shared
