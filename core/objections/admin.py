"""Objections and reports of misuse, as staff see them."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import ChoicesDropdownFilter, DropdownFilter
from unfold.decorators import display

from core.objections import actions
from core.objections.enums import ObjectionKind
from core.objections.models import Objection, Settlement
from core.objections.querysets import ObjectionQuerySet
from core.staff.admin import Decision, DecisionPageMixin, Label, ReadOnlyAdmin, ReadOnlyInline, ReasonForm

LINK = "text-primary-700 underline dark:text-primary-400"


class SettledFilter(DropdownFilter):
    title, parameter_name = _("report"), "report"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin[Any]) -> list[tuple[str, Any]]:
        return [("open", _("To settle"))]

    def queryset(self, request: HttpRequest, queryset: ObjectionQuerySet) -> ObjectionQuerySet:
        return queryset.reports_to_settle() if self.value() else queryset


class SettlementInline(ReadOnlyInline):
    model = Settlement
    fields = readonly_fields = ["at", "by", "reason"]
    verbose_name_plural = _("what staff did")


def _awaits_settlement(objection: Objection) -> bool:
    return objection.kind == ObjectionKind.MISUSE and not hasattr(objection, "settlement")


@admin.register(Objection)
class ObjectionAdmin(DecisionPageMixin, ReadOnlyAdmin):
    list_display = ["at", "kind_label", "email", "sender", "is_settled"]
    list_display_links = ["at"]
    list_filter = [("kind", ChoicesDropdownFilter), SettledFilter]
    list_select_related = ["sender", "settlement"]
    search_fields = ["email", "sender__email", "sender__name"]
    search_help_text = _("E-mail address of the person who objected, or who caused the e-mail")
    empty_text = _("Objections from people who received e-mails caused by others.")
    date_hierarchy = "at"
    fields = ["at", "kind_label", "email", "sender", "note", "about_message"]
    readonly_fields = ["kind_label", "about_message"]
    inlines = [SettlementInline]
    decisions = [
        Decision(
            name="settle",
            label=_("Settle report"),
            action=actions.settle,
            target="objection_id",
            permission=actions.SETTLE,
            form=ReasonForm,
            is_possible=_awaits_settlement,
            explain=_(
                "Say what was done, for example “wrote to the sender” or “closed the account”. "
                "The objection stays in force until the person lifts it."
            ),
            done=_("Report settled."),
            icon="task_alt",
        )
    ]

    @display(
        description=_("what"),
        ordering="kind",
        label={
            ObjectionKind.MISUSE: "danger",
            ObjectionKind.ALL: "warning",
            ObjectionKind.SENDER: "info",
            ObjectionKind.LIFTED: "success",
        },
    )
    def kind_label(self, objection: Objection) -> Label:
        return Label(objection.kind, objection.get_kind_display())

    @admin.display(description=_("settled"), ordering="settlement__at", boolean=True)
    def is_settled(self, objection: Objection) -> bool | None:
        return hasattr(objection, "settlement") if objection.kind == ObjectionKind.MISUSE else None

    @admin.display(description=_("about the e-mail"))
    def about_message(self, objection: Objection) -> str:
        address = reverse("admin:mail_message_change", args=[objection.message_id])
        return format_html('<a class="{}" href="{}">{}</a>', LINK, address, objection.message)
