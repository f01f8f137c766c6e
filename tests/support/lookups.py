"""Every way to ask a list of the administration about a column: its own, and those two relations away."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qsl

from django.contrib import admin
from django.contrib.admin import ModelAdmin
from django.db.models import Model
from django.http import HttpRequest
from django.test import Client, RequestFactory
from django.urls import resolve

from core.accounts.enums import Role
from tests.builders.people import make_staff

ADMINS = list(admin.site._registry.values())
LOOKUPS = (
    "exact",
    "iexact",
    "contains",
    "icontains",
    "startswith",
    "regex",
    "iregex",
    "gt",
    "lt",
    "isnull",
    "in",
    "range",
)
# Parts of a date, and the bounds that Django itself makes of them.
OF_DATES = ("year", "month", "day", "gte", "lte")


def paths(model: type[Model], steps: int = 2) -> Iterator[str]:
    """Yield the path of every column within some relations, forwards and backwards."""
    for field in model._meta.get_fields(include_hidden=True):
        name = _query_name(field)
        if name is None:
            continue
        if not field.is_relation or field.concrete:
            yield name
        if field.is_relation and field.related_model is not None and steps:
            for path in paths(field.related_model, steps - 1):
                yield f"{name}__{path}"


def _query_name(field) -> str | None:
    """Return the name of a field or reverse relation in a filter; None if it cannot be followed."""
    if not field.is_relation or not field.auto_created or field.concrete:
        return field.name
    return field.field.related_query_name() if not field.hidden else None


def keys(model: type[Model]) -> set[str]:
    """Return every parameter that Django would look up in the model."""
    own = set(paths(model, 0))
    return {
        key
        for path in paths(model)
        for lookup in (*LOOKUPS, *(OF_DATES if path in own else ()))
        for key in (f"{path}__{lookup}", path)
    }


def offered(html: str) -> set[str]:
    """Return the parameters that a list's page can send: the names of its fields, and those in its links."""
    named = set(re.findall(r'\bname="([^"]+)"', html))
    linked = {
        name
        for query in re.findall(r'href="\?([^"#]*)"', html)
        for name, _value in parse_qsl(query.replace("&amp;", "&"), keep_blank_values=True)
    }
    sent = named | linked
    # The other half of a filter: rows without a value.
    return (
        sent
        | {re.sub(r"(__id|__[a-z_]+)?__exact$", r"\1", name) + "__isnull" for name in sent}
        | {re.sub(r"(__(id|code|pk))?__exact$", "", name) + "__isnull" for name in sent}
    )


def address_of(model_admin: ModelAdmin) -> str:
    return f"/admin/{model_admin.opts.app_label}/{model_admin.opts.model_name}/"


def asked(model_admin: ModelAdmin, user: Any, parameters: Any) -> HttpRequest:
    address = address_of(model_admin)
    request = RequestFactory().get(address, parameters)
    request.user, request.resolver_match = user, resolve(address)
    return request


def staff() -> dict[Role, Any]:
    return {role: make_staff(role, email=f"{role.name.lower()}@example.org") for role in Role}


def lists_of(user: Any) -> Iterator[ModelAdmin]:
    request = RequestFactory().get("/")
    request.user = user
    return (one for one in ADMINS if one.has_view_permission(request))


def as_(user: Any) -> Client:
    client = Client(raise_request_exception=False)
    client.force_login(user)
    return client
