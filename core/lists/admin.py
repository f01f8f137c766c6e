"""The saved views that a person may open: renamed, shared and removed here."""

from __future__ import annotations

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from core.accounts.logged_in import person_at
from core.accounts.models import User
from core.known_types import known_as
from core.lists import actions
from core.lists.forms import RenameForm, ShareForm
from core.lists.models import SAVE, SHARE, SavedView
from core.lists.pages import ColumnsPage, OpenPage, SavePage, name_of_list
from core.lists.querysets import SavedViewQuerySet
from core.phrases import StrOrPromise
from core.staff.admin import Decision, DecisionPageMixin, ReadOnlyAdmin
from core.staff.buttons import Button


def _may_change(view: SavedView, by: User) -> bool:
    return actions.may_change(view, by)


def _list_url(_result: object) -> str:
    return reverse("admin:lists_savedview_changelist")


@admin.register(SavedView)
class SavedViewAdmin(DecisionPageMixin, ReadOnlyAdmin):
    list_display = ["name", "of_list", "role", "owner", "open"]
    list_filter = ["role"]
    list_select_related = ["owner"]
    search_fields = ["name"]
    fields = readonly_fields = ["name", "of_list", "role", "owner", "open"]
    empty_text = _("Filter and sort a list as you need it, then save it as a view above the list.")
    pages = [ColumnsPage, SavePage, OpenPage]
    decisions = [
        Decision(
            name="rename",
            label=_("Rename"),
            action=actions.rename_view,
            target="view_id",
            permission=SAVE,
            form=RenameForm,
            is_for=_may_change,
            explain=_("The view keeps its filters, order and columns."),
            icon="edit",
        ),
        Decision(
            name="share",
            label=_("Share"),
            action=actions.share_view,
            target="view_id",
            permission=SHARE,
            form=ShareForm,
            is_for=_may_change,
            explain=_(
                "Everybody with the role finds the view above the list. Each sees the rows and columns that "
                "they may see, and no others."
            ),
            icon="share",
        ),
        Decision(
            name="remove",
            label=_("Remove"),
            action=actions.remove_view,
            target="view_id",
            permission=SAVE,
            is_for=_may_change,
            explain=_("Only the view goes: the rows of the list stay as they are."),
            icon="delete",
            go_to=_list_url,
        ),
    ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[SavedView]:
        views = known_as(super().get_queryset(request), SavedViewQuerySet)
        return views.visible_to(person_at(request))

    def has_view_permission(self, request: HttpRequest, obj: SavedView | None = None) -> bool:
        return request.user.has_perm(SAVE)

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    def get_buttons(self, request: HttpRequest, row: SavedView | None = None) -> list[Button]:
        buttons = super().get_buttons(request, row)
        if row is None:
            return buttons
        return [Button(_("Open the view"), self.url("show", row.pk), icon="open_in_new"), *buttons]

    @admin.display(description=_("list"), ordering="label")
    def of_list(self, view: SavedView) -> StrOrPromise:
        return name_of_list(view.label)

    @admin.display(description=_("view"))
    def open(self, view: SavedView) -> str:
        return format_html('<a class="underline" href="{}">{}</a>', self.url("show", view.pk), _("Open"))
