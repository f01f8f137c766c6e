"""How long data are kept: each rule on both sides of its day, by itself, in part, and as a rehearsal."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Any

import pgtrigger
import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import models
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from applications.applying.actions import members
from applications.applying.actions.trying_out import TESTS_OF_CALLS
from applications.applying.emails import invitation_key
from applications.models import Application, Call, Invitation
from core.accounts.enums import Role
from core.accounts.models import MailedCode, User
from core.calculations import actions as calculations
from core.calculations.models import Calculation
from core.mail.models import Message
from core.privacy import registry, retention
from core.privacy.models import IdleNotice, RetentionRun
from experts.actions.trying_out import TESTS_OF_EXPERTS
from experts.asked import published_version
from experts.models import Expert
from newsletter import actions as newsletter
from newsletter.models import Subscriber, SubscriberChange
from tests.builders import mails as outbox
from tests.builders.applications import lead_of, ready, started, submit
from tests.builders.calls import closed_call
from tests.builders.experts import make_expert
from tests.builders.newsletter import ask, make_subscriber
from tests.builders.people import make_person, person, the_manager
from tests.support.logging_in import ask_for_code

pytestmark = pytest.mark.django_db
RULES = {rule.name: rule for rule in registry.rules()}
HOUR = timedelta(hours=1)
LONG_AGO = timezone.now() - RULES["unsent-drafts"].kept - HOUR


def draft(at: Any) -> Application:
    application = started()
    Call.objects.filter(pk=application.call_id).update(opens_at=at - HOUR, closes_at=at)
    return application


def invitation(at: Any) -> Invitation:
    application = started()
    row = Invitation.objects.create(
        application=application, email="x@example.org", role="view", invited_by=lead_of(application)
    )
    Invitation.objects.filter(pk=row.pk).update(invited_at=at)
    return row


def profile(at: Any) -> Expert:
    expert = make_expert()
    Expert.objects.filter(pk=expert.pk).update(changed_at=at)
    return expert


def profile_of_a_test(at: Any) -> Expert:
    test = TESTS_OF_EXPERTS.start(published_version(), by=the_manager())
    Expert.including_tests.filter(pk=test.pk).update(changed_at=at)
    return test


def account(at: Any) -> User:
    user = make_person("idle@example.org")
    User.objects.filter(pk=user.pk).update(date_joined=at)
    IdleNotice.objects.create(user=user, at=at + HOUR)
    return user


def account_mail(at: Any) -> Message:
    ask_for_code(Client(), "stranger@example.org")
    message = Message.objects.get(to="stranger@example.org")
    outbox.bring_to(message, "sent")
    Message.objects.filter(pk=message.pk).update(created_at=at, sent_at=at)
    return message


def code(at: Any) -> MailedCode:
    ask_for_code(Client(), "stranger@example.org")
    MailedCode.objects.update(made_at=at - HOUR, expires_at=at)
    return MailedCode.objects.get()


def pending(at: Any) -> Subscriber:
    row = ask("pending@example.org")
    Subscriber.objects.filter(pk=row.pk).update(mailed_at=at)
    return row


def former(at: Any) -> Subscriber:
    row = newsletter.unsubscribe(subscriber_id=make_subscriber("left@example.org").pk)
    with pgtrigger.ignore("newsletter.SubscriberChange:subscriber_change_append_only"):
        SubscriberChange.objects.filter(target=row).update(at=at)
    return row


def run_row(at: Any) -> RetentionRun:
    row = RetentionRun.objects.create(rule="codes", due=0, done=0)
    RetentionRun.objects.filter(pk=row.pk).update(at=at)
    return row


def calculation(at: Any) -> Calculation:
    row = calculations.ask("test", {}, seconds=0)
    Calculation.objects.filter(pk=row.pk).update(asked_at=at)
    return row


def is_gone(row: models.Model) -> bool:
    now = type(row)._base_manager.filter(pk=row.pk).first()
    if now is None:
        return True
    return bool(getattr(now, "erased_at", None)) or getattr(now, "is_erased", False)


CASES: dict[str, Callable[[Any], models.Model]] = {
    "codes": code,
    "idle-accounts": account,
    "account-mails": account_mail,
    "unsent-drafts": draft,
    "invitations": invitation,
    "idle-profiles": profile,
    "tests-of-the-form": profile_of_a_test,
    "unconfirmed-subscribers": pending,
    "former-subscribers": former,
    "retention-runs": run_row,
    "calculations": calculation,
}
# Tested where they are at home: sessions and documents; deletions of accounts in test_holdings, of unused
# ones in test_idle_accounts.
ELSEWHERE = {
    "sessions",
    "removed-documents",
    "prepared-files",
    "account-deletions",
    "idle-notices",
    "records",
}


def test_every_rule_has_a_case_and_a_name_of_its_own():
    assert CASES.keys() | ELSEWHERE == RULES.keys()
    assert len(RULES) == len(list(registry.rules()))


@pytest.mark.parametrize("name", CASES)
def test_rule_spares_what_is_younger_and_takes_what_is_older(name):
    rule, now = RULES[name], timezone.now()
    row = CASES[name](now - rule.kept + HOUR)
    retention.run(now=now, names=[name])
    assert not is_gone(row)

    outcomes = retention.run(now=now + 2 * HOUR, names=[name])

    assert is_gone(row)
    assert [(o.due, o.done, o.error) for o in outcomes] == [(1, 1, "")]
    assert RetentionRun.objects.latest_of_each_rule()[name].done == 1


def test_submitted_application_is_shown_to_staff_and_never_deleted():
    row = ready()
    submit(row)
    later = row.call.closes_at + RULES["records"].kept + HOUR

    outcomes = retention.run(now=later, names=["records"])
    retention.run(now=later, names=["unsent-drafts"])

    assert [(o.due, o.done) for o in outcomes] == [(1, 0)]
    assert Application.objects.filter(pk=row.pk).exists()


def test_draft_goes_with_its_history_refused_attempts_and_invitations():
    row = draft(timezone.now() - RULES["unsent-drafts"].kept - HOUR)
    row.attempts.create(by=lead_of(row), at=timezone.now(), outcome="incomplete")
    row.partner_records.create(partner_key=row.public_id, organisation="x", event="asked")
    row.invitations.create(email="x@example.org", role="view", invited_by=lead_of(row))

    retention.run(names=["unsent-drafts"])

    assert not Application.objects.exists()
    assert not Invitation.objects.exists()


def test_tests_of_a_form_go_as_drafts_do():
    call = closed_call()
    test = TESTS_OF_CALLS.start(call.form.published_version, by=the_manager())
    Call.objects.update(opens_at=LONG_AGO - HOUR, closes_at=LONG_AGO)

    outcomes = retention.run(names=["unsent-drafts"])

    assert [(o.due, o.done, o.error) for o in outcomes] == [(1, 1, "")]
    assert not Application.including_tests.filter(pk=test.pk).exists()


def test_one_night_does_a_part_and_the_next_ones_the_rest():
    for _number in range(3):
        draft(timezone.now() - RULES["unsent-drafts"].kept - HOUR)

    done = [retention.run(names=["unsent-drafts"], most=2)[0].done for _night in range(3)]

    assert done == [2, 1, 0]


def test_rule_that_fails_hinders_no_other_and_is_on_record(monkeypatch, caplog):
    draft(timezone.now() - RULES["unsent-drafts"].kept - HOUR)
    broken = registry.RetentionRule("broken", "x", HOUR, "x", "x", lambda now: 1 / 0, None)
    monkeypatch.setattr(registry, "rules", lambda: iter([broken, *RULES.values()]))

    retention.run()

    assert not Application.objects.exists()
    assert RetentionRun.objects.latest_of_each_rule()["broken"].error == "ZeroDivisionError: division by zero"
    assert "Rule broken failed" in caplog.text


def test_row_that_cannot_go_keeps_no_other_from_going(monkeypatch):
    rows = [draft(timezone.now() - RULES["unsent-drafts"].kept - HOUR) for _number in range(3)]
    rule = RULES["unsent-drafts"]

    carry_out = partial(_but_for, rows[1].pk, rule.carry_out)
    monkeypatch.setattr(registry, "rules", lambda: iter([replace(rule, carry_out=carry_out)]))

    outcome = retention.run()[0]

    assert list(Application.objects.values_list("pk", flat=True)) == [rows[1].pk]
    assert (outcome.due, outcome.done, outcome.error) == (3, 2, "ValueError: not this one")


def _but_for(key: int, carry_out: Callable[[Any], Any], found: Any) -> None:
    if found.filter(pk=key).exists():
        raise ValueError("not this one")
    carry_out(found)


def test_document_names_every_rule():
    document = (settings.BASE_DIR / "docs" / "privacy.md").read_text()

    assert [name for name in RULES if f"| `{name}` |" not in document] == []


def test_dry_run_says_what_would_go_and_changes_nothing():
    row = draft(timezone.now() - RULES["unsent-drafts"].kept - HOUR)
    out = io.StringIO()

    call_command("retention", "--dry-run", "--rule", "unsent-drafts", stdout=out)

    assert "unsent-drafts: 1 due, 1 in the next run." in out.getvalue()
    assert f"applications.Application: {row.pk}" in out.getvalue()
    assert Application.objects.exists()
    assert not RetentionRun.objects.exists()
    call_command("retention", stdout=out)
    assert "unsent-drafts: 1 of 1 done." in out.getvalue()
    assert RetentionRun.objects.count() == len(RULES)


def test_staff_see_every_rule_its_last_run_and_what_comes_next(settings):
    settings.STAFF_SECOND_FACTOR_REQUIRED = False
    draft(timezone.now() - RULES["unsent-drafts"].kept - HOUR)
    retention.run(names=["codes"])
    client = Client()
    client.force_login(person(Role.AUDITOR))

    page = client.get(reverse("admin:privacy_retentionrun_changelist"))

    rows = {row.rule.name: row for row in page.context["rules"]}
    assert rows.keys() == RULES.keys()
    assert (rows["unsent-drafts"].due, rows["unsent-drafts"].last) == (1, None)
    assert rows["codes"].last.due == 0
    assert page.context["next_run"] > timezone.now()
    assert "default, to confirm" in page.content.decode()


def test_mail_of_an_invitation_goes_with_it():
    application = ready()
    row = members.invite(
        application_id=application.pk, by=lead_of(application), email="x@example.org", role="view"
    )
    Invitation.objects.update(invited_at=timezone.now() - RULES["invitations"].kept - HOUR)

    retention.run(names=["invitations"])

    message = Message.objects.get(dedupe_key=invitation_key(row))
    assert (message.is_erased, message.subject, message.body, message.status) == (True, "", "", "discarded")


def test_home_page_of_staff_tells_what_waits_failed_or_did_not_run(settings, monkeypatch):
    settings.STAFF_SECOND_FACTOR_REQUIRED = False
    row = ready()
    submit(row)
    records = RULES["records"]
    later = row.call.closes_at + records.kept + HOUR
    in_years = {"records": replace(records, due=lambda now: records.due(later))}
    monkeypatch.setattr(registry, "rules", lambda: iter((RULES | in_years).values()))
    RetentionRun.objects.create(rule="codes", due=1, done=0, error="x")
    RetentionRun.objects.update(at=timezone.now() - timedelta(days=3, hours=1))
    client = Client()
    client.force_login(person(Role.AUDITOR))

    waiting = {str(item.label): item.count for item in client.get(reverse("admin:index")).context["waiting"]}

    assert waiting["records at the end of their retention period"] == 1
    assert waiting["retention rules that failed"] == 1
    assert waiting["nights when the retention rules did not run"] == 2
    retention.run()
    waiting = {str(item.label) for item in client.get(reverse("admin:index")).context["waiting"]}
    assert "retention rules that failed" not in waiting
    assert "nights when the retention rules did not run" not in waiting
