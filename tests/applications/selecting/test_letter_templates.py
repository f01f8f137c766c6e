"""Templates of letters: their variables, languages, history and roles."""

from html import unescape

import pytest

from applications.applying import letter_texts
from applications.enums import LetterKind
from applications.models import LetterTemplate
from applications.selecting.actions import confirming
from core.accounts.enums import Role
from core.accounts.models import User
from tests.applications.selecting.letters import as_, letter_to, url
from tests.builders.acceptance import ALL_THE_SAME
from tests.builders.applications import eligible, submitted
from tests.builders.calls import closed_call
from tests.builders.people import person
from tests.builders.selections import proposed

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _no_second_factor(settings):
    settings.STAFF_SECOND_FACTOR_REQUIRED = False


def template(kind="selected"):
    return LetterTemplate.objects.get(kind=kind)


def typed(subject, body):
    """What the page of a template sends, in every language the same."""
    texts = {"subject": subject, "body": body}
    return {f"{name}_{code}": text for name, text in texts.items() for code in ("en", "fr")} | {"seen": 1}


def test_every_kind_has_a_default_to_confirm_in_both_languages():
    rows = LetterTemplate.objects.values_list("kind", "is_default")

    assert sorted(rows) == sorted((kind, True) for kind in LetterKind.values)
    for row in LetterTemplate.objects.all():
        for text in (row.subject, row.body):
            assert [code for code, _words in text] == ["en", "fr"]
            assert [letter_texts.faults(words, row.kind) for _code, words in text] == [[], []]


def test_letter_is_written_in_the_language_of_the_lead():
    call = closed_call()
    english, french = eligible(call), eligible(call)
    User.objects.filter(memberships__application=french).update(language="fr")
    selection = proposed(call, {english: "selected", french: "reserve"})

    confirming.confirm(accepting=ALL_THE_SAME, selection_id=selection.pk, by=person(Role.MANAGER))

    assert letter_to(english).subject == f"{english.reference}: your region becomes an IMPACT pilot"
    assert "occupe le rang 1 sur la liste de réserve" in letter_to(french).body
    assert call.title.get("fr") in letter_to(french).body
    assert "{" not in letter_to(english).body + letter_to(french).body


@pytest.mark.parametrize(
    ("text", "kind", "fault"),
    [
        ("Dear {name}", "selected", "Unknown variable: {name}."),
        ("{rank}", "selected", "Unknown variable: {rank}."),
        ("{a} and {b.c}", "reserve", "Unknown variables: {a}, {b.c}."),
        ("{reference!r}", "reserve", "Write a variable as {name}"),
        ("{reference:>9}", "reserve", "Write a variable as {name}"),
        ("{} here", "reserve", "Unknown variable: {}."),
        ("{reference", "reserve", "A brace is not closed."),
        ("{reference.__class__}", "reserve", "Unknown variable: {reference.__class__}."),
    ],
)
def test_unknown_variable_is_refused_at_save_with_its_name(text, kind, fault):
    row = template(kind)
    before = row.body

    answer = as_(Role.MANAGER).post(
        url("lettertemplate", "change", row.pk), typed("Subject", "Right") | {"body_fr": text}
    )

    assert f"French: {fault}" in unescape(str(answer.context["adminform"].form.errors["body"]))
    assert answer.context["adminform"].form["body"].value() == ["Right", text]
    row.refresh_from_db()
    assert row.body == before


def test_template_is_saved_with_its_history_and_read_with_real_values():
    row, client = template(), as_(Role.MANAGER)
    body = row.body
    application = submitted(closed_call(), title="Valley of two rivers")
    address = url("lettertemplate", "change", row.pk)

    saved = client.post(address, typed("Good news: {reference}", "{title}!"))
    page = client.get(address).content.decode()

    assert saved.status_code == 302
    row.refresh_from_db()
    assert (row.subject.get("fr"), row.is_default) == ("Good news: {reference}", False)
    after, before = row.history.all()
    assert (after.history_user, after.body.get("fr")) == (client.user, "{title}!")
    assert (before.is_default, before.body) == (True, body)
    assert f"Good news: {application.reference}" in page
    assert "Valley of two rivers!" in page
    assert "Name of the lead person" in page


@pytest.mark.parametrize("role", [*Role, None])
def test_templates_are_edited_by_managers_and_read_by_auditors(role):
    row, client = template(), as_(role)
    address = url("lettertemplate", "change", row.pk)

    page = client.get(address)
    client.post(address, typed("Changed", "Changed"))

    row.refresh_from_db()
    readers = {Role.MANAGER, Role.AUDITOR, Role.ADMINISTRATOR}
    assert (page.status_code == 200) is (role in readers)
    assert (row.subject.get("en") == "Changed") is (role is Role.MANAGER)
    assert client.post(url("lettertemplate", "delete", row.pk), {"post": "yes"}).status_code in (302, 403)
    assert LetterTemplate.objects.filter(pk=row.pk).exists()
