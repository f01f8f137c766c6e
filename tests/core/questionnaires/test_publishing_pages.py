"""Staff publish, undo, try out, export and import a form on pages: what they see is what happens."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils.html import escape

from applications.models import Application
from core.accounts.enums import Role
from core.questionnaires.content import content_of
from core.questionnaires.models import FormEdit
from tests.applications.staff_clients import as_
from tests.builders.applications import answer, started
from tests.builders.calls import open_call
from tests.core.questionnaires.test_publishing import draft_of, with_bridge, without

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _no_second_factor(settings):
    settings.STAFF_SECOND_FACTOR_REQUIRED = False


def address(form: Any, page: str = "change/") -> str:
    return f"/admin/questionnaires/form/{form.pk}/{page}"


def text_of(client: Client, path: str) -> str:
    return client.get(path, follow=True).content.decode()


def test_publish_page_says_what_changes_and_publishes_what_it_showed():
    call = open_call()
    application = started(call)
    answer(application, {"acronym": "UR"})
    draft_of(call, lambda content: with_bridge(without(content, "acronym")))
    client, page = as_(Role.MANAGER), address(call.form, "draft/publish/")

    shown = client.get(page)
    html = shown.content.decode()
    assert "New in “Territory”: “Which bridge do you use?”. An answer is required." in html
    assert "No longer asked: “Short name”." in html
    seen = shown.context["form"]["seen"].value()

    refused = client.post(page, {"seen": "something else"}, follow=True).content.decode()
    assert "The form has changed since you opened this summary. Check it and try again." in refused
    assert call.form.published_version.number == 1

    done = client.post(page, {"seen": seen, "tells": "on"}, follow=True).content.decode()
    assert "Version 2 published." in done
    application.refresh_from_db()
    assert application.form_version.number == 2


def test_who_publishes_what_another_has_published_is_told_so_and_where_a_draft_begins():
    call = open_call()
    draft_of(call, with_bridge)
    client, page = as_(Role.MANAGER), address(call.form, "draft/publish/")
    seen = client.get(page).context["form"]["seen"].value()
    client.post(page, {"seen": seen})

    late = client.post(page, {"seen": seen})

    assert late.status_code == 409
    assert "This draft was published or discarded in the meantime." in late.content.decode()
    assert "This form has no draft. Start a draft to change the form." in text_of(client, page)
    assert call.form.published_version.number == 2


def test_draft_with_a_fault_shows_it_in_place_of_the_button():
    call = open_call()

    def change(content):
        content["sections"][0]["title"] = {"en": "Territory", "fr": "Territoire"}
        return with_bridge(content)

    draft = draft_of(call, change)
    draft.questions.filter(key="bridge").update(label={"en": "Which bridge do you use?"})
    client, page = as_(Role.MANAGER), address(call.form, "draft/publish/")

    html = text_of(client, page)
    assert "This draft cannot be published yet" in html
    assert "Missing in French" in html
    bridge = draft.questions.get(key="bridge").pk
    assert f'href="{address(call.form, "draft/")}question/{bridge}/#id_label_fr"' in html
    assert 'name="seen"' not in html


def test_undo_is_a_decision_that_names_the_version_it_was_shown():
    call = open_call()
    draft_of(call, with_bridge)
    client = as_(Role.MANAGER)
    page = address(call.form, "draft/publish/")
    client.post(page, {"seen": client.get(page).context["form"]["seen"].value()})
    undo = address(call.form, "decide/former/")

    asked = client.get(undo)
    fields = {field.html_name: field.value() for field in asked.context["form"]}
    assert "Version 1 is published again and replaces version 2." in asked.content.decode()
    assert client.post(undo, fields | {"seen": 1}).status_code == 409
    assert call.form.published_version.number == 2
    client.post(undo, fields)

    assert call.form.published_version.number == 1
    # Pressed in another tab, it would bring back what was undone: refused, and the page says so.
    again = client.post(undo, fields)
    assert again.status_code == 409
    assert "Version 2 is published again and replaces version 1." in again.content.decode()
    assert call.form.published_version.number == 1


def test_form_is_exported_and_imported_on_pages_and_a_bad_file_is_named_with_its_place():
    call = open_call()
    client = as_(Role.MANAGER)
    exported = client.get(address(call.form, "export/1/"))
    content = json.loads(exported.content)
    assert content == content_of(call.form.published_version)

    bad = SimpleUploadedFile("form.json", json.dumps(content | {"schema": 9}).encode())
    refused = client.post(address(call.form, "import/"), {"file": bad})
    assert refused.status_code == 400
    assert "$.schema: this should be: 1" in refused.content.decode()
    assert call.form.versions.count() == 1

    other = client.post(address(call.form, "import/"), {"file": SimpleUploadedFile("form.json", b"PK")})
    assert other.status_code == 400
    assert "This file was not made with “Export”. Details: not JSON:" in other.content.decode()
    assert call.form.versions.count() == 1

    good = SimpleUploadedFile("form.json", json.dumps(with_bridge(content)).encode())
    assert client.post(address(call.form, "import/"), {"file": good}).status_code == 302
    asked = content_of(call.form.versions.get(status="draft"))["sections"]
    assert [question["key"] for question in asked[0]["questions"]][-1] == "bridge"
    assert asked[1:] == content["sections"][1:]
    assert FormEdit.objects.get(verb="imported").by == client.user
    # The next file would replace that draft: whose it is stands on the page, with a way to keep it.
    page = client.get(address(call.form, "import/")).content.decode()
    assert f"Last changed by {escape(client.user)}" in page
    assert address(call.form, "export/2/") in page


def test_test_is_started_and_deleted_from_the_draft_and_goes_with_it():
    call = open_call()
    draft = draft_of(call, with_bridge)
    client, page = as_(Role.MANAGER), address(call.form, "draft/try/")

    started_at = client.post(page, {"start": ""}).headers["Location"]
    assert "You are trying out a form." in text_of(client, started_at)
    assert "Delete test" in text_of(client, page)
    client.post(page, {"delete": ""})
    assert not Application.including_tests.exists()

    client.post(page, {"start": ""})
    client.post(address(call.form, "decide/discard/"), {})
    assert not Application.including_tests.exists()
    assert not call.form.versions.filter(pk=draft.pk).exists()


@pytest.mark.parametrize("role", [*Role, None])
def test_forms_are_published_by_managers_alone(role):
    call = open_call()
    draft_of(call, with_bridge)
    manager = as_(Role.MANAGER)
    page = address(call.form, "draft/publish/")
    seen = manager.get(page).context["form"]["seen"].value()

    as_(role).post(page, {"seen": seen})

    assert (call.form.published_version.number == 2) is (role == Role.MANAGER)


def test_draft_takes_over_what_the_form_of_another_call_asks():
    first, second = open_call(), open_call()
    draft_of(first, with_bridge)
    client = as_(Role.MANAGER)
    publish = address(first.form, "draft/publish/")
    client.post(publish, {"seen": client.get(publish).context["form"]["seen"].value()})

    client.post(address(second.form, "decide/copy/"), {"source_id": first.form.pk})

    draft = second.form.versions.get(status="draft")
    assert content_of(draft) == content_of(first.form.published_version)
    assert second.form.published_version.number == 1
