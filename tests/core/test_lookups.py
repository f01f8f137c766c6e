"""What a list of the administration does not show, it tells by no filter, order, search or export either."""

from __future__ import annotations

import string
from typing import Any

import pytest
from django.contrib import admin
from django.contrib.admin.options import ModelAdmin
from django.http import HttpRequest
from django.test import Client, RequestFactory

from applications.models import Call, Review
from core.accounts.enums import Role
from core.mail.models import Message
from core.staff.admin import ImpactModelAdmin
from core.staff.changelists import OfferedChangeList
from core.violations.models import Violation
from tests.builders.applications import draft
from tests.builders.mails import make_message
from tests.builders.people import make_person, make_staff
from tests.support.logging_in import ask_for_code
from tests.support.lookups import (
    ADMINS,
    LOOKUPS,
    address_of,
    as_,
    asked,
    keys,
    lists_of,
    offered,
    paths,
    staff,
)
from tests.support.mailbox import newest_code

pytestmark = pytest.mark.django_db
VICTIM = "victim@example.org"
OUTBOX = "/admin/mail/message/"


@pytest.fixture(autouse=True)
def _without_second_factor(settings: Any) -> None:
    settings.STAFF_SECOND_FACTOR_REQUIRED = False


class Noting(OfferedChangeList):
    """Asks nothing of the database, refuses nothing, and notes which parameters it would have answered."""

    def get_queryset(self, request: HttpRequest, **kwargs: Any) -> Any:
        self.get_filters(request)
        return self.root_queryset.none()

    def get_filters(self, request: HttpRequest) -> tuple:
        found = super().get_filters(request)
        taken = {name for spec in found[0] for name in spec.expected_parameters()}
        self.answered = (taken | dates_of(self.model_admin)) & set(request.GET)
        return found

    def require_offered(self, left: Any, request: HttpRequest) -> None:
        self.refused = set(left)

    def require_choices(self, specs: Any) -> None:
        pass


def test_every_list_is_of_the_kind_that_refuses() -> None:
    request = RequestFactory().get("/")
    for model_admin in ADMINS:
        assert isinstance(model_admin, ImpactModelAdmin)
        assert issubclass(model_admin.get_changelist(request), OfferedChangeList)
        assert type(model_admin).lookup_allowed is ModelAdmin.lookup_allowed


def test_no_column_of_any_model_is_asked_about_unless_the_page_offers_it(
    monkeypatch: Any, settings: Any
) -> None:
    """All columns, two relations away, by all lookups, for all roles; against what the page itself sends."""
    settings.DATA_UPLOAD_MAX_NUMBER_FIELDS = None
    # A filter by values that occur offers nothing while there are none.
    for template in ("newsletter/email/bulletin", "newsletter/email/confirm"):
        make_message(template=template)
    for directive in ("img-src", "script-src"):
        Violation.objects.create(directive=directive, blocked="inline", page="/")
    # What Django would let through must not matter.
    monkeypatch.setattr(ModelAdmin, "lookup_allowed", lambda self, lookup, value, request: True)
    too_much, known = {}, {}
    for person in staff().values():
        client = as_(person)
        for model_admin in lists_of(person):
            page = client.get(address_of(model_admin)).content.decode()
            filters = str(model_admin.get_list_filter(asked(model_admin, person, {})))
            # Roles with the same filters get the same answer; to ask again takes a minute.
            seen = known.setdefault((model_admin, filters), None) or noted(model_admin, person, monkeypatch)
            known[model_admin, filters] = seen
            answered, ignored = seen
            if extra := answered - offered(page) - dates_of(model_admin):
                too_much[str(model_admin), person.email] = extra
            assert ignored <= names_of_filters(model_admin, person)
    assert too_much == {}
    assert sum(len(keys(one.model)) for one, _filters in known) > 100_000


def noted(model_admin: ModelAdmin, person: Any, monkeypatch: Any) -> tuple[set[str], set[str]]:
    """Ask about every column at once; return what is answered, and what is neither answered nor refused."""
    every = keys(model_admin.model)
    request = asked(model_admin, person, dict.fromkeys(every, "1"))
    with monkeypatch.context() as patched:
        patched.setattr(model_admin, "get_changelist", lambda *args, **kwargs: Noting)
        changelist = model_admin.get_changelist_instance(request)
    return changelist.answered, every - changelist.refused - changelist.answered


def dates_of(model_admin: ModelAdmin) -> set[str]:
    """Return what the dates above a list send; with rows of one day alone, the page has no link for each."""
    dates = model_admin.date_hierarchy
    return {f"{dates}__{part}" for part in ("year", "month", "day")} if dates else set()


def names_of_filters(model_admin: ModelAdmin, person: Any) -> set[str]:
    """Return what the filters of a list, shown or without a choice to show, may take."""
    request = asked(model_admin, person, {})
    names = dates_of(model_admin)
    for entry in model_admin.get_list_filter(request):
        name = entry if isinstance(entry, str) else entry[0] if isinstance(entry, tuple) else ""
        parameter = getattr(entry, "parameter_name", name)
        names |= {parameter} | {f"{name}{end}" for end in ("__exact", "__isnull", "__id__exact")}
        names |= {f"{name}__{field}__exact" for field in ("code", "pk")}
    return names


def hidden_columns(model_admin: ModelAdmin, person: Any) -> list[str]:
    """Return one own column and one of a relation that no filter of the list is about."""
    names = names_of_filters(model_admin, person)
    fresh = sorted(p for p in paths(model_admin.model, 1) if not any(name.startswith(p) for name in names))
    return [*[p for p in fresh if "__" not in p][:1], *[p for p in fresh if "__" in p][:1]]


@pytest.mark.parametrize("role", Role)
def test_list_refuses_over_http_what_it_does_not_offer(role: Role) -> None:
    person = make_staff(role)
    client = as_(person)
    for model_admin in lists_of(person):
        for column in hidden_columns(model_admin, person):
            for lookup in ("__regex", "__isnull"):
                answer = client.get(address_of(model_admin), {f"{column}{lookup}": "1"})
                assert answer.status_code == 400, (model_admin, column, lookup)


def test_refusal_does_not_depend_on_the_rows() -> None:
    client = as_(make_staff(Role.AUDITOR))
    columns = ("to", "body", "sealed", "html", "headers", "dedupe_key")
    asked_for = [f"{column}__{lookup}" for column in columns for lookup in LOOKUPS]

    def answers() -> dict[str, tuple[int, bytes]]:
        found = {name: client.get(OUTBOX, {name: "a"}) for name in asked_for}
        return {name: (answer.status_code, answer.content) for name, answer in found.items()}

    empty = answers()
    ask_for_code(Client(), "a@example.org")

    assert answers() == empty
    assert {status for status, _content in empty.values()} == {400}


@pytest.fixture
def code() -> str:
    make_person(VICTIM)
    ask_for_code(Client(), VICTIM)
    return newest_code(VICTIM)


def guessed(is_right: Any) -> str:
    """Find a code character by character, as long as the answers tell something."""
    known = ""
    for _place in range(6):
        answers = {digit: is_right(known + digit) for digit in string.digits}
        if len(set(answers.values())) == 1:
            return known
        common = max(answers.values(), key=list(answers.values()).count)
        known += next(digit for digit, answer in answers.items() if answer != common)
    return known


@pytest.mark.parametrize("role", [Role.COMMUNICATIONS, Role.AUDITOR, Role.MANAGER, Role.ADMINISTRATOR])
@pytest.mark.parametrize("column", ["body", "sealed", "subject", "html", "error"])
def test_code_of_another_is_not_found_character_by_character(code: str, role: Role, column: str) -> None:
    client = as_(make_staff(role))

    def answer(start: str) -> tuple[int, bytes]:
        asked_for = {"to__exact": VICTIM, f"{column}__regex": rf"(^|\n){start}"}
        found = client.get(OUTBOX, asked_for)
        return found.status_code, found.content

    assert guessed(answer) == ""


def test_code_of_another_is_not_found_by_search(code: str) -> None:
    client = as_(make_staff(Role.AUDITOR))

    def answer(start: str) -> int:
        return client.get(OUTBOX, {"q": f"{VICTIM} {start}"}).context["cl"].result_count

    # The address and the key may hold digits of their own; the code is no word of them.
    Message.objects.update(dedupe_key="key")
    assert guessed(answer) == ""


def test_code_of_another_is_not_found_by_order(code: str) -> None:
    client = as_(make_staff(Role.AUDITOR))
    shown = client.get(OUTBOX).context["cl"].list_display
    bodies = Message.objects.order_by("body")

    for column in range(-len(shown), len(shown) + 30):
        answer = client.get(OUTBOX, {"o": str(column)})
        assert answer.status_code == 200
        ordered = [str(term) for term in answer.context["cl"].queryset.query.order_by]
        assert not any("body" in term or "sealed" in term or "html" in term for term in ordered)
    assert code not in "".join(bodies.values_list("body", flat=True))


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_export_takes_no_filter_that_the_list_does_not(kind: str) -> None:
    client = as_(make_staff(Role.MANAGER))
    for name in ("applications/application", "applications/rankedapplication", "experts/expert"):
        answer = client.get(f"/admin/{name}/export/{kind}/", {"pk__gt": "0", "title__regex": "^a"})
        assert answer.status_code == 400
        # What is taken away at the door asks for nothing.
        answer = client.get(f"/admin/{name}/export/{kind}/", {"status__exact": "\0"})
        assert answer.status_code == 200


def test_hash_of_a_password_and_secret_of_an_app_are_not_found() -> None:
    client = as_(make_staff(Role.ADMINISTRATOR))
    for key in ("password__regex", "password__startswith", "authenticator__data__contains", "last_login__gt"):
        assert client.get("/admin/accounts/user/", {key: "a"}).status_code == 400


def test_list_of_applications_tells_nothing_of_drafts() -> None:
    client = as_(make_staff(Role.MANAGER))
    for key in ("title__regex", "answers__has_key", "partners__name__contains", "changed_at__gt"):
        assert client.get("/admin/applications/application/", {key: "a"}).status_code in (302, 400)


def test_draft_is_not_read_letter_by_letter() -> None:
    draft(Call.objects.first(), title="Quiet valley")
    client = as_(make_staff(Role.MANAGER))

    def answer(start: str) -> tuple[int, bytes]:
        found = client.get("/admin/applications/application/", {"title__regex": f"^{start}"})
        return found.status_code, found.content

    assert answer("Q") == answer("X")
    assert answer("Q")[0] == 400


def test_reviewer_searches_by_no_column_that_the_own_list_does_not_have() -> None:
    person = make_staff(Role.REVIEWER)
    review_admin = admin.site._registry[Review]
    request = asked(review_admin, person, {})
    assert review_admin.get_search_fields(request) == ["application__reference"]


def test_row_of_another_model_is_not_named_by_a_new_row() -> None:
    stranger = make_person("stranger@example.org", name="Known to nobody")
    page = as_(make_staff(Role.MANAGER)).get(
        "/admin/applications/reviewerprofile/add/", {"user": stranger.pk}
    )
    assert page.status_code == 200
    assert "Known to nobody" not in page.content.decode()


def test_popup_shows_no_column_but_the_key() -> None:
    client = as_(make_staff(Role.ADMINISTRATOR, Role.MANAGER))
    for field in ("password", "email", "name"):
        answer = client.get("/admin/accounts/user/", {"_popup": "1", "_to_field": field})
        assert answer.status_code == 400
