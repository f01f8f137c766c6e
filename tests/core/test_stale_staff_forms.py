"""Two who edit one row of the administration: nothing of either is overwritten unseen.

The pages are found in the administration and their fields in the forms, rows of inlines included.
"""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Any

import pytest
from django import forms
from django.db import transaction
from django.db.models import Model
from django.test import Client
from django.utils import timezone
from django.utils.html import escape

from applications.models import Call
from core.staff.admin import ImpactModelAdmin
from tests.builders.people import person_with_every_role
from tests.core.test_field_rights import (
    PAGES,
    Rows,
    address,
    errors_of,
    is_of_a_row,
    is_part,
    logged_in,
    rows,
    values_of,
)
from tests.support.posting import forms_of, posted, with_other_value

pytestmark = pytest.mark.django_db

__all__ = ["rows"]


@pytest.mark.parametrize("model", PAGES, ids=lambda model: model._meta.label_lower)
def test_stale_page_keeps_other_fields_and_asks_about_the_same(model: type[Model], rows: Rows):
    row, client = rows[model], logged_in(person_with_every_role())
    stale, fields = opened(client, row)

    assert fields
    for field in fields:
        with transaction.atomic():
            mine = changed(stale, field)
            assert client.post(address(row), mine).status_code == 302, field.html_name
            theirs = value(field)
            others = [other for other in fields if other is not field][:1]
            check_other_fields(client, row, stale, others, kept=(field, theirs))
            check_same_field(client, row, stale, field, theirs)
            transaction.set_rollback(True)


def test_refusal_shows_both_values_and_a_stale_title_keeps_the_closing_date(rows: Rows):
    call, client = rows[Call], logged_in(person_with_every_role())
    stale, _fields = opened(client, call)
    client.post(address(call), stale | {"title_en": "Theirs <b>", "closes_at": "2027-04-30T17:00"})

    answer = client.post(address(call), stale | {"title_en": "Mine", "title_fr": "Le mien"})

    form = answer.context["adminform"].form
    assert "The saved version is “English: Theirs &lt;b&gt;”. Save again" in answer.content.decode()
    assert form["title"].value() == ["Mine", "Le mien"]
    assert 'value="2027-04-30T17:00"' in answer.content.decode()
    assert " disabled>" not in str(form["closes_at"])
    assert [*form.errors] == ["title"]

    client.post(address(call), posted(*forms_of(answer)) | digests(answer))

    after = Call.objects.get(pk=call.pk)
    assert after.title == {"en": "Mine", "fr": "Le mien"}
    assert after.closes_at.date() == date(2027, 4, 30)


def test_field_that_became_read_only_meanwhile_gives_back_what_was_typed(rows: Rows):
    call, client = rows[Call], logged_in(person_with_every_role())
    stale, _fields = opened(client, call)
    # Nobody but the clock opens a call.
    Call.objects.filter(pk=call.pk).update(opens_at=timezone.now() - timedelta(days=1))
    before = values_of(call)

    refused = client.post(address(call), stale | {"closes_at": "2027-04-30T17:00", "title_en": "Typed"})

    assert refused.status_code == 409
    text = refused.content.decode()
    assert "Part of this page can no longer be changed. It was locked after you opened the page." in text
    assert ("2027-04-30" in text, "Typed" in text) == (True, True)
    call.refresh_from_db()
    assert values_of(call)["title"] == before["title"]
    fresh, _fields = opened(client, call)
    assert client.post(address(call), fresh | {"title_en": "Typed"}).status_code == 302


def test_two_who_write_different_languages_of_a_text_are_both_kept(rows: Rows):
    call, client = rows[Call], logged_in(person_with_every_role())
    stale, _fields = opened(client, call)
    client.post(address(call), stale | {"title_en": "Theirs"})

    answer = client.post(address(call), stale | {"title_fr": "Le mien"})

    assert answer.status_code == 302, errors_of(answer)
    assert Call.objects.get(pk=call.pk).title == {"en": "Theirs", "fr": "Le mien"}


def test_form_that_would_overwrite_is_no_form_of_a_page():
    with pytest.raises(TypeError, match="would overwrite"):
        type("PlainAdmin", (ImpactModelAdmin,), {"form": forms.ModelForm})


def check_other_fields(client: Client, row: Model, stale: dict, others: list, *, kept: tuple) -> None:
    """The other field of the stale page is saved, and what was saved meanwhile stays."""
    for other in others:
        with transaction.atomic():
            before = value(other)
            answer = client.post(address(row), changed(stale, other))
            assert answer.status_code == 302, (other.html_name, errors_of(answer))
            assert value(kept[0]) == kept[1], kept[0].html_name
            assert value(other) != before, other.html_name
            transaction.set_rollback(True)


def check_same_field(client: Client, row: Model, stale: dict, field: Any, theirs: Any) -> None:
    """Refused once beside the field, with what was typed; the second time it is decided."""
    mine = third(stale, field)
    if mine is None:
        return
    answer = client.post(address(row), mine)
    assert answer.status_code == 200, field.html_name
    assert value(field) == theirs, field.html_name
    found = next(f for form in forms_of(answer) for f in form if f.html_name == field.html_name)
    assert "Somebody else has changed this" in str(found.errors), field.html_name
    if isinstance(theirs, str) and not isinstance(found.field, forms.ChoiceField):
        assert escape(theirs.splitlines()[-1]) in answer.content.decode(), field.html_name

    again = client.post(address(row), posted(*forms_of(answer)) | digests(answer))
    assert again.status_code == 302, (field.html_name, errors_of(again))
    assert value(field) != theirs, field.html_name


def opened(client: Client, row: Model) -> tuple[dict, list[Any]]:
    page = client.get(address(row))
    filled = list(forms_of(page))
    fields = [field for form in filled for field in form if not field.is_hidden and is_of_a_row(form, field)]
    return posted(*filled) | digests(page), fields


def digests(page: Any) -> dict[str, str]:
    found = re.search(r'name="opened" value="([^"]+)"', page.content.decode())
    assert found
    return {"opened": found[1]}


def changed(stale: dict, field: Any) -> dict:
    kept = {name: text for name, text in stale.items() if not is_part(name, field)}
    return kept | {name: text for name, text in with_other_value(field).items() if text != ""}


def third(stale: dict, field: Any) -> dict | None:
    """Return the page with a value that is neither the first nor the second; None if there is no other."""
    other = {name: text for name, text in changed(stale, field).items() if is_part(name, field)}
    (name, text), *_rest = [*other.items()] or [("", "")]
    if isinstance(field.field, forms.ModelMultipleChoiceField):
        return stale | {name: [*text, str(field.field.queryset.exclude(pk__in=text)[0].pk)]}
    if isinstance(field.field, forms.SplitDateTimeField):
        return stale | other | {name: str(date.fromisoformat(text) + timedelta(days=1))}
    if isinstance(field.field, forms.IntegerField):
        is_lower = 1 < int(text) < int(stale[name] or 0)
        return stale | {name: int(text) - 1 if is_lower else int(text) + 2}
    return (
        stale | {name: f"{text}y" for name, text in other.items()}
        if isinstance(text, str) and text.endswith("x")
        else None
    )


def value(field: Any) -> Any:
    target = field.form.instance
    return values_of(type(target).objects.get(pk=target.pk))[field.name]
