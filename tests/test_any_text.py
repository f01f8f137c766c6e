"""Any text that a form accepts can be shown, printed, mailed, exported and compared, and comes back equal.

Posted through the real doors: sections of an application, an expert's profile, a bulletin, a sign-up.
"""

from __future__ import annotations

import csv
import io
import json
import re
from email import message_from_bytes, policy
from html.parser import HTMLParser
from typing import Any

import pytest
from django.forms import CharField, Textarea
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook

from applications.applying import pdf as pdfs
from applications.models import Application, Submission
from core.accounts.enums import Role
from core.mail.models import Message
from core.sections import kinds
from core.spreadsheets import FORMULA_STARTS
from core.text import clean, one_line
from core.translated.gaps import gaps
from core.translated.texts import TO_PUBLISH
from experts.models import Expert
from newsletter import pipeline
from newsletter.models import Bulletin
from tests.builders.applications import lead_of, ready, submit
from tests.builders.experts import make_expert
from tests.builders.newsletter import make_subscriber, schedule
from tests.builders.people import make_staff, person_with_every_role
from tests.support import pdf
from tests.support.any_text import any_texts
from tests.support.applicant_forms import logged_in, typed
from tests.support.default_form import default_form
from tests.support.forms import press
from tests.support.mailbox import email_of
from tests.support.posting import forms_of, posted

pytestmark = pytest.mark.django_db
SEED = 20261130
TEXTS = any_texts(60, seed=SEED)
PARTNER_WORDS = re.compile(r"partners-\d-(name|contact_name)")
# Asked for only beside another answer.
DEPENDENT = {"other_country"}


@pytest.fixture(autouse=True)
def _no_second_factor(settings):
    settings.STAFF_SECOND_FACTOR_REQUIRED = False


class Words(HTMLParser):
    """The text of a page as a reader sees it, and what its boxes hold."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.words: list[str] = []

    def handle_data(self, data: str) -> None:
        self.words.append(data)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.words += [value or "" for name, value in attrs if name == "value"]
        assert not any(name.startswith("on") for name, _value in attrs)


def shown(response: Any) -> str:
    assert response.status_code == 200, response.status_code
    page = Words()
    page.feed(response.content.decode())
    return squeezed(" ".join(page.words))


def squeezed(text: str) -> str:
    return "".join(text.split())


def accepted(kind: kinds.Kind, text: str) -> str:
    """Return a text as it is to be stored."""
    cleaned = clean(text)
    return (one_line(cleaned) if kind is kinds.LINE else cleaned).strip()


def as_read(mail: Message) -> tuple[str, str]:
    """Return subject and text of an e-mail as another mail program reads them from its bytes."""
    raw = email_of(mail).message().as_bytes()
    read = message_from_bytes(raw, policy=policy.default)
    assert read["Bcc"] is None
    return read["Subject"], read.get_body(("plain",)).get_content().replace("\r\n", "\n")


def fill(client: Client, application: Application, texts: list[str]) -> dict[str, tuple[kinds.Kind, str]]:
    """Post texts to every question of words; return what was typed where it was accepted."""
    given: dict[str, tuple[kinds.Kind, str]] = {}
    for section in default_form():
        asked = [q for q in section.questions if q.kind in (kinds.LINE, kinds.TEXT) and q.name != "website"]
        address = f"/applications/{application.public_id}/{section.slug}/"
        page = client.get(address)
        if "form" not in (page.context or {}):
            continue
        sent = typed(page) | {q.name: texts.pop() for q in asked}
        names = [name for name in sent if PARTNER_WORDS.fullmatch(name)]
        sent |= {name: texts.pop() for name in names}
        sent = {name: _encodable(value) for name, value in sent.items()}
        answer = press(client, address, sent)
        refused = answer.context["form"].errors if answer.context else {}
        given |= {q.name: (q.kind, sent[q.name]) for q in asked if q.name not in refused}
    return given


def _encodable(value: Any) -> Any:
    # A browser cannot send half a character; JSON can, and the mailbox below is given some.
    return value.encode("utf-8", "replace").decode() if isinstance(value, str) else value


def test_any_text_of_an_application_comes_back_equal_wherever_it_goes():
    application = ready()
    client, staff = logged_in(lead_of(application)), Client()
    staff.force_login(person_with_every_role())
    texts, versions = [text for text in TEXTS if clean(_encodable(text)).strip()], []
    while len(texts) > 12:
        given = fill(client, application, texts)
        application.refresh_from_db()
        stored = {name: getattr(application, name) for name in given}
        expected = {name: accepted(kind, text) for name, (kind, text) in given.items()}
        assert stored == expected
        attempt = submit(application)
        assert attempt.outcome == "accepted", attempt.detail
        version = attempt.submission
        versions.append((version, stored))

    assert len(versions) > 3
    for version, stored in versions:
        own = f"/applications/{application.public_id}/versions/{version.number}/"
        change = f"/admin/applications/application/{application.pk}/change/?version={version.number}"
        words, admin = shown(client.get(own)), shown(staff.get(change))
        assert [text for text in stored.values() if squeezed(text) not in words] == []
        assert [text for text in stored.values() if squeezed(text) not in admin] == []
        assert json.loads(json.dumps(version.snapshot)) == Submission.objects.get(pk=version.pk).snapshot
        assert pdf.read(pdfs.of_submission(version)).pages
    exported_equal(staff, application, versions[-1][1]["title"])
    mailed_equal(list(Message.objects.all()))


def exported_equal(staff: Client, application: Application, title: str) -> None:
    address = reverse("admin:applications_application_export", args=["csv"])
    rows = list(csv.reader(io.StringIO(staff.get(address).content.decode("utf-8-sig"))))
    book = load_workbook(io.BytesIO(staff.get(address.replace("csv", "xlsx")).content))
    cells = [[cell.value for cell in row] for row in book.active.iter_rows()]
    neutral = f"'{title}" if title.startswith(FORMULA_STARTS) else title

    assert neutral in [cell for row in rows for cell in row]
    assert neutral in [cell for row in cells for cell in row]
    assert {cell.data_type for row in book.active.iter_rows() for cell in row} <= {"s", "n", "d"}


def mailed_equal(mails: list[Message]) -> None:
    """Fail unless another mail program reads each e-mail as we wrote it."""
    assert mails
    for mail in mails:
        sent = email_of(mail)
        subject, body = as_read(mail)
        # Of a long subject Python begins on a second line, and reads its blank as one of the subject.
        assert (subject.strip(), body.rstrip("\n")) == (sent.subject.strip(), sent.body.rstrip("\n"))


def test_any_text_of_a_bulletin_is_stored_shown_and_mailed_equal():
    writer, client = make_staff(Role.COMMUNICATIONS), Client()
    client.force_login(writer)
    make_subscriber("en@example.org"), make_subscriber("fr@example.org", language="fr")
    names = ("subject_en", "body_en", "subject_fr", "body_fr")
    # Each as a subject and as a text.
    pairs = [(TEXTS[n], TEXTS[n - 1], TEXTS[n - 2], TEXTS[n - 3]) for n in range(0, len(TEXTS), 2)]
    kept, add = 0, "/admin/newsletter/bulletin/add/"
    blank = posted(*forms_of(client.get(add)))
    for texts in pairs:
        sent = {name: _encodable(text) for name, text in zip(names, texts, strict=True)}
        before = Bulletin.objects.count()
        page = client.post(add, blank | {"topics": ["events"]} | sent)
        if Bulletin.objects.count() == before:
            assert page.context["adminform"].form.errors
            continue
        bulletin = Bulletin.objects.latest("pk")
        kept += 1
        for name, text in sent.items():
            kind = kinds.LINE if name.startswith("subject") else kinds.TEXT
            field, code = name.split("_")
            assert getattr(bulletin, field).get(code) == accepted(kind, text), (name, text)
        words = shown(client.get(f"/admin/newsletter/bulletin/{bulletin.pk}/change/"))
        assert squeezed(bulletin.subject.get("fr")) in words
        assert squeezed(bulletin.body.get("en")) in words
        if gaps([bulletin], TO_PUBLISH):
            # A draft may lack French, if nothing is left of it; it is not sent then.
            continue
        schedule(bulletin)
        while pipeline.send_next_batch(bulletin.pk):
            pass
        bulletin.refresh_from_db()
        assert (bulletin.status, bulletin.error) == ("sent", "")
        french = Message.objects.filter(to="fr@example.org").latest("pk")
        assert french.subject == " ".join(bulletin.subject.get("fr").split())[:300]
    assert kept > len(pairs) / 2
    mails = Message.objects.filter(template=pipeline.TEMPLATE)
    mailed_equal(list(mails))
    tags = [tag for mail in mails for tag in re.findall(r"<[^>]*>", mail.html)]
    assert [tag for tag in tags if tag.startswith(("<script", "<img")) or "javascript:" in tag] == []


def test_any_text_of_an_expert_comes_back_equal():
    expert = make_expert()
    client = logged_in(expert.user)
    texts = list(TEXTS)
    while len(texts) > 8:
        address = reverse("experts:section", args=["about"])
        page = client.get(address)
        boxes = [f.name for f in page.context["form"] if type(f.field) is CharField and not f.is_hidden]
        sent = {name: _encodable(texts.pop()) for name in boxes}
        answer = press(client, address, typed(page) | sent)
        refused = answer.context["form"].errors if answer.context else {}
        expert = Expert.objects.get(pk=expert.pk)
        boxes = [name for name in boxes if name not in DEPENDENT]
        lines = {f.name for f in page.context["form"] if not isinstance(f.field.widget, Textarea)}
        for name, text in sent.items():
            if name in boxes and name not in refused and hasattr(expert, name):
                kind = kinds.LINE if name in lines else kinds.TEXT
                assert getattr(expert, name) == accepted(kind, text), (name, text)
        words = shown(client.get(address))
        stored = [getattr(expert, name) for name in boxes if hasattr(expert, name)]
        assert [text for text in stored if squeezed(text) not in words] == []


def test_no_text_as_an_address_breaks_a_sign_up_or_writes_to_somebody_else():
    client = Client()
    for text in TEXTS:
        sent = {"email": _encodable(text), "topics": ["events"], "language": "en"}
        assert client.post("/newsletter/", sent).status_code == 200
        sent["email"] = f"{_encodable(text)}@example.org"
        assert client.post("/newsletter/", sent).status_code in (200, 302)

    mails = list(Message.objects.all())
    assert all(re.fullmatch(r"[^\s,;<>\"]+@example\.org", mail.to) for mail in mails)
    for mail in mails:
        as_read(mail)
