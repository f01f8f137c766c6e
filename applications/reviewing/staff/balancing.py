"""Reviewers in balance: staff choose, see who would get what, and save what they saw."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from applications.enums import ApplicationStatus
from applications.models import Application, Call
from applications.reviewing import balancing
from applications.reviewing.actions.balancing import PlanHasChanged, assign_in_balance
from applications.reviewing.balancing import MOST_APPLICATIONS, Plan, Wish
from applications.reviewing.reviewers import reviewers
from core.exporting import button_to
from core.staff.admin import DecisionForm
from core.staff.keys import is_key, keys_in

PERMISSION = "applications.assign_review"
ACTION = "balance"


class BalanceForm(DecisionForm):
    """What is wished for: the eligible applications of a call, or those that were ticked in the list."""

    call = forms.ModelChoiceField(label=_("Call"), queryset=Call.objects.none())
    reviewer_ids = forms.MultipleChoiceField(
        label=_("Reviewers"),
        help_text=_("Ticked are all with the role of a reviewer; who else may score can be added."),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least one reviewer.")},
    )
    wanted = forms.IntegerField(
        label=_("Reviews per application"),
        help_text=_("Empty: as many as the call wants. Reviewers who are assigned already count."),
        required=False,
        min_value=1,
        max_value=9,
    )
    most = forms.IntegerField(
        label=_("Most reviews for one reviewer"),
        help_text=_("In these calls, with those of before. Empty: any number, but as even as can be."),
        required=False,
        min_value=1,
        max_value=10_000,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = list(reviewers())
        self.fields["reviewer_ids"].choices = [(person.pk, person.get_full_name()) for person in people]
        self.fields["reviewer_ids"].initial = [person.pk for person in people if person.is_reviewer]
        self.fields["call"].queryset = Call.objects.with_eligible()
        if self.targets:
            del self.fields["call"]

    def clean(self) -> dict[str, Any]:
        answers = super().clean()
        if not self.errors and len(self.application_ids) > MOST_APPLICATIONS:
            raise ValidationError(
                _("At most %(count)s applications at once: filter the list and tick fewer.")
                % {"count": MOST_APPLICATIONS}
            )
        return answers

    @property
    def application_ids(self) -> tuple[int, ...]:
        if self.targets:
            return tuple(application.pk for application in self.targets)
        rows = Application.objects.eligible().filter(call=self.cleaned_data["call"])
        return tuple(rows.order_by("pk").values_list("pk", flat=True))

    @property
    def wish(self) -> Wish:
        data = self.cleaned_data
        people = tuple(int(key) for key in data["reviewer_ids"])
        return Wish(self.application_ids, people, data["wanted"], data["most"])


class BalancingMixin:
    """Gives the list of applications the page; use it left of `DecisionPageMixin`."""

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.balance_view)
        return [path("balance/", view, name="applications_application_balance"), *super().get_urls()]

    def get_actions(self, request: HttpRequest) -> dict[str, tuple]:
        actions = super().get_actions(request)
        if request.user.has_perm(PERMISSION):
            actions |= {ACTION: (_open_for_ticked, ACTION, _("Assign reviewers in balance"))}
        return actions

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        response = super().changelist_view(request, extra_context)
        context = getattr(response, "context_data", None)
        if context is not None and request.user.has_perm(PERMISSION):
            call = request.GET.get("call__id__exact", "")
            address = reverse("admin:applications_application_balance")
            address += f"?call={call}" if is_key(call) else ""
            button = button_to(_("Assign reviewers in balance"), address, icon="balance")
            context["actions_list"] = [button, *context.get("actions_list", [])]
        return response

    def balance_view(self, request: HttpRequest) -> HttpResponse:
        """Ask, propose, save: only "Save" writes, and only what was shown."""
        if not request.user.has_perm(PERMISSION) or not self.has_view_permission(request):
            raise PermissionDenied
        targets = self._ticked(request)
        if request.method != "POST":
            form = BalanceForm(targets=targets, by=request.user, initial={"call": request.GET.get("call")})
            return self.render_balance(request, form)
        form = BalanceForm(request.POST, targets=targets, by=request.user)
        if not form.is_valid():
            return self.render_balance(request, form)
        if "save" in request.POST:
            return self._save(request, form)
        return self.render_balance(request, form, plan=balancing.plan(form.wish))

    def render_balance(
        self,
        request: HttpRequest,
        form: BalanceForm,
        *,
        plan: Plan | None = None,
        has_changed: bool = False,
    ) -> HttpResponse:
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _now("Assign reviewers in balance"),
            "form": form,
            "plan": plan,
            "preview_variant": "default" if plan and plan.count else "primary",
            "has_changed": has_changed,
            "targets": form.targets,
            "left_out": [row for row in form.targets if row.status != ApplicationStatus.ELIGIBLE],
            "target_keys": ",".join(str(row.pk) for row in form.targets),
            "back_url": reverse("admin:applications_application_changelist"),
            "media": self.media + form.media,
        }
        status = HTTPStatus.CONFLICT if has_changed else HTTPStatus.OK
        return TemplateResponse(request, "admin/applications/balance.html", context, status=status)

    def _save(self, request: HttpRequest, form: BalanceForm) -> HttpResponse:
        shown = request.POST.get("fingerprint", "")
        try:
            plan = assign_in_balance(wish=form.wish, fingerprint=shown, by=request.user)
        except PlanHasChanged as change:
            return self.render_balance(request, form, plan=change.plan, has_changed=True)
        messages.success(request, _in_words(plan))
        return HttpResponseRedirect(reverse("admin:applications_review_changelist"))

    def _ticked(self, request: HttpRequest) -> list[Application]:
        keys = keys_in(request.POST.get("targets", "").split(","))
        return _named(self.model.objects.filter(pk__in=keys)) if keys else []


def _named(rows: QuerySet) -> list[Application]:
    """Return the applications with what names them."""
    return list(rows.with_latest_version().select_related("call").order_by("reference"))


def _open_for_ticked(model_admin: BalancingMixin, request: HttpRequest, queryset: QuerySet) -> HttpResponse:
    targets = _named(model_admin.model.objects.filter(pk__in=[row.pk for row in queryset]))
    return model_admin.render_balance(request, BalanceForm(targets=targets, by=request.user))


def _in_words(plan: Plan) -> str:
    people = sum(bool(seat.applications) for seat in plan.seats)
    reviews = ngettext("%(count)s review assigned", "%(count)s reviews assigned", plan.count)
    told = ngettext("%(count)s reviewer is told.", "%(count)s reviewers are told.", people)
    return f"{reviews % {'count': plan.count}}; {told % {'count': people}}"
