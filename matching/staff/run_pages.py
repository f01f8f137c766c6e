"""Pages of a match run beside its board: progress, why not somebody else, two runs side by side."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _

from core.keys import is_key
from core.known_types import known_as
from core.staff.admin import DecisionForm, RowPage, StaffPage
from experts.enums import ExpertRole
from matching import findings, readiness, whynot, wording
from matching.board import names_of_all, progress_of
from matching.comparing import RunComparison
from matching.completeness import with_call_served
from matching.enums import RuleKind, RunStatus
from matching.models import MatchRun, Reservation
from matching.pool import Pool


class WhyNotForm(DecisionForm[MatchRun]):
    """A region and an expert as the run knew them."""

    region = forms.TypedChoiceField(label=_("Pilot region"), coerce=int)
    expert = forms.TypedChoiceField(label=_("Expert"), coerce=int)

    def __init__(self, *args: Any, names: wording.Names, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        (run,) = self.targets
        regions = sorted((names.region(row["id"]), row["id"]) for row in run.problem["regions"])
        experts = sorted((names.expert(row["id"]), row["id"]) for row in run.problem["experts"])
        for field, named in (("region", regions), ("expert", experts)):
            offered = known_as(self.fields[field], forms.TypedChoiceField)
            offered.choices = [("", "–"), *((key, name) for name, key in named)]


class CompareForm(DecisionForm[MatchRun]):
    """Two runs that are done."""

    old = forms.TypedChoiceField(label=_("First run"), coerce=int)
    new = forms.TypedChoiceField(label=_("Second run"), coerce=int)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [("", "–"), *((run.pk, f"{run} {run.note}".strip()) for run in self.targets)]
        for field in ("old", "new"):
            known_as(self.fields[field], forms.TypedChoiceField).choices = choices


class ProgressPage(RowPage[MatchRun]):
    """The part of the page that changes while a run computes; asked for again by htmx."""

    route, name = "<int:pk>/progress/", "progress"

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        context = {"run": self.row, "progress": progress_of(self.row, timezone.now())}
        response = TemplateResponse(request, "admin/matching/_progress.html", context)
        if self.row.status not in (RunStatus.QUEUED, RunStatus.RUNNING):
            response["HX-Refresh"] = "true"
        return response


class AnalysisPage(RowPage[MatchRun]):
    """How far the analysis of a run has come; asked for again by htmx while it is under way."""

    route, name = "<int:pk>/analysis/", "analysis"

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        if self.row.status != RunStatus.DONE:
            raise Http404
        context = {"run": self.row, "stage": findings.stage_of(self.row), "is_asked_again": True}
        return TemplateResponse(request, "admin/matching/_analysis.html", context)


class WhyNotPage(RowPage[MatchRun]):
    """Says why an expert is not in a region's team, and what choosing them would cost."""

    route, name = "<int:pk>/why-not/", "why_not"
    title = _("Why not another expert?")
    template_name = "admin/matching/why_not.html"

    def find_row(self) -> MatchRun:
        run = super().find_row()
        if run.status != RunStatus.DONE:
            raise Http404
        return run

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        names = names_of_all()
        given: dict[str, Any] = {"targets": [self.row], "by": request.user, "names": names}
        if "expert" not in request.GET:
            form = WhyNotForm(initial=request.GET.dict(), **given)
            return self.render(form=form, run=self.row, answer=None)
        form = WhyNotForm(request.GET, **given)
        if not form.is_valid():
            return self.render(form=form, run=self.row, answer=None)
        asked = form.cleaned_data
        calculation = whynot.ask_why_not(self.row, region_id=asked["region"], expert_id=asked["expert"])
        answer = None
        if calculation.is_done:
            answer = _in_words(known_as(calculation.answer, dict), asked, self.row, names)
        return self.render(form=form, run=self.row, calculation=calculation, answer=answer)


class CompareRunsPage(StaffPage):
    """Two runs side by side; without a choice, the last two."""

    route, name = "compare/", "compare"
    title = _("Compare two runs")
    template_name = "admin/matching/compare.html"

    def get(self, request: HttpRequest) -> HttpResponse:
        runs = list(MatchRun.objects.done())
        form = CompareForm(_pair(runs, request.GET), targets=runs, by=request.user)
        comparison = None
        if len(runs) > 1 and form.is_valid():
            by_key = {run.pk: run for run in runs}
            comparison = RunComparison.of(by_key[form.cleaned_data["old"]], by_key[form.cleaned_data["new"]])
        return self.render(form=form, comparison=comparison, runs=runs)


class CoveragePage(StaffPage):
    """What the pool of experts lacks for the regions that wait, before any run."""

    route, name = "pool/", "pool"
    title = _("Pool coverage")
    template_name = "admin/matching/pool.html"

    def get(self, request: HttpRequest) -> HttpResponse:
        return self.render(
            pool=Pool.today(timezone.localdate(), names_of_all()),
            left_out=readiness.regions_to_complete(),
            kept_back=with_call_served(Reservation.objects.in_force().with_names()),
        )


def _in_words(
    found: Mapping[str, Any], asked: dict[str, int], run: MatchRun, names: wording.Names
) -> dict[str, Any]:
    pin: dict[str, int | str] = {"run": run.pk, **asked, "kind": RuleKind.PINNED}
    return {
        "region_id": asked["region"],
        "pin_query": urlencode(pin),
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
