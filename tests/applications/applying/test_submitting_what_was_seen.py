"""What is submitted is what was seen: the press of the button counts for the page on which it stands."""

from __future__ import annotations

import pytest
from django.test import Client

from applications.enums import MemberRole
from applications.models import Application
from core.mail.models import Message
from core.sections.reading import Answer, Difference
from tests.applications.applying.test_documents import add
from tests.applications.pain_pages import close
from tests.builders.applications import answer, lead_of, member, ready, returned, submit
from tests.support.applicant_forms import logged_in, press_submit, typed

pytestmark = pytest.mark.django_db


def check(application: Application) -> str:
    return f"/applications/{application.public_id}/check/"


def page_open_while(change, application: Application) -> tuple[Client, dict]:
    """Open the page, let something change, and return who opened it with what the page sends."""
    client = logged_in(lead_of(application))
    sent = typed(client.get(check(application)))
    change(application)
    return client, sent


def summary(application: Application) -> None:
    answer(application, {"territory_description": "Written by somebody else"}, by=member(application, "edit"))


def partner_name(application: Application) -> None:
    application.partners.filter(is_lead=False).update(name="Another name")


def document(application: Application) -> None:
    add(application)


@pytest.mark.parametrize(
    ("change", "label"),
    [(summary, "territory_description"), (partner_name, "partners"), (document, "documents")],
)
def test_answer_that_changed_after_the_page_was_opened_is_shown_and_asked_about_again(change, label):
    application = ready()
    client, sent = page_open_while(change, application)

    refused = client.post(check(application), sent)

    assert refused.status_code == 409
    assert [answer.name for answer in refused.context["changed"]] == [label]
    assert f'href="#answer-{label}"' in refused.content.decode()
    assert f'id="answer-{label}"' in refused.content.decode()
    assert (application.submissions.count(), application.attempts.get().outcome) == (0, "changed")
    assert not Message.objects.filter(template="applications/email/receipt").exists()

    accepted = client.post(check(application), typed(refused))

    assert accepted.status_code == 302
    assert application.submissions.count() == 1


def test_former_text_stands_beside_the_new_one_with_its_words_marked():
    application = ready(territory_description="Two banks of one river, and a bridge.")

    def change(application: Application) -> None:
        answer(application, {"territory_description": "Two banks of one lake, and a bridge."})

    client, sent = page_open_while(change, application)
    page = " ".join(client.post(check(application), sent).content.decode().split())

    assert "Two banks of one <del>river, </del>and a bridge." in page
    assert "Two banks of one <ins>lake, </ins>and a bridge." in page


def test_pieces_of_a_difference_are_the_texts():
    texts = [("", "New"), ("Old", ""), ("a  b\nc", "a b\n\nd"), ("one two", "three"), ("word " * 9000, "x")]
    for before, after in texts:
        change = Difference("Section", Answer("a", "A", text=before), Answer("a", "A", text=after))
        joined = ["".join(piece.text for piece in pieces) for pieces in change.pieces]
        # Without a text, or with one too long to compare, both are shown whole instead.
        assert joined == ([before, after] if before and after and len(before) < 9000 else ["", ""])


def test_press_on_a_page_that_shows_all_goes_through():
    application = ready()
    summary(application)

    assert press_submit(logged_in(lead_of(application)), application).status_code == 302


@pytest.mark.parametrize(
    "sent",
    [{}, {"seen": ""}, {"seen": "0" * 64, "shown": "{nothing"}, {"shown": "e30:1:x"}, {"shown": "[" * 5000}],
)
def test_press_without_the_page_submits_nothing_and_breaks_nothing(sent):
    application = ready()

    assert logged_in(lead_of(application)).post(check(application), sent).status_code == 409
    assert application.submissions.count() == 0


def test_answer_changed_and_changed_back_is_what_was_seen():
    application = ready()
    before = application.title

    def there_and_back(application: Application) -> None:
        for title in ("Something else", before):
            answer(application, {"title": title}, by=member(application, MemberRole.EDIT))

    client, sent = page_open_while(there_and_back, application)

    assert client.post(check(application), sent).status_code == 302


@pytest.mark.parametrize("is_an_answer", [False, True])
def test_second_press_of_a_page_that_was_submitted_in_time_says_so_after_the_closing(is_an_answer):
    application = ready()
    client = logged_in(lead_of(application))
    if is_an_answer:
        submit(application)
        close(application.call)
        returned(application, "territory")
        answer(application, {"territory_description": "What staff asked about"})
    sent = typed(client.get(check(application)))
    client.post(check(application), sent)
    close(application.call)
    last = application.submissions.latest("number")

    again = client.post(check(application), sent)

    assert again["Location"].endswith(f"/versions/{last.number}/")
    assert application.attempts.latest("pk").outcome == "unchanged"
