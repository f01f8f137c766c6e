"""The table "Role by action" of docs/roles.md against every address of the administration, over HTTP.

What a decision changes and sends, and that a refused one changes nothing, is tested app by app; here it is
that every page and every decision stands in the table and opens for the roles that the table names.
"""

from __future__ import annotations

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils.text import capfirst

from applications.models import Application, ReviewerProfile
from core.accounts.enums import Role
from core.decisions import Decision, Scope
from core.lists.actions import save_view
from tests.applications.staff_of_roles import with_document
from tests.builders.people import person
from tests.support import demo_world
from tests.support.admin_pages import AdminPage, pages

pytestmark = pytest.mark.django_db

DOCUMENT = settings.BASE_DIR / "docs" / "roles.md"
HEADING = "## Role by action\n"
YES, OWN, NO = "yes", "own", "–"
KINDS = {
    "changelist": "see the list",
    "change": "open",
    "history": "see the history",
    "version": "see an older version",
    "add": "add by hand",
    "delete": "delete by hand",
    "export": "export the list",
    "exporting": "choose what to export",
}
# Nobody's row but one's own: others find nothing there, as the demo's rows prove here.
OWN_ROWS = {
    "Reviews: open": {Role.REVIEWER},
    "Reviews: see the history": {Role.REVIEWER},
    "Reviews: score": {Role.REVIEWER, Role.MANAGER},
    "Reviews: document": {Role.REVIEWER, Role.MANAGER},
    "Reviews: I have no conflict": {Role.REVIEWER, Role.MANAGER},
    "Reviews: I have a conflict": {Role.REVIEWER, Role.MANAGER},
    # The view here is shared with administrators.
    "Saved views: Share": {Role.MANAGER},
    **dict.fromkeys(
        [f"Saved views: {name}" for name in ("Remove", "Rename", "open", "show", "see the history")],
        set(Role) - {Role.ADMINISTRATOR},
    ),
}
# What the rows of the demo cannot show; tested where they are at home.
NOT_HERE = {
    "applications_rankedapplication_change",  # leads to the application, whoever asks, which refuses
    "applications_selection_letter",  # needs a letter that is held
    "applications_application_letter",  # needs a letter about a refusal
    "experts_expert_cv",  # needs a file
    "autocomplete",  # needs a field
}


def test_table_names_every_action_and_holds_over_http(settings):
    """Slow: alone in asking for every address in every role: it finds one without a line in the table."""
    settings.STAFF_SECOND_FACTOR_REQUIRED = False
    demo_world.load()
    with_document(Application.objects.filter(status="submitted").earliest("pk"))
    ReviewerProfile.objects.create(user=person(Role.REVIEWER))
    save_view(
        by=person(Role.ADMINISTRATOR),
        label="applications.application",
        name="All",
        query="",
        columns={},
        role=Role.ADMINISTRATOR,
    )
    actions = addresses()
    # No reviewer of the demo: every review there is somebody else's.
    clients = {role: logged_in(role) for role in Role}

    found = {
        action: {role: opens(client, address) for role, client in clients.items()}
        for action, address in actions.items()
    }

    nobody_elses = {action: roles for action, roles in OWN_ROWS.items() if action in found}
    assert nobody_elses.keys() == OWN_ROWS.keys()
    assert [(a, role) for a, roles in nobody_elses.items() for role in roles if found[a][role]] == []
    expected = "\n".join(lines(found))
    assert written() == expected, f"docs/roles.md should show:\n{expected}"


def logged_in(role: Role) -> Client:
    client = Client(raise_request_exception=False)
    client.force_login(person(role))
    return client


def opens(client: Client, address: str) -> bool:
    response = client.get(address)
    if response.streaming:
        assert b"".join(response.streaming_content)
    assert response.status_code in (200, 302, 403, 404), (address, response.status_code)
    # Django's answer to a row that is not there for this person.
    is_gone = response.status_code == 302 and response["Location"] == reverse("admin:index")
    return response.status_code in (200, 302) and not is_gone


def addresses() -> dict[str, str]:
    """Every action of the administration by its name, with an address at which it is asked for."""
    found: dict[str, str] = {}
    for page in pages(person(Role.ADMINISTRATOR)):
        if page.name not in NOT_HERE and (name := action_of(page)):
            found.setdefault(name, page.address)
    return dict(sorted(found.items()))


def action_of(page: AdminPage) -> str:
    if page.model_admin is None:
        return f"Home: {page.kind}"
    where = capfirst(str(page.model_admin.opts.verbose_name_plural))
    decision = decision_of(page)
    if decision:
        is_many = decision.scope in (Scope.LIST, Scope.ROWS)
        return f"{where}: {decision.label}" if is_many == page.name.endswith("_decide_many") else ""
    return f"{where}: {KINDS.get(page.kind, page.kind.replace('_', ' '))}"


def decision_of(page: AdminPage) -> Decision | None:
    if "_decide_" not in page.name:
        return None
    name = page.address.rstrip("/").rpartition("/")[2]
    return next(decision for decision in page.model_admin.decisions if decision.name == name)


def lines(found: dict[str, dict[Role, bool]]) -> list[str]:
    head = ["Action", *(str(role.label) for role in Role)]
    rows = [
        [action, *(cell(action, role, may) for role, may in roles.items())] for action, roles in found.items()
    ]
    return [row_of(head), row_of(["---"] * len(head)), *map(row_of, rows)]


def cell(action: str, role: Role, may: bool) -> str:
    if may:
        return YES
    return OWN if role in OWN_ROWS.get(action, ()) else NO


def row_of(cells: list[str]) -> str:
    return f"| {' | '.join(cells)} |"


def written() -> str:
    section = DOCUMENT.read_text().partition(HEADING)[2].partition("\n## ")[0]
    return "\n".join(line for line in section.splitlines() if line.startswith("|"))
