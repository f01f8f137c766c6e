"""The demo's own pages: useful there, absent elsewhere."""

from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from core.mail import actions, pipeline
from core.mail.models import Message

pytestmark = pytest.mark.django_db
DEMO_PAGES = ["/demo/mail/", "/fr/demo/mail/", "/demo/components/"]


def mail(number: int) -> Message:
    return Message.objects.create(
        dedupe_key=f"test-{number}",
        template="test",
        to="ana@example.org",
        subject=f"Subject {number}",
        body="Your code: 123456\n<b>not bold</b>",
        not_before=timezone.now(),
    )


@pytest.mark.parametrize("path", DEMO_PAGES)
def test_demo_pages_do_not_exist_elsewhere(client: Client, path: str) -> None:
    message = mail(1)

    assert client.get(path).status_code == 404
    assert client.get(reverse("pages:demo_mail_detail", args=[message.public_id])).status_code == 404


def test_page_elsewhere_does_not_mention_the_demo(client: Client) -> None:
    assert "demo" not in client.get("/").content.decode().lower()


def post_code() -> Message:
    actions.post(
        template="account/email/login_code",
        to="ana@example.org",
        context={"minutes_valid": "<b>not bold</b>"},
        secrets={"code": "123456"},
        dedupe_key="code",
    )
    return Message.objects.get()


@pytest.fixture
def letterbox_folder(settings: Any, tmp_path: Path) -> Path:
    settings.DEMO_MODE = True
    settings.EMAIL_BACKEND = "impact.demo.letterbox.EmailBackend"
    settings.EMAIL_FILE_PATH = tmp_path / "mail"
    return tmp_path / "mail"


def test_mail_is_listed_and_shown_with_its_code_as_it_arrived(client: Client, letterbox_folder: Path) -> None:
    message = post_code()
    address = reverse("pages:demo_mail_detail", args=[message.public_id])
    waiting = client.get(address).content.decode()
    pipeline.deliver(pipeline.claim())

    listed = client.get("/demo/mail/").content.decode()
    shown = client.get(address).content.decode()

    assert "Your IMPACT code" in listed
    assert "123456" not in waiting
    assert "(code that only the recipient sees)" in waiting
    assert "123456" in shown
    assert "<b>not bold</b>" not in shown
    assert [path.name for path in letterbox_folder.iterdir()] == [f"{message.public_id}.eml"]


def test_page_shows_no_code_that_did_not_arrive_in_the_demo(client: Client, letterbox_folder: Path) -> None:
    message = post_code()
    actions.discard_keys(keys=["code"])

    shown = client.get(reverse("pages:demo_mail_detail", args=[message.public_id])).content.decode()

    assert "(code that only the recipient sees)" in shown


def test_list_of_mails_takes_the_same_queries_however_many(
    client: Client, settings: Any, django_assert_num_queries: Any
) -> None:
    settings.DEMO_MODE = True
    for number in range(60):
        mail(number)

    with django_assert_num_queries(2):
        response = client.get("/demo/mail/")

    assert len(response.context["mails"]) == 50
    assert 'rel="next" href="?page=2"' in response.content.decode()


def test_components_page_shows_errors_and_keeps_what_was_typed(client: Client, settings: Any) -> None:
    settings.DEMO_MODE = True
    rows = {"languages-TOTAL_FORMS": "1", "languages-INITIAL_FORMS": "0"}

    html = client.post("/demo/components/", {"name": "Grenzland e. V.", **rows}).content.decode()

    assert 'href="#id_side_0"' in html
    assert 'value="Grenzland e. V."' in html
    assert "Error:" in html.split("</title>")[0]


def test_mail_is_found_by_address_and_subject(client: Client, settings: Any) -> None:
    settings.DEMO_MODE = True
    mail(1), mail(2)

    assert [m.subject for m in client.get("/demo/mail/?q=subject+2").context["mails"]] == ["Subject 2"]
    assert len(client.get("/demo/mail/?q=ANA@").context["mails"]) == 2
    assert "No e-mails found" in client.get("/demo/mail/?q=nobody").content.decode()
