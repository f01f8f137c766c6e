"""Every column with personal data is registered: copied, erased, or kept for a reason; and so it is."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from django.apps import apps
from django.conf import settings
from django.core.files.storage import default_storage
from django.db import models
from django.utils import timezone

from applications.models import Application, Invitation, Partner, Submission
from core.accounts.actions import give_roles
from core.accounts.enums import Role
from core.accounts.models import Session, User
from core.history import NotAllowed
from core.mail.models import Message
from core.privacy import actions, copying, registry, retention
from core.privacy.models import AccountDeletion
from core.privacy.registry import Fate, Holding
from experts.models import Expert
from newsletter.models import Subscriber
from tests.builders import mails as outbox
from tests.builders.applications import bring_to, lead_of, member, ready, started, submit
from tests.builders.people import make_person, make_staff
from tests.core.privacy.people import ADDRESS, NAME, OTHERS_ADDRESS, OTHERS_NAME, full_person

HOLDINGS = list(registry.holdings())
# No address: how many were sent, and the like.
NO_ADDRESSES = {"account.EmailConfirmation.email_address", "newsletter.Subscriber.mailed_at"}
# The person's last e-mail, and the unsent texts of applications, are judged by the rules of retention.
LAST_EMAIL = "privacy/email/deletion_done"


def personal_columns() -> set[str]:
    """Every column that names a user, or by its kind or name holds an e-mail address."""
    found = set()
    for model in apps.get_models(include_auto_created=True):
        # What is not managed is read out of tables that are.
        if model._meta.proxy or not model._meta.managed:
            continue
        for field in model._meta.local_fields:
            names_user = field.is_relation and issubclass(field.related_model, User)
            is_address = (
                isinstance(field, models.EmailField) or "mail" in field.name or field.name == "address"
            )
            if names_user or is_address:
                found.add(f"{model._meta.label}.{field.name}")
    return found - NO_ADDRESSES


def texts(row: models.Model) -> dict[str, str]:
    kinds = (models.CharField, models.TextField, models.JSONField, models.GeneratedField)
    fields = [field for field in row._meta.local_fields if isinstance(field, kinds)]
    return {field.name: str(getattr(row, field.name)) for field in fields}


def places_of(*words: str) -> set[str]:
    """Every column in which one of the words stands, in whatever row."""
    return {
        f"{model._meta.label}.{name}"
        for model in apps.get_models(include_auto_created=True)
        if not model._meta.proxy
        for row in model._base_manager.all()
        if getattr(row, "template", "") != LAST_EMAIL
        for name, text in texts(row).items()
        if any(word.lower() in text.lower() for word in words)
    }


def test_every_column_with_personal_data_is_registered_once_and_says_what_becomes_of_it():
    columns = [holding.column for holding in HOLDINGS]

    assert personal_columns() - set(columns) == set()
    assert len(columns) == len(set(columns))
    assert [h.column for h in HOLDINGS if not (h.shows or h.told_as or h.why)] == []
    assert [h.column for h in HOLDINGS if h.fate != Fate.ERASED and not h.why and not h.told_as] == []


@pytest.mark.django_db
def test_what_is_registered_can_be_asked_for_and_tells_no_outcome():
    person = make_person()
    shown = {h.column: list(h.rows(person).values(*h.shows.split())) for h in HOLDINGS if h.shows}
    # Somebody new has an account, with its address and what making it noted, and nothing of anybody else.
    assert {column.partition(".")[0] for column, rows in shown.items() if rows} <= {"accounts", "account"}
    assert [row["email"] for row in shown["accounts.User.email"]] == [person.email]
    # The status of an application shows its members an outcome once its letter has left.
    assert [h.column for h in HOLDINGS if "application__status" in h.shows] == []


@pytest.mark.django_db
def test_copy_shows_every_row_of_the_person_and_nothing_of_others():
    person = full_person()

    copy = copying.everything(person)

    told = {h.told_as for h in HOLDINGS if h.told_as}
    assert told <= copy.keys()
    shown = {h.column for h in HOLDINGS if h.shows and h.rows(person).exists()}
    assert copy["records"].keys() == shown
    assert len(shown) >= 15
    text = copying.in_json(copy)
    assert [word for word in (ADDRESS, NAME) if word not in text] == []
    assert [word for word in (OTHERS_ADDRESS, OTHERS_NAME) if word in text] == []
    assert json.loads(text)["applications"][0]["versions_that_you_submitted"][0]["number"] == 1


@pytest.mark.django_db
def test_letter_that_is_held_or_was_discarded_is_not_in_the_copy():
    person = make_person()
    for status in ("held", "discarded"):
        outbox.make_message(status, to=person.email, body=f"You are {status}")

    assert "You are" not in copying.in_json(copying.everything(person))


@pytest.mark.django_db
def test_deleted_account_leaves_a_name_nowhere_but_where_the_register_says_why(
    django_capture_on_commit_callbacks,
):
    person = full_person()
    lead = User.objects.with_email(OTHERS_ADDRESS).get()
    draft = Application.objects.led_by(person).get()
    path = draft.documents.get().file.name
    assert len(places_of(ADDRESS, NAME)) > 8

    deletion = actions.ask_deletion(by=person)
    with django_capture_on_commit_callbacks(execute=True):
        actions.carry_out(deletion_id=deletion.pk)

    kept = {h.column for h in HOLDINGS if h.fate == Fate.KEPT}
    # What other people were told stays theirs: the receipt to the lead says who submitted.
    assert places_of(ADDRESS, NAME) - {"mail.Message.body"} <= kept
    assert not Message.objects.filter(body__icontains=NAME).exclude(to=OTHERS_ADDRESS).exists()
    assert [h.column for h in HOLDINGS if h.fate == Fate.ERASED and rows_left(h, person)] == []
    assert not Application.objects.filter(pk=draft.pk).exists()
    assert not default_storage.exists(path)
    assert Application.objects.led_by(lead).get().submissions.get().submitted_by_id == person.pk
    person.refresh_from_db()
    assert (person.name, person.is_active, str(person)) == ("", False, f"Deleted account {person.pk}")
    assert not Session.objects.filter(user=person).exists()
    assert Subscriber.objects.known().count() == 0
    assert Expert.objects.get().erased_at
    assert [m.to for m in Message.objects.filter(template=LAST_EMAIL)] == [ADDRESS]
    assert AccountDeletion.objects.get().done_at
    # The address is free again.
    assert make_person(ADDRESS).pk != person.pk


def rows_left(holding: Holding, person: User) -> bool:
    if holding.column == "accounts.User.email":
        return False
    if holding.is_by_address:
        where = {f"{holding.name}__iexact": ADDRESS}
        rows = holding.model._base_manager.filter(**where)
        return rows.exclude(template=LAST_EMAIL).exists() if holding.model is Message else rows.exists()
    return holding.rows(person).exists()


@pytest.mark.django_db
def test_submitted_version_keeps_its_fingerprint():
    full_person()
    before = Submission.objects.get().sha256, Submission.objects.get().snapshot

    actions.erase(User.objects.with_email(ADDRESS).get())

    assert (Submission.objects.get().sha256, Submission.objects.get().snapshot) == before
    assert not Partner.objects.filter(contact_email=ADDRESS).exists()


def _leads_submitted() -> User:
    application = ready()
    submit(application)
    return lead_of(application)


def _leads_refused_without_letter() -> User:
    application = ready()
    submit(application)
    # Decided, but the letter waits: to its members it is still under way.
    bring_to(application, "not_selected")
    return lead_of(application)


def _leads_shared_draft() -> User:
    application = started()
    member(application, "edit")
    return lead_of(application)


def _former_staff() -> User:
    user = make_staff(Role.REVIEWER)
    return give_roles(user_id=user.pk, roles=[], by=None)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("make", "words"),
    [
        (_leads_submitted, "which has been submitted and is in progress."),
        (_leads_refused_without_letter, "which has been submitted and is in progress."),
        (_leads_shared_draft, "which others also work on."),
        (make_staff, "an administrator closes such an account"),
        (_former_staff, "an administrator closes such an account"),
    ],
)
def test_account_that_must_stay_is_told_why_and_changes_nothing(make, words):
    person = make()
    before = Message.objects.count()

    with pytest.raises(NotAllowed, match=words):
        actions.ask_deletion(by=person)

    assert not AccountDeletion.objects.exists()
    assert Message.objects.count() == before


@pytest.mark.django_db
def test_what_comes_to_stand_against_a_deletion_cancels_it_and_is_told():
    person = lead_of(ready())
    deletion = actions.ask_deletion(by=person)
    submit(Application.objects.led_by(person).get())
    AccountDeletion.objects.update(due_at=timezone.now() + timedelta(seconds=1))

    retention.run(now=timezone.now() + timedelta(days=8), names=["account-deletions"])

    deletion.refresh_from_db()
    person.refresh_from_db()
    assert deletion.cancelled_at
    assert person.is_active
    assert "is in progress" in deletion.hindrance
    assert "is in progress" in Message.objects.get(template="privacy/email/deletion_hindered").body


@pytest.mark.django_db
def test_deletion_is_asked_once_waits_and_can_be_cancelled():
    person = make_person()
    first, again = actions.ask_deletion(by=person), actions.ask_deletion(by=person)
    assert first == again
    days = settings.ACCOUNT_DELETION_WAITS_DAYS

    retention.run(now=timezone.now() + timedelta(days=days - 1), names=["account-deletions"])
    assert actions.cancel_deletion(by=person) is True
    retention.run(now=timezone.now() + timedelta(days=days + 1), names=["account-deletions"])

    person.refresh_from_db()
    assert person.erased_at is None
    assert actions.cancel_deletion(by=person) is False
    assert Message.objects.filter(template="privacy/email/deletion_asked").count() == 1


@pytest.mark.django_db
def test_invitations_end_with_their_addressee():
    person = full_person()
    other = started()
    Invitation.objects.create(application=other, email=ADDRESS, role="view", invited_by=lead_of(other))

    actions.erase(person)

    assert not Invitation.objects.for_email(ADDRESS).exists()
