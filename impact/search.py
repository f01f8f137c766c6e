"""What the search of the administration finds: the rows of the lists that a person may see, in groups."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.contrib import admin
from django.db import OperationalError
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.text import capfirst

from applications.models import Application, Call, PilotRegion, Review, Submission
from applications.models.submissions import partner_words
from core.accounts.models import User
from core.phrases import StrOrPromise
from core.staff.finding import SearchSource, clean, find
from core.time_limits import after, queries_end_at
from core.translated.fields import AllLanguages
from experts.models import Expert, ExpertOrganisation
from newsletter.models import Bulletin

# For all groups of one search together; a default, to confirm.
TIMEOUT_MILLISECONDS = 2000
AT_ONCE, ON_THE_PAGE = 4, 20


@dataclass(frozen=True)
class SearchedList:
    """Rows of one list.

    Args:
        sources: where they are found: of rows that the list has, for whoever may see it.
        is_personal: whether the list shows other rows to each person.
        unless: a permission with which somebody finds more by another kind.
    """

    model: type[Model]
    icon: str
    sources: tuple[SearchSource, ...]
    is_personal: bool = False
    unless: str = ""

    @property
    def title(self) -> StrOrPromise:
        return capfirst(str(self.model._meta.verbose_name_plural))


def _organisations_of_experts() -> QuerySet[ExpertOrganisation]:
    return ExpertOrganisation.objects.filter(expert__in=Expert.objects.ever_sent().values("pk"))


SEARCHED = [
    SearchedList(
        Application,
        "inbox",
        (
            SearchSource(Application.objects.submitted, "reference"),
            SearchSource(Submission.objects.latest_versions, "title", "application"),
            SearchSource(Submission.objects.latest_versions, partner_words(), "application"),
            SearchSource(Application.objects.submitted, "members__user__name"),
            SearchSource(Application.objects.submitted, "members__user__email"),
        ),
    ),
    # A reviewer knows an application by its reference alone before there is no conflict.
    SearchedList(
        Review,
        "rate_review",
        (SearchSource(Review.objects.all, "application__reference"),),
        is_personal=True,
        unless="applications.view_application",
    ),
    SearchedList(
        PilotRegion,
        "map",
        (
            SearchSource(PilotRegion.objects.all, "name"),
            SearchSource(PilotRegion.objects.all, "application__reference"),
        ),
    ),
    SearchedList(
        Expert,
        "badge",
        (
            SearchSource(Expert.objects.ever_sent, "name"),
            SearchSource(Expert.objects.ever_sent, "user__email"),
            SearchSource(_organisations_of_experts, "name", "expert"),
        ),
    ),
    SearchedList(
        User, "group", (SearchSource(User.objects.all, "name"), SearchSource(User.objects.all, "email"))
    ),
    SearchedList(Call, "campaign", (SearchSource(Call.objects.all, AllLanguages("title")),)),
    SearchedList(Bulletin, "newspaper", (SearchSource(Bulletin.objects.all, AllLanguages("subject")),)),
]


@dataclass(frozen=True)
class FoundRow:
    title: str
    url: str


@dataclass(frozen=True)
class FoundGroup:
    """The rows of one kind, the best first; `has_more`: there may be others."""

    title: StrOrPromise
    icon: str
    rows: list[FoundRow]
    has_more: bool


@dataclass(frozen=True)
class FoundRows:
    """What a typed text may mean to one person; not `is_complete` if the time was over before."""

    text: str
    groups: list[FoundGroup]
    is_complete: bool = True

    @property
    def page(self) -> str:
        """The address of the page with all of it."""
        return f"{reverse('admin:find')}?{urlencode({'s': self.text})}"

    @property
    def count(self) -> int:
        return sum(len(group.rows) for group in self.groups)


def found_for(request: HttpRequest, typed: str, *, limit: int) -> FoundRows:
    """Return what a person may see of what a text may mean, in groups of at most `limit` rows.

    Args:
        typed: anything; its first hundred characters count.
    """
    text = clean(typed)
    groups: list[FoundGroup] = []
    if not text:
        return FoundRows("", groups)
    try:
        with queries_end_at(after(TIMEOUT_MILLISECONDS)):
            groups.extend(_groups(request, text, limit))
    except OperationalError:
        return FoundRows(text, groups, is_complete=False)
    return FoundRows(text, groups)


def _groups(request: HttpRequest, text: str, limit: int) -> Iterator[FoundGroup]:
    for kind in SEARCHED:
        model_admin = admin.site.get_model_admin(kind.model)
        is_left_out = kind.unless and request.user.has_perm(kind.unless)
        if is_left_out or not model_admin.has_view_permission(request):
            continue
        if rows := _rows(request, kind, model_admin, text, limit + 1):
            yield FoundGroup(kind.title, kind.icon, rows[:limit], has_more=len(rows) > limit)


def _rows(
    request: HttpRequest, kind: SearchedList, model_admin: admin.ModelAdmin[Any], text: str, limit: int
) -> list[FoundRow]:
    """Return the rows that the list of this person has, and no others, in the order of `find`."""
    seen = model_admin.get_queryset(request)
    # What the list of this person leaves out must not push out what it has.
    keys = find(kind.sources, text, limit, among=seen if kind.is_personal else None)
    by_key = {row.pk: row for row in seen.filter(pk__in=keys)} if keys else {}
    options = kind.model._meta
    name = f"admin:{options.app_label}_{options.model_name}_change"
    return [FoundRow(str(by_key[key]), reverse(name, args=[key])) for key in keys if key in by_key]
