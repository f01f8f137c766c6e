"""Doubles of one mailbox: found when addresses got their one spelling, merged by a command."""

from __future__ import annotations

from io import StringIO

import pytest
from django.core.management import call_command
from django.utils import timezone

from applications.enums import MemberRole
from applications.models import Application, Member, Review
from core.accounts import actions, merging
from core.accounts.enums import AccountChangeKind, Role
from core.accounts.models import AccountChange, User
from core.mail.enums import ERASED_DOMAIN
from core.mail.mailboxes import double_address
from core.mail.models import Message
from core.privacy import actions as privacy
from newsletter import actions as newsletter
from newsletter import links
from newsletter.actions.merging import merge as merge_subscriptions
from newsletter.enums import SubscriberStatus
from newsletter.models import Subscriber
from tests.builders.applications import answer, lead_of, ready, started, submit
from tests.builders.experts import make_complete_expert, make_expert
from tests.builders.newsletter import make_subscriber
from tests.builders.people import make_administrator, make_person, make_staff
from tests.support.logging_in import add_app

pytestmark = pytest.mark.django_db
X = "x@example.org"


def double_of(email: str = X, **fields) -> User:
    return make_person(double_address(email, User.objects.count() + 1), **fields)


def merge_doubles(*, is_meant: bool = True) -> str:
    told = StringIO()
    call_command("merge_doubles", merge=is_meant, stdout=told)
    return told.getvalue()


def test_command_changes_nothing_unless_it_is_meant_and_says_what_it_would_do():
    kept, double = make_person(X), double_of()
    application = started(lead=double)

    told = merge_doubles(is_meant=False)

    assert f"Account {double.pk} ({double.email}) → {kept.pk} ({X}): one mailbox" in told
    assert "would be merged, as x@example.org" in told
    assert "applications: 1" in told
    assert "Nothing was changed" in told
    assert lead_of(application) == double
    assert not kept.changes.exists()


def test_merged_account_has_all_that_two_had():
    kept, double = make_person(X, name=""), double_of(name="Ann Doe")
    shared, own = started(lead=kept), ready()
    Member.objects.create(application=own, user=double, role=MemberRole.EDIT)
    Member.objects.create(application=shared, user=double, role=MemberRole.VIEW)
    answer(own, {"title": "Rhine"}, by=double)
    Application.objects.filter(pk=own.pk).update(writers={"title": double.pk}, changed_by=double)
    expert = make_complete_expert(double)
    submit(own, by=double)
    change = own.changes.get(by=double)
    administrator = make_administrator()
    for decide in (actions.close_account, actions.reopen_account):
        decide(user_id=double.pk, by=administrator, reason="Twice.")
    add_app(double)

    told = merge_doubles()

    kept.refresh_from_db()
    change.refresh_from_db()
    own.refresh_from_db()
    assert "merged, as x@example.org" in told
    assert not User.objects.filter(pk=double.pk).exists()
    assert (kept.email, kept.name, kept.expert_profiles.get()) == (X, "Ann Doe", expert)
    assert {m.application_id: m.role for m in kept.memberships.all()} == {
        shared.pk: MemberRole.LEAD,
        own.pk: MemberRole.EDIT,
    }
    assert (change.by, own.changed_by, own.writers) == (kept, kept, {"title": kept.pk})
    assert [c.kind for c in kept.changes.all()] == [
        *[AccountChangeKind.ACTIVE] * 2,
        AccountChangeKind.MERGED,
    ]
    assert not kept.authenticator_set.exists()
    assert merge_doubles() == "Each mailbox has one account and one subscription at most.\n"


def test_stronger_of_two_roles_in_an_application_stays():
    kept, double = make_person(X), double_of()
    application = started(lead=double)
    Member.objects.create(application=application, user=kept, role=MemberRole.VIEW)

    merge_doubles()

    assert [(m.user, m.role) for m in application.members.all()] == [(kept, MemberRole.LEAD)]


def test_blank_profile_gives_way_to_one_with_content():
    kept, double = make_person(X), double_of()
    make_expert(kept)
    written = make_complete_expert(double)

    merge_doubles()

    kept.refresh_from_db()
    assert kept.expert_profiles.get() == written


def two_profiles(kept: User, double: User) -> None:
    make_complete_expert(kept)
    make_complete_expert(double)


def different_roles(kept: User, double: User) -> None:
    actions.give_roles(user_id=kept.pk, roles=[Role.REVIEWER], by=None)
    actions.give_roles(user_id=double.pk, roles=[Role.MANAGER], by=None)


def closed(kept: User, double: User) -> None:
    User.objects.filter(pk=double.pk).update(is_active=False)


def judged_own(kept: User, double: User) -> None:
    Review.objects.create(application=started(lead=kept), reviewer=double, assigned_by=make_staff())


def asked_to_be_deleted(kept: User, double: User) -> None:
    privacy.ask_deletion(by=double)


def both_review(kept: User, double: User) -> None:
    application, by = started(), make_staff()
    for reviewer in (kept, double):
        Review.objects.create(application=application, reviewer=reviewer, assigned_by=by)


@pytest.mark.parametrize(
    ("stands_against", "words"),
    [
        (two_profiles, "Both accounts have an expert profile that has been filled in."),
        (different_roles, "Both are staff, with different roles."),
        (closed, "One of the accounts is closed."),
        (judged_own, "One account has assessed an application that the other account works on."),
        (both_review, "rule review_once_per_reviewer"),
        (asked_to_be_deleted, "One of the accounts is waiting to be deleted."),
    ],
)
def test_what_people_have_to_decide_is_left_and_said(stands_against, words):
    kept, double = make_person(X), double_of()
    stands_against(kept, double)
    before = Message.objects.count(), AccountChange.objects.count()

    told = merge_doubles()

    assert "NOT merged" in told
    assert words in told
    assert "1 left as they are" in told
    assert User.objects.filter(pk__in=[kept.pk, double.pk]).count() == 2
    assert (Message.objects.count(), AccountChange.objects.count()) == before


def test_three_accounts_of_a_mailbox_become_one_also_if_the_second_is_of_staff():
    plain, colleague = make_person(X), make_staff(email=double_address(X, 99))
    third = double_of()

    tried = merge_doubles(is_meant=False)
    assert User.objects.filter(pk__in=[plain.pk, colleague.pk, third.pk]).count() == 3
    told = merge_doubles()

    colleague.refresh_from_db()
    assert tried.count("would be merged") == told.count("  merged") == 2
    assert (colleague.email, colleague.is_staff) == (X, True)
    assert not User.objects.filter(pk__in=[plain.pk, third.pk]).exists()


def test_three_subscriptions_of_a_mailbox_become_one_whichever_spoke_last():
    rows = [make_subscriber(email, ["events"]) for email in (X, double_address(X, 5), double_address(X, 6))]

    merge_doubles()

    rows = list(Subscriber.objects.order_by("pk"))
    assert Subscriber.objects.known().get().email == X
    assert [row.merged_into for row in rows] == [rows[1], rows[2], None]


ERASED = {"email": f"e@{ERASED_DOMAIN}", "erased_at": timezone.now()}


@pytest.mark.parametrize(
    ("person", "reader"),
    [
        ({"email": "new@example.org"}, {"email": "new@example.org"}),
        (ERASED | {"is_active": False, "name": ""}, ERASED | {"status": SubscriberStatus.UNSUBSCRIBED}),
        (None, None),
    ],
)
def test_doubles_that_are_none_any_more_once_locked_are_left(person, reader):
    people = make_person(X), double_of()
    readers = make_subscriber(X), make_subscriber(double_address(X, 5))
    if person:
        User.objects.filter(pk=people[0].pk).update(**person)
        Subscriber.objects.filter(pk=readers[0].pk).update(**reader)

    for merge, (kept, double) in ((merging.merge, people), (merge_subscriptions, readers)):
        with pytest.raises(merging.CannotMerge):
            merge(kept_id=kept.pk, double_id=double.pk if person else double.pk + 1000)
    assert User.objects.filter(pk__in=[user.pk for user in people]).count() == 2
    assert not Subscriber.objects.filter(merged_into__isnull=False).exists()


def test_staff_account_stays_and_gets_the_address():
    plain = make_person(X)
    colleague = make_staff(email=double_address(X, 7))

    merge_doubles()

    colleague.refresh_from_db()
    assert (colleague.email, colleague.is_staff) == (X, True)
    assert colleague.emailaddress_set.get().email == X
    assert not User.objects.filter(pk=plain.pk).exists()


def test_double_whose_mailbox_is_free_again_gets_the_address_back():
    double = double_of()

    merge_doubles()

    double.refresh_from_db()
    assert double.email == X


def test_what_a_subscriber_said_last_counts_and_old_links_lead_to_it(client):
    kept = make_subscriber(X)
    double = make_subscriber(double_address(X, 5))
    newsletter.unsubscribe(subscriber_id=kept.pk)
    link = links.preferences_path(kept)

    merge_doubles(is_meant=False)
    assert Subscriber.objects.doubles().get() == double
    merge_doubles()

    # The second one had confirmed before the first one left.
    kept.refresh_from_db()
    double.refresh_from_db()
    assert (kept.email, kept.status, double.merged_into) == (X, SubscriberStatus.UNSUBSCRIBED, kept)
    assert double.status == SubscriberStatus.UNSUBSCRIBED
    assert double.consents.count() == 2
    assert client.get(links.preferences_path(double)).context["topics"] == client.get(link).context["topics"]


def test_topics_of_two_confirmed_subscriptions_come_together():
    kept, double = make_subscriber(double_address(X, 5), ["events"]), make_subscriber(X, ["calls"])

    merge_doubles()

    assert (Subscriber.objects.known().get().topics, Subscriber.objects.known().get().email) == (
        ["calls", "events"],
        X,
    )
    assert Subscriber.objects.known().get() == double
    assert Subscriber.objects.get(pk=kept.pk).merged_into == double
