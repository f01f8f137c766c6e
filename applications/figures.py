"""Figures, charts and deadlines of the applications, each with what the person may see."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations

from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from applications.enums import PILOT_PLACES, ApplicationStatus, ReviewStatus
from applications.models import Call, Clarification, PilotRegion, Review, Submission
from core.accounts.models import User
from core.charts import Chart, chart
from core.counts import Count
from core.phrases import StrOrPromise
from core.reference.models import Country
from core.reference.words import VocabularyWords, border_pairs
from core.staff.admin import Deadline, Figure

MAX_ROWS = 10
SHOWN_CLARIFICATIONS = 5
DRAFT_OR_GONE = [ApplicationStatus.DRAFT, ApplicationStatus.WITHDRAWN]


class Figures:
    """Numbers, charts and deadlines of the applications, each as far as the rights of the person go.

    Attributes:
        counts: what `numbers` needs, to be counted together with others; empty without the right.
    """

    def __init__(self, user: User, calls: Sequence[Call]) -> None:
        self._user, self._calls = user, calls
        self._sees_all = user.has_perm("applications.view_application")
        self._asked = Count(_asked)
        self._final = Count(_final)
        self._regions = Count(_regions)
        self.counts = [self._asked, self._final, self._regions] if self._sees_all else []

    def deadlines(self) -> Iterator[Deadline]:
        """Yield what has a time still to come: calls, reviews, answers; in a fixed number of queries."""
        if self._user.has_perm("applications.view_call"):
            yield from self._of_calls()
        if self._user.has_perm("applications.screen_application"):
            yield from _of_clarifications()

    def numbers(self) -> list[Figure]:
        """Return the few numbers of the whole programme; empty without the right to see applications."""
        if not self._sees_all:
            return []
        reviews = {"final": self._final.number, "asked": self._asked.number}
        places = {"left": PILOT_PLACES - self._regions.number, "places": PILOT_PLACES}
        by_status = self._submitted.by_status
        every = sum(number for status, number in by_status.items() if status not in DRAFT_OR_GONE)
        return [
            Figure(_("applications submitted"), str(every)),
            Figure(_("awaiting a verdict"), str(by_status[ApplicationStatus.SUBMITTED])),
            Figure(_("reviews done"), _("%(final)s of %(asked)s") % reviews),
            Figure(_("places left"), _("%(left)s of %(places)s") % places),
        ]

    def charts(self) -> list[Chart]:
        """Return charts of all applications, or of a reviewer's own reviews for those who see no others."""
        if self._sees_all:
            found = self._submitted
            return [
                _by_call(self._calls, found.by_call),
                _by_status(found.by_status),
                *_by_place(found.by_countries),
            ]
        if self._user.has_perm("applications.score_review"):
            return [_own_reviews(self._user)]
        return []

    @cached_property
    def _submitted(self) -> _Submitted:
        return _Submitted.now()

    def _of_calls(self) -> Iterator[Deadline]:
        now = timezone.now()
        for call in self._calls:
            address = _page("call", "change", call.pk)
            times = [(_("%(call)s opens"), call.opens_at), (_("%(call)s closes"), call.closes_at)]
            if self._user.has_perm("applications.view_review"):
                times.append((_("%(call)s: reviews due"), call.reviews_due_at))
            for text, at in times:
                if at and at > now:
                    yield Deadline(text % {"call": call.title}, at, address)


def _asked() -> models.QuerySet[Review]:
    return Review.objects.exclude(status__in=[ReviewStatus.CONFLICTED, ReviewStatus.WITHDRAWN])


def _final() -> models.QuerySet[Review]:
    return Review.objects.filter(status=ReviewStatus.SUBMITTED)


def _regions() -> models.QuerySet[PilotRegion]:
    return PilotRegion.objects.active()


@dataclass(frozen=True)
class _Submitted:
    """Submitted applications: by status; by call and by countries of the partners without those withdrawn."""

    by_status: Counter[str]
    by_call: Counter[int]
    by_countries: Counter[tuple[str, ...]]

    @classmethod
    def now(cls) -> _Submitted:
        """Count them; one query, in which PostgreSQL groups them."""
        found = cls(Counter(), Counter(), Counter())
        for call, status, countries, number in Submission.objects.count_by_call_status_countries():
            found.by_status[status] += number
            if status not in DRAFT_OR_GONE:
                found.by_call[call] += number
                found.by_countries[tuple(sorted({code for code in countries if code}))] += number
        return found


def _of_clarifications() -> Iterator[Deadline]:
    awaited = Clarification.objects.awaiting().filter(due_at__gt=timezone.now())
    for row in awaited.select_related("application").order_by("due_at")[:SHOWN_CLARIFICATIONS]:
        text = _("Clarification due: %(reference)s") % {"reference": row.application.reference}
        yield Deadline(text, row.due_at, _page("application", "change", row.application_id))


def _by_call(calls: Sequence[Call], found: Counter[int]) -> Chart:
    counts = [(str(call.title), found[call.pk], _list(f"call__id__exact={call.pk}")) for call in calls]
    return chart("call", _("Applications by call"), _("Call"), counts, unit=_("Applications"))


def _by_status(found: Counter[str]) -> Chart:
    counts = [
        (status.label, found[status], _list(f"status__exact={status}"))
        for status in ApplicationStatus
        if status in found
    ]
    return chart("status", _("Applications by status"), _("Status"), counts, unit=_("Applications"))


def _by_place(found: Counter[tuple[str, ...]]) -> list[Chart]:
    """Count each application once for each country of its partners, and for each border between two."""
    countries: Counter[str] = Counter()
    pairs: Counter[tuple[str, str]] = Counter()
    borders = border_pairs()
    for codes, number in found.items():
        for code in codes:
            countries[code] += number
        for pair in combinations(codes, 2):
            if pair in borders:
                pairs[pair] += number
    words = VocabularyWords()
    names = {code: words.here(Country, code) for code in countries}
    by_country = [(names[code], n, _list(f"country={code}")) for code, n in countries.items()]
    by_border = [(f"{names[a]} – {names[b]}", n, _list(f"border={a}-{b}")) for (a, b), n in pairs.items()]
    return [
        _most("country", _("Applications by country"), _("Partner’s country"), by_country),
        _most("border", _("Applications by border"), _("Border"), by_border),
    ]


def _most(key: str, title: StrOrPromise, rows: StrOrPromise, counts: Sequence[tuple[str, int, str]]) -> Chart:
    note: StrOrPromise = _("An application counts in each of its countries and borders.")
    if len(counts) > MAX_ROWS:
        note = _("Top %(shown)s of %(all)s. An application counts in every row that applies to it.") % {
            "shown": MAX_ROWS,
            "all": len(counts),
        }
    most = sorted(counts, key=lambda row: (-row[1], row[0]))[:MAX_ROWS]
    return chart(key, title, rows, most, unit=_("Applications"), note=note)


def _own_reviews(user: User) -> Chart:
    rows = Review.objects.assigned_to(user).order_by().values_list("status").annotate(models.Count("pk"))
    found = dict(rows)
    address = reverse("admin:applications_review_changelist")
    counts = [
        (status.label, found[status], f"{address}?status__exact={status}")
        for status in ReviewStatus
        if status in found
    ]
    return chart("reviews", _("My reviews by status"), _("Status"), counts, unit=_("Reviews"))


def _list(query: str) -> str:
    return f"{reverse('admin:applications_application_changelist')}?{query}"


def _page(model: str, page: str, key: int) -> str:
    return reverse(f"admin:applications_{model}_{page}", args=[key])
