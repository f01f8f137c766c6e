"""What staff read of the partners of a version: whether each takes part, and never the answer of another."""

import pytest
from django.template.loader import render_to_string
from django.utils import timezone

from applications.applying.staff import submitted
from applications.models import Application
from tests.builders.applications import (
    ORTENAU,
    STRASBOURG,
    answer,
    complete_answers,
    partner,
    started,
    submit,
)

pytestmark = pytest.mark.django_db
UNCLEAR = "Unclear: several partners have this name, type and region"
CHANGED = "The entry was changed or removed after this version"


def with_twins(*contacts):
    """Return a submitted application with a lead and a partner of one name for each of these contacts."""
    application = started()
    twins = {
        f"partners.{number:032x}": partner(ORTENAU, name="Twin", contact_name=name)
        for number, name in enumerate(contacts, 1)
    }
    answer(application, complete_answers((STRASBOURG,)) | {"units": [ORTENAU, STRASBOURG]} | twins)
    submit(Application.objects.get(pk=application.pk))
    return application


def confirm(application, contact):
    now = timezone.now()
    application.partners.filter(name="Twin", contact_name=contact).update(
        confirmation_asked_at=now, confirmed_at=now, confirmed_by_name=f"{contact}, mayor"
    )


def shown(application):
    """Return what stands under "Takes part?" of each twin."""
    reading = submitted.read(application.latest_version)
    kinds = ("Confirmed by", "Confirmation not requested", UNCLEAR, CHANGED)
    told = []
    for row in (row for row in reading.partners if row["name"] == "Twin"):
        alone = {"partners": [row], "map": reading.map, "documents": []}
        page = render_to_string(
            "admin/applications/_partners.html", {"reading": alone, "returned_addresses": ()}
        )
        told.append((row["contact_name"], *(kind for kind in kinds if kind in page)))
    return sorted(told)


def test_partners_that_are_alike_have_an_answer_each():
    application = with_twins("Al", "Bo")
    confirm(application, "Bo")
    assert shown(application) == [("Al", "Confirmation not requested"), ("Bo", "Confirmed by")]


def test_answer_of_a_partner_is_not_that_of_its_removed_twin():
    application = with_twins("Al", "Bo")
    confirm(application, "Bo")
    application.partners.filter(contact_name="Al").delete()
    assert shown(application) == [("Al", UNCLEAR), ("Bo", "Confirmed by")]


def test_partners_that_nothing_tells_apart_are_said_to_be_unclear():
    application = with_twins("Bo", "Bo")
    confirm(application, "Bo")
    assert shown(application) == [("Bo", UNCLEAR)] * 2


def test_partner_alone_keeps_its_answer_when_its_contact_changes():
    application = with_twins("Al")
    confirm(application, "Al")
    application.partners.update(contact_name="Cy")
    assert shown(application) == [("Al", "Confirmed by")]
    application.partners.update(name="Another")
    assert shown(application) == [("Al", CHANGED)]
