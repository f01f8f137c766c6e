"""Teams and workload as files: what they hold, that nothing in them calculates, who gets them."""

import csv
import io

import pytest
from django.utils import timezone
from openpyxl import load_workbook

from applications.models import Call
from core.access_log.models import Access
from core.accounts.enums import Role
from experts import actions as expert_actions
from matching import actions
from tests.builders import matching as build
from tests.matching.test_teams import confirm, done_run
from tests.support.matching_pages import as_, queries_of, url

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _no_second_factor(settings):
    settings.STAFF_SECOND_FACTOR_REQUIRED = False


def rows_of(response):
    assert response.status_code == 200
    return list(csv.DictReader(io.StringIO(response.content.decode("utf-8-sig"))))


def sheet_of(response):
    return load_workbook(io.BytesIO(response.content)).active


def cells_of(response):
    sheet = sheet_of(response)
    return [[cell.value for cell in row] for row in sheet.iter_rows()]


def test_export_of_teams_has_a_row_for_each_match_with_its_days():
    build.region("Rhine")
    expert = build.expert("Elm")
    confirm(done_run())

    (row,) = rows_of(as_().get(url("match", "export", "csv")))

    assert row["Pilot region"] == "Rhine"
    assert (row["Expert"], row["E-mail"], row["Role"]) == ("Elm", expert.user.email, "Lead expert")
    assert (row["Status"], row["Total days"], row["Sep 2026"], row["Oct 2026"]) == (
        "Invited",
        "8.0",
        "4.0",
        "4.0",
    )


def test_export_of_teams_holds_what_the_filters_leave():
    build.region("Rhine")
    build.expert("Elm")
    (match,) = confirm(done_run())
    actions.accept(match_id=match.pk, by=match.expert.user)
    client = as_()

    assert rows_of(client.get(url("match", "export", "csv"), {"status__exact": "invited"})) == []
    assert len(rows_of(client.get(url("match", "export", "csv"), {"status__exact": "accepted"}))) == 1


@pytest.mark.parametrize("page", ["export", "workload"])
def test_export_neutralises_formulas(page):
    build.region("=1+1")
    build.expert('=HYPERLINK("x")')
    confirm(done_run())
    client = as_()

    table = client.get(url("match", page, "csv")).content.decode("utf-8-sig")
    cells = cells_of(client.get(url("match", page, "xlsx")))

    assert "'=HYPERLINK" in table
    assert "'=1+1" in table
    texts = [cell for row in cells for cell in row if isinstance(cell, str)]
    assert not [text for text in texts if text.startswith("=")]
    assert any(text.startswith("'=HYPERLINK") for text in texts)


def test_workload_says_what_is_offered_promised_and_left(monkeypatch):
    monkeypatch.setattr(timezone, "localdate", lambda: build.TODAY)
    build.region("Rhine", half_days=8)
    build.expert("Elm", half_days=20, max_regions=2)
    confirm(done_run())
    build.expert("Ash", half_days=10)

    rows = {row["Expert"]: row for row in rows_of(as_().get(url("match", "workload", "csv")))}

    elm = rows["Elm"]
    assert (elm["Current regions"], elm["Maximum number of regions"], elm["Region names"]) == (
        "1",
        "2",
        "Rhine",
    )
    assert (elm["Days offered"], elm["Days promised"], elm["Days left"]) == ("20.0", "8.0", "12.0")
    assert elm["Left in Sep 2026"] == elm["Left in Oct 2026"] == "6.0"
    assert (rows["Ash"]["Days promised"], rows["Ash"]["Days left"]) == ("0.0", "10.0")


def test_workload_says_what_is_kept_back_for_a_coming_call(monkeypatch):
    monkeypatch.setattr(timezone, "localdate", lambda: build.TODAY)
    build.region("Rhine", half_days=8)
    build.expert("Elm", half_days=20)
    confirm(done_run())
    call = Call.objects.get(number=3)
    actions.keep_back(call_id=call.pk, by=build.staff(), reason="For spring", half_days=6)

    (elm,) = rows_of(as_().get(url("match", "workload", "csv")))

    assert (elm["Days offered"], elm["Days promised"], elm["Days reserved"]) == ("20.0", "8.0", "6.0")
    assert (elm["Days left"], elm["Left in Sep 2026"]) == ("6.0", "3.0")


def test_workload_as_a_spreadsheet_holds_numbers_and_the_same_rows(monkeypatch):
    monkeypatch.setattr(timezone, "localdate", lambda: build.TODAY)
    build.region("Rhine", half_days=7)
    elm = build.expert("Elm", half_days=20, max_regions=2)
    confirm(done_run())
    ash = build.expert("Ash", half_days=9, status="paused")
    client = as_()

    header, *rows = cells_of(client.get(url("match", "workload", "xlsx")))

    assert header == [
        *("Expert", "E-mail", "Status", "Maximum number of regions", "Current regions", "Region names"),
        *(
            "Days offered",
            "Days promised",
            "Days reserved",
            "Days left",
            "Left in Sep 2026",
            "Left in Oct 2026",
        ),
    ]
    assert rows == [["Elm", elm.user.email, "Approved", 2, 1, "Rhine", 20, 7, 0, 13, 6.5, 6.5]]
    assert ash.user.email not in client.get(url("match", "workload", "csv")).content.decode()
    table = rows_of(client.get(url("match", "workload", "csv")))
    assert [list(row) for row in table] == [header]
    assert [row["Days left"] for row in table] == ["13.0"]


def test_spreadsheet_keeps_its_titles_in_sight_and_whole():
    sheet = sheet_of(as_().get(url("match", "workload", "xlsx")))

    assert sheet.freeze_panes == "A2"
    for (title,) in sheet.iter_cols(max_row=1):
        assert sheet.column_dimensions[title.column_letter].width > len(title.value)


def test_workload_keeps_who_stands_in_a_team_though_no_longer_approved(monkeypatch):
    monkeypatch.setattr(timezone, "localdate", lambda: build.TODAY)
    build.region("Rhine")
    elm = build.expert("Elm")
    confirm(done_run())
    expert_actions.pause(expert_id=elm.pk, by=elm.user)

    (row,) = rows_of(as_().get(url("match", "workload", "csv")))

    assert (row["Expert"], row["Status"], row["Region names"]) == ("Elm", "Paused", "Rhine")


def test_workload_queries_do_not_grow_with_the_experts():
    build.expert()
    client = as_()
    small = queries_of(client, url("match", "workload", "csv"))
    for _turn in range(3):
        build.expert()

    assert queries_of(client, url("match", "workload", "csv")) == small


@pytest.mark.parametrize("page", ["export", "workload"])
@pytest.mark.parametrize("role", [Role.REVIEWER, Role.COMMUNICATIONS, Role.ADMINISTRATOR])
def test_export_is_refused_to_other_roles(page, role):
    client = as_(role)

    assert client.get(url("match", page, "csv")).status_code == 403
    assert not Access.objects.exists()


def test_export_is_on_record():
    client = as_()

    client.get(url("match", "workload", "csv"))

    (entry,) = Access.objects.all()
    assert (entry.by, entry.kind) == (client.user, "exported")


@pytest.mark.parametrize("page", ["export", "workload"])
def test_export_of_an_unknown_kind_is_not_found(page):
    assert as_().get(url("match", page, "pdf")).status_code == 404
