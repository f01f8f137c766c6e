"""Criteria out of a spreadsheet: template, errors by cell, preview, all or nothing, fixed once scored."""

from __future__ import annotations

import csv
import io
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from openpyxl import Workbook, load_workbook

from core.accounts.enums import Role
from tests.builders.applications import eligible
from tests.builders.calls import closed_call
from tests.builders.people import person
from tests.builders.reviews import scoring

pytestmark = pytest.mark.django_db
HEADER = ["Code", "Title (English)", "Title (French)", "Weight", "Highest score", "Threshold"]
GOOD = [["need", "Need", "Besoin", 50, 5, 3], ["reach", "Reach", "Portée", 50, 10, ""]]


@pytest.fixture(autouse=True)
def _no_second_factor(settings):
    settings.STAFF_SECOND_FACTOR_REQUIRED = False


def as_(role=Role.MANAGER, user=None):
    client = Client()
    client.force_login(user or person(role))
    return client


def url(call, page="criteria", *args):
    return reverse(f"admin:applications_call_{page}", args=[call.pk, *args])


def csv_file(rows, name="criteria.csv", *, encoding="utf-8", separator=","):
    text = io.StringIO()
    csv.writer(text, delimiter=separator).writerows(rows)
    return SimpleUploadedFile(name, text.getvalue().encode(encoding))


def xlsx_file(rows, name="criteria.xlsx"):
    book = Workbook()
    for row in rows:
        book.active.append(row)
    content = io.BytesIO()
    book.save(content)
    return SimpleUploadedFile(name, content.getvalue())


def text_of(response):
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).replace("&quot;", '"').split())


def criteria_of(call):
    return list(call.criteria.values_list("code", "title__en", "weight", "max_score", "threshold"))


def import_(client, call, file):
    shown = client.post(url(call), {"file": file})
    return client.post(url(call), {"preview": shown.context_data["preview"]})


@pytest.mark.parametrize("make", [csv_file, xlsx_file])
def test_file_is_shown_first_and_imported_by_the_second_press(make):
    call = closed_call()
    before = criteria_of(call)
    manager = person(Role.MANAGER)
    client = as_(user=manager)

    shown = client.post(url(call), {"file": make([HEADER, *GOOD])})

    assert [str(line["state"]) for line in shown.context_data["lines"]] == ["Changed", "New"]
    assert "Removed because they are not in the file: Partnership" in text_of(shown)
    assert criteria_of(call) == before

    done = client.post(url(call), {"preview": shown.context_data["preview"]})

    assert done["Location"] == reverse("admin:applications_call_change", args=[call.pk])
    assert criteria_of(call) == [("need", "Need", 50, 5, 3), ("reach", "Reach", 50, 10, 0)]
    version = call.criteria.get(code="need").history.first()
    assert (version.history_user, version.history_change_reason[:9]) == (manager, "criteria.")


def test_criterion_that_does_not_change_gets_no_version():
    call = closed_call()
    client = as_()
    template = client.get(url(call, "criteria_template", "xlsx")).content
    call.criteria.update(is_default=False)

    import_(client, call, SimpleUploadedFile("criteria.xlsx", template))

    assert [c.history.count() for c in call.criteria.all()] == [1, 1]


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_template_holds_the_criteria_of_now_and_can_be_imported_again(kind):
    call = closed_call()
    call.criteria.filter(code="need").update(guidance={"en": "=more is better", "fr": "=plus"})
    before = criteria_of(call)
    client = as_()

    template = client.get(url(call, "criteria_template", kind)).content
    import_(client, call, SimpleUploadedFile(f"criteria.{kind}", template))

    assert criteria_of(call) == before
    assert call.criteria.get(code="need").guidance == {"en": "=more is better", "fr": "=plus"}
    if kind == "xlsx":
        assert load_workbook(io.BytesIO(template)).active["D2"].value == "'=more is better"


@pytest.mark.parametrize(
    ("row", "message"),
    [
        (["", "A", "A", 1, 5, 0], "Row 3, column “Code”: This field is required."),
        (["a b", "A", "A", 1, 5, 0], "Row 3, column “Code”: Use only letters, numbers and hyphens"),
        (["need", "A", "A", 1, 5, 0], "Row 2, column “Code”: This code is used in several rows"),
        (["x", "", "A", 1, 5, 0], "Row 3, column “Title (English)”: This field is required."),
        (["x", "A", "A", "much", 5, 0], "Row 3, column “Weight”: Enter a whole number."),
        (
            ["x", "A", "A", 0, 5, 0],
            "Row 3, column “Weight”: Ensure this value is greater than or equal to 1.",
        ),
        (["x", "A", "A", 1, 101, 0], "Row 3, column “Highest score”: Ensure this value is less than"),
        (
            ["x", "A", "A", 1, 5, 6],
            ("Row 3, column “Threshold”: Enter a threshold no higher than the highest score, 5."),
        ),
    ],
)
def test_wrong_cell_is_named_and_nothing_is_imported(row, message):
    call = closed_call()
    before = criteria_of(call)

    page = as_().post(url(call), {"file": xlsx_file([HEADER, GOOD[0], row])})

    assert message in text_of(page)
    assert page.context_data["preview"] == ""
    assert criteria_of(call) == before


@pytest.mark.parametrize(
    ("file", "message"),
    [
        (
            lambda: csv_file([["Code", "Weight"], ["a", 1]]),
            "is missing these column headings: Title (English)",
        ),
        (lambda: csv_file([HEADER]), "The file has column headings but no criteria below them."),
        (
            lambda: SimpleUploadedFile("c.csv", b"\n\n"),
            "The file is empty. Choose a file that contains criteria.",
        ),
        (lambda: csv_file([HEADER, ["é"] * 6], encoding="latin-1"), "not in UTF-8"),
        (lambda: csv_file([HEADER, *GOOD * 30]), "Choose a file with up to 50 criteria."),
        (lambda: SimpleUploadedFile("c.xlsx", b"PK\x03\x04 broken"), "c.xlsx"),
        (
            lambda: SimpleUploadedFile("c.pdf", b"%PDF-1.4"),
            "Choose an Excel sheet (XLSX) or a CSV file.",
        ),
        (lambda: "", "Choose a file first."),
    ],
)
def test_file_that_is_no_table_is_refused_in_words(file, message):
    call = closed_call()
    before = criteria_of(call)

    page = as_().post(url(call), {"file": file()})

    assert page.status_code == 200
    assert message in text_of(page)
    assert criteria_of(call) == before


def test_semicolons_and_another_order_of_columns_are_understood():
    call = closed_call()
    rows = [list(reversed(HEADER)), *[list(reversed(row)) for row in GOOD]]

    import_(as_(), call, csv_file(rows, separator=";"))

    assert [code for code, *_rest in criteria_of(call)] == ["need", "reach"]


def test_import_is_refused_once_scoring_began_also_after_the_preview():
    call = closed_call()
    client = as_()
    shown = client.post(url(call), {"file": csv_file([HEADER, *GOOD])})
    scoring(eligible(call))
    before = criteria_of(call)

    late = client.post(url(call), {"preview": shown.context_data["preview"]})

    assert late.status_code == 409
    assert "Reviewers have begun to score" in text_of(late)
    assert criteria_of(call) == before


def test_preview_of_another_call_or_a_forged_one_is_refused():
    call, other = closed_call(), closed_call()
    client = as_()
    shown = client.post(url(other), {"file": csv_file([HEADER, *GOOD])})
    before = criteria_of(call)

    for preview in (shown.context_data["preview"], "forged"):
        assert "Choose the file again" in text_of(client.post(url(call), {"preview": preview}))

    assert criteria_of(call) == before


@pytest.mark.parametrize("role", [role for role in Role if role != Role.MANAGER])
def test_import_is_for_managers(role):
    call = closed_call()
    client = as_(role)

    assert client.get(url(call)).status_code == 403
    assert client.post(url(call), {"file": csv_file([HEADER, *GOOD])}).status_code == 403
    assert client.get(url(call, "criteria_template", "csv")).status_code == 403
    assert len(criteria_of(call)) == 2


def test_page_of_the_call_shows_the_versions_of_its_criteria():
    call = closed_call()
    call.criteria.filter(code="need").update(weight=1)
    client = as_()
    import_(client, call, csv_file([HEADER, *GOOD]))

    page = text_of(client.get(reverse("admin:applications_call_change", args=[call.pk])))

    assert "Versions of the criteria" in page or "versions of the criteria" in page
    assert "criteria.csv" in page


def test_import_removes_no_criterion_that_was_not_on_the_preview():
    call = closed_call()
    client = as_()
    shown = client.post(url(call), {"file": csv_file([HEADER, *GOOD])})
    added = call.criteria.create(code="late", title={"en": "Late", "fr": "Tard"}, weight=10, max_score=5)

    refused = client.post(url(call), {"preview": shown.context_data["preview"]})

    assert refused.status_code == 409
    assert "The call’s criteria have changed since you opened this preview." in text_of(refused)
    assert "Removed because they are not in the file: Late, Partnership" in text_of(refused)
    assert call.criteria.filter(pk=added.pk).exists()
    assert client.post(url(call), {"preview": refused.context_data["preview"]}).status_code == 302
    assert [row[0] for row in criteria_of(call)] == ["need", "reach"]


def test_formula_without_a_stored_value_is_named_as_such():
    call = closed_call()
    rows = [HEADER, ["need", "Need", "Besoin", "=25+25", 5, 3]]

    said = text_of(as_().post(url(call), {"file": xlsx_file(rows)}))

    assert "holds a formula without a stored value" in said
    assert "This field is required" not in said


@pytest.mark.parametrize("line", ["sep=;\r\n", '"sep=;"\n', "SEP=;\n"])
def test_csv_that_names_its_separator_is_read_without_that_line(line):
    call = closed_call()
    text = line + "\n".join(";".join(map(str, row)) for row in [HEADER, ["need", "Need, and", "B", 50, 5, 3]])

    said = text_of(as_().post(url(call), {"file": SimpleUploadedFile("c.csv", text.encode())}))

    assert "Need, and" in said
    assert "Start from the template." not in said
