"""Rights by field: every field of every editable page, changed by every role, against the table.

The pages are found in the administration and their fields in the forms, so that a field that somebody adds
is tried as well: it is read-only for all until the table names it.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import date, timedelta
from typing import Any

import pytest
from django.conf import settings
from django.contrib import admin
from django.db import transaction
from django.db.models import Model
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.text import capfirst

from applications.models import Call, Criterion, PilotRegion, ReviewerProfile
from core.accounts.editable import ADDED, CHANGED, fields_for
from core.accounts.enums import Role
from core.accounts.models import User
from core.staff.admin import ImpactModelAdmin
from core.translated.fields import TranslatedField
from newsletter.models import Bulletin
from tests.builders.applications import submitted
from tests.builders.calls import closed_call
from tests.builders.newsletter import make_bulletin
from tests.builders.people import person, person_with_every_role
from tests.support.posting import forms_of, posted, with_other_value

pytestmark = pytest.mark.django_db

DOCUMENT = settings.BASE_DIR / "docs" / "roles.md"
HEADING = "## Role by field\n"
PAGES = [model for model in admin.site._registry if model._meta.label_lower in CHANGED]
# What saving itself writes.
KEPT_BY_THE_PORTAL = {"is_edited", "edited_fields"}


class Rows(dict[type[Model], Model]):
    """A row of each model in the state in which the most of it may be changed; made when it is asked for."""

    def __missing__(self, model: type[Model]) -> Model:
        self[model] = MADE.get(model, model.objects.first)()
        return self[model]


@pytest.fixture
def rows(settings) -> Rows:
    settings.STAFF_SECOND_FACTOR_REQUIRED = False
    return Rows()


def coming_call() -> Call:
    opens_at = timezone.now().replace(second=0, microsecond=0) + timedelta(days=9)
    call = closed_call(opens_at=opens_at, closes_at=opens_at + timedelta(days=9))
    call.criteria.exclude(code="need").delete()
    return call


def pilot_region() -> PilotRegion:
    application = submitted(closed_call(), "selected", agrees_to_publication=True)
    region = application.pilot_region
    region.is_public = True
    region.save()
    # One row of each kind is enough.
    region.sides.exclude(country="FR").delete()
    region.needs.exclude(area="clld-design").delete()
    region.months.exclude(month=date(2026, 9, 1)).delete()
    return region


MADE = {
    Call: coming_call,
    PilotRegion: pilot_region,
    ReviewerProfile: lambda: ReviewerProfile.objects.create(user=person(Role.REVIEWER)),
    User: person,
    Bulletin: make_bulletin,
}


def logged_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.mark.parametrize("model", PAGES, ids=lambda model: model._meta.label_lower)
def test_each_role_changes_the_fields_of_the_table_and_no_other(model, rows):
    row, staff = rows[model], {role: person(role) for role in Role}
    everybody = logged_in(person_with_every_role())
    page = everybody.get(address(row))
    filled = list(forms_of(page))
    unchanged = posted(*filled)
    tried = [field for form in filled for field in form if not field.is_hidden and is_of_a_row(form, field)]
    assert tried
    wrong = []
    for role, user in staff.items():
        client = logged_in(user)
        for field in tried:
            name = field.name
            expected = {name} if name in fields_for(user, label_of(field, row), is_new=False) else set()
            found = changed_by(client, row, unchanged, with_other_value(field), field)
            if found != expected:
                wrong.append((role, label_of(field, row), name, found))

    assert wrong == []


@pytest.mark.parametrize("model", PAGES, ids=lambda model: model._meta.label_lower)
def test_no_role_changes_a_field_that_the_page_does_not_show(model, rows):
    row = rows[model]
    filled = list(forms_of(logged_in(person_with_every_role()).get(address(row))))
    shown, asked = posted(*filled), filled[0].fields
    fields = [*row._meta.concrete_fields, *row._meta.many_to_many]
    hidden = [field.name for field in fields if field.name not in asked and not field.primary_key]
    forged = {f"{name}{part}": "1" for name in hidden for part in ("", "_0", "_1", "_en", "_fr")}

    assert forged
    for role in Role:
        before = values_of(row)
        response = logged_in(person(role)).post(address(row), shown | forged)
        assert response.status_code in (302, 403), role
        row.refresh_from_db()
        assert values_of(row) == before, role


@pytest.mark.parametrize("role", Role)
def test_each_role_is_asked_on_adding_for_the_fields_of_the_table(role, settings):
    settings.STAFF_SECOND_FACTOR_REQUIRED = False
    user = person(role)
    client = logged_in(user)
    for model in admin.site._registry:
        opened = fields_for(user, model._meta.label_lower, is_new=True)
        response = client.get(reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_add"))
        if opened:
            assert set(response.context["adminform"].form.fields) == opened, model
        else:
            assert response.status_code == 403, model


def test_account_is_opened_with_nothing_forged(settings):
    settings.STAFF_SECOND_FACTOR_REQUIRED = False
    asked = {"email": "new@example.org", "name": "New", "language": "en", "roles": ["auditor"]}
    forged = {
        "is_superuser": "on",
        "is_active": "",
        "password": "x",
        "user_permissions": ["1"],
        "groups": ["1"],
    }

    response = logged_in(person(Role.ADMINISTRATOR)).post(reverse("admin:accounts_user_add"), asked | forged)

    made = User.objects.get(email="new@example.org")
    assert response.status_code == 302
    assert (made.is_superuser, made.is_active, made.has_usable_password()) == (False, True, False)
    assert set(made.groups.values_list("name", flat=True)) == {Role.AUDITOR}
    assert not made.user_permissions.exists()


def test_communications_change_the_texts_of_an_open_call_and_nothing_else(rows):
    call = closed_call(closes_at=timezone.now() + timedelta(days=9))
    manager, communications = logged_in(person(Role.MANAGER)), logged_in(person(Role.COMMUNICATIONS))
    shown = posted(*forms_of(manager.get(address(call))))
    forged = {"grace_minutes": "1440", "places": "1", "reviews_wanted": "9", "criteria-0-weight": "99"}

    communications.post(address(call), shown | forged | {"title_en": "A better title"})

    after = Call.objects.get(pk=call.pk)
    assert after.title.get("en") == "A better title"
    assert (after.grace_minutes, after.places, after.reviews_wanted) == (
        call.grace_minutes,
        call.places,
        call.reviews_wanted,
    )
    assert not Criterion.objects.filter(weight=99).exists()


def test_nobody_goes_back_to_an_older_version(rows):
    """Its page asks for the right to see alone."""
    clients = {role: logged_in(person(role)) for role in Role}
    tried = [rows[model] for model in PAGES if hasattr(model, "history")]
    for row in tried:
        text, newer = next(some_text(f) for f in row._meta.fields if some_text(f))
        row.save()
        old = row.history.first().history_id
        type(row).objects.filter(pk=row.pk).update(**{text: newer})
        for role, client in clients.items():
            response = client.post(f"{history_of(row)}{old}/", {text: "forged", f"{text}_en": "forged"})
            assert response.status_code == 403, (row, role)
            assert getattr(type(row).objects.get(pk=row.pk), text) == newer, (row, role)
    assert len(tried) > 5


def test_lists_are_not_edited():
    with pytest.raises(TypeError, match="lists know no rights"):
        type("ListAdmin", (ImpactModelAdmin,), {"list_editable": ["title"]})


def test_every_page_with_a_form_has_rights_by_field():
    """Whatever class it is made of: a page of the theme or of Django alone would ask for whole models."""
    assert [ma for ma in admin.site._registry.values() if not isinstance(ma, ImpactModelAdmin)] == []


def test_documentation_shows_who_changes_which_field(rows):
    permitted: dict[tuple[str, str], dict[Role, bool]] = {}
    staff = {role: person(role) for role in Role}
    everybody = logged_in(person_with_every_role())
    for model in PAGES:
        for form in forms_of(everybody.get(address(rows[model]))):
            for field in form:
                if not field.is_hidden and is_of_a_row(form, field):
                    label = label_of(field, rows[model])
                    permitted[where(form), capfirst(str(field.label))] = {
                        role: field.name in fields_for(user, label, is_new=False)
                        for role, user in staff.items()
                    }
    head = ["Field", *(str(role.label) for role in Role)]
    lines = [f"| {' | '.join(head)} |", f"| {' | '.join(['---'] * len(head))} |"]
    for (place, field), roles in sorted(permitted.items()):
        cells = ["yes" if may else "–" for may in roles.values()]
        lines.append(f"| {place}: {field} | {' | '.join(cells)} |")
    section = DOCUMENT.read_text().partition(HEADING)[2].partition("\n## ")[0]
    written = [line for line in section.splitlines() if line.startswith("|")]

    assert written == lines, "docs/roles.md should show:\n" + "\n".join(lines)


def test_table_names_only_fields_that_there_are():
    unknown = defaultdict(set)
    models = {model._meta.label_lower: model for model in [*admin.site._registry, *inline_models()]}
    for table in (ADDED, CHANGED):
        for label, opened in table.items():
            known = {field.name for field in models[label]._meta.get_fields()} | {"roles"}
            for names in opened.values():
                unknown[label] |= set(names) - known

    assert {label: names for label, names in unknown.items() if names} == {}


def inline_models() -> list[type[Model]]:
    return [inline.model for ma in admin.site._registry.values() for inline in ma.inlines]


def address(row: Model) -> str:
    return reverse(f"admin:{row._meta.app_label}_{row._meta.model_name}_change", args=[row.pk])


def some_text(field: Any) -> tuple[str, Any] | None:
    """Return the name of a field for text, and a value for it."""
    if isinstance(field, TranslatedField):
        return field.name, {"en": "newer"}
    is_text = field.get_internal_type() in ("CharField", "TextField")
    return (field.name, "newer") if is_text and not field.choices and not field.primary_key else None


def history_of(row: Model) -> str:
    return reverse(f"admin:{row._meta.app_label}_{row._meta.model_name}_history", args=[row.pk])


def is_of_a_row(form: Any, field: Any) -> bool:
    """Not the count of rows, nor the empty row to fill in, nor the mark that deletes."""
    return getattr(form, "instance", None) is not None and form.instance.pk and field.name != "DELETE"


def label_of(field: Any, row: Model) -> str:
    return field.form._meta.model._meta.label_lower


def where(form: Any) -> str:
    return capfirst(str(form._meta.model._meta.verbose_name_plural))


def changed_by(client: Client, row: Model, unchanged: dict, other: dict, field: Any) -> set[str]:
    """Post a page with one other value and return what has changed; everything is undone after it."""
    target = field.form.instance
    before = values_of(target)
    kept = {name: value for name, value in unchanged.items() if not is_part(name, field)}
    with transaction.atomic():
        response = client.post(address(row), kept | {n: v for n, v in other.items() if v != ""})
        after = values_of(type(target).objects.get(pk=target.pk))
        transaction.set_rollback(True)
    assert response.status_code in (302, 403), (field.name, errors_of(response))
    return {name for name in before if before[name] != after[name]}


def errors_of(response: Any) -> list[Any]:
    return [form.errors for form in forms_of(response)] if response.context else [response.status_code]


def is_part(name: str, field: Any) -> bool:
    ends = ["", *getattr(field.field.widget, "widgets_names", [])]
    return name in [f"{field.html_name}{end}" for end in ends]


def values_of(row: Model) -> dict[str, Any]:
    plain = {field.name: field.value_from_object(row) for field in row._meta.concrete_fields}
    many = {f.name: sorted(o.pk for o in f.value_from_object(row)) for f in row._meta.many_to_many}
    return {name: value for name, value in (plain | many).items() if name not in KEPT_BY_THE_PORTAL}
