"""What is stored for ever and what open pages carry: letter by letter as the first release made them."""

from __future__ import annotations

import json
from pathlib import Path
from uuid import UUID

import pytest

from applications.applying import snapshots
from applications.enums import DocumentKind
from applications.models import Application, Document
from tests.builders.applications import ORTENAU, STRASBOURG, answer, complete_answers, lead_of, partner
from tests.builders.calls import open_call
from tests.builders.people import person
from tests.support.applicant_forms import logged_in, url

pytestmark = pytest.mark.django_db
STORED = Path(__file__).parent / "data" / "stored_answers.json"
HOSTILE = '<b>"Ö"</b> & \\ \'; 日本 {{ x }}\nsecond line\t€'


def application_of_the_example() -> Application:
    """An application with every answer type, all of it fixed."""
    call = open_call(title={"en": "Stored", "fr": "Conservé"})
    type(call).objects.filter(pk=call.pk).update(number=909, slug="stored")
    application = Application.objects.create(
        call_id=call.pk,
        form_version=call.form.published_version,
        public_id=UUID(int=7),
        reference="IMPACT-909-0001",
        language="fr",
    )
    application.members.create(user=person(), role="lead")
    cells = complete_answers()
    rows = {
        f"partners.{UUID(int=1).hex}": partner(STRASBOURG, name="Zürich & Co", website="https://z.example"),
        f"partners.{UUID(int=2).hex}": partner(ORTENAU, name=HOSTILE.split("\n")[0], is_lead=True),
        f"partners.{UUID(int=3).hex}": partner(ORTENAU, name="", type=None, contact_email="")
        | {"unit": None},
    }
    plain = {cell: value for cell, value in cells.items() if not cell.startswith("partners.")}
    needs = [
        {"area": "skill-peer", "weight": 1, "level": 3},
        {"area": "clld-design", "weight": 3, "level": 2},
        {"area": "fund-pm", "weight": 3, "level": 1},
    ]
    more = {"ambition": HOSTILE, "population": 1234567, "needs": needs, "agrees_to_publication": False}
    answer(application, plain | more | rows)
    Document.objects.create(
        application=application,
        public_id=UUID(int=9),
        kind=DocumentKind.values[0],
        name="Brief & Karte.pdf",
        content_type="application/pdf",
        size=12345,
        sha256="0" * 64,
        uploaded_by=lead_of(application),
    )
    return Application.objects.select_related("call").get(pk=application.pk)


def stored_form_of(application: Application) -> dict[str, object]:
    """Return the version, its SHA-256, and what the pages of the sections carry as their base."""
    client = logged_in(lead_of(application))
    snapshot = snapshots.make(application)
    slugs = [section["slug"] for section in snapshot["sections"] if section["slug"] != "documents"]
    pages = {slug: client.get(url(application, slug)).context["form"] for slug in slugs}
    return {
        "snapshot": snapshot,
        "sha256": snapshots.sha256_of(snapshot),
        "bases": {slug: json.loads(form["base"].value()) for slug, form in pages.items()},
    }


def test_version_and_bases_are_as_they_are_stored():
    stored = json.loads(STORED.read_text())

    assert snapshots.sha256_of(stored["snapshot"]) == stored["sha256"]
    assert stored_form_of(application_of_the_example()) == stored
