"""The search of staff finds what the lists of a person have, however it is typed, and nothing else."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils.http import urlencode

from core.accounts.enums import Role
from core.staff.finding import clean
from impact import search
from tests.builders import matching as build
from tests.builders.applications import draft, lead_of, submitted
from tests.builders.calls import closed_call, open_call
from tests.builders.people import person
from tests.builders.reviews import assigned

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _no_second_factor(settings):
    settings.STAFF_SECOND_FACTOR_REQUIRED = False


def as_(*roles, somebody=None):
    client = Client()
    client.force_login(somebody or person(*roles))
    return client


def found(client, text):
    page = client.get(f"/admin/find/?{urlencode({'s': text})}")
    assert page.status_code == 200
    return {str(g.title): [row.title for row in g.rows] for g in page.context["finding"].groups}


def test_everything_is_found_by_reference_name_organisation_and_address_without_accents_and_with_typos():
    region = build.region("Übersee Łódź", partners=("Município de Évora", "Town of Ortenau"))
    application = region.application
    expert = build.expert("Zoë Brontë", organisations=("Żabka Institut",))
    lead, code = lead_of(application), application.reference
    client = as_(Role.MANAGER)
    for text, kind, title in [
        (code, "Applications", code),
        (code.lower(), "Pilot regions", "Übersee Łódź"),
        ("ubersee lodz", "Applications", code),
        ("UBERSEE", "Pilot regions", "Übersee Łódź"),
        ("lodz ubersee", "Pilot regions", "Übersee Łódź"),
        ("ubersse", "Pilot regions", "Übersee Łódź"),
        ("municipio evora", "Applications", code),
        ("Municpio de Evora", "Applications", code),
        (lead.email, "Applications", code),
        (lead.email.upper()[:-3], "People", lead.email),
        ("zoe bronte", "Experts", "Zoë Brontë"),
        ("Zoe Brnote", "Experts", "Zoë Brontë"),
        ("zabka", "Experts", "Zoë Brontë"),
        (expert.user.email, "Experts", "Zoë Brontë"),
        ("test call", "Calls", "Test call"),
        ("appel", "Calls", "Test call"),
    ]:
        titles = found(client, text).get(kind, [])
        assert any(title in row for row in titles), (text, kind, titles)
    assert found(client, "ubersee lodz")["Pilot regions"][0] == "Übersee Łódź"
    for text in ("100%", "_____", "\0\0x", "z", "", code[:-1] + "99"):
        assert found(client, text) == {}, text


def test_search_finds_for_each_role_what_its_lists_have():
    application = submitted(closed_call(), title="Secret Valley")
    hidden = draft(open_call(), title="Secret Draft")
    review = assigned(submitted(closed_call(), title="Secret Reviewed", status="eligible"))
    other = assigned(submitted(closed_call(), title="Secret Other", status="eligible"))
    reviewer = as_(somebody=review.reviewer)

    assert found(reviewer, "secret") == {}
    assert found(reviewer, review.application.reference) == {"Reviews": [str(review)]}
    assert found(reviewer, other.application.reference).get("Reviews", []) != [str(other)]
    assert "Reviews" not in found(as_(Role.MANAGER), review.application.reference)
    everything = {row for rows in found(as_(Role.AUDITOR), "secret").values() for row in rows}
    assert any(application.reference in row for row in everything)
    assert not any(hidden.reference in row for row in everything)
    assert found(as_(Role.COMMUNICATIONS), "secret") == {}
    assert Client().get("/admin/find/?s=secret").status_code == 302


def test_box_offers_rows_and_pages_while_one_types_and_never_keeps_them(django_assert_max_num_queries):
    for number in range(6):
        submitted(closed_call(), title=f"Green Valley {number}")
    client = as_(Role.MANAGER)

    answer = client.get("/admin/search/?s=green valley")
    page = answer.content.decode()
    assert page.count("/admin/applications/application/") == search.AT_ONCE
    assert "and more" in page
    assert 'href="/admin/find/?s=green+valley"' in page
    assert "/admin/experts/expert/" in client.get("/admin/search/?s=expert").content.decode()
    assert client.get("/admin/search/?s=").content.decode().strip() == ""
    with CaptureQueriesContext(connection) as one:
        client.get("/admin/search/?s=green valley 1")
    with django_assert_max_num_queries(len(one)):
        client.get("/admin/search/?s=green valley")
    assert 'action="/admin/find/"' in client.get("/admin/").content.decode()


def test_search_that_takes_too_long_says_so_and_what_is_searched_is_short(monkeypatch):
    monkeypatch.setattr(search, "TIMEOUT_MILLISECONDS", 0)

    page = as_(Role.MANAGER).get("/admin/find/?s=valley").content.decode()

    assert "The search took too long" in page
    assert len(clean("a" * 5000)) == 100
    assert clean("a b c d e f g h i j k").count(" ") == 7


def test_indexes_serve_parts_of_words_and_typing_errors():
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        for table in ("accounts_user", "experts_expert", "experts_expertorganisation"):
            cursor.execute(
                f"EXPLAIN SELECT id FROM {table} WHERE search_plain(name) LIKE '%vall%'"
                " OR search_plain(name) %> search_plain('valley')"
            )
            plan = "\n".join(row for (row,) in cursor.fetchall())
            assert "_plain" in plan, plan
