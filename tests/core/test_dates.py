"""Dates make sense in every form, every action and every column: nobody gets stuck with the year 27."""

from __future__ import annotations

import importlib
from datetime import UTC, date, datetime

import pytest
from django import forms
from django.db import IntegrityError, connection, models, transaction
from django.forms import ValidationError
from django.utils import translation

from applications.models import Application
from applications.selecting.actions.piloting import _months_between
from core.dates import FIRST_MONTH, LAST_MONTH, read_month
from core.forms.fields import MonthField
from core.sections import kinds
from tests.builders.applications import lead_of, started
from tests.support import ours
from tests.support.applicant_forms import logged_in, send, url

# Written by the clock of the server, never typed.
BY_THE_CLOCK = {
    "ended_at", "expire_date", "file_deleted_at", "returned_at", "sealed_until", "used_at",
    "first_at", "last_at",
    "accepted_at", "added_at", "answered_at", "arrived_at", "asked_at", "assigned_at", "at",
    "cancelled_at", "changed_at", "claimed_at", "closed_at", "confirmation_asked_at",
    "confirmed_at", "created_at", "date_joined", "decided_at", "declined_at", "done_at", "downloaded_at",
    "erased_at",
    "erasure_asked_at", "expires_at", "finished_at", "heartbeat_at", "invited_at", "kept_until",
    "last_login", "lifted_at", "loaded_at", "made_at", "mailed_at", "not_before", "opened_at", "published_at",
    "recorded_at", "shown_at",
    "released_at", "removed_at", "requested_at", "results_published_at", "saved_at", "sent_at",
    "started_at", "submitted_at", "taken_back_at", "updated_at", "uploaded_at",
    # Days after it was asked; of a review staff type it.
    "privacy.AccountDeletion.due_at",
}  # fmt: skip
NOBODY_MEANT = [date(27, 3, 1), date(2207, 2, 1), date(9999, 12, 1)]


def typed_columns() -> list[models.Field]:
    return [
        field
        for model in ours.models()
        for field in model._meta.local_fields
        if isinstance(field, models.DateField) and not BY_THE_CLOCK & {field.name, str(field)}
    ]


def checks_of(table: str) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_get_constraintdef(oid) FROM pg_constraint"
            " WHERE contype = 'c' AND conrelid = %s::regclass",
            [table],
        )
        return [definition for (definition,) in cursor.fetchall()]


@pytest.mark.django_db
def test_every_date_that_people_type_has_bounds_in_the_database():
    fields = typed_columns()
    unbounded = [
        str(field)
        for field in fields
        if not any(
            f"{field.column} >= " in check and f"{field.column} <= " in check
            for check in checks_of(field.model._meta.db_table)
        )
    ]

    assert unbounded == []
    assert {
        "support_from",
        "support_until",
        "month",
        "opens_at",
        "closes_at",
        "send_at",
        "answer_by",
        "due_at",
    } <= {field.name for field in fields}


@pytest.mark.django_db
@pytest.mark.parametrize("month", NOBODY_MEANT)
def test_database_refuses_a_month_that_nobody_meant(month):
    application = started()
    with pytest.raises(IntegrityError), transaction.atomic():
        type(application).objects.filter(pk=application.pk).update(support_from=month)


@pytest.mark.django_db
def test_database_refuses_a_call_that_closes_in_the_year_27():
    call = started().call
    with pytest.raises(IntegrityError), transaction.atomic():
        type(call).objects.filter(pk=call.pk).update(reviews_due_at=datetime(27, 3, 1, tzinfo=UTC))


@pytest.mark.parametrize(
    ("typed", "month"),
    [
        ("2027-03", date(2027, 3, 1)),
        ("0027-03", date(2027, 3, 1)),
        ("27-03", date(2027, 3, 1)),
        (" 2027-3 ", date(2027, 3, 1)),
        ("03/2027", date(2027, 3, 1)),
        ("3.2027", date(2027, 3, 1)),
        ("2027-13", None),
        ("2027-00", None),
        ("0000-03", None),
        ("March", None),
        ("2027-03-01", None),
        ("٢٠٢٧-٠٣", date(2027, 3, 1)),
    ],
)
def test_month_is_read_as_people_write_it(typed, month):
    assert read_month(typed) == month


@pytest.mark.parametrize("typed", ["2207-02", "9999-12", "1999-12", "0101-01"])
def test_month_that_nobody_can_have_meant_is_refused_with_the_range(typed):
    with pytest.raises(ValidationError) as refused:
        MonthField().clean(typed)

    assert refused.value.messages == ["Enter a month from January 2026 to December 2030."]


@pytest.mark.django_db
def test_section_understands_a_year_of_two_digits_and_refuses_a_far_one_with_what_was_typed():
    application = started()
    lead = logged_in(lead_of(application))

    send(lead, application, "support", support_from="0027-03")
    page = send(lead, application, "support", support_until="2207-02")

    application.refresh_from_db()
    assert (application.support_from, application.support_until) == (date(2027, 3, 1), None)
    assert 'value="2207-02"' in page.content.decode()
    assert "Enter a month from January 2026 to December 2030." in page.content.decode()
    assert lead.get(url(application, "support")).status_code == 200


@pytest.mark.parametrize(
    ("stored", "shown"), [("27-03", "March 2027"), ("2027-03", "March 2027"), ("soon", "soon")]
)
def test_version_with_a_month_of_before_can_still_be_read(stored, shown):
    assert kinds.MONTH.text(stored, "en") == shown


def test_months_of_a_pilot_region_are_bounded_whatever_a_version_says():
    assert list(_months_between("2026-11", "2027-01")) == [
        date(2026, 11, 1),
        date(2026, 12, 1),
        date(2027, 1, 1),
    ]
    assert list(_months_between("2027-01", "9999-12"))[-1] == LAST_MONTH
    assert next(_months_between("101-01", "2027-01")) == FIRST_MONTH
    assert list(_months_between("soon", "later")) == []


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize(
    ("typed", "day"),
    [
        ("01/02/2027", date(2027, 2, 1)),
        ("15/02/2027", date(2027, 2, 15)),
        ("15.02.2027", date(2027, 2, 15)),
        ("01/02/27", date(2027, 2, 1)),
        ("2027-02-15", date(2027, 2, 15)),
    ],
)
def test_date_box_reads_the_day_first(language, typed, day):
    with translation.override(language):
        assert forms.DateField().clean(typed) == day
        assert forms.DateTimeField().clean(f"{typed} 17:00").date() == day


@pytest.mark.django_db
def test_migration_repairs_what_was_stored_before_the_bounds():
    repair = importlib.import_module("applications.migrations.0013_sensible_dates").REPAIR
    stored = {
        (date(27, 3, 1), date(27, 12, 1)): (date(2027, 3, 1), date(2027, 12, 1)),
        (date(27, 9, 1), date(2027, 3, 1)): (date(2027, 9, 1), None),
        (date(2026, 9, 1), date(2207, 2, 1)): (date(2026, 9, 1), None),
        (None, date(27, 2, 1)): (None, date(2027, 2, 1)),
        (date(2026, 9, 1), date(2027, 2, 1)): (date(2026, 9, 1), date(2027, 2, 1)),
    }
    rows = {started().pk: months for months in stored}
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for name in ("from", "until"):
            cursor.execute(
                f"ALTER TABLE applications_application DROP CONSTRAINT application_support_{name}_sensible"
            )
        for key, months in rows.items():
            cursor.execute(
                "UPDATE applications_application SET support_from = %s, support_until = %s WHERE id = %s",
                [*months, key],
            )
        cursor.execute(repair)

    found = Application.objects.filter(pk__in=rows)
    assert {row.pk: (row.support_from, row.support_until) for row in found} == {
        key: stored[months] for key, months in rows.items()
    }
