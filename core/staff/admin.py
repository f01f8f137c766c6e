"""What every page of the administration is made of; apps import it from here."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple, Protocol

from django import forms
from django.contrib import messages
from django.contrib.admin import ShowFacets, display
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import DataError, models, transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from simple_history.admin import SimpleHistoryAdmin
from unfold.admin import ModelAdmin, TabularInline

from core.bases import AdminBase
from core.decisions import Decision, DecisionForm, OptionalReasonForm, ReadReasonForm, ReasonForm, Scope
from core.history import StatusChange
from core.keys import is_key
from core.lists.bar import ListBar
from core.mail.mailboxes import normal
from core.phrases import StrOrPromise
from core.staff.autocompletes import KeyAutocomplete, KeysAutocomplete
from core.staff.buttons import Button
from core.staff.changelists import NUL
from core.staff.decision_pages import DecisionPageMixin
from core.staff.field_rights import FieldRightsMixin
from core.staff.home import Deadline, Figure, Waiting
from core.staff.lists import ListMixin
from core.staff.pages import RowPage, StaffPage
from core.staff.stale_forms import MergingForm, MergingMixin
from core.staff.translations import TranslatedTextsMixin

__all__ = [
    "Button",
    "Deadline",
    "Decision",
    "DecisionForm",
    "DecisionPageMixin",
    "FieldRightsMixin",
    "Figure",
    "HistoryModelAdmin",
    "ImpactModelAdmin",
    "MergingForm",
    "OptionalReasonForm",
    "ReadOnlyAdmin",
    "ReadOnlyInline",
    "ReadReasonForm",
    "ReasonForm",
    "RowPage",
    "Scope",
    "StaffPage",
    "StatusChangeInline",
    "TemplatePageMixin",
    "Waiting",
]


class ShowsStatus(Protocol):
    """A row with a status that has words."""

    status: Any

    def get_status_display(self) -> str: ...


class Label(NamedTuple):
    """What a list shows in a colour, which the theme finds by the code; other pages show the words alone."""

    code: Any
    words: StrOrPromise

    @classmethod
    def of_status(cls, row: ShowsStatus) -> Label:
        return cls(row.status, row.get_status_display())

    def __str__(self) -> str:
        return str(self.words)


class ImpactModelAdmin(ListMixin, MergingMixin, TranslatedTextsMixin, FieldRightsMixin, ModelAdmin):
    """Unfold's pages with our defaults, and with rights by field."""

    list_per_page = 50
    list_filter_submit = True
    show_facets = ShowFacets.NEVER
    # What a list without rows says of those to come.
    empty_text: StrOrPromise = _("Nothing here yet.")
    warn_unsaved_form = True
    # What stands below the list besides the forms of the rows.
    pages: Sequence[type[StaffPage]] = ()

    def get_pages(self) -> list[type[StaffPage]]:
        return list(self.pages)

    def get_buttons(self, request: HttpRequest, row: Any = None) -> list[Button]:
        """Return the buttons above the list, or on the page of a row: the one place where any are added."""
        return []

    def list_context(self, request: HttpRequest) -> dict[str, Any]:
        """Return what a template beside the list shows."""
        return {}

    def row_context(self, request: HttpRequest, row: Any) -> dict[str, Any]:
        """Return what a template beside the form of a row shows."""
        return {}

    def get_urls(self) -> list[URLPattern]:
        return [*(page.url_pattern(self) for page in self.get_pages()), *super().get_urls()]

    def url_name(self, name: str) -> str:
        return f"{self.opts.app_label}_{self.opts.model_name}_{name}"

    def url(self, name: str, *args: Any) -> str:
        """Return the address of a page by the last part of its name."""
        return reverse(f"{self.admin_site.name}:{self.url_name(name)}", args=args)

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        response = super().changelist_view(request, extra_context)
        context = getattr(response, "context_data", None)
        # The answer to ticked rows may be another page. The theme sets its own buttons last of all.
        if context is not None and "cl" in context:
            context |= self.list_context(request) | {"list_bar": ListBar.of(context["cl"], request)}
            context["actions_list"] = [button.for_theme() for button in self.get_buttons(request)]
        return response

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        row = kwargs.get("obj")
        if row is not None:
            context |= self.row_context(request, row)
            buttons = [] if context.get("is_popup") else self.get_buttons(request, row)
            offered = [button for button in buttons if not button.refusal]
            context |= {
                "actions_detail": [button.for_theme() for button in offered if not button.is_decision],
                "decision_buttons": [button for button in offered if button.is_decision],
                "refusals": [button.refusal for button in buttons if button.refusal],
                "place_in_list": self.place_in_list(request, row),
            }
        return super().render_change_form(request, context, *args, **kwargs)

    def get_search_results(
        self, request: HttpRequest, queryset: models.QuerySet, search_term: str
    ) -> tuple[models.QuerySet, bool]:
        # An address is found however it is pasted; half a word of one stays as it is.
        wanted = normal(search_term) if "@" in search_term else search_term
        return super().get_search_results(request, queryset, wanted)

    def get_object(
        self, request: HttpRequest, object_id: str, from_field: str | None = None
    ) -> models.Model | None:
        # A code as a key may be any text but this, which PostgreSQL refuses.
        return None if NUL in object_id else super().get_object(request, object_id, from_field)

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        # Django would fill a new row from the address, and name any row of another model by its key.
        return {}

    def formfield_for_foreignkey(
        self, db_field: models.ForeignKey, request: HttpRequest, **kwargs: Any
    ) -> forms.ModelChoiceField | None:
        if db_field.name in self.get_autocomplete_fields(request):
            kwargs.setdefault("widget", KeyAutocomplete(db_field, self.admin_site))
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def formfield_for_manytomany(
        self, db_field: models.ManyToManyField, request: HttpRequest, **kwargs: Any
    ) -> forms.ModelMultipleChoiceField | None:
        if db_field.name in self.get_autocomplete_fields(request):
            kwargs.setdefault("widget", KeysAutocomplete(db_field, self.admin_site))
        return super().formfield_for_manytomany(db_field, request, **kwargs)

    def response_action(self, request: HttpRequest, queryset: models.QuerySet) -> HttpResponse | None:
        try:
            with transaction.atomic():
                return super().response_action(request, queryset)
        except (ValueError, ValidationError, DataError):
            messages.warning(request, gettext("Tick at least one row."))
            return HttpResponseRedirect(request.get_full_path())


class HistoryModelAdmin(SimpleHistoryAdmin, ImpactModelAdmin):
    """Keeps before and after of every edit; the model has `HistoricalRecords`."""

    history_list_per_page = 50

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        # Else the history would show rows that the list does not, and break on what is no key.
        if self.get_object(request, unquote(object_id)) is None:
            raise Http404
        return super().history_view(request, object_id, extra_context)

    def history_form_view(
        self,
        request: HttpRequest,
        object_id: str,
        version_id: str,
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        if request.method not in ("GET", "HEAD"):
            # The package hides the button that goes back to a version, but obeys whoever posts without it.
            raise PermissionDenied
        if not is_key(version_id) or self.get_object(request, unquote(object_id)) is None:
            raise Http404
        # A version has no history of its own: the theme would draw a button that leads nowhere.
        extra = (extra_context or {}) | {"show_history": False}
        page: HttpResponse = super().history_form_view(request, object_id, version_id, extra)
        return page


class _ReadOnly(AdminBase):
    def has_add_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return False


class ReadOnlyAdmin(_ReadOnly, ImpactModelAdmin):
    """Shows rows; whatever changes them is a decision."""


class TemplatePageMixin:
    """No fields of the model: `change_form_before_template` shows what staff may read."""

    def get_fieldsets(self, request: HttpRequest, obj: models.Model | None = None) -> list[Any]:
        return []


class ReadOnlyInline(_ReadOnly, TabularInline):
    """Shows rows of another model on a page."""

    extra = 0
    max_num = 0
    can_delete = False
    show_change_link = False
    hide_title = True
    tab = True


class StatusChangeInline(ReadOnlyInline):
    """The history of a status; a subclass names its `StatusChange` model."""

    fk_name = "target"
    fields = readonly_fields = ["at", "from_words", "to_words", "by", "reason"]
    ordering = ["-at", "-pk"]
    verbose_name_plural = _("history")

    @display(description=_("from"))
    def from_words(self, change: StatusChange) -> str:
        return change.in_words(change.from_status)

    @display(description=_("to"))
    def to_words(self, change: StatusChange) -> str:
        return change.in_words(change.to_status)

    def get_queryset(self, request: HttpRequest) -> models.QuerySet:
        return super().get_queryset(request).select_related("by")
