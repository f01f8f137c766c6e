"""The administration's own site: log-in through the account pages, navigation by work, home page."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

from django.apps import apps
from django.contrib import admin
from django.contrib.admin.views.autocomplete import AutocompleteJsonView
from django.core.exceptions import PermissionDenied
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.functional import SimpleLazyObject
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from unfold.sites import UnfoldAdminSite

from applications import dashboard as applications_dashboard
from applications import figures as applications_figures
from applications import stages
from applications.models import Call
from core.accounts.logged_in import person_at
from core.counts import Count, count_together
from core.files.actions import PERMISSION
from core.files.enums import FileStatus
from core.files.models import PreparedFile
from core.mail.enums import MessageStatus
from core.mail.models import Message
from core.objections.actions import SETTLE
from core.objections.models import Objection
from core.phrases import StrOrPromise
from core.privacy import dashboard as privacy_dashboard
from core.reference.names import fold
from core.staff.admin import Waiting
from core.staff.changelists import NUL
from experts import dashboard as experts_dashboard
from impact import search
from matching import dashboard as matching_dashboard
from newsletter import dashboard as newsletter_dashboard

# What the theme asks of each group and each page of the sidebar: to find out that it is missing takes longer.
NOTHING_ELSE = {"badge": None, "collapsible": False, "link_callback": None}

# Groups in the order of the work; in a group, model label and icon. `app.*` is every other
# registered model of the app.
NAVIGATION: list[tuple[StrOrPromise, list[tuple[str, str]]]] = [
    (
        _("Calls and applications"),
        [
            ("applications.call", "campaign"),
            ("questionnaires.form", "list_alt"),
            ("applications.application", "inbox"),
            ("applications.submission", "description"),
        ],
    ),
    (
        _("Reviews"),
        [("applications.review", "rate_review"), ("applications.reviewerprofile", "person_search")],
    ),
    (
        _("Selection"),
        [
            ("applications.rankedapplication", "leaderboard"),
            ("applications.selection", "how_to_vote"),
            ("applications.lettertemplate", "drafts"),
        ],
    ),
    (_("Pilot regions"), [("applications.pilotregion", "map")]),
    (_("Experts"), [("experts.expert", "badge")]),
    (
        _("Matching"),
        [
            ("matching.matchrun", "hub"),
            ("matching.match", "handshake"),
            ("matching.matchrule", "push_pin"),
            ("matching.reservation", "savings"),
        ],
    ),
    (_("Newsletter"), [("newsletter.bulletin", "newspaper"), ("newsletter.subscriber", "contact_mail")]),
    (_("E-mails"), [("mail.message", "mail"), ("objections.objection", "report")]),
    (
        _("Downloads and accountability"),
        [
            ("files.preparedfile", "folder_open"),
            ("decision_log.loggeddecision", "gavel"),
            ("lists.savedview", "bookmarks"),
            ("access.access", "visibility"),
            ("violations.violation", "gpp_maybe"),
            ("privacy.retentionrun", "auto_delete"),
            ("privacy.accountdeletion", "person_remove"),
        ],
    ),
    (_("Reference"), [("reference.*", "menu_book")]),
    (_("People and roles"), [("accounts.user", "group"), ("accounts.staffrole", "admin_panel_settings")]),
]


class SuggestionsView(AutocompleteJsonView):
    """What a field with suggestions offers, found as the list of those rows finds it."""

    def get_queryset(self) -> QuerySet[Any]:
        if NUL in self.term:
            return self.model_admin.get_queryset(self.request).none()
        found = super().get_queryset()
        # The next page must go on where this one ends.
        return found if found.ordered else found.order_by("pk")

    def serialize_result(self, obj: Model, to_field_name: str) -> dict[str, str]:
        result: dict[str, str] = super().serialize_result(obj, to_field_name)  # type: ignore[misc]  # the stubs lack it
        # A region found by a town: without the town nobody sees why it is offered.
        place = getattr(obj, "found_place", "")
        return result | {"text": f"{result['text']} · {place}"} if place else result


class ImpactAdminSite(UnfoldAdminSite):
    site_title = _("IMPACT administration")
    site_header = _("IMPACT")
    index_title = _("Home")
    index_template = "admin/home.html"

    def __init__(self, name: str = "admin") -> None:
        super().__init__(name)
        # Nothing is deleted in bulk; what may go, goes one by one.
        self.disable_action("delete_selected")

    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Log in where everybody does: the e-mailed code, lock-out and second factor hold here too."""
        if not request.user.is_authenticated:
            # Of every method: Django's own page would try passwords without a limit.
            wanted = request.GET.get("next") or reverse("admin:index")
            return HttpResponseRedirect(reverse("account_request_login_code", query={"next": wanted}))
        if not request.user.is_staff:
            raise PermissionDenied
        return HttpResponseRedirect(reverse("admin:index"))

    def get_app_list(self, request: HttpRequest, app_label: str | None = None) -> Any:
        """Return the models that this person may see, looked up once somebody reads them.

        Django puts them into every page, and ours draw them on none: the sidebar has a navigation of its own.
        """
        return SimpleLazyObject(partial(super().get_app_list, request, app_label))

    def each_context(self, request: HttpRequest) -> dict[str, Any]:
        # The theme would write them into a style element, which the page policy blocks: css/colours.css.
        context: dict[str, Any] = super().each_context(request)
        return context | {"colors": None}

    def autocomplete_view(self, request: HttpRequest) -> HttpResponseBase:
        return SuggestionsView.as_view(admin_site=self)(request)

    def get_urls(self) -> list[URLPattern]:
        return [path("find/", self.admin_view(self.find), name="find"), *super().get_urls()]

    def search(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Return what is offered below the box while one types; the theme knows names of models alone."""
        finding = search.found_for(request, request.GET.get("s", ""), limit=search.AT_ONCE)
        context = {"finding": finding, "pages": _pages_called(request, finding.text)}
        return TemplateResponse(request, "admin/_found_at_once.html", context)

    def find(self, request: HttpRequest) -> HttpResponse:
        """Show all that the search finds, in groups; the box leads here without a script as well."""
        finding = search.found_for(request, request.GET.get("s", ""), limit=search.ON_THE_PAGE)
        context = {
            **self.each_context(request),
            "title": _("Search"),
            "finding": finding,
            "pages": _pages_called(request, finding.text),
        }
        return TemplateResponse(request, "admin/found.html", context)

    def index(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        page: HttpResponse = super().index(request, home(request) | (extra_context or {}))
        return page


def home(request: HttpRequest) -> dict[str, Any]:
    """Return what the home page shows this person: what waits, deadlines, figures, charts."""
    user, waiting = person_at(request), list(_waiting(request))
    calls = list(Call.objects.all())
    figures, way = applications_figures.Figures(user, calls), stages.Way.of_latest(calls, user)
    count_together([*(item.counted for item in waiting), *figures.counts, *way.counts])
    return {
        "waiting": [item for item in waiting if item.count],
        "stages": way.charts(),
        "deadlines": sorted(figures.deadlines(), key=lambda row: row.at),
        "figures": figures.numbers(),
        "charts": figures.charts(),
    }


def _pages_called(request: HttpRequest, text: str) -> list[dict[str, Any]]:
    """Return the pages of the menu whose name has the words."""
    items = (item for group in navigation(request) for item in group["items"])
    wanted = fold(text)
    return [item for item in items if wanted in fold(str(item["title"]))] if wanted else []


def navigation(request: HttpRequest) -> list[dict[str, Any]]:
    """Return the sidebar: groups with the pages that this person may see; empty groups are left out."""
    groups = [_group(request, title, entries) for title, entries in NAVIGATION]
    home = {"title": _("Home"), "icon": "home", "link": reverse("admin:index")}
    start = NOTHING_ELSE | {"items": [NOTHING_ELSE | home]}
    return [start, *(group for group in groups if group["items"])]


def _group(request: HttpRequest, title: StrOrPromise, entries: list[tuple[str, str]]) -> dict[str, Any]:
    items = [item for label, icon in entries for item in _items(request, label, icon)]
    return NOTHING_ELSE | {"title": title, "separator": True, "items": items}


def _items(request: HttpRequest, label: str, icon: str) -> Iterator[dict[str, Any]]:
    for model in _registered_models(label):
        if admin.site.get_model_admin(model).has_view_permission(request):
            options = model._meta
            yield NOTHING_ELSE | {
                "title": capfirst(options.verbose_name_plural),
                "icon": icon,
                "link": reverse(f"admin:{options.app_label}_{options.model_name}_changelist"),
            }


def _registered_models(label: str) -> list[type[Model]]:
    app_label, model_name = label.split(".")
    models = apps.get_app_config(app_label).get_models()
    return [m for m in models if model_name in ("*", m._meta.model_name) and admin.site.is_registered(m)]


def _waiting(request: HttpRequest) -> Iterator[Waiting]:
    yield from applications_dashboard.waiting_for(person_at(request))
    yield from experts_dashboard.waiting_for(person_at(request))
    yield from matching_dashboard.waiting_for(person_at(request))
    yield from newsletter_dashboard.waiting_for(person_at(request))
    yield from privacy_dashboard.waiting_for(person_at(request))
    yield from _waiting_mail(request)
    yield from _waiting_reports(request)
    yield from _waiting_files(request)


def _waiting_mail(request: HttpRequest) -> Iterator[Waiting]:
    if not request.user.has_perm("mail.change_message"):
        return
    address = reverse("admin:mail_message_changelist")
    kinds = [
        (MessageStatus.FAILED, _("e-mails could not be sent"), _mail_failed),
        (MessageStatus.DOUBT, _("e-mails may or may not have been sent"), _mail_in_doubt),
        (MessageStatus.RETURNED, _("e-mails were returned"), _mail_returned),
    ]
    for status, label, rows in kinds:
        is_urgent = status != MessageStatus.RETURNED
        yield Waiting(label, Count(rows), f"{address}?status__exact={status}", is_urgent=is_urgent)


def _mail_failed() -> QuerySet[Message]:
    return Message.objects.needing_attention().filter(status=MessageStatus.FAILED)


def _mail_in_doubt() -> QuerySet[Message]:
    return Message.objects.needing_attention().filter(status=MessageStatus.DOUBT)


def _mail_returned() -> QuerySet[Message]:
    return Message.objects.returned_to_settle()


def _waiting_reports(request: HttpRequest) -> Iterator[Waiting]:
    if request.user.has_perm(SETTLE):
        address = f"{reverse('admin:objections_objection_changelist')}?report=open"
        yield Waiting(_("reports of misuse"), Count(_reports), address, is_urgent=True)


def _reports() -> QuerySet[Objection]:
    return Objection.objects.reports_to_settle()


def _waiting_files(request: HttpRequest) -> Iterator[Waiting]:
    if not request.user.has_perm(PERMISSION):
        return
    address = f"{reverse('admin:files_preparedfile_changelist')}?status__exact="
    ready = Count(PreparedFile.objects.to_fetch(person_at(request)))
    yield Waiting(_("downloads are ready for you"), ready, f"{address}{FileStatus.DONE}")
    failed = Count(PreparedFile.objects.not_made(person_at(request)))
    yield Waiting(_("downloads could not be prepared for you"), failed, f"{address}{FileStatus.FAILED}")
