"""The portal cannot be used to spam: the attacks over HTTP, the honest office, and every place that mails."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client

from applications.applying.actions import members
from applications.models import Application, Partner
from core.mail import budget
from core.mail.enums import MessageStatus
from core.mail.models import Message
from tests.applications.applying.partners import changed
from tests.builders import mails as outbox
from tests.builders.applications import lead_of, ready, started
from tests.builders.people import person
from tests.core.mail.strangers import VICTIM, base, invite, mails_to, words_of
from tests.support.applicant_forms import logged_in, save
from tests.support.ours import python_files

pytestmark = pytest.mark.django_db


def cancel(client: Client, application: Application) -> None:
    invitation = application.invitations.awaiting().get()
    client.post(f"{base(application)}/people/{invitation.public_id}/")


def ask(client: Client, application: Application, partner: Partner):
    return client.post(f"{base(application)}/partners/{partner.public_id}/ask/", follow=True)


def test_asking_a_partner_twelve_times_sends_one_mail_and_says_when_to_ask_again():
    application = ready()
    client, partner = logged_in(lead_of(application)), application.partners.first()

    answers = [ask(client, application, partner) for _turn in range(12)]

    assert mails_to(partner.contact_email) == 1
    assert application.partner_records.count() == 1
    assert "You can ask again from" in words_of(answers[-1])
    assert "(Brussels time)" in words_of(answers[-1])


def test_renaming_a_partner_between_questions_is_no_way_around():
    application = ready()
    client, partner = logged_in(lead_of(application)), application.partners.first()

    for turn in range(12):
        ask(client, application, partner)
        partner.refresh_from_db()
        save(application, "partnership", changed(partner, name=f"Town {turn}"))

    assert mails_to(partner.contact_email) == budget.SENDER_TO_RECIPIENT_HOUR.most == 3


def test_changing_the_address_of_a_partner_is_counted_for_the_sender():
    application = ready()
    client, partner = logged_in(lead_of(application)), application.partners.first()

    for turn in range(40):
        Partner.objects.filter(pk=partner.pk).update(contact_email=f"stranger{turn}@example.org")
        ask(client, application, partner)

    assert Message.objects.count() == budget.SENDER_HOUR.most == 30


def test_refused_question_changes_nothing():
    application = ready()
    client, partner = logged_in(lead_of(application)), application.partners.first()
    ask(client, application, partner)
    before = Partner.objects.filter(pk=partner.pk).values().get()

    ask(client, application, partner)

    assert Partner.objects.filter(pk=partner.pk).values().get() == before


def test_invitation_that_was_cancelled_stands_again_without_a_second_mail():
    application, invitee = started(), person()
    client = logged_in(lead_of(application))
    invite(client, application, invitee.email)
    first = application.invitations.get().public_id
    for _turn in range(11):
        cancel(client, application)
        answer = invite(client, application, invitee.email)

    assert mails_to(invitee.email) == 1
    assert "No second e-mail was sent" in words_of(answer)
    assert members.accept(invitation_id=first, by=invitee) == application


@pytest.mark.parametrize(
    ("status", "count"),
    [
        (MessageStatus.QUEUED, 1),
        (MessageStatus.SENDING, 1),
        (MessageStatus.SENT, 1),
        (MessageStatus.HELD, 2),
        (MessageStatus.FAILED, 2),
        (MessageStatus.DOUBT, 2),
        (MessageStatus.RETURNED, 2),
        (MessageStatus.DISCARDED, 2),
    ],
)
def test_invitation_whose_mail_did_not_arrive_is_mailed_again(status, count):
    application, invitee = started(), person()
    client = logged_in(lead_of(application))
    invite(client, application, invitee.email)
    if status != MessageStatus.QUEUED:
        outbox.bring_to(Message.objects.get(to=invitee.email), status)
    cancel(client, application)

    answer = invite(client, application, invitee.email)

    assert mails_to(invitee.email) == count
    assert ("No second e-mail was sent" in words_of(answer)) == (count == 1)
    assert application.invitations.awaiting().count() == 1


def test_cancelling_an_invitation_says_so():
    application, invitee = started(), person()
    client = logged_in(lead_of(application))
    invite(client, application, invitee.email)
    address = f"{base(application)}/people/{application.invitations.get().public_id}/"

    assert "Invitation cancelled." in words_of(client.post(address, follow=True))


def test_inviting_variants_of_an_address_counts_as_one_mailbox():
    application = started()
    client = logged_in(lead_of(application))

    for turn in range(12):
        answer = invite(client, application, f"victim+{turn}@stranger.example")

    assert Message.objects.count() == 3
    assert application.invitations.count() == 3
    assert "You can send more to it from" in words_of(answer)
    assert "victim+11@stranger.example" in words_of(answer)


def test_many_accounts_reach_one_recipient_no_more_than_a_dozen_times_a_day():
    for turn in range(20):
        application = started()
        invite(logged_in(lead_of(application)), application, VICTIM, REMOTE_ADDR=f"192.0.2.{turn}")

    assert mails_to(VICTIM) == budget.RECIPIENT_DAY.most == 12


def test_one_account_reaches_no_more_than_thirty_people_an_hour_with_any_number_of_applications():
    lead = person()
    client = logged_in(lead)
    for turn in range(3):
        application = started(lead=lead)
        for number in range(15):
            invite(client, application, f"stranger{turn}-{number}@example.org")

    assert Message.objects.count() == 30


def test_network_is_counted_over_all_accounts():
    for _earlier in range(budget.NETWORK_HOUR.most - 45):
        budget.charge_network("127.0.0.1")

    for _account in range(2):
        application = started()
        client = logged_in(lead_of(application))
        for turn in range(30):
            invite(client, application, f"{application.pk}-{turn}@example.org")

    assert Message.objects.count() == 45
    assert budget.NETWORK_HOUR.most == 120


def test_lead_invites_a_whole_partnership_at_one_sitting():
    application = ready()
    client = logged_in(lead_of(application))

    for turn in range(20):
        invite(client, application, f"colleague{turn}@town.example")
    for partner in application.partners.all():
        ask(client, application, partner)

    assert Message.objects.count() == 20 + application.partners.count()


def test_every_limit_has_words_for_who_meets_it():
    limits = {limit for limit in vars(budget).values() if isinstance(limit, budget.RateLimit)}

    assert set(budget.WORDS) == limits - {
        budget.OWN_NOTICE_HOUR,
        budget.CODES_NETWORK_HOUR,
        budget.CODES_NETWORK_DAY,
    }
    assert len({limit.name for limit in limits}) == len(limits)


def test_own_notices_are_not_written_without_end():
    allowed = [budget.has_own_notice_left("ana@example.org") for _turn in range(12)]

    assert allowed == [True] * 10 + [False] * 2


# Who can make each call of the outbox write to whom. A stranger's are paid from the budget.
BUDGET, OWN, STAFF, CLOCK = "budget", "to whoever acts, or leads it", "by staff", "by the clock"


CODES = "to an address that somebody typed: limits of core.accounts and budget.everything_to"


AGREED = "to subscribers who confirmed"


CONFIRMED = "to the address whose owner confirmed for a partner"


CALLS = {
    "applications/applying/emails.py: confirmation": BUDGET,
    "applications/applying/emails.py: _partner_receipts": CONFIRMED,
    "applications/applying/emails.py: _tell_lead": OWN,
    "applications/applying/emails.py: invitation": BUDGET,
    "applications/applying/emails.py: receipt": OWN,
    "applications/applying/emails.py: reminder": CLOCK,
    "applications/applying/emails.py: to_lead": STAFF,
    "applications/calls/emails.py: announce_extension": STAFF,
    "applications/reviewing/emails.py: _about_one": STAFF,
    "applications/reviewing/emails.py: invite_to_several": STAFF,
    "applications/reviewing/emails.py: remind": STAFF,
    "applications/reviewing/emails.py: report_conflict": STAFF,
    "experts/emails.py: _post": OWN,
    "core/accounts/actions.py: _tell_old_address": OWN,
    "core/accounts/adapter.py: send_mail": CODES,
    "core/files/emails.py: tell": STAFF,
    "core/privacy/emails.py: _post": OWN,
    "core/privacy/emails.py: done": CLOCK,
    "core/privacy/emails.py: idle": CLOCK,
    "matching/emails.py: _post": OWN,
    "newsletter/actions/bulletins.py: send_test": STAFF,
    "newsletter/emails.py: _post_sparingly": BUDGET,
    "newsletter/pipeline.py: _write": AGREED,
}


ACCOUNT_ALONE = {"core/accounts/actions", "core/accounts/adapter", "core/privacy"}


# The actions that lead to what is paid for; each charges the budget, or calls what does.
CHARGING = {
    "applications/applying/actions/members.py": {"_invite", "ask_partner"},
    "newsletter/actions/subscriptions.py": {"_may_be_mailed"},
}


def _functions(path: Path) -> Iterator[ast.FunctionDef]:
    return (node for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.FunctionDef))


def _sources() -> Iterator[tuple[str, Path]]:
    for path in python_files():
        yield str(path.relative_to(settings.BASE_DIR)), path


def _calls(function: ast.FunctionDef, names: set[str]) -> list[ast.Call]:
    calls = (node for node in ast.walk(function) if isinstance(node, ast.Call))
    return [call for call in calls if ast.unparse(call.func) in names]


def test_every_call_of_the_outbox_says_who_can_cause_it():
    names = {"post", "post_many", "mail.post", "mail.post_many", "actions.post", "actions.post_many"}
    found = {
        f"{name}: {function.name}": call
        for name, path in _sources()
        for function in _functions(path)
        for call in _calls(function, names)
    }

    assert {place: CALLS.get(place, "say who can cause it") for place in found} == CALLS


def test_only_mails_about_an_account_are_about_nothing_else():
    """What has no `about` is erased after a month, as an e-mail with a code is."""
    without = {
        f"{name}: {function.name}"
        for name, path in _sources()
        for function in _functions(path)
        for call in _calls(function, {"mail.post", "post", "actions.post"})
        if "about" not in {keyword.arg for keyword in call.keywords}
    }

    assert {place.split("/emails.py")[0].split(".py")[0] for place in without} <= ACCOUNT_ALONE, without


def test_readers_can_object_to_what_is_paid_and_to_nothing_else():
    """Deadlines, answers and news that somebody confirmed are stopped in other ways, or not at all."""
    optional = {
        f"{name}: {function.name}"
        for name, path in _sources()
        for function in _functions(path)
        for call in ast.walk(function)
        if isinstance(call, ast.Call)
        if any(k.arg == "is_optional" and ast.unparse(k.value) == "True" for k in call.keywords)
    }

    assert optional == {place for place, by in CALLS.items() if by == BUDGET}


def test_every_action_that_strangers_mail_through_charges_the_budget():
    found = {
        name: charging
        for name, path in _sources()
        if (charging := {f.name for f in _functions(path) if _calls(f, {"budget.charge"})})
    }

    assert found == CHARGING
