"""Every pair of statuses, by whom, with the mail it causes; deletion."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import DatabaseError, IntegrityError, transaction
from django.utils import timezone

from core.accounts.enums import Role
from core.history import IllegalMove, NotAllowed
from core.mail.models import Message
from experts import actions, tasks
from experts.enums import EXPERT_MOVES, ExpertStatus
from experts.exceptions import IncompleteProfile, NotNow
from experts.models import Expert, ExpertDeclaration, ExpertVersion
from tests.builders.experts import make_complete_expert, make_expert, make_expert_at
from tests.builders.people import make_person, make_staff

pytestmark = pytest.mark.django_db

REASON = {"reason": "Please say more about your work across borders."}
# Verb → (arguments besides the key, statuses it is possible from, the status it leads to, its e-mail).
BY_STAFF = {
    "approve": ({}, {"submitted", "declined"}, "approved", "approved"),
    "decline": (REASON, {"submitted", "approved", "paused"}, "declined", "declined"),
    "ask_for_more": (REASON, {"submitted"}, "draft", "more_asked"),
    "pause": (REASON, {"approved"}, "paused", "paused"),
    "resume": ({}, {"paused"}, "approved", "resumed"),
}
BY_OWNER = {
    "submit": ({}, {"draft", "declined"}, "submitted", "receipt"),
    "pause": ({}, {"approved"}, "paused", "paused"),
    "resume": ({}, {"paused"}, "approved", "resumed"),
    "withdraw": ({}, {"draft", "submitted", "approved", "paused", "declined"}, "withdrawn", "withdrawn"),
    "reopen": ({}, {"withdrawn"}, "draft", None),
}
REFUSALS = (IllegalMove, NotNow, IncompleteProfile)


def take(verb, arguments, expert, by):
    return getattr(actions, verb)(expert_id=expert.pk, by=by, **arguments)


def check(verb, rule, expert, by):
    arguments, possible_from, leads_to, message = rule
    before, mails, history = expert.status, Message.objects.count(), expert.changes.count()
    if before not in possible_from:
        with pytest.raises(REFUSALS):
            take(verb, arguments, expert, by)
        expert.refresh_from_db()
        assert (expert.status, Message.objects.count(), expert.changes.count()) == (before, mails, history)
        return
    take(verb, arguments, expert, by)
    expert.refresh_from_db()
    change = expert.changes.last()
    assert (expert.status, change.from_status, change.to_status, change.by) == (
        leads_to,
        before,
        leads_to,
        by,
    )
    assert change.reason == arguments.get("reason", "")
    new = Message.objects.order_by("-pk")[: Message.objects.count() - mails]
    assert [(m.template, m.to) for m in new] == (
        [(f"experts/email/{message}", expert.user.email)] if message else []
    )


@pytest.mark.parametrize("status", ExpertStatus.values)
@pytest.mark.parametrize("verb", BY_STAFF)
def test_staff_verb_moves_only_from_its_statuses(verb, status):
    expert = make_complete_expert() if status == "draft" else make_expert_at(status)
    check(verb, BY_STAFF[verb], expert, make_staff(Role.MANAGER))


@pytest.mark.parametrize("status", ExpertStatus.values)
@pytest.mark.parametrize("verb", BY_OWNER)
def test_owner_verb_moves_only_from_its_statuses(verb, status):
    expert = make_complete_expert() if status == "draft" else make_expert_at(status)
    check(verb, BY_OWNER[verb], expert, expert.user)


def test_every_allowed_move_has_a_verb():
    rules = [*BY_STAFF.values(), *BY_OWNER.values()]
    reached = {(start, to) for _arguments, starts, to, _message in rules for start in starts}

    assert reached == {(start, to) for start, ends in EXPERT_MOVES.items() for to in ends}


@pytest.mark.parametrize("verb", BY_STAFF)
@pytest.mark.parametrize("role", [Role.REVIEWER, Role.COMMUNICATIONS, Role.AUDITOR, Role.ADMINISTRATOR])
def test_staff_without_the_right_change_nothing(verb, role):
    arguments, possible_from, _leads_to, _message = BY_STAFF[verb]
    expert = make_expert_at(sorted(possible_from)[0])
    before, mails = expert.status, Message.objects.count()

    with pytest.raises(NotAllowed):
        take(verb, arguments, expert, make_staff(role))

    expert.refresh_from_db()
    assert (expert.status, Message.objects.count()) == (before, mails)


def test_nobody_vets_the_own_profile():
    expert = make_expert_at(ExpertStatus.SUBMITTED)
    expert.user.is_superuser = expert.user.is_staff = True
    expert.user.save()

    with pytest.raises(NotAllowed):
        actions.approve(expert_id=expert.pk, by=expert.user)

    expert.refresh_from_db()
    assert expert.status == ExpertStatus.SUBMITTED


def test_expert_cannot_end_a_pause_by_staff():
    expert = make_expert_at(ExpertStatus.APPROVED)
    actions.pause(expert_id=expert.pk, by=make_staff(), reason="We check a complaint.")

    with pytest.raises(NotAllowed):
        actions.resume(expert_id=expert.pk, by=expert.user)

    expert.refresh_from_db()
    assert expert.status == ExpertStatus.PAUSED


def test_strangers_can_do_nothing():
    expert = make_expert_at(ExpertStatus.APPROVED)
    stranger = make_person("stranger@example.org")

    for verb in ("submit", "pause", "resume", "withdraw", "reopen", "confirm", "erase"):
        with pytest.raises(NotAllowed):
            getattr(actions, verb)(expert_id=expert.pk, by=stranger)

    expert.refresh_from_db()
    assert expert.status == ExpertStatus.APPROVED


def test_declined_profile_that_became_incomplete_is_not_approved():
    expert = make_expert_at(ExpertStatus.DECLINED)
    expert.languages.all().delete()

    with pytest.raises(IncompleteProfile):
        actions.approve(expert_id=expert.pk, by=make_staff())

    expert.refresh_from_db()
    assert expert.status == ExpertStatus.DECLINED


def test_mark_seen_clears_the_change():
    expert = make_expert_at(ExpertStatus.APPROVED)
    Expert.objects.filter(pk=expert.pk).update(revision=expert.revision + 1)

    actions.mark_seen(expert_id=expert.pk, by=make_staff())

    expert.refresh_from_db()
    assert not expert.is_changed_since_seen


def test_reminder_asks_once_a_quarter_until_confirmed():
    expert = make_expert_at(ExpertStatus.APPROVED)
    make_expert_at(ExpertStatus.WITHDRAWN)
    due = timezone.now() - timedelta(days=91)
    Expert.objects.update(confirmed_at=due)

    tasks.remind_to_confirm()
    tasks.remind_to_confirm()
    assert reminders() == [expert.user.email]

    Expert.objects.update(confirmed_at=due - timedelta(days=90))
    tasks.remind_to_confirm()
    assert reminders() == [expert.user.email] * 2

    actions.confirm(expert_id=expert.pk, by=expert.user)
    tasks.remind_to_confirm()
    assert len(reminders()) == 2


def reminders():
    return list(Message.objects.filter(template="experts/email/confirm").values_list("to", flat=True))


def test_erase_removes_all_personal_data():
    expert = make_expert_at(ExpertStatus.APPROVED)
    person = expert.user

    actions.erase(expert_id=expert.pk, by=person)

    expert = Expert.objects.get(pk=expert.pk)
    assert (expert.user, expert.name, expert.answers, expert.country) == (None, "", {}, None)
    assert expert.erased_at
    assert expert.status == ExpertStatus.WITHDRAWN
    related = [expert.languages, expert.expertise, expert.months, expert.organisations]
    assert [rows.count() for rows in related] == [0, 0, 0, 0]
    assert not ExpertVersion.objects.exists()
    assert ExpertDeclaration.objects.filter(expert=expert).count() == 2
    assert [m.to for m in Message.objects.about(expert.about)] == ["erased@erased.invalid"] * 2
    assert not Message.objects.about(expert.about).exclude(body="").exists()


def test_erased_person_may_register_again():
    expert = make_expert()
    person = expert.user
    actions.erase(expert_id=expert.pk, by=person)

    assert actions.start(by=person).pk != expert.pk


def test_erase_with_a_match_only_notes_the_wish(monkeypatch):
    monkeypatch.setattr(Expert, "has_matches", True)
    expert = make_expert_at(ExpertStatus.APPROVED)

    actions.erase(expert_id=expert.pk, by=expert.user)

    expert = Expert.objects.get(pk=expert.pk)
    assert expert.name == "Ana Horvat"
    assert expert.status == ExpertStatus.WITHDRAWN
    assert expert.erasure_asked_at
    with pytest.raises(NotNow):
        actions.reopen(expert_id=expert.pk, by=expert.user)


def test_staff_erase_only_what_the_expert_asked_for(monkeypatch):
    monkeypatch.setattr(Expert, "has_matches", True)
    expert, staff = make_expert_at(ExpertStatus.APPROVED), make_staff()
    with pytest.raises(NotNow):
        actions.erase(expert_id=expert.pk, by=staff, reason="Tidying up")

    actions.erase(expert_id=expert.pk, by=expert.user)
    actions.erase(expert_id=expert.pk, by=staff, reason="The programme has ended.")

    assert Expert.objects.get(pk=expert.pk).erased_at


def test_database_refuses_a_pool_member_who_did_not_agree():
    expert = make_expert()

    with pytest.raises(IntegrityError, match="expert_in_pool_has_agreed"), transaction.atomic():
        # No action leads here: the database itself refuses it.
        Expert.objects.filter(pk=expert.pk).update(status=ExpertStatus.APPROVED)


@pytest.mark.parametrize("model", [ExpertVersion, ExpertDeclaration])
def test_records_cannot_be_changed_or_deleted(model):
    make_expert_at(ExpertStatus.SUBMITTED)
    for attempt in (lambda rows: rows.delete(), lambda rows: rows.update(expert_id=0)):
        with pytest.raises(DatabaseError), transaction.atomic():
            attempt(model.objects.all())
    assert model.objects.exists()
