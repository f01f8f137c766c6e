"""Matches: who stands in which team, and their end."""

from __future__ import annotations

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from impact.admin import (
    Decision,
    DecisionPageMixin,
    ReadOnlyAdmin,
    ReadOnlyInline,
    ReasonForm,
    StatusChangeInline,
)
from matching import actions
from matching.enums import MATCH_MOVES, MatchStatus
from matching.models import Match, MatchChange, MatchMonth


class MatchChangeInline(StatusChangeInline):
    model = MatchChange


class MatchMonthInline(ReadOnlyInline):
    model = MatchMonth
    fields = readonly_fields = ["month", "half_days"]


@admin.register(Match)
class MatchAdmin(DecisionPageMixin, ReadOnlyAdmin):
    list_display = ["region", "expert", "role", "status", "answer_by", "confirmed_by"]
    list_filter = ["status", "role", "region__application__call"]
    list_select_related = ["region", "expert__user", "confirmed_by"]
    search_fields = ["region__name", "expert__name", "expert__user__email"]
    fields = ["region", "expert", "role", "status", "confirmed_by", "confirmed_at", "answer_by"]
    readonly_fields = fields
    inlines = [MatchMonthInline, MatchChangeInline]
    decisions = [
        Decision(
            name="end",
            label=_("End the match"),
            action=actions.end_match,
            permission="matching.confirm_match",
            target="match_id",
            form=ReasonForm,
            is_possible=lambda match: MatchStatus.ENDED in MATCH_MOVES[match.status],
            explain=_("The expert is told your reason; the days are free again; the next run fills the gap."),
            icon="link_off",
        ),
    ]
