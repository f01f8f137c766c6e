"""Capacity kept back for a coming call: made and released by decisions, never edited."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from applications.models import Call
from core.half_days import HALF_DAYS_PER_DAY, MAX_HALF_DAYS
from core.known_types import known_as
from core.phrases import StrOrPromise
from core.staff.admin import Decision, Label, ReadOnlyAdmin, ReasonForm, Scope
from experts.models import Expert
from matching import actions, completeness, wording
from matching.completeness import ReservationToJudge
from matching.exceptions import NothingToDo
from matching.models import Reservation
from matching.models.reservations import MAX_REGIONS
from matching.querysets import ReservationQuerySet
from matching.staff.from_board import BackToBoardMixin, FromBoard
from matching.staff.start_form import days_field, half_days_of


class ReservationForm(FromBoard, ReasonForm[Model]):
    field_order = ["call_id", "expert_id", "days", "share", "regions", "reason"]

    call_id = forms.TypedChoiceField(label=_("Reserve for"), coerce=int)
    expert_id = forms.TypedChoiceField(
        label=_("Expert"),
        coerce=int,
        required=False,
        empty_value=None,
        help_text=_("A reservation for one expert replaces the reservation for all experts."),
    )
    days = days_field(
        label=_("Days per month"),
        most=Decimal(MAX_HALF_DAYS) / HALF_DAYS_PER_DAY,
        help_text=_("Per expert, in steps of half a day. Enter either days or a share."),
    )
    share = forms.IntegerField(
        label=_("Share of days per month (per cent)"),
        required=False,
        min_value=1,
        max_value=100,
        help_text=_("Rounded up to the next half-day."),
    )
    regions = forms.IntegerField(
        label=_("Regions per expert"),
        required=False,
        min_value=1,
        max_value=MAX_REGIONS,
        help_text=_("Deducted from the maximum number of regions of each expert."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        calls = [call for call in Call.objects.all() if not call.results_published_at]
        experts = Expert.objects.approved().select_related("user")
        asked_call = known_as(self.fields["call_id"], forms.TypedChoiceField)
        asked_call.choices = [("", "–"), *((row.pk, str(row)) for row in calls)]
        asked_expert = known_as(self.fields["expert_id"], forms.TypedChoiceField)
        every = ("", _("All experts in the pool"))
        asked_expert.choices = [every, *((row.pk, str(row)) for row in experts)]

    def clean(self) -> dict[str, Any]:
        answers = super().clean()
        days = answers.pop("days", None)
        return answers | {"half_days": half_days_of(days)}


class StateFilter(admin.SimpleListFilter):
    title = _("status")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin[Any]) -> list[tuple[str, Any]]:
        return [
            ("in_force", _("Active")),
            ("to_release", _("Can be released")),
            ("released", _("Released")),
        ]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Reservation]) -> QuerySet[Reservation]:
        reservations = known_as(queryset, ReservationQuerySet)
        if self.value() == "in_force":
            return reservations.in_force()
        if self.value() == "to_release":
            return completeness.to_release(reservations)
        return reservations.released() if self.value() == "released" else reservations


@admin.register(Reservation)
class ReservationAdmin(BackToBoardMixin[Reservation], ReadOnlyAdmin):
    list_display = ["call", "whom", "amount", "state", "made_by", "made_at", "released_at"]
    list_filter = ["call", StateFilter]
    list_select_related = ["call", "expert__user", "made_by"]
    search_fields = ["reason", "expert__name"]
    fields = [
        "call",
        "whom",
        "amount",
        "state",
        "reason",
        ("made_by", "made_at"),
        ("released_by", "released_at"),
    ]
    readonly_fields = [
        "call",
        "whom",
        "amount",
        "state",
        "reason",
        "made_by",
        "made_at",
        "released_by",
        "released_at",
    ]
    decisions = [
        Decision(
            name="keep",
            label=_("Reserve capacity"),
            action=actions.keep_back,
            permission="matching.run_matching",
            form=ReservationForm,
            asked={"run": "run"},
            scope=Scope.LIST,
            explain=_(
                "Future runs will not use this capacity until you release it. Only time that "
                "is still free is reserved; existing teams keep their days. Release it before "
                "the run for the regions of that call. Your name and reason stay on record."
            ),
            refusals=(NothingToDo,),
            done=_("Capacity reserved. Future runs will not use it until somebody releases it."),
            go_to=lambda row: reverse("admin:matching_reservation_change", args=[row.pk]),
            icon="savings",
        ),
        Decision(
            name="release",
            label=_("Release"),
            action=actions.release,
            permission="matching.run_matching",
            target="reservation_id",
            form=FromBoard,
            asked={"run": "run"},
            is_possible=lambda row: row.is_in_force,
            explain=_("The next run can use this capacity again. The reservation stays on record."),
            refusals=(NothingToDo,),
            done=_("Reservation released. The next run can use this capacity."),
            icon="lock_open",
        ),
    ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[ReservationToJudge]:
        return completeness.with_call_served(super().get_queryset(request))

    def anchor(self, made: Reservation) -> str:
        return "kept-back"

    @admin.display(description=_("expert"), ordering="expert__name")
    def whom(self, row: Reservation) -> StrOrPromise:
        return str(row.expert) if row.expert else _("all experts")

    @admin.display(description=_("reserved"))
    def amount(self, row: Reservation) -> str:
        return wording.amount(row)

    @display(
        description=_("status"),
        ordering="released_at",
        label={"in_force": "info", "to_release": "warning", "released": "default"},
    )
    def state(self, row: ReservationToJudge) -> Label:
        if not row.is_in_force:
            return Label("released", _("Released"))
        if row.is_call_served:
            return Label("to_release", _("Can be released"))
        return Label("in_force", _("Active"))
