"""The pages behind the buttons: what a decision will do, what it asks, what came of it."""

from __future__ import annotations

from collections.abc import Sequence
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.contrib.admin.options import IS_POPUP_VAR
from django.core.exceptions import PermissionDenied
from django.db import models
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.utils.translation import gettext, ngettext

from core.accounts import proofs
from core.accounts.logged_in import person_at
from core.checklists import UnfinishedLine, is_new, shown
from core.decisions import SEEN_FIELD, Decision, DecisionForm, DecisionOutcome, Scope
from core.keys import keys_in
from core.lists.addresses import with_origin
from core.phrases import StrOrPromise, labelled
from core.staff.buttons import Button
from core.staff.pages import RowPage, StaffPage

if TYPE_CHECKING:
    from core.staff.admin import ImpactModelAdmin as LeftOf
else:
    LeftOf = object

TARGETS_FIELD = "targets"


class DecisionPage(StaffPage):
    """What the pages of a decision have in common, about one row or several."""

    template_name = "admin/decision.html"
    model_admin: DecisionPageMixin = None  # type: ignore[assignment]  # as_view() takes what a class has
    decision: Decision
    lines: Sequence[UnfinishedLine] = ()

    def check(self) -> None:
        self.decision = self.find_decision(self.kwargs["name"])
        super().check()

    def require_permission(self) -> None:
        if not self.request.user.has_perm(self.decision.permission):
            raise PermissionDenied

    def divert(self) -> HttpResponse | None:
        needed = self.decision.needs_proof
        return proofs.ask_staff(self.request, keeps=proofs.WHOLE_FORM) if needed else None

    def get_title(self) -> StrOrPromise:
        return self.decision.label

    def find_decision(self, name: str) -> Decision:
        for decision in self.model_admin.decisions:
            if decision.name == name:
                return decision
        raise Http404

    def answer(self, targets: list[models.Model], typed: QueryDict | None) -> HttpResponse:
        """Ask about some rows; when answered, decide."""
        is_posted = self.request.method == "POST"
        form = self.form(targets, self.request.POST if is_posted else typed)
        if not self.is_possible(targets):
            return self.show(targets, form, HTTPStatus.CONFLICT if is_posted else HTTPStatus.OK)
        if not is_posted or not form.is_valid():
            return self.show(targets, form)
        outcome = self.decision.take(targets, by=person_at(self.request), answers=form.cleaned_data)
        if outcome.refused and not outcome.results:
            for row, reasons in outcome.refused:
                form.add_error(None, [_about(row, reason) for reason in reasons])
            return self.show(targets, form, HTTPStatus.CONFLICT)
        return self.model_admin.finish_decision(self.request, self.decision, targets, outcome)

    def form(self, targets: Sequence[models.Model], answers: QueryDict | None) -> DecisionForm:
        self.lines = self.unfinished(targets)
        form = self.decision.form(
            answers,
            self.request.FILES or None,
            targets=targets,
            by=person_at(self.request),
            unfinished=self.lines,
        )
        asked = self.request.GET
        form.initial = {**form.initial} | {
            name: asked[key] for name, key in self.decision.asked.items() if key in asked
        }
        return form

    def unfinished(self, targets: Sequence[models.Model]) -> list[UnfinishedLine]:
        """Return what is unfinished; nothing where nobody can decide, or a step was taken already."""
        return self.decision.unfinished(targets) if self.is_possible(targets) else []

    def checklist(self, targets: Sequence[models.Model]) -> dict[str, Any]:
        """Return what the page says of what is unfinished; anew after a press, which may have found more."""
        lines = self.unfinished(targets) if self.request.method == "POST" else self.lines
        before = self.request.POST.get(SEEN_FIELD)
        return {
            "is_shown": self.decision.checks is not None and self.is_possible(targets),
            "blocking": [line for line in lines if line.is_blocking],
            "lines": [
                (line, before is not None and is_new(line, before)) for line in lines if not line.is_blocking
            ],
            "seen": shown(lines),
        }

    def show(
        self, targets: Sequence[models.Model], form: DecisionForm, status: int = HTTPStatus.OK
    ) -> HttpResponse:
        decision, by = self.decision, person_at(self.request)
        left = [words for row in targets if (words := decision.why_not_this_person(row, by))]
        preview = decision.preview_context(self.request, targets) if decision.preview_context else {}
        checklist = self.checklist(targets)
        can_be_taken = self.is_possible(targets) and not checklist["blocking"]
        return self.render(
            form=form,
            status=status,
            decision=decision,
            targets=targets,
            target_keys=",".join(str(row.pk) for row in targets) if decision.is_for_many() else "",
            impossible=[row for row in targets if not decision.is_possible(row)],
            is_possible=self.is_possible(targets),
            can_be_taken=can_be_taken and (not left or len(left) < len(targets)),
            checklist=checklist,
            why_not_this_person=left,
            explanations=decision.explanations(targets),
            **self.addresses(targets),
            **preview,
        )

    def addresses(self, targets: Sequence[models.Model]) -> dict[str, Any]:
        admin, name, request = self.model_admin, self.decision.name, self.request
        origin = admin.origin(request)
        if self.decision.is_for_one() and len(targets) == 1:
            (row,) = targets
            action_url = with_origin(admin.url("decide_one", row.pk, name), origin)
            return {"action_url": action_url, "back_url": admin.row_again_url(request, row), "object": row}
        action_url = with_origin(admin.url("decide_many", name), origin)
        return {"action_url": action_url, "back_url": admin.list_again_url(request), "object": None}

    def is_possible(self, targets: Sequence[models.Model]) -> bool:
        if self.decision.scope is Scope.LIST:
            return self.decision.is_possible(None)
        return any(self.decision.is_possible(row) for row in targets)


class DecideOnePage(DecisionPage, RowPage[models.Model]):
    """A decision about one row."""

    route, name = "<path:object_id>/decide/<slug:name>/", "decide_one"
    key = "object_id"

    def find_decision(self, name: str) -> Decision:
        decision = super().find_decision(name)
        if not decision.is_for_one():
            raise Http404
        return decision

    def check(self) -> None:
        super().check()
        if not self.decision.is_for(self.row, self.request.user):
            raise PermissionDenied

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return self.answer([self.row], proofs.typed_before(request))

    post = get


class DecideManyPage(DecisionPage):
    """A decision about the rows ticked in the list, or about none."""

    route, name = "decide/<slug:name>/", "decide_many"

    def find_decision(self, name: str) -> Decision:
        decision = super().find_decision(name)
        if decision.scope is Scope.ROW:
            raise Http404
        return decision

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        typed = proofs.typed_before(request)
        if self.decision.scope is Scope.LIST:
            return self.answer([], typed)
        targets = self.posted_targets(typed or request.POST)
        if not targets:
            messages.warning(request, gettext("Tick at least one row."))
            return HttpResponseRedirect(self.model_admin.list_again_url(request))
        return self.answer(targets, typed)

    post = get

    def posted_targets(self, answers: QueryDict) -> list[models.Model]:
        keys = keys_in(answers.get(TARGETS_FIELD, "").split(","))
        return list(self.model_admin.get_queryset(self.request).filter(pk__in=keys))


class DecisionPageMixin(LeftOf):
    """Gives a ModelAdmin its decisions: buttons, bulk actions and the pages behind them.

    Use it left of the admin base: `class ExpertAdmin(DecisionPageMixin, HistoryModelAdmin)`.
    """

    decisions: Sequence[Decision] = ()
    # In the page and not in its header, where they would push the title out and hide on a phone.
    change_form_outer_before_template = "admin/_decisions.html"

    def get_decisions(self, request: HttpRequest) -> list[Decision]:
        """Return the decisions which this person may take; rows are not considered yet."""
        return [decision for decision in self.decisions if request.user.has_perm(decision.permission)]

    def get_pages(self) -> list[type[StaffPage]]:
        return [DecideManyPage, DecideOnePage, *super().get_pages()]

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        actions: dict[str, Any] = super().get_actions(request)
        if IS_POPUP_VAR in request.GET:
            return actions
        bulk = [decision for decision in self.get_decisions(request) if decision.is_for_many()]
        return actions | {d.name: (_open_bulk_page, d.name, d.label) for d in bulk}

    def get_buttons(self, request: HttpRequest, row: Any = None) -> list[Button]:
        decisions, origin = self.get_decisions(request), self.origin(request)
        if row is None:
            listed = [d for d in decisions if d.scope is Scope.LIST and d.is_possible(None)]
            ours = [_button(d, with_origin(self.url("decide_many", d.name), origin)) for d in listed]
        else:
            by = request.user
            possible = [d for d in decisions if d.is_for_one() and d.is_for(row, by) and d.is_possible(row)]
            ours = [
                _button(
                    d,
                    with_origin(self.url("decide_one", row.pk, d.name), origin),
                    refusal=d.why_not_this_person(row, by),
                )
                for d in possible
            ]
        return [*super().get_buttons(request, row), *ours]

    def finish_decision(
        self, request: HttpRequest, decision: Decision, targets: list[Any], outcome: DecisionOutcome
    ) -> HttpResponse:
        """Say what came of a decision, and lead on."""
        refused_rows = [row for row, _reasons in outcome.refused]
        for row in targets:
            if row not in refused_rows:
                self.log_change(request, row, gettext("Decision: %(label)s.") % {"label": decision.label})
        messages.success(request, str(_done_in_words(decision, targets, outcome)))
        for row, reasons in outcome.refused:
            messages.error(request, _about(row, " ".join(reasons)))
        return HttpResponseRedirect(self.address_after_decision(request, decision, targets, outcome))

    def address_after_decision(
        self, request: HttpRequest, decision: Decision, targets: list[Any], outcome: DecisionOutcome
    ) -> str:
        """Return where a decision leads."""
        if decision.go_to:
            return decision.go_to(outcome.results[0])
        # The decision itself may have taken the row out of this person's sight.
        if len(targets) == 1 and self.get_object(request, str(targets[0].pk)) is not None:
            return self.row_again_url(request, targets[0])
        return self.list_again_url(request)


def _open_bulk_page(
    model_admin: DecisionPageMixin, request: HttpRequest, queryset: models.QuerySet
) -> HttpResponse:
    """Show the page of a decision for the rows ticked in the list; nothing happens yet."""
    page = DecideManyPage.within(model_admin, request, name=request.POST["action"])
    targets = list(queryset)
    return page.show(targets, page.form(targets, None))


def _button(decision: Decision, address: str, *, refusal: StrOrPromise = "") -> Button:
    return Button(
        decision.label,
        address,
        icon=decision.icon,
        variant=decision.variant,
        is_decision=True,
        refusal=refusal,
    )


def _done_in_words(decision: Decision, targets: list[models.Model], outcome: DecisionOutcome) -> StrOrPromise:
    count = len(outcome.results)
    if decision.scope is Scope.EACH and len(targets) > 1:
        text = ngettext("%(label)s: %(count)s row done.", "%(label)s: %(count)s rows done.", count)
        return text % {"label": decision.label, "count": count}
    return decision.done(outcome.results[0]) if callable(decision.done) else decision.done


def _about(row: models.Model | None, reason: str) -> str:
    return labelled(row, reason) if row is not None else reason
