"""The pages behind the buttons: what a decision will do, what it asks, what came of it."""

from __future__ import annotations

from collections.abc import Sequence
from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.contrib.admin.options import IS_POPUP_VAR
from django.core.exceptions import PermissionDenied
from django.db import models
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext, ngettext

from core.accounts import proofs
from core.accounts.logged_in import person_at
from core.bases import AdminBase
from core.decisions import Decision, DecisionForm, Outcome, Scope
from core.staff.keys import keys_in

TARGETS_FIELD = "targets"


class DecisionPageMixin(AdminBase):
    """Gives a ModelAdmin its decisions: buttons, bulk actions and the pages behind them.

    Use it left of the admin base: `class ExpertAdmin(DecisionPageMixin, HistoryModelAdmin)`.
    """

    decisions: Sequence[Decision] = ()
    decision_template = "admin/decision.html"
    # In the page and not in its header, where they would push the title out and hide on a phone.
    change_form_outer_before_template = "admin/_decisions.html"

    def get_decisions(self, request: HttpRequest) -> list[Decision]:
        """Return the decisions which this person may take; rows are not considered yet."""
        return [decision for decision in self.decisions if request.user.has_perm(decision.permission)]

    def get_urls(self) -> list[URLPattern]:
        ours = [
            path(
                "decide/<slug:name>/",
                self.admin_site.admin_view(self.decide_many_view),
                name=self._url_name("many"),
            ),
            path(
                "<path:object_id>/decide/<slug:name>/",
                self.admin_site.admin_view(self.decide_one_view),
                name=self._url_name("one"),
            ),
        ]
        return ours + super().get_urls()

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        actions: dict[str, Any] = super().get_actions(request)
        if IS_POPUP_VAR in request.GET:
            return actions
        bulk = [decision for decision in self.get_decisions(request) if decision.is_for_many()]
        return actions | {d.name: (_open_bulk_page, d.name, d.label) for d in bulk}

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> Any:
        row = kwargs.get("obj")
        if row is not None and not context.get("is_popup"):
            possible = [d for d in self.get_decisions(request) if d.is_for_one() and d.is_possible(row)]
            left = {d.name: d.left_to_another(row, person_at(request)) for d in possible}
            context["decision_buttons"] = [
                self._button(d, self._url("one", row.pk, d.name)) for d in possible if not left[d.name]
            ]
            context["left_to_another"] = [words for words in left.values() if words]
        return super().render_change_form(request, context, *args, **kwargs)

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        response = super().changelist_view(request, extra_context)
        if isinstance(response, TemplateResponse) and response.context_data is not None:
            listed = [d for d in self.get_decisions(request) if d.scope is Scope.LIST and d.is_possible(None)]
            buttons = [self._button(d, self._url("many", d.name)) for d in listed]
            response.context_data["actions_list"] = [*response.context_data.get("actions_list", []), *buttons]
        return response

    def decide_one_view(self, request: HttpRequest, object_id: str, name: str) -> HttpResponse:
        decision = self._decision(name)
        row = self.get_object(request, object_id)
        if row is None or not decision.is_for_one():
            raise Http404
        self._check_permission(request, decision, row)
        if decision.needs_proof and (answer := proofs.ask_staff(request, keeps=proofs.WHOLE_FORM)):
            return answer
        return self._page(request, decision, [row], proofs.typed_before(request))

    def decide_many_view(self, request: HttpRequest, name: str) -> HttpResponse:
        decision = self._decision(name)
        if decision.scope is Scope.ROW:
            raise Http404
        self._check_permission(request, decision)
        if decision.needs_proof and (answer := proofs.ask_staff(request, keeps=proofs.WHOLE_FORM)):
            return answer
        typed = proofs.typed_before(request)
        if decision.scope is Scope.LIST:
            return self._page(request, decision, [], typed)
        targets = self._posted_targets(request, typed or request.POST)
        if not targets:
            messages.warning(request, gettext("Tick the rows first."))
            return HttpResponseRedirect(self._list_url())
        return self._page(request, decision, targets, typed)

    def bulk_page(self, request: HttpRequest, name: str, queryset: models.QuerySet) -> HttpResponse:
        """Show the page of a decision for the rows ticked in the list; nothing happens yet."""
        decision = self._decision(name)
        self._check_permission(request, decision)
        return self._render(
            request, decision, list(queryset), self._form(request, decision, list(queryset), None)
        )

    def _page(
        self,
        request: HttpRequest,
        decision: Decision,
        targets: list[models.Model],
        typed: QueryDict | None,
    ) -> HttpResponse:
        is_posted = request.method == "POST"
        form = self._form(request, decision, targets, request.POST if is_posted else typed)
        if not self._possible(decision, targets):
            return self._render(
                request, decision, targets, form, HTTPStatus.CONFLICT if is_posted else HTTPStatus.OK
            )
        if not is_posted or not form.is_valid():
            return self._render(request, decision, targets, form)
        outcome = decision.take(targets, by=person_at(request), answers=form.cleaned_data)
        if outcome.refused and not outcome.results:
            for row, reasons in outcome.refused:
                form.add_error(None, [_about(row, reason) for reason in reasons])
            return self._render(request, decision, targets, form, HTTPStatus.CONFLICT)
        return self._finish(request, decision, targets, outcome)

    def _finish(
        self, request: HttpRequest, decision: Decision, targets: list[models.Model], outcome: Outcome
    ) -> HttpResponse:
        refused_rows = [row for row, _reasons in outcome.refused]
        for row in targets:
            if row not in refused_rows:
                self.log_change(request, row, gettext("Decision: %(label)s.") % {"label": decision.label})
        messages.success(request, _done_in_words(decision, targets, outcome))
        for refused, reasons in outcome.refused:
            messages.error(request, _about(refused, " ".join(reasons)))
        return HttpResponseRedirect(self._address_after(request, decision, targets, outcome))

    def _address_after(
        self, request: HttpRequest, decision: Decision, targets: list[models.Model], outcome: Outcome
    ) -> str:
        if decision.go_to:
            return decision.go_to(outcome.results[0])
        # The decision itself may have taken the row out of this person's sight.
        if len(targets) == 1 and self.get_object(request, str(targets[0].pk)) is not None:
            return self._row_url(targets[0])
        return self._list_url()

    def _render(
        self,
        request: HttpRequest,
        decision: Decision,
        targets: list[models.Model],
        form: DecisionForm,
        status: int = HTTPStatus.OK,
    ) -> HttpResponse:
        left = [words for row in targets if (words := decision.left_to_another(row, person_at(request)))]
        context = {
            **self.admin_site.each_context(request),
            **self._addresses(decision, targets),
            "opts": self.opts,
            "title": decision.label,
            "decision": decision,
            "form": form,
            "targets": targets,
            "target_keys": ",".join(str(row.pk) for row in targets) if decision.is_for_many() else "",
            "impossible": [row for row in targets if not decision.is_possible(row)],
            "is_possible": self._possible(decision, targets) and (not left or len(left) < len(targets)),
            "left_to_another": left,
            "explanations": decision.explanations(targets),
            "media": self.media + form.media,
        }
        if decision.preview_context:
            context |= decision.preview_context(request, targets)
        return TemplateResponse(request, self.decision_template, context, status=status)

    def _addresses(self, decision: Decision, targets: list[models.Model]) -> dict[str, Any]:
        if decision.is_for_one() and len(targets) == 1:
            (row,) = targets
            return {
                "action_url": self._url("one", row.pk, decision.name),
                "back_url": self._row_url(row),
                "object": row,
            }
        return {"action_url": self._url("many", decision.name), "back_url": self._list_url(), "object": None}

    def _form(
        self, request: HttpRequest, decision: Decision, targets: list[models.Model], answers: QueryDict | None
    ) -> DecisionForm:
        return decision.form(answers, request.FILES or None, targets=targets, by=person_at(request))

    def _possible(self, decision: Decision, targets: list[models.Model]) -> bool:
        if decision.scope is Scope.LIST:
            return decision.is_possible(None)
        return any(decision.is_possible(row) for row in targets)

    def _posted_targets(self, request: HttpRequest, answers: QueryDict) -> list[models.Model]:
        keys = keys_in(answers.get(TARGETS_FIELD, "").split(","))
        return list(self.get_queryset(request).filter(pk__in=keys))

    def _decision(self, name: str) -> Decision:
        for decision in self.decisions:
            if decision.name == name:
                return decision
        raise Http404

    def _check_permission(
        self, request: HttpRequest, decision: Decision, row: models.Model | None = None
    ) -> None:
        if not request.user.has_perm(decision.permission) or not self.has_view_permission(request, row):
            raise PermissionDenied

    def _button(self, decision: Decision, address: str) -> dict[str, Any]:
        return {
            "title": decision.label,
            "icon": decision.icon,
            "variant": decision.variant,
            "attrs": {},
            "dialog": None,
            "path": address,
        }

    def _opts_name(self) -> str:
        return f"{self.opts.app_label}_{self.opts.model_name}"

    def _url_name(self, kind: str) -> str:
        return f"{self._opts_name()}_decide_{kind}"

    def _url(self, kind: str, *args: Any) -> str:
        return reverse(f"{self.admin_site.name}:{self._url_name(kind)}", args=args)

    def _row_url(self, row: models.Model) -> str:
        return reverse(f"{self.admin_site.name}:{self._opts_name()}_change", args=[row.pk])

    def _list_url(self) -> str:
        return reverse(f"{self.admin_site.name}:{self._opts_name()}_changelist")


def _open_bulk_page(
    model_admin: DecisionPageMixin, request: HttpRequest, queryset: models.QuerySet
) -> HttpResponse:
    return model_admin.bulk_page(request, request.POST["action"], queryset)


def _done_in_words(decision: Decision, targets: list[models.Model], outcome: Outcome) -> Any:
    count = len(outcome.results)
    if decision.scope is Scope.EACH and len(targets) > 1:
        text = ngettext("%(label)s: %(count)s row.", "%(label)s: %(count)s rows.", count)
        return text % {"label": decision.label, "count": count}
    return decision.done(outcome.results[0]) if callable(decision.done) else decision.done


def _about(row: models.Model | None, reason: str) -> str:
    return f"{row}: {reason}" if row is not None else reason
