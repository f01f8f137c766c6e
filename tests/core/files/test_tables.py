"""What a file holds: the columns that a person has chosen, as their own Excel reads them."""

from __future__ import annotations

import csv
import io
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from applications.models import PilotRegion
from core.access_log.models import Access
from core.accounts.enums import Role
from core.files import tasks
from core.files.models import PreparedFile
from core.lists.models import ListSettings
from core.sections.kinds.base import Labels, kind_of
from core.spreadsheets import Format, bytes_of_table
from tests.builders.applications import eligible, submitted
from tests.builders.calls import closed_call
from tests.builders.newsletter import make_subscriber
from tests.builders.people import person
from tests.builders.reviews import scored, scoring
from tests.builders.selections import fill_places
from tests.core.sections.cases import CASES

pytestmark = pytest.mark.django_db
EXPORTED = ("applications_application", "applications_pilotregion", "newsletter_subscriber")


@pytest.fixture(autouse=True)
def _without_second_factor(settings: Any) -> None:
    settings.STAFF_SECOND_FACTOR_REQUIRED = False


def as_(user: Any) -> Client:
    client = Client()
    client.force_login(user)
    return client


def address(name: str = "applications_application", kind: str = "csv") -> str:
    return reverse(f"admin:{name}_export", args=[kind])


def choice(name: str = "applications_application") -> str:
    return reverse(f"admin:{name}_exporting")


def rows(client: Client, name: str = "applications_application", **query: Any) -> list[dict[str, str]]:
    text = client.get(address(name), query).content.decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text)))


def test_workbook_is_ready_to_be_read() -> None:
    when = datetime(2026, 11, 30, 10, 5, tzinfo=timezone.get_default_timezone())
    values = ["=1+1", 12, 12.345, Decimal("3.5"), Decimal("0.125"), date(2026, 12, 1), when, True, None, "#x"]
    long = "A text that is much longer than its title"

    made = bytes_of_table([[*"abcdefghij"], values, [long, *values[1:]]], Format.XLSX)

    sheet = load_workbook(io.BytesIO(made)).active
    assert (sheet.freeze_panes, sheet.auto_filter.ref) == ("A2", "A1:J3")
    assert sheet["A1"].font.bold
    assert sheet.column_dimensions["A"].width == len(long) + 2
    read = [cell.value for cell in sheet[2]]
    days = [value.isoformat(" ", "minutes") for value in (read.pop(5), read.pop(5))]
    assert days == ["2026-12-01 00:00", "2026-11-30 10:05"]
    assert read == ["'=1+1", 12, 12.345, 3.5, 0.125, True, None, "#x"]
    formats = [cell.number_format for cell in sheet[2]][2:7]
    assert formats == ["0.00", "0.00", "General", "yyyy-mm-dd", "yyyy-mm-dd hh:mm"]
    assert load_workbook(io.BytesIO(bytes_of_table([], Format.XLSX))).active.max_row == 1


def test_csv_is_separated_as_the_readers_excel_wants_it() -> None:
    table = [["a", "b;c"], [1.5, "1.5; x"], [Decimal("2.25"), 3]]
    assert bytes_of_table(table, Format.CSV).decode("utf-8-sig") == "a,b;c\r\n1.5,1.5; x\r\n2.25,3\r\n"
    assert bytes_of_table(table, Format.CSV, ";") == '\ufeffa;"b;c"\r\n1,5;"1.5; x"\r\n2,25;3\r\n'.encode()


def test_choice_is_kept_for_the_person_and_their_other_lists() -> None:
    call = closed_call()
    submitted(call, title="Quiet valley")
    client, query = as_(person(Role.MANAGER)), f"?call__id__exact={call.pk}&q=Quiet"
    form = client.get(choice() + query).context["form"]
    offered = [name for name, _title in form.fields["columns"].choices]
    assert form.initial["columns"] == offered
    assert {"Reference", "answer.title", f"criterion.{call.criteria.first().pk}"} <= set(offered)

    refused = client.post(choice() + query, {"kind": "csv", "separator": ";", "columns": []})
    assert "Choose at least one column." in refused.content.decode()
    answers = {"kind": "csv", "separator": ";", "columns": ["Title", "answer.title"]}
    done = client.post(choice() + query, answers)

    assert done["Location"] == address() + query
    answer = client.get(done["Location"])
    today = f"{timezone.localdate():%Y-%m-%d}"
    name = f'filename="impact-applications-call-{call.number}-{today}.csv"'
    assert name in answer["Content-Disposition"]
    head, row = answer.content.decode("utf-8-sig").splitlines()
    assert head.startswith("Title;")
    assert row == "Quiet valley;Quiet valley"
    assert client.get(choice()).context["form"].initial["columns"] == ["Title", "answer.title"]
    pilot_form = client.get(choice("applications_pilotregion")).context["form"]
    assert pilot_form.initial["separator"] == ";"
    assert rows(as_(person(Role.AUDITOR)))[0]["Title"] == "Quiet valley"


def test_choice_goes_with_a_file_of_the_worker(settings: Any, monkeypatch: Any) -> None:
    settings.EXPORT_ROWS_AT_ONCE = 0
    monkeypatch.setattr(tasks.make_due, "delay", lambda: None)
    application = submitted(closed_call())
    client = as_(person(Role.MANAGER))
    client.post(choice(), {"kind": "csv", "separator": ";", "columns": ["Reference", "Status"]})
    client.post(address())
    ListSettings.objects.all().delete()

    tasks.make_due()

    file = PreparedFile.objects.get()
    content = b"".join(
        client.get(reverse("admin:files_preparedfile_fetch", args=[file.pk])).streaming_content
    )
    assert file.name == f"impact-applications-{timezone.localdate():%Y-%m-%d}.csv"
    assert content.decode("utf-8-sig") == f"Reference;Status\r\n{application.reference};Submitted\r\n"


def test_application_is_exported_with_all_it_answered_and_how_it_stands() -> None:
    application = eligible(closed_call())
    scored(application, 5, 4)
    version = application.submissions.latest("number")

    (row,) = rows(as_(person(Role.MANAGER)))

    answers = [q for section in version.snapshot["sections"] for q in section["questions"]]
    for question in answers:
        told = kind_of(question).told(question, question["value"], "en").cell
        assert row[question["label"]["en"]] == ("" if told is None else str(told)), question["name"]
    assert len(answers) > 20
    partner = next(partner for partner in version.partners if partner["is_lead"])
    verdict = application.changes.get(to_status="eligible")
    assert row["E-mail of the lead partner"] == partner["contact_email"]
    assert partner["unit"]["code"] in row["Regions of the partners: codes"]
    assert partner["unit"]["name"] in row["Regions of the partners: names"]
    assert row["Borders"]
    assert row["Interreg programmes"]
    assert (row["Verdict on eligibility"], row["Verdict given by"]) == ("Eligible", str(verdict.by))
    assert row["Verdict given (Brussels time)"] == f"{timezone.localtime(verdict.at):%Y-%m-%d %H:%M:%S}"
    scores = [value for title, value in row.items() if title.startswith("Mean score: ")]
    assert len(scores) == application.call.criteria.count()
    assert scores[:2] == ["5.0", "4.0"]


def test_answer_of_every_kind_is_in_its_cell() -> None:
    as_numbers_and_days = {"number": 1234567, "amount": Decimal("1234.5"), "date": date(2027, 5, 3)}
    for code, case in CASES.items():
        kind, value = case.question.kind, case.question.kind.value(case.question, case.cells)
        labels = Labels(kind.regions(case.question, value))
        snapshot = kind.snapshot(case.question, value, labels)
        asked = {**kind.heading(case.question), "value": snapshot}

        cell = kind_of(asked).told(asked, snapshot, "en").cell

        if code in as_numbers_and_days:
            assert cell == as_numbers_and_days[code]
            continue
        for line in case.told:
            assert all(part in str(cell) for part in line.split("; ")), (code, cell, line)


def test_queries_of_an_export_do_not_grow_with_the_rows() -> None:
    call = closed_call()
    scored(eligible(call), 5, 4)
    client = as_(person(Role.MANAGER))

    def counts() -> list[int]:
        found = []
        for asked in (address(), address(kind="xlsx"), choice()):
            with CaptureQueriesContext(connection) as queries:
                assert client.get(asked).status_code == 200
            found.append(len(queries))
        return found

    counts()
    few = counts()
    for _number in range(3):
        scored(eligible(call), 3, 3)
    assert counts() == few


def test_what_a_person_may_not_see_is_not_exported() -> None:
    call = closed_call()
    blind = eligible(call)
    scored(blind, 5, 4)
    manager = person(Role.MANAGER)
    scoring(blind, manager)
    make_subscriber("ana@example.org")
    (row,) = rows(as_(manager))
    hidden = [
        "Mean score (0 to 100)",
        "Adjusted score",
        "Spread",
        *(t for t in row if "Mean score: " in t),
    ]
    assert {row[title] for title in hidden} == {""}
    may = {
        Role.MANAGER: {"applications_application", "applications_pilotregion"},
        Role.AUDITOR: set(EXPORTED),
        Role.COMMUNICATIONS: {"applications_pilotregion", "newsletter_subscriber"},
        Role.REVIEWER: set(),
        Role.ADMINISTRATOR: set(),
    }
    for role, lists in may.items():
        client = as_(person(role))
        for name in EXPORTED:
            for asked in (address(name), choice(name)):
                expected = 200 if name in lists else 403
                assert client.get(asked).status_code == expected, (role, asked)


def test_pilot_regions_and_subscribers_are_exported_on_record() -> None:
    fill_places(1)
    region = PilotRegion.objects.get()
    subscriber = make_subscriber("ana@example.org")
    client = as_(person(Role.AUDITOR))

    (pilot,) = rows(client, "applications_pilotregion")
    (told,) = rows(client, "newsletter_subscriber")

    assert pilot["Name"] == region.name
    assert pilot["Reference"] == region.application.reference
    assert told["E-mail"] == subscriber.email
    assert [entry.kind for entry in Access.objects.all()] == ["exported", "exported"]
