"""The files that somebody asked for: the person fetches them, auditors see who asked for what."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.template.defaultfilters import filesizeformat
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import ChoicesDropdownFilter, RelatedDropdownFilter
from unfold.decorators import display

from core.accounts.logged_in import person_at
from core.accounts.models import User
from core.files import actions
from core.files.enums import FileStatus
from core.files.models import PreparedFile, PreparedFileChange
from core.files.querysets import PreparedFileQuerySet
from core.history import NotAllowed
from core.known_types import known_as
from core.phrases import StrOrPromise
from core.staff.admin import (
    Decision,
    DecisionPageMixin,
    Label,
    ReadOnlyAdmin,
    Scope,
    StaffPage,
    StatusChangeInline,
)
from core.uploads import download_response


class PreparedFileChangeInline(StatusChangeInline):
    model = PreparedFileChange


def _only_for_oneself(file: PreparedFile, by: User) -> StrOrPromise:
    is_own = file.requested_by_id == by.pk
    return "" if is_own else _("Only the person who requested this file can request it again.")


class FetchPage(StaffPage):
    """The file, for the person who asked for it, and for nobody else."""

    route, name = "<int:pk>/fetch/", "fetch"
    needs_proof = True

    def get(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        try:
            file, content = actions.fetch(file_id=pk, by=person_at(request))
        except PreparedFile.DoesNotExist:
            raise Http404 from None
        except NotAllowed:
            raise PermissionDenied from None
        return download_response(content, name=file.name, content_type=file.content_type)


@admin.register(PreparedFile)
class PreparedFileAdmin(DecisionPageMixin, ReadOnlyAdmin):
    list_display = ["title", "status_label", "fetch", "requested_at", "requested_by", "readable_size"]
    list_filter = [("status", ChoicesDropdownFilter), ("requested_by", RelatedDropdownFilter)]
    list_select_related = ["requested_by"]
    search_fields = ["title", "name", "sha256"]
    empty_text = _(
        "Dossiers and long exports appear here while they are being prepared and for seven days afterwards."
    )
    fields = [
        ("status_label", "fetch"),
        "error",
        ("requested_by", "requested_at"),
        ("finished_at", "claims", "failures", "not_before"),
        ("name", "readable_size"),
        "sha256",
        ("kept_until", "downloaded_at"),
    ]
    readonly_fields = ["status_label", "fetch", "readable_size"]
    inlines = [PreparedFileChangeInline]
    pages = [FetchPage]
    decisions = [
        Decision(
            name="try-again",
            label=_("Try again"),
            action=actions.try_again,
            target="file_id",
            permission=actions.PERMISSION,
            scope=Scope.EACH,
            is_possible=lambda file: file.status == FileStatus.FAILED,
            why_not_this_person=_only_for_oneself,
            explain=_(
                "The file will be queued again. You will get an e-mail when it is ready, "
                "or if it fails again."
            ),
            done=_("File queued."),
            icon="refresh",
        ),
    ]

    def get_queryset(self, request: HttpRequest) -> PreparedFileQuerySet:
        files = known_as(super().get_queryset(request), PreparedFileQuerySet).select_related("requested_by")
        return files if _sees_all(person_at(request)) else files.of(person_at(request))

    def get_list_display(self, request: HttpRequest) -> list[Any]:
        sees_all = _sees_all(person_at(request))
        return [name for name in self.list_display if sees_all or name != "requested_by"]

    def get_list_filter(self, request: HttpRequest) -> list[Any]:
        return self.list_filter if _sees_all(person_at(request)) else self.list_filter[:1]

    def has_view_permission(self, request: HttpRequest, obj: PreparedFile | None = None) -> bool:
        return super().has_view_permission(request, obj) or request.user.has_perm(actions.PERMISSION)

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    @display(
        description=_("status"),
        ordering="status",
        label={
            FileStatus.QUEUED: "info",
            FileStatus.RUNNING: "info",
            FileStatus.DONE: "success",
            FileStatus.FAILED: "danger",
            FileStatus.REFUSED: "danger",
            FileStatus.REMOVED: "default",
        },
    )
    def status_label(self, file: PreparedFile) -> Label:
        return Label.of_status(file)

    @admin.display(description=_("file"))
    def fetch(self, file: PreparedFile) -> str:
        if not file.is_ready:
            return "–"
        address = reverse("admin:files_preparedfile_fetch", args=[file.pk])
        return format_html('<a class="underline" href="{}">{}</a>', address, _("Download"))

    @admin.display(description=_("size"), ordering="size")
    def readable_size(self, file: PreparedFile) -> str:
        return "–" if file.size is None else filesizeformat(file.size)


def _sees_all(user: User) -> bool:
    return user.has_perm("files.view_preparedfile")
