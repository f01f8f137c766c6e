"""Every page of an applicant: in both languages, on a phone, at 200 % zoom and on a wide screen."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page

from applications.applying.actions import members
from applications.models import Application, Call, Partner
from applications.screening import actions
from core.accounts.enums import Role
from tests.applications.applying.test_documents import add
from tests.builders import people
from tests.builders.applications import answer, lead_of, ready, started, submit
from tests.support.browsing import (
    OF_COLOUR_AND_SIZE,
    PHONE,
    WIDE,
    assert_accessible,
    become,
    learn_axe,
)
from tests.support.default_form import SLUGS

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
# What a window 1280 pixels wide shows at 200 %.
ZOOMED = {"width": 640, "height": 400}
CLIPPED = """() => [...document.querySelectorAll("main *, header *, footer *")].filter((element) => {
  const style = getComputedStyle(element);
  const hides = ["hidden", "clip"].includes(style.overflowX) || style.textOverflow === "ellipsis";
  return hides && !element.closest(".vh, svg") && element.clientWidth > 1
    && element.scrollWidth > element.clientWidth + 1;
}).map((element) => element.outerHTML.slice(0, 200))"""


@pytest.fixture(autouse=True)
def _axe_is_there(page: Page) -> None:
    learn_axe(page)


def assert_whole(page: Page, address: str) -> None:
    is_french = address.startswith("/fr/")
    page.goto(address)
    for size in (PHONE, ZOOMED, WIDE):
        page.set_viewport_size(size)
        # What is read aloud is the same at all widths: each language is heard at one of them.
        if size == PHONE:
            assert_accessible(page, rules=() if is_french else OF_COLOUR_AND_SIZE)
        elif size == WIDE and not is_french:
            assert_accessible(page)
        assert page.evaluate("document.documentElement.scrollWidth") <= size["width"], address
        assert page.evaluate(CLIPPED) == [], address


def of_application(application: Application, *pages: str) -> list[str]:
    return [f"/applications/{application.public_id}/{page}" for page in pages]


def returned() -> Application:
    application = ready()
    submit(application)
    actions.return_for_clarification(
        application_id=application.pk,
        by=people.person(Role.MANAGER),
        sections=["territory"],
        question="Which towns?",
        due_at=timezone.now() + timedelta(days=5),
    )
    return application


def told() -> Application:
    """An application whose letter has left."""
    application, manager = ready(), people.person(Role.MANAGER)
    submit(application)
    Call.objects.filter(pk=application.call_id).update(closes_at=timezone.now() - timedelta(hours=1))
    actions.declare_ineligible(application_id=application.pk, by=manager, reason="Only one side takes part.")
    actions.release_verdict(application_id=application.pk, by=manager)
    return application


@pytest.mark.parametrize("language", ["", "/fr"])
def test_sections_and_documents_of_a_draft_are_whole(page: Page, language: str) -> None:
    application = ready()
    document = add(application, "Карта області.pdf")
    become(page, lead_of(application))
    slugs = [f"{slug}/" for slug in SLUGS]
    for address in of_application(
        application, "", "check/", *slugs, f"documents/{document.public_id}/remove/"
    ):
        assert_whole(page, f"{language}{address}")


@pytest.mark.parametrize("language", ["", "/fr"])
def test_pages_of_a_submitted_application_are_whole(page: Page, language: str) -> None:
    """Slow: alone in drawing what applicants see after they have submitted, at every width."""
    application = ready()
    submit(application)
    become(page, lead_of(application))
    call = f"/calls/{application.call.slug}"
    sections = [f"{slug}/" for slug in SLUGS]
    for address in (
        "/calls/",
        f"{call}/",
        f"{call}/questions/",
        f"{call}/check/?regions=FRF11&regions=DE131&regions_map=FR&add_row=regions_map",
        f"{call}/apply/",
        "/applications/",
        "/map/",
        *of_application(
            application, "", *sections, "check/", "versions/1/", "history/", "people/", "withdraw/"
        ),
    ):
        assert_whole(page, f"{language}{address}")


@pytest.mark.parametrize("language", ["", "/fr"])
def test_pages_of_unsent_changes_and_of_a_comparison_are_whole(page: Page, language: str) -> None:
    application = ready()
    submit(application)
    answer(application, {"title": "Upper Rhine for ever"})
    submit(application)
    answer(application, {"title": "Upper Rhine at last"})
    become(page, lead_of(application))
    for address in of_application(application, "", "versions/1/", "versions/2/", "check/"):
        assert_whole(page, f"{language}{address}")
    assert_whole(page, f"{language}/calls/{application.call.slug}/apply/")


@pytest.mark.parametrize("language", ["", "/fr"])
def test_pages_opened_after_closing_are_whole(page: Page, language: str) -> None:
    application = ready()
    add(application, "Карта області.pdf")
    submit(application)
    Call.objects.filter(pk=application.call_id).update(closes_at=timezone.now() - timedelta(minutes=1))
    become(page, lead_of(application))
    for address in of_application(application, "territory/", "documents/"):
        assert_whole(page, f"{language}{address}")


@pytest.mark.parametrize("language", ["", "/fr"])
def test_pages_of_a_question_and_of_a_letter_are_whole(page: Page, language: str) -> None:
    asked, answered = returned(), told()
    become(page, lead_of(asked))
    for address in of_application(asked, "", "territory/", "challenges/", "check/"):
        assert_whole(page, f"{language}{address}")
    become(page, lead_of(answered))
    for address in of_application(answered, "", "letter/", "history/"):
        assert_whole(page, f"{language}{address}")


@pytest.mark.parametrize("language", ["", "/fr"])
def test_pages_of_the_invited_are_whole(page: Page, language: str) -> None:
    application, guest = ready(), people.person()
    partner: Partner = application.partners.first()
    token = members.partner_token(partner)
    invitation = members.invite(
        application_id=application.pk, by=lead_of(application), email=guest.email, role="view"
    )
    assert_whole(page, f"{language}/accounts/login/")
    assert_whole(page, f"{language}/applications/partner/{token}/")
    become(page, guest)
    assert_whole(page, f"{language}/applications/invitations/{invitation.public_id}/")
    assert_whole(page, f"{language}/applications/")
    members.accept(invitation_id=invitation.public_id, by=guest)
    members.confirm_partner(token=token, name="Bo, mayor")
    assert_whole(page, f"{language}/applications/partner/{token}/")
    for address in of_application(application, "", "territory/", "people/"):
        assert_whole(page, f"{language}{address}")


@pytest.mark.parametrize("language", ["", "/fr"])
def test_list_without_an_application_is_whole(page: Page, language: str) -> None:
    become(page, lead_of(started()))
    Application.objects.get().members.all().delete()
    assert_whole(page, f"{language}/applications/")
