"""A file is uploaded on the page of its section: what is typed stays, and what depends on it follows."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from applications.models import Application
from tests.applications.applying.test_documents import pdf_bytes, png_bytes
from tests.applications.applying.test_files_of_questions import application
from tests.builders.applications import lead_of
from tests.journeys.test_application import log_in
from tests.support.applicant_forms import url
from tests.support.browsing import assert_good_at_every_width

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_files_are_added_and_removed_without_losing_what_is_typed(page: Page, tmp_path: Path) -> None:
    letter, plan, picture = (tmp_path / name for name in ("letter.pdf", "plan.pdf", "letter.png"))
    letter.write_bytes(pdf_bytes())
    plan.write_bytes(pdf_bytes(pages=2))
    picture.write_bytes(png_bytes())
    draft = application()
    log_in(page, lead_of(draft).email)
    page.goto(url(draft, "territory"))
    letters, plans = page.locator("#id_letters"), page.locator("#id_plan")
    title, about = page.get_by_label("Name of the cross-border"), page.locator("#id_about_letters")
    expect(letters.get_by_role("button", name="Add a file")).to_be_hidden()
    expect(about).to_be_hidden()

    title.fill("Typed before")
    letters.get_by_label("Add files").set_input_files([letter, picture])

    said = letters.locator("[data-upload-state]")
    expect(said).to_contain_text("Uploaded: letter.pdf.")
    expect(said).to_contain_text("letter.png: “letter.png” is a PNG image.")
    expect(letters.get_by_role("link", name="letter.pdf")).to_be_visible()
    expect(about).to_be_visible()
    expect(title).to_have_value("Typed before")
    assert_good_at_every_width(page)
    # Asked for by an answer of this moment, which is saved before the file.
    page.get_by_role("group", name="Which bridge").get_by_label("Yes").check()
    plans.get_by_label("Add files").set_input_files(plan)
    expect(plans.get_by_role("link", name="plan.pdf")).to_be_visible()

    title.fill("Typed before one removes")
    letters.get_by_role("button", name="Remove").click()
    page.get_by_role("button", name="Remove", exact=True).click()

    expect(about).to_be_hidden()
    expect(title).to_have_value("Typed before one removes")
    assert [file.name for file in Application.objects.get().documents.present()] == ["plan.pdf"]


def test_file_chosen_while_another_is_on_its_way_follows_it(page: Page, tmp_path: Path) -> None:
    letter, second = tmp_path / "letter.pdf", tmp_path / "second.pdf"
    letter.write_bytes(pdf_bytes())
    second.write_bytes(pdf_bytes(pages=2))
    draft = application()
    log_in(page, lead_of(draft).email)
    page.goto(url(draft, "territory"))
    letters, held = page.locator("#id_letters"), []
    choose, said = letters.get_by_label("Add files"), letters.locator("[data-upload-state]")
    upload = "**/files/letters/"
    page.route(upload, lambda route: route.continue_() if held else held.append(route))

    with page.expect_request(upload):
        choose.set_input_files(letter)
    choose.set_input_files(second)
    expect(said).to_have_text("Uploading…")
    held[0].continue_()

    expect(said).to_have_text("Uploaded: letter.pdf.Uploaded: second.pdf.")
    assert [file.name for file in draft.documents.present()] == ["letter.pdf", "second.pdf"]
