"""Pages of a match run beside its board: progress, why not somebody else, two runs side by side."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _

from core.staff.admin import DecisionForm
from core.staff.keys import is_key
from experts.enums import ExpertRole
from matching import alternatives, wording
from matching.admin.run_decisions import left_out, unconfirmed_languages
from matching.board import names_of_all, progress_of
from matching.comparing import Comparison
from matching.enums import RuleKind, RunStatus
from matching.models import MatchRun, Reservation
from matching.pool import Pool


class WhyNotForm(DecisionForm):
    """A region and an expert as the run knew them."""

    region = forms.TypedChoiceField(label=_("Pilot region"), coerce=int)
    expert = forms.TypedChoiceField(label=_("Expert"), coerce=int)

    def __init__(self, *args: Any, names: wording.Names, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        (run,) = self.targets
        regions = sorted((names.region(row["id"]), row["id"]) for row in run.problem["regions"])
        experts = sorted((names.expert(row["id"]), row["id"]) for row in run.problem["experts"])
        self.fields["region"].choices = [("", "–"), *((key, name) for name, key in regions)]
        self.fields["expert"].choices = [("", "–"), *((key, name) for name, key in experts)]


class CompareForm(DecisionForm):
    """Two runs that are done."""

    old = forms.TypedChoiceField(label=_("This run"), coerce=int)
    new = forms.TypedChoiceField(label=_("compared with this one"), coerce=int)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [("", "–"), *((run.pk, f"{run} {run.note}".strip()) for run in self.targets)]
        self.fields["old"].choices = self.fields["new"].choices = choices


class RunPagesMixin:
    """Adds the pages to the admin of match runs; whoever may see runs may see them."""

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view
        return [
            path("pool/", view(self.pool_view), name="matching_matchrun_pool"),
            path("compare/", view(self.compare_view), name="matching_matchrun_compare"),
            path("<int:pk>/progress/", view(self.progress_view), name="matching_matchrun_progress"),
            path("<int:pk>/why-not/", view(self.why_not_view), name="matching_matchrun_why_not"),
            *super().get_urls(),
        ]

    def progress_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Return the part of the page that changes while a run computes; asked for again by htmx."""
        run = self._seen_by(request, pk)
        context = {"run": run, "progress": progress_of(run, timezone.now())}
        response = TemplateResponse(request, "admin/matching/_progress.html", context)
        if run.status not in (RunStatus.QUEUED, RunStatus.RUNNING):
            response["HX-Refresh"] = "true"
        return response

    def why_not_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Say why an expert is not in a region's team, and what choosing them would cost."""
        run = self._seen_by(request, pk)
        if run.status != RunStatus.DONE:
            raise Http404
        names = names_of_all()
        form = WhyNotForm(request.GET or None, targets=[run], by=request.user, names=names)
        is_asked = "expert" in request.GET
        answer = _answer(run, form.cleaned_data, names) if is_asked and form.is_valid() else None
        if not is_asked:
            form = WhyNotForm(initial=request.GET.dict(), targets=[run], by=request.user, names=names)
        context = {"run": run, "form": form, "answer": answer, "title": _("Why not somebody else?")}
        return self._page_of(request, "admin/matching/why_not.html", context)

    def compare_view(self, request: HttpRequest) -> HttpResponse:
        """Show two runs side by side; without a choice, the last two."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        runs = list(MatchRun.objects.done())
        form = CompareForm(_pair(runs, request.GET), targets=runs, by=request.user)
        comparison = None
        if len(runs) > 1 and form.is_valid():
            by_key = {run.pk: run for run in runs}
            comparison = Comparison.of(by_key[form.cleaned_data["old"]], by_key[form.cleaned_data["new"]])
        context = {"form": form, "comparison": comparison, "runs": runs, "title": _("Compare two runs")}
        return self._page_of(request, "admin/matching/compare.html", context)

    def pool_view(self, request: HttpRequest) -> HttpResponse:
        """Show what the pool of experts lacks for the regions that wait, before any run."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        pool = Pool.today(timezone.localdate(), names_of_all())
        context = {
            "pool": pool,
            "left_out": [*left_out(), *unconfirmed_languages()],
            "kept_back": Reservation.objects.in_force().with_names().with_call_served(),
            "title": _("Coverage of the pool"),
        }
        return self._page_of(request, "admin/matching/pool.html", context)

    def _seen_by(self, request: HttpRequest, pk: int) -> MatchRun:
        run = self.get_object(request, str(pk))
        if not self.has_view_permission(request, run):
            raise PermissionDenied
        if run is None:
            raise Http404
        return run

    def _page_of(self, request: HttpRequest, template: str, context: dict[str, Any]) -> HttpResponse:
        frame = {**self.admin_site.each_context(request), "opts": self.opts, "media": self.media}
        return TemplateResponse(request, template, frame | context)


def _answer(run: MatchRun, asked: dict[str, int], names: wording.Names) -> dict[str, Any]:
    found = alternatives.why_not(run, region_id=asked["region"], expert_id=asked["expert"])
    return {
        "region_id": asked["region"],
        "pin_query": urlencode({"run": run.pk, **asked, "kind": RuleKind.PINNED}),
        "region": names.region(str(asked["region"])),
        "expert": names.expert(str(asked["expert"])),
        "is_in_team": found["in_team"],
        "is_possible": found["whole_cost"] is not None,
        "pin_holds": found["pin_holds"],
        "reasons": [wording.why_not(fact, names) for fact in wording.together(found["reasons"])],
        "region_cost": wording.region_cost(found["region_cost"]),
        "whole_cost": wording.whole_cost(found["whole_cost"], names) if found["whole_cost"] else [],
        "team": [(names.expert(m["expert"]), ExpertRole(m["role"]).label) for m in found["team"]],
    }


def _pair(runs: list[MatchRun], asked: Mapping[str, str]) -> dict[str, Any]:
    """Return which two runs to compare: what was asked; else the newest with the one before it."""
    keys = [run.pk for run in runs]
    new = asked.get("new") or next(iter(keys), "")
    older = (key for key in keys if is_key(str(new)) and key < int(new))
    return {"new": new, "old": asked.get("old") or next(older, "")}
