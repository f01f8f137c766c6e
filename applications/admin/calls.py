"""Calls: written by staff, extended and published by decisions."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from unfold.admin import StackedInline
from unfold.contrib.filters.admin import DropdownFilter
from unfold.decorators import display

from applications import stages
from applications.applying.staff.call_forms import form_buttons
from applications.calls.staff import CORRECT_EXTENSION, EXTEND
from applications.enums import CallState
from applications.models import Call, CallExtension, Criterion
from applications.models.criteria import VERSIONED
from applications.querysets import CallQuerySet
from applications.reviewing.actions.copying import gaps_of
from applications.reviewing.actions.criteria import keep_edits
from applications.reviewing.criteria_versions import criteria_values, is_scoring_begun, words_on_orphans
from applications.reviewing.staff import criteria, dossiers
from applications.reviewing.staff.copying import COPY, SHOW
from applications.reviewing.staff.criteria import CriteriaPage, CriteriaTemplatePage
from applications.reviewing.staff.criteria_change import ChangeCriteriaPage
from applications.reviewing.staff.criteria_history import (
    CriteriaVersionInline,
    CriteriaVersionPage,
    EarlierEditInline,
    earlier_edits,
)
from applications.selecting import readiness
from applications.selecting.actions import publishing
from applications.selecting.querysets import results_to_publish
from core.accounts.logged_in import person_at
from core.known_types import known_as
from core.staff.admin import (
    Button,
    Decision,
    DecisionPageMixin,
    FieldRightsMixin,
    HistoryModelAdmin,
    Label,
    OptionalReasonForm,
    ReadOnlyInline,
)

# In place of the state of a call that nobody outside sees.
DRAFT = "draft"


class ResultsFilter(DropdownFilter):
    title = _("results")
    parameter_name = "results"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin[Any]) -> list[tuple[str, Any]]:
        return [("due", _("To publish"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        calls = known_as(queryset, CallQuerySet)
        return results_to_publish(calls, timezone.now()) if self.value() else calls


class CriterionInline(FieldRightsMixin[Call], StackedInline):
    model = Criterion
    extra = 0
    fields = [
        "title",
        "guidance",
        ("weight", "max_score"),
        ("threshold", "position"),
        ("code", "is_default"),
    ]

    def get_readonly_fields(self, request: HttpRequest, obj: Call | None = None) -> list[str]:
        fixed = [*VERSIONED, "position"] if _is_scored(obj) else []
        return [*super().get_readonly_fields(request, obj), *fixed]

    def has_add_permission(self, request: HttpRequest, obj: Call | None = None) -> bool:
        return not _is_scored(obj) and super().has_add_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Call | None = None) -> bool:
        return not _is_scored(obj) and super().has_delete_permission(request, obj)


class CallExtensionInline(ReadOnlyInline):
    model = CallExtension
    fields = readonly_fields = ["at", "closed_at", "closes_at", "is_correction", "by", "reason"]

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return super().get_queryset(request).select_related("by")


@admin.register(Call)
class CallAdmin(DecisionPageMixin, HistoryModelAdmin):
    list_display = [
        "number",
        "title",
        "state_label",
        "opens_at",
        "closes_at",
        "to_confirm",
        "submitted_count",
    ]
    list_display_links = ["number", "title"]
    ordering = ["number"]
    list_filter = [ResultsFilter]
    change_form_before_template = "admin/applications/call.html"
    inlines = [CriterionInline, CallExtensionInline, CriteriaVersionInline, EarlierEditInline]
    pages = [CriteriaPage, CriteriaTemplatePage, ChangeCriteriaPage, CriteriaVersionPage]
    decisions = [
        EXTEND,
        CORRECT_EXTENSION,
        SHOW,
        COPY,
        Decision(
            name="publish",
            label=_("Publish results"),
            action=publishing.publish_results,
            permission="applications.publish_results",
            target="call_id",
            form=OptionalReasonForm,
            is_possible=lambda call: call.state == CallState.CLOSED,
            checks=lambda targets: readiness.before_publishing(targets[0]),
            explain=_("The outcomes become public now. A selection of the call cannot be undone after that."),
            done=_("Results published."),
            icon="campaign",
        ),
        dossiers.OF_CALL,
    ]

    def get_buttons(self, request: HttpRequest, row: Call | None = None) -> list[Button]:
        buttons = super().get_buttons(request, row)
        if row is None:
            return buttons
        return [*form_buttons(request, row), *buttons, *criteria.buttons(self, request, row)]

    def row_context(self, request: HttpRequest, row: Call) -> dict[str, Any]:
        return {
            "stages": stages.Way([row], person_at(request)).charts(),
            "call": row,
            "gaps": gaps_of(row) if row.is_draft else [],
            "copied_from": row.copied_from,
        }

    def get_inlines(self, request: HttpRequest, obj: Call | None) -> list[Any]:
        earlier = earlier_edits().filter(call=obj).exclude(history_type="+")
        has_earlier = obj is not None and earlier.exists()
        return [inline for inline in self.inlines if has_earlier or inline is not EarlierEditInline]

    def save_formset(
        self,
        request: HttpRequest,
        form: forms.ModelForm[Call],
        formset: forms.BaseModelFormSet[Any, Any],
        change: bool,
    ) -> None:
        super().save_formset(request, form, formset, change)
        if formset.model is Criterion and formset.has_changed() and not _is_scored(form.instance):
            keep_edits(call_id=form.instance.pk, by=person_at(request))
            if words := words_on_orphans(form.instance, criteria_values(form.instance)):
                messages.warning(request, words)

    def get_queryset(self, request: HttpRequest) -> CallQuerySet:
        return known_as(super().get_queryset(request), CallQuerySet).with_submitted_count()

    def get_fieldsets(self, request: HttpRequest, obj: Call | None = None) -> list[tuple]:
        zone = _("All times are Brussels time (Europe/Brussels), all year round.")
        rules = _("Numbers that are not in an announcement are our defaults. Confirm them.")
        return [
            (None, {"fields": [("number", "slug"), "title"]}),
            (
                _("Times"),
                {
                    "fields": ["opens_at", "closes_at", "grace_minutes", "is_provisional", "reviews_due_at"],
                    "description": zone,
                },
            ),
            (_("Rules"), {"fields": [("places", "reviews_wanted")], "description": rules}),
            (_("Texts"), {"fields": ["summary", "guidance"]}),
        ]

    def get_readonly_fields(self, request: HttpRequest, obj: Call | None = None) -> list[str]:
        has_opened = obj and obj.closes_at and obj.state != CallState.COMING
        # Applicants rely on them from the opening on: a later time is an extension, with its reason;
        # links lead to the address, and references carry the number.
        fixed = ["opens_at", "closes_at", "number", "slug"] if has_opened else []
        return [*super().get_readonly_fields(request, obj), *fixed]

    def get_prepopulated_fields(self, request: HttpRequest, obj: Call | None = None) -> dict[str, Any]:
        return {} if obj else {"slug": ["title"]}

    def has_delete_permission(self, request: HttpRequest, obj: Call | None = None) -> bool:
        return False

    @display(
        description=_("status"),
        label={
            DRAFT: "warning",
            CallState.OPEN: "success",
            CallState.COMING: "info",
            CallState.CLOSED: "default",
            CallState.PUBLISHED: "primary",
        },
    )
    def state_label(self, call: Call) -> Label:
        if call.is_draft:
            return Label(DRAFT, _("Draft, not shown yet"))
        return Label(call.state, CallState(call.state).label)

    @display(
        description=_("dates to confirm"),
        ordering="is_provisional",
        label={True: "warning", False: "default"},
    )
    def to_confirm(self, call: Call) -> Label:
        return Label(call.is_provisional, _("To confirm") if call.is_provisional else "")

    @admin.display(description=_("submitted applications"), ordering="submitted_count")
    def submitted_count(self, call: Call) -> int:
        return call.submitted_count


def _is_scored(call: Call | None) -> bool:
    """Whether a score sheet was opened: from then on criteria change on their own page, with a reason."""
    return bool(call and call.pk and is_scoring_begun(call))
