"""E-mails as staff see them: what left, what waits, what needs a decision."""

from __future__ import annotations

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display
from unfold.enums import ActionVariant

from core.accounts.logged_in import person_at
from core.accounts.models import User
from core.known_types import known_as
from core.mail import actions
from core.mail.enums import NOT_SENT, MessageStatus
from core.mail.models import Message
from core.mail.querysets import MessageQuerySet
from core.staff.admin import Decision, DecisionPageMixin, Label, ReadOnlyAdmin, Scope


def _never_again(message: Message, by: User) -> str:
    return actions.why_incomplete(message)


@admin.register(Message)
class MessageAdmin(DecisionPageMixin, ReadOnlyAdmin):
    list_display = ["shown_subject", "to", "status_label", "created_at", "sent_at", "attempts"]
    list_filter = ["status", "language", "template"]
    search_fields = ["to", "subject", "about", "dedupe_key"]
    empty_text = _("Every e-mail that the portal writes appears here with its status.")
    date_hierarchy = "created_at"
    fields = [
        ("status_label", "attempts"),
        ("to", "language"),
        "shown_subject",
        "text",
        "attached",
        "error",
        ("created_at", "not_before"),
        ("claimed_at", "sent_at", "returned_at"),
        ("template", "about"),
        "dedupe_key",
        ("caused_by", "resent_by"),
    ]
    readonly_fields = ["status_label", "shown_subject", "text", "attached"]
    decisions = [
        Decision(
            name="resend",
            label=_("Send again"),
            action=actions.resend,
            target="message_id",
            permission="mail.change_message",
            scope=Scope.EACH,
            is_possible=lambda m: (
                m.status in (MessageStatus.FAILED, MessageStatus.DOUBT, MessageStatus.RETURNED)
            ),
            why_not_this_person=_never_again,
            explain=_(
                "The e-mail will be queued again. If its delivery is uncertain, it may already "
                "have arrived, and the recipient will get it twice."
            ),
            done=_("E-mail queued."),
            icon="send",
        ),
        Decision(
            name="release",
            label=_("Release"),
            action=actions.release_held,
            target="message_id",
            permission="mail.change_message",
            scope=Scope.EACH,
            is_possible=lambda m: m.status == MessageStatus.HELD,
            why_not_this_person=_never_again,
            explain=_("The held e-mail will be sent."),
            done=_("E-mail queued."),
            icon="outgoing_mail",
        ),
        Decision(
            name="hold",
            label=_("Hold"),
            action=actions.hold,
            target="message_id",
            permission="mail.change_message",
            scope=Scope.EACH,
            is_possible=lambda m: m.status == MessageStatus.QUEUED,
            explain=_("The e-mail will wait until somebody releases it."),
            done=_("E-mail held."),
            icon="pause",
        ),
        Decision(
            name="discard",
            label=_("Discard"),
            action=actions.give_up,
            target="message_id",
            permission="mail.change_message",
            scope=Scope.EACH,
            is_possible=lambda m: m.status in (*NOT_SENT, MessageStatus.RETURNED),
            explain=_("The e-mail will never be sent. This cannot be undone."),
            done=_("E-mail discarded."),
            icon="delete",
            variant=ActionVariant.DANGER,
        ),
    ]

    @display(
        description=_("status"),
        ordering="status",
        label={
            MessageStatus.SENT: "success",
            MessageStatus.FAILED: "danger",
            MessageStatus.DOUBT: "warning",
            MessageStatus.HELD: "info",
            MessageStatus.QUEUED: "default",
            MessageStatus.SENDING: "default",
            MessageStatus.DISCARDED: "default",
            MessageStatus.RETURNED: "danger",
        },
    )
    def status_label(self, message: Message) -> Label:
        return Label.of_status(message)

    @admin.display(description=_("subject"), ordering="subject")
    def shown_subject(self, message: Message) -> str:
        return message.shown_subject

    @admin.display(description=_("text"))
    def text(self, message: Message) -> str:
        return message.shown_body

    @admin.display(description=_("attachments"))
    def attached(self, message: Message) -> str:
        return ", ".join(part["name"] for part in message.attachments)

    def has_view_permission(self, request: HttpRequest, obj: Message | None = None) -> bool:
        return super().has_view_permission(request, obj) or request.user.has_perm("mail.view_news")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Message]:
        # Bodies and attachments are long; the list shows neither.
        messages = known_as(super().get_queryset(request), MessageQuerySet).visible_to(person_at(request))
        return messages.defer("body", "html", "attachments") if self._is_list(request) else messages

    def _is_list(self, request: HttpRequest) -> bool:
        match = request.resolver_match
        return match is not None and (match.url_name or "").endswith("_changelist")
