"""Every address of the administration, found from its URL patterns rather than from a list by hand."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from typing import Any

from django.contrib import admin
from django.contrib.admin import ModelAdmin
from django.test import RequestFactory
from django.urls import URLPattern, resolve
from django.urls.resolvers import RegexPattern

from applications.models import Application, Document

# Pages of the framework that show no data of ours.
NOT_OURS = {
    "logout",
    "login",
    "password_change",
    "password_change_done",
    "jsi18n",
    "view_on_site",
    "app_list",
}


@dataclass(frozen=True)
class AdminPage:
    """An address and what it belongs to; `kind` is the last part of its name, e.g. `changelist`."""

    name: str
    kind: str
    address: str
    model_admin: ModelAdmin | None = None


def pages(user: Any) -> Iterator[AdminPage]:
    """Yield every page of the administration, filled with the first row that the person may see."""
    for pattern in admin.site.get_urls():
        if isinstance(pattern, URLPattern) and pattern.name and pattern.name not in NOT_OURS:
            yield from _filled("", pattern, None, None)
    for model, model_admin in admin.site._registry.items():
        row = _first_row(model_admin, user)
        prefix = f"{model._meta.app_label}/{model._meta.model_name}/"
        for pattern in model_admin.get_urls():
            if pattern.name:
                yield from _filled(prefix, pattern, model_admin, row)


def _first_row(model_admin: ModelAdmin, user: Any) -> Any:
    address = f"/admin/{model_admin.opts.app_label}/{model_admin.opts.model_name}/"
    request = RequestFactory().get(address)
    request.user, request.resolver_match = user, resolve(address)
    return model_admin.get_queryset(request).order_by("pk").first()


def _filled(
    prefix: str, pattern: URLPattern, model_admin: ModelAdmin | None, row: Any
) -> Iterator[AdminPage]:
    if isinstance(pattern.pattern, RegexPattern):
        # simple-history's only one: a version of a row.
        version = row and row.history.first()
        if version:
            address = f"/admin/{prefix}{row.pk}/history/{version.history_id}/"
            yield AdminPage(pattern.name, "version", address, model_admin)
        return
    names = list(pattern.pattern.converters)
    if names and row is None:
        return
    if "public_id" in names:
        row = _that_has_documents(row)
    for values in product(*(_values(name, model_admin, row) for name in names)):
        route = str(pattern.pattern)
        for name, value in zip(names, values, strict=True):
            start = route.index("<")
            end = route.index(">", start)
            assert route[start:end].endswith(name)
            route = route[:start] + str(value) + route[end + 1 :]
        kind = pattern.name.rpartition("_")[2]
        yield AdminPage(pattern.name, kind, f"/admin/{prefix}{route}", model_admin)


def _that_has_documents(row: Any) -> Any:
    """Return the application that has the document of the address, which need not be the first one."""
    document = Document.objects.select_related("application").first()
    return document.application if document and isinstance(row, Application) else row


def _values(name: str, model_admin: ModelAdmin | None, row: Any) -> list[Any]:
    known = {
        "kind": ["csv"],
        "number": [1],
        "name": [decision.name for decision in getattr(model_admin, "decisions", [])],
        "public_id": [Document.objects.values_list("public_id", flat=True).first()],
    }
    return known.get(name, [row.pk])
