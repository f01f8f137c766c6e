"""Reviewers in balance: staff choose, see who would get what, and save what they saw."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from http import HTTPStatus
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from applications.applying.querysets import with_latest_version
from applications.enums import ApplicationStatus
from applications.models import Application, Call
from applications.reviewing import balancing
from applications.reviewing.actions.balancing import PlanHasChanged, assign_in_balance
from applications.reviewing.balancing import MAX_APPLICATIONS, ReviewPlan, Wish
from applications.reviewing.querysets import reviewers
from core.accounts.logged_in import person_at
from core.keys import is_key, keys_in
from core.known_types import known_as
from core.lists.addresses import with_origin
from core.phrases import StrOrPromise
from core.staff.admin import Button, DecisionForm, ImpactModelAdmin, StaffPage

PERMISSION = "applications.assign_review"
ACTION = "balance"


class BalanceForm(DecisionForm[Application]):
    """What is wished for: the eligible applications of a call, or those that were ticked in the list."""

    call = forms.ModelChoiceField(label=_("Call"), queryset=Call.objects.none())
    reviewer_ids = forms.MultipleChoiceField(
        label=_("Reviewers"),
        help_text=_("All reviewers are ticked. You can add other staff who may score."),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least one reviewer.")},
    )
    wanted = forms.IntegerField(
        label=_("Reviews per application"),
        help_text=_("Leave empty to use the call’s number. Reviewers who are already assigned count."),
        required=False,
        min_value=1,
        max_value=9,
    )
    most = forms.IntegerField(
        label=_("Maximum reviews per reviewer"),
        help_text=_(
            "In these calls. Includes reviews they already have. Leave empty for no "
            "limit; reviews are shared as evenly as possible."
        ),
        required=False,
        min_value=1,
        max_value=10_000,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = list(reviewers())
        asked = known_as(self.fields["reviewer_ids"], forms.MultipleChoiceField)
        asked.choices = [(person.pk, person.get_full_name()) for person in people]
        asked.initial = [person.pk for person in people if person.is_reviewer]
        known_as(self.fields["call"], forms.ModelChoiceField).queryset = Call.objects.with_eligible()
        if self.targets:
            del self.fields["call"]

    def clean(self) -> dict[str, Any]:
        answers = super().clean()
        if not self.errors and len(self.application_ids) > MAX_APPLICATIONS:
            raise ValidationError(
                _("Choose up to %(count)s applications at once. Filter the list and tick fewer.")
                % {"count": MAX_APPLICATIONS}
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


class BalancePage(StaffPage):
    """Asks, proposes, saves: only "Save" writes, and only what was shown."""

    route, name = "balance/", "balance"
    title = _("Assign reviewers automatically")
    template_name = "admin/applications/balance.html"
    permission = PERMISSION

    def get(self, request: HttpRequest) -> HttpResponse:
        initial = {"call": request.GET.get("call")}
        return self.show(BalanceForm(targets=[], by=request.user, initial=initial))

    def post(self, request: HttpRequest) -> HttpResponse:
        keys = keys_in(request.POST.get("targets", "").split(","))
        form = BalanceForm(request.POST, targets=_named(keys), by=request.user)
        if not form.is_valid():
            return self.show(form)
        return self.save(form) if "save" in request.POST else self.show(form, plan=balancing.plan(form.wish))

    def save(self, form: BalanceForm) -> HttpResponse:
        shown = self.request.POST.get("fingerprint", "")
        try:
            plan = assign_in_balance(wish=form.wish, fingerprint=shown, by=person_at(self.request))
        except PlanHasChanged:
            return self.show(form, plan=balancing.plan(form.wish), has_changed=True)
        messages.success(self.request, _in_words(plan))
        return HttpResponseRedirect(reverse("admin:applications_review_changelist"))

    def show(
        self, form: BalanceForm, *, plan: ReviewPlan | None = None, has_changed: bool = False
    ) -> HttpResponse:
        return self.render(
            form=form,
            status=HTTPStatus.CONFLICT if has_changed else HTTPStatus.OK,
            plan=plan,
            preview_variant="default" if plan and plan.is_ready and plan.count else "primary",
            has_changed=has_changed,
            targets=form.targets,
            left_out=[row for row in form.targets if row.status != ApplicationStatus.ELIGIBLE],
            target_keys=",".join(str(row.pk) for row in form.targets),
            back_url=self.model_admin.list_again_url(self.request),
        )


def buttons(model_admin: ImpactModelAdmin, request: HttpRequest) -> list[Button]:
    """Return the way to the page above the list of applications, with the call that the list is about."""
    if not request.user.has_perm(PERMISSION):
        return []
    call = request.GET.get("call__id__exact", "")
    address = model_admin.url(BalancePage.name) + (f"?call={call}" if is_key(call) else "")
    return [Button(BalancePage.title, with_origin(address, model_admin.origin(request)), icon="balance")]


def actions(request: HttpRequest) -> dict[str, tuple[Callable[..., Any], str, StrOrPromise]]:
    """Return what may be done with ticked applications."""
    return (
        {ACTION: (_open_for_ticked, ACTION, BalancePage.title)} if request.user.has_perm(PERMISSION) else {}
    )


def _open_for_ticked(
    model_admin: ImpactModelAdmin, request: HttpRequest, queryset: QuerySet[Application]
) -> HttpResponse:
    targets = _named([row.pk for row in queryset])
    return BalancePage.within(model_admin, request).show(BalanceForm(targets=targets, by=request.user))


def _named(keys: Sequence[int]) -> list[Application]:
    """Return applications with what names them."""
    if not keys:
        return []
    rows = with_latest_version(Application.objects.filter(pk__in=keys))
    return list(rows.select_related("call").order_by("reference"))


def _in_words(plan: ReviewPlan) -> str:
    people = sum(bool(seat.applications) for seat in plan.seats)
    reviews = ngettext("%(count)s review assigned", "%(count)s reviews assigned", plan.count)
    told = ngettext("%(count)s reviewer will be told.", "%(count)s reviewers will be told.", people)
    return f"{reviews % {'count': plan.count}}; {told % {'count': people}}"
