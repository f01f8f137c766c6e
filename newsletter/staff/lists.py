"""Subscribers and bulletins for the people who write the news."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import DropdownFilter
from unfold.decorators import display
from unfold.widgets import UnfoldAdminCheckboxSelectMultipleWidget

from core.accounts.logged_in import person_at
from core.exporting import Column, ExportMixin
from core.phrases import StrOrPromise
from core.staff.admin import (
    DecisionPageMixin,
    HistoryModelAdmin,
    Label,
    MergingForm,
    ReadOnlyAdmin,
    ReadOnlyInline,
    StatusChangeInline,
)
from newsletter.enums import BulletinStatus, SubscriberStatus, Topic
from newsletter.models import Bulletin, BulletinChange, Consent, Subscriber, SubscriberChange
from newsletter.staff.decisions import BULLETIN_DECISIONS, SUBSCRIBER_DECISIONS, preview_context


class TopicFilter(DropdownFilter):
    title, parameter_name = _("topic"), "topic"

    def lookups(
        self, request: HttpRequest, model_admin: admin.ModelAdmin[Any]
    ) -> list[tuple[str, StrOrPromise]]:
        return [*Topic.choices]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset.filter(topics__contains=[self.value()]) if self.value() else queryset


class SubscriberChangeInline(StatusChangeInline):
    model = SubscriberChange


class ConsentInline(ReadOnlyInline):
    model = Consent
    fields = readonly_fields = ["at", "kind", "topics", "language", "wording"]
    verbose_name_plural = _("consents")


@admin.register(Subscriber)
class SubscriberAdmin(DecisionPageMixin, ExportMixin, ReadOnlyAdmin):
    list_display = ["address", "status_label", "topics_listed", "language", "created_at"]
    list_filter = ["status", TopicFilter, "language"]
    search_fields = ["email"]
    fields = ["email", "status_label", "topics_listed", "language", "created_at", "erased_at"]
    readonly_fields = ["status_label", "topics_listed"]
    inlines = [ConsentInline, SubscriberChangeInline]
    decisions = SUBSCRIBER_DECISIONS
    export_name = "subscribers"

    def export_columns(self, request: HttpRequest, rows: list[Subscriber]) -> Sequence[Column]:
        return [
            (_("E-mail"), str),
            (_("Status"), lambda s: s.get_status_display()),
            (_("Topics"), self.topics_listed),
            (_("Language"), lambda s: s.language),
            (_("Asked (Brussels time)"), lambda s: s.created_at),
            (_("Address deleted (Brussels time)"), lambda s: s.erased_at),
        ]

    @display(
        description=_("status"),
        ordering="status",
        label={
            SubscriberStatus.CONFIRMED: "success",
            SubscriberStatus.PENDING: "warning",
            SubscriberStatus.UNSUBSCRIBED: "default",
            SubscriberStatus.UNREACHABLE: "danger",
        },
    )
    def status_label(self, subscriber: Subscriber) -> Label:
        return Label.of_status(subscriber)

    @admin.display(description=_("e-mail"), ordering="email")
    def address(self, subscriber: Subscriber) -> str:
        return str(subscriber)

    @admin.display(description=_("topics"), ordering="topics")
    def topics_listed(self, subscriber: Subscriber) -> str:
        return ", ".join(map(str, subscriber.topics_in_words))


class BulletinForm(MergingForm):
    topics = forms.MultipleChoiceField(
        label=_("Topics"),
        choices=Topic.choices,
        widget=UnfoldAdminCheckboxSelectMultipleWidget,
        help_text=_("Subscribers to any of these topics receive the bulletin once."),
    )

    class Meta:
        model = Bulletin
        fields = ["topics", "subject", "body"]
        help_texts = {
            "body": _(
                "Markdown: # heading, **bold**, - list, [text](https://address). No images. "
                "Each subscriber receives the bulletin in their own language. English and "
                "French must be complete before it is sent."
            ),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # Who may only read has no fields.
        if "body" in self.fields:
            self.fields["body"].widget.set_rows(14)


# Named on the page of a bulletin; of more, the number.
MAX_FAILED = 50
TRIES = ("failures", "not_before", "error")


class BulletinChangeInline(StatusChangeInline):
    model = BulletinChange


@admin.register(Bulletin)
class BulletinAdmin(DecisionPageMixin, HistoryModelAdmin):
    """Written as a draft; from its schedule on nobody edits it."""

    form = BulletinForm
    list_display = ["subject", "status_label", "topics_listed", "send_at", "sent_at"]
    list_filter = ["status", TopicFilter]
    search_fields = ["subject", "body"]
    readonly_fields = ["status_label", "send_at", "sent_at", "preview", "progress", "failed", *TRIES]
    inlines = [BulletinChangeInline]
    decisions = BULLETIN_DECISIONS

    def get_fieldsets(self, request: HttpRequest, obj: Bulletin | None = None) -> list[tuple[Any, Any]]:
        text = ["topics", "subject", "body"]
        if obj is None:
            return [(None, {"fields": text})]
        tries = [TRIES] if obj.failures else []
        failed = ["failed"] if obj.deliveries.failed().exists() else []
        state = [("status_label", "send_at", "sent_at"), *tries, "progress", *failed, "preview"]
        if self.has_change_permission(request, obj):
            return [(None, {"fields": [*text, *state]})]
        return [(None, {"fields": ["topics_listed", *state]})]

    def get_readonly_fields(self, request: HttpRequest, obj: Model | None = None) -> list[str]:
        return [*super().get_readonly_fields(request, obj), "topics_listed"]

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        is_draft = not isinstance(obj, Bulletin) or obj.status == BulletinStatus.DRAFT
        return is_draft and super().has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Bulletin | None = None) -> bool:
        return False

    def save_model(
        self, request: HttpRequest, obj: Bulletin, form: forms.ModelForm[Bulletin], change: bool
    ) -> None:
        if not change:
            obj.created_by = person_at(request)
        super().save_model(request, obj, form, change)

    @display(
        description=_("status"),
        ordering="status",
        label={
            BulletinStatus.SENT: "success",
            BulletinStatus.SENDING: "warning",
            BulletinStatus.SCHEDULED: "info",
            BulletinStatus.DRAFT: "default",
            BulletinStatus.FAILED: "danger",
        },
    )
    def status_label(self, bulletin: Bulletin) -> Label:
        return Label.of_status(bulletin)

    @admin.display(description=_("topics"), ordering="topics")
    def topics_listed(self, bulletin: Bulletin) -> str:
        return ", ".join(map(str, bulletin.topics_in_words))

    @admin.display(description=_("preview"))
    def preview(self, bulletin: Bulletin) -> str:
        return render_to_string("admin/newsletter/_preview.html", preview_context(None, [bulletin]))

    @admin.display(description=_("e-mails written"))
    def progress(self, bulletin: Bulletin) -> int:
        return bulletin.deliveries.written().count()

    @admin.display(description=_("no e-mail could be written for"))
    def failed(self, bulletin: Bulletin) -> str:
        failed = bulletin.deliveries.failed()
        shown = [
            f"{row.subscriber} ({row.error})" for row in failed.select_related("subscriber")[:MAX_FAILED]
        ]
        more = failed.count() - len(shown)
        return ", ".join([*shown, *([f"+ {more}"] if more else [])])
