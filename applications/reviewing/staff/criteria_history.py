"""The versions of the criteria of a call, on its page and each on a page of its own."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import Exists, Model, OuterRef, QuerySet
from django.forms.models import BaseInlineFormSet
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from applications.models import Call, CriteriaVersion, Criterion, Review
from applications.reviewing.criteria_versions import changes_of, with_before
from core.accounts.logged_in import person_at
from core.forms.forms import NOT_ALL_ARRIVED
from core.staff.admin import ReadOnlyInline, RowPage

PERMISSION = "applications.view_criteriaversion"


class CriteriaVersionPage(RowPage[Call]):
    """What one version changed: its texts side by side, and the weighted scores before and after."""

    route, name = "<int:pk>/criteria/versions/<int:number>/", "criteria-version"
    template_name = "admin/applications/criteria_version.html"
    permission = PERMISSION

    def get_title(self) -> str:
        return gettext("Version %(number)s of the criteria") % {"number": self.kwargs["number"]}

    def get(self, request: HttpRequest, pk: int, number: int) -> HttpResponse:
        versions = with_before(self.row.criteria_versions.select_related("made_by"))
        version = next((each for each in versions if each.number == number), None)
        if version is None:
            raise Http404
        return self.render(
            call=self.row,
            version=version,
            changes=changes_of(version),
            totals=self.totals(version),
            back_url=self.model_admin.row_url(self.row),
        )

    def totals(self, version: CriteriaVersion) -> list[tuple[Review, str, str]]:
        """Return the scores that it changed, without those that the person must not see yet."""
        reader = person_at(self.request)
        blind = Review.objects.open_for(reader).values("application")
        reviews = Review.objects.filter(pk__in=version.totals).exclude(application__in=blind)
        rows = reviews.select_related("application", "reviewer").order_by("application__reference", "pk")
        return [(review, *version.totals[str(review.pk)]) for review in rows]


class CriteriaVersionInline(ReadOnlyInline):
    """Who changed the criteria, when, why, and what: one row for each change."""

    model = CriteriaVersion
    fields = readonly_fields = ["version", "made_at", "made_by", "what_changed", "reason"]
    ordering = ["-number"]

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return with_before(super().get_queryset(request)).select_related("made_by")

    @admin.display(description=_("version"))
    def version(self, version: CriteriaVersion) -> str:
        name = f"admin:applications_call_{CriteriaVersionPage.name}"
        address = reverse(name, args=[version.call_id, version.number])
        return format_html('<a class="underline" href="{}">{}</a>', address, version.number)

    @admin.display(description=_("what changed"))
    def what_changed(self, version: CriteriaVersion) -> str:
        lines = ((change.text,) for change in changes_of(version))
        return format_html_join("", '<span class="block">{}</span>', lines) or "–"


def earlier_edits() -> QuerySet[Any]:
    """Return the edits of single criteria from before the portal kept its first version of them."""
    first = CriteriaVersion.objects.filter(
        call=OuterRef("call"), number=1, made_by=None, made_at__gt=OuterRef("history_date")
    )
    edits: QuerySet[Any] = Criterion.history.filter(Exists(first))
    return edits


class EditFormSet(BaseInlineFormSet):
    """Edits have no name on the side of the call, from which Django would take the prefix."""

    default_error_messages = NOT_ALL_ARRIVED

    @classmethod
    def get_default_prefix(cls) -> str:
        return "criterion_edits"


class EarlierEditInline(ReadOnlyInline):
    """Edits of single criteria from before the first version."""

    model = Criterion.history.model
    formset = EditFormSet
    fk_name = "call"
    fields = readonly_fields = [
        "history_date",
        "history_user",
        "history_type",
        "code",
        "title",
        "weight",
        "max_score",
        "threshold",
        "history_change_reason",
    ]
    ordering = ["-history_date", "-history_id"]
    verbose_name_plural = _("changes to criteria before versions were kept")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        rows = super().get_queryset(request).filter(pk__in=earlier_edits())
        return rows.select_related("history_user")

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return request.user.has_perm("applications.view_criterion")
