"""The pages about IMPACT itself."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.auth.mixins import LoginRequiredMixin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import cache_control
from django.views.generic import ListView, TemplateView

from applications.enums import PILOT_PLACES
from applications.models import Call
from core.accounts.models import MAX_TRIES
from core.accounts.querysets import CODES_KEPT
from core.privacy import browser, reasons, registry
from core.privacy.durations import DAY, duration_in_words
from core.reference.models import Country
from core.reference.notices import BOUNDARIES_CREDIT, KOSOVO_NOTE, TERRITORIAL_NOTE
from core.visitor_pages import VisitorCacheMixin


class HomeView(VisitorCacheMixin, ListView):
    queryset = Call.objects.shown()
    context_object_name = "calls"
    template_name = "pages/home.html"
    extra_context = {
        "places": PILOT_PLACES,
        "boundaries_credit": BOUNDARIES_CREDIT,
        "territorial_note": TERRITORIAL_NOTE,
    }

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        return context | {"open_call": next((call for call in context["calls"] if call.is_open), None)}


class AboutView(TemplateView):
    template_name = "pages/about.html"
    extra_context = {"places": PILOT_PLACES, "kosovo_note": KOSOVO_NOTE, "territorial_note": TERRITORIAL_NOTE}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        names = [name for _code, name in Country.objects.eligible().choices()]
        return super().get_context_data(**kwargs) | {"countries": names}


class PrivacyView(TemplateView):
    """Says what is kept of whom; what it lists comes from where the portal itself takes it."""

    template_name = "pages/privacy.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {
            "kept": registry.reasons_to_keep(but=[reasons.OTHERS, reasons.NOTES]),
            "cookies": browser.cookies(),
            "stored": [(key.shown_as, key.purpose, key.life) for key in browser.storage()],
            "tries": MAX_TRIES,
            "codes_kept": duration_in_words(CODES_KEPT.total_seconds()),
            "deletion_waits": duration_in_words(settings.ACCOUNT_DELETION_WAITS_DAYS * DAY),
        }


class HowLongView(TemplateView):
    """The rules of retention, as the nightly job carries them out."""

    template_name = "pages/how_long.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        rules = [
            (rule.what, rule.kept_in_words, rule.since, rule.happens, rule.is_default)
            for rule in registry.rules()
        ]
        return super().get_context_data(**kwargs) | {"rules": rules}


class MeView(LoginRequiredMixin, TemplateView):
    template_name = "pages/me.html"


@cache_control(public=True, max_age=24 * 3600)
def robots(request: HttpRequest) -> HttpResponse:
    """Tell search engines what to leave alone; nothing secret is kept by this."""
    context = {"sitemap": f"{settings.SITE_URL.rstrip('/')}/sitemap.xml"}
    return render(request, "pages/robots.txt", context, content_type="text/plain; charset=utf-8")
