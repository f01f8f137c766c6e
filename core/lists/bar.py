"""The bar above every list: what narrows and orders it, saved views, columns and density."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.contrib.admin import ModelAdmin
from django.contrib.admin.utils import label_for_field
from django.contrib.admin.views.main import ORDER_VAR
from django.db.models import Model
from django.http import HttpRequest, QueryDict
from django.urls import reverse
from django.utils.text import capfirst

from core.lists.addresses import FILTERS_VAR
from core.lists.columns import Column
from core.lists.looks import VIEW_VAR
from core.lists.models import SAVE, SavedView
from core.lists.pills import Pill, pills

if TYPE_CHECKING:
    from core.staff.changelists import OfferedChangeList

LIST_VAR = "list"


@dataclass(frozen=True)
class ViewLink:
    view: SavedView
    address: str
    is_open: bool


@dataclass(frozen=True)
class Sorting:
    """One of the columns by which the list is sorted, the first counts most."""

    column: str
    is_descending: bool


@dataclass(frozen=True)
class ListBar:
    pills: list[Pill]
    without_filters: str
    sorting: list[Sorting]
    without_order: str
    views: list[ViewLink]
    is_compact: bool
    may_save: bool
    columns_url: str
    save_url: str
    views_url: str
    kept: dict[str, str]

    @classmethod
    def of(cls, changelist: OfferedChangeList, request: HttpRequest) -> ListBar:
        look, found = changelist.look, pills(changelist)
        others = [name for name in changelist.filter_params if name not in (ORDER_VAR, VIEW_VAR)]
        return cls(
            pills=found,
            without_filters=changelist.without(others),
            sorting=_sorting(changelist),
            without_order=changelist.without([ORDER_VAR]),
            views=[ViewLink(view, f"?{changelist.query_of(view)}", view == look.view) for view in look.views],
            is_compact=look.is_compact,
            may_save=request.user.has_perm(SAVE),
            columns_url=address_about("columns", changelist.model, request.GET.urlencode()),
            save_url=address_about("save", changelist.model, request.GET.urlencode()),
            views_url=reverse("admin:lists_savedview_changelist"),
            kept={name: request.GET[name] for name in (ORDER_VAR, VIEW_VAR) if name in request.GET},
        )


def address_about(name: str, model: type[Model], query: str) -> str:
    """Return the address of a page about a list as it is filtered."""
    asked = QueryDict(mutable=True)
    asked[LIST_VAR], asked[FILTERS_VAR] = model._meta.label_lower, query
    return f"{reverse(f'admin:lists_savedview_{name}')}?{asked.urlencode()}"


def title_of(column: Column, model: type[Model], model_admin: ModelAdmin[Any]) -> str:
    """Return the head of a column."""
    return str(capfirst(str(label_for_field(column, model, model_admin))))


def _sorting(changelist: OfferedChangeList) -> list[Sorting]:
    if not changelist.params.get(ORDER_VAR):
        return []
    columns = changelist.list_display
    return [
        Sorting(title_of(columns[number], changelist.model, changelist.model_admin), way == "desc")
        for number, way in changelist.get_ordering_field_columns().items()
        if 0 <= number < len(columns)
    ]
