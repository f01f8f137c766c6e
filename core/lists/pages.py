"""The pages on which staff choose the columns of a list, and save a view of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.apps import apps
from django.contrib import admin, messages
from django.contrib.admin.exceptions import NotRegistered
from django.core.exceptions import PermissionDenied
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.accounts.logged_in import person_at
from core.lists import actions
from core.lists.addresses import list_with, origin_of
from core.lists.bar import LIST_VAR, title_of
from core.lists.columns import Column, choice_of, differences, name_of
from core.lists.enums import ColumnUse
from core.lists.forms import ColumnsForm, SaveViewForm
from core.lists.looks import VIEW_VAR, look_of, settings_of
from core.lists.models import SAVE, SHARE, SavedView
from core.lists.rows import ListRequest
from core.phrases import StrOrPromise
from core.staff.admin import RowPage, StaffPage


class PageAboutList(StaffPage):
    """A page about the list that its address names, for whoever may see that list."""

    listed: Any = None

    def divert(self) -> HttpResponse | None:
        if self.listed is None:
            return HttpResponseRedirect(self.model_admin.list_url())
        return super().divert()

    def check(self) -> None:
        super().check()
        if label := self.request.GET.get(LIST_VAR, ""):
            self.listed = admin_of(label)
            if not self.listed.has_view_permission(self.request):
                raise PermissionDenied

    @property
    def label(self) -> str:
        label: str = self.listed.opts.label_lower
        return label

    @property
    def back_url(self) -> str:
        return list_with(self.listed.list_url(), origin_of(self.request).query)

    def show(self, form: Form) -> HttpResponse:
        return self.render(
            form=form,
            back_url=self.back_url,
            list_name=capfirst(str(self.listed.opts.verbose_name_plural)),
        )


class ColumnsPage(PageAboutList):
    """Which columns of a list the person wants to see, and how close together its rows stand."""

    route, name = "columns/", "columns"
    title = gettext_lazy("Columns and rows")
    template_name = "admin/lists/columns.html"

    def get(self, request: HttpRequest) -> HttpResponseBase:
        offered = self.offered()
        settings = settings_of(person_at(request), self.label)
        extra = self.listed.columns_on_demand
        shown = [name for name, _title in offered if settings.columns.get(name, name not in extra)]
        initial = {"columns": shown, "density": "compact" if settings.is_compact else ""}
        return self.show(ColumnsForm(offered=offered, initial=initial))

    def post(self, request: HttpRequest) -> HttpResponseBase:
        offered = self.offered()
        form = ColumnsForm(request.POST, offered=offered)
        if not form.is_valid():
            return self.show(form)
        person, wanted = person_at(request), form.cleaned_data["columns"]
        extra = self.listed.columns_on_demand
        columns = {} if "reset" in request.POST else differences(wanted, [n for n, _t in offered], extra)
        actions.choose_columns(by=person, label=self.label, use=ColumnUse.SCREEN, columns=columns)
        actions.choose_density(
            by=person, label=self.label, is_compact=form.cleaned_data["density"] == "compact"
        )
        return HttpResponseRedirect(self.back_url)

    def offered(self) -> list[tuple[str, str]]:
        """Return what can be chosen: without the column that leads to the rows, which is always there."""
        columns = columns_of(self.listed, self.request)
        kept = self.listed.columns_kept(columns)
        return list(
            {
                choice_of(column): str(getattr(column, "choice_title", "")) or self.title_of(column)
                for column in columns
                if name_of(column) not in kept
            }.items()
        )

    def title_of(self, column: Column) -> str:
        return title_of(column, self.listed.model, self.listed)


class SavePage(PageAboutList):
    """Saves a list as it is now under a name."""

    route, name = "save/", "save"
    title = gettext_lazy("Save this view")
    permission = SAVE
    template_name = "admin/lists/save.html"

    def get(self, request: HttpRequest) -> HttpResponseBase:
        return self.show(SaveViewForm(may_share=self.may_share))

    def post(self, request: HttpRequest) -> HttpResponseBase:
        form = SaveViewForm(request.POST, may_share=self.may_share)
        if form.is_valid():
            with self.refusals_in(form):
                return self.save(form.cleaned_data)
        return self.show(form)

    @property
    def may_share(self) -> bool:
        return self.request.user.has_perm(SHARE)

    def save(self, answers: dict[str, Any]) -> HttpResponse:
        person = person_at(self.request)
        asked = ListRequest(person, origin_of(self.request).query).GET.copy()
        look = look_of(person, self.label, asked.get(VIEW_VAR, ""))
        for name in (VIEW_VAR, "p", "e"):
            asked.pop(name, None)
        view = actions.save_view(
            by=person,
            label=self.label,
            name=answers["name"],
            role=answers.get("role", ""),
            query=asked.urlencode(),
            columns=dict(look.chosen),
        )
        messages.success(self.request, _("The view is saved. Open it above the list."))
        return HttpResponseRedirect(self.listed.list_url() + f"?{asked.urlencode()}&{VIEW_VAR}={view.pk}")


class OpenPage(RowPage[SavedView]):
    """Leads to the list as a view has it, without the filters that it does not offer to this person."""

    route, name = "<int:pk>/show/", "show"

    def get(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        listed = admin_of(self.row.label)
        if not listed.has_view_permission(request):
            raise PermissionDenied
        changelist = listed.get_changelist_instance(ListRequest(person_at(request), ""))
        return HttpResponseRedirect(list_with(listed.list_url(), changelist.query_of(self.row)))


def admin_of(label: str) -> Any:
    """Return the pages of the model that an address names.

    Raises:
        Http404: there is no such list.
    """
    try:
        return admin.site.get_model_admin(apps.get_model(label))
    except (LookupError, ValueError, NotRegistered) as error:
        raise Http404 from error


def columns_of(listed: Any, request: HttpRequest) -> Sequence[Column]:
    """Return the columns that a list offers to the person, as it is filtered."""
    asked = ListRequest(person_at(request), origin_of(request).query)
    columns: Sequence[Column] = listed.get_list_display(asked)
    return columns


def name_of_list(label: str) -> StrOrPromise:
    """Return what a list is called."""
    return capfirst(str(apps.get_model(label)._meta.verbose_name_plural))
