"""Public pages of the calls: what they are, all questions beforehand, and whether one may apply."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.generic import DetailView, FormView, ListView, View
from django.views.generic.detail import SingleObjectMixin

from applications.calls import checked, eligibility, pdf, word
from applications.calls.forms import EligibilityForm
from applications.enums import PILOT_PLACES, CallState
from applications.exceptions import PdfFailed
from applications.form.asked import asked_in
from applications.models import Call
from core import markdown
from core.forms.forms import ADD_ROW
from core.known_types import known_as
from core.reference import borders
from core.reference.borders import BorderAssessment
from core.reference.limits import is_network_busy
from core.reference.maps import Map, MapRegion, MapStyle, region_map
from core.reference.models import NutsUnit
from core.reference.picking import in_order
from core.reference.region_widgets import map_name, search_name
from core.reference.units import units
from core.sections.condition_words import when_asked
from core.uploads import DOCX, PDF
from core.visitor_pages import VisitorCacheMixin

# Typesetting takes far longer than anything else that an anonymous visitor can ask for.
PDF_SECONDS = 300
FAILED_PDF_SECONDS = 60


class CallListView(VisitorCacheMixin, ListView):
    queryset = Call.objects.shown()
    context_object_name = "calls"
    template_name = "applications/calls.html"
    extra_context = {"places": PILOT_PLACES}


class CallView(VisitorCacheMixin, DetailView):
    queryset = Call.objects.shown().with_extensions()
    template_name = "applications/call.html"
    extra_context = {"places": PILOT_PLACES}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        guidance = markdown.to_html(str(self.object.guidance))
        tone = {CallState.OPEN: "success", CallState.COMING: "info"}.get(self.object.state, "")
        return super().get_context_data(**kwargs) | {"guidance": guidance, "tone": tone}


class QuestionsView(VisitorCacheMixin, DetailView):
    queryset = Call.objects.shown()
    template_name = "applications/questions.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        form = asked_in(self.object)
        asked = [
            (section, [(q, q.kind.offers(q), when_asked(q, form)) for q in section.questions])
            for section in form
        ]
        return super().get_context_data(**kwargs) | {"asked": asked}


class QuestionsWordView(SingleObjectMixin, View):
    queryset = Call.objects.shown()

    def get(self, request: HttpRequest, slug: str) -> HttpResponse:
        call, language = self.get_object(), get_language()
        key = f"questions_word:{call.form.published_version.pk}:{language}"
        content = cache.get_or_set(key, lambda: word.of_questions(call, language=language), PDF_SECONDS)
        return _download(call, known_as(content, bytes), DOCX, "docx")


class QuestionsPdfView(SingleObjectMixin, View):
    queryset = Call.objects.shown()

    def get(self, request: HttpRequest, slug: str) -> HttpResponse:
        call = self.get_object()
        language = get_language()
        content = _questions_pdf(call, language)
        if not content:
            messages.error(
                request,
                _("The PDF could not be created. All questions are on this page. Try again later."),
            )
            return redirect("applications:questions", slug=call.slug)
        return _download(call, content, PDF, "pdf")


def _download(call: Call, content: bytes, content_type: str, ending: str) -> HttpResponse:
    response = HttpResponse(content, content_type=content_type)
    response["Content-Disposition"] = f'attachment; filename="{call.slug}-questions.{ending}"'
    return response


def _questions_pdf(call: Call, language: str) -> bytes:
    """Return the PDF, or nothing if it could not be made a moment ago: strangers do not try all the time."""
    key = f"questions:{call.form.published_version.pk}:{language}"
    content: bytes | None = cache.get(key)
    if content is None:
        try:
            content, seconds = pdf.of_questions(call, language=language), PDF_SECONDS
        except PdfFailed:
            content, seconds = b"", FAILED_PDF_SECONDS
        cache.set(key, content, seconds)
    return content


class EligibilityView(SingleObjectMixin, FormView):
    """Regions in, answer out; by GET, so that the answer has an address to send to partners."""

    queryset = Call.objects.shown()
    form_class = EligibilityForm
    template_name = "applications/eligibility.html"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        self.object = self.get_object()
        if request.GET and is_network_busy(request):
            return render(request, "429.html", status=429)
        return super().dispatch(request, *args, **kwargs)

    def get_form_kwargs(self) -> dict[str, Any]:
        return {"data": self.request.GET or None}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        form: EligibilityForm = context["form"]
        if not (form.is_bound and form.is_valid()):
            return context
        chosen = form.chosen
        is_for_all = form.cleaned_data["has_cross_border"]
        assessment = borders.assess(chosen, cross_border=chosen if is_for_all else ())
        checks = eligibility.checks_of(assessment)
        return context | {
            "checks": checks,
            "is_refused": eligibility.is_refused(checks),
            "is_uncertain": any(c.outcome is eligibility.CheckOutcome.WARNING for c in checks),
            "map": self._map(assessment),
            "start_url": checked.start_address(self.object, form.in_typed_order),
        }

    def _map(self, assessment: BorderAssessment) -> Map:
        """Return the map of the regions, and of those that touch them across a border: a click adds one."""
        chosen = [row.unit for row in assessment.units]
        codes = {code for row in assessment.units for code in row.touching} - {unit.pk for unit in chosen}
        across = [unit for unit in units(codes).values() if unit.is_selectable]
        regions = [
            MapRegion.of_unit(unit, style=MapStyle.PALE, href=self._address_with(unit), label=str(unit))
            for unit in in_order(across)
        ]
        regions += [MapRegion.of_unit(unit) for unit in chosen]
        legend = {MapStyle.CHOSEN: _("Your regions")}
        if across:
            legend[MapStyle.PALE] = _("Neighbouring regions across a border: choose one to add it")
        title = _("Your regions and neighbouring regions")
        return region_map(regions, title=title, legend=legend)

    def _address_with(self, unit: NutsUnit) -> str:
        query = self.request.GET.copy()
        for name in (search_name("regions"), map_name("regions"), ADD_ROW):
            query.pop(name, None)
        query.appendlist("regions", unit.pk)
        return f"?{query.urlencode()}"
