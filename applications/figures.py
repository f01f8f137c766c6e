"""Figures, charts and deadlines of the applications, each with what the person may see."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import combinations
from typing import Any

from django.db.models import Count, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from applications.enums import PILOT_PLACES, ApplicationStatus, ReviewStatus
from applications.models import Application, Call, Clarification, PilotRegion, Review, Submission
from core.accounts.models import User
from core.charts import Chart, chart
from core.reference.models import Country, CountryBorder
from core.staff.admin import Deadline, Figure

MAX_ROWS = 10
SHOWN_CLARIFICATIONS = 5
DRAFT_OR_GONE = [ApplicationStatus.DRAFT, ApplicationStatus.WITHDRAWN]


def deadlines_for(user: User) -> Iterator[Deadline]:
    """Yield what has a time still to come: calls, reviews, answers; in a fixed number of queries."""
    if user.has_perm("applications.view_call"):
        yield from _of_calls(user)
    if user.has_perm("applications.screen_application"):
        awaited = Clarification.objects.awaiting().filter(due_at__gt=timezone.now())
        for row in awaited.select_related("application").order_by("due_at")[:SHOWN_CLARIFICATIONS]:
            text = _("Answer to a question: %(reference)s") % {"reference": row.application.reference}
            yield Deadline(text, row.due_at, _page("application", "change", row.application_id))


def figures_for(user: User) -> list[Figure]:
    """Return the few numbers of the whole programme; empty without the right to see applications."""
    if not user.has_perm("applications.view_application"):
        return []
    counted_rows = Application.objects.submitted().exclude(status__in=DRAFT_OR_GONE)
    counted = counted_rows.aggregate(
        every=Count("pk"),
        eligible=Count("pk", Q(status=ApplicationStatus.ELIGIBLE)),
        waiting=Count("pk", Q(status=ApplicationStatus.SUBMITTED)),
    )
    reviews = Review.objects.aggregate(
        asked=Count("pk", ~Q(status__in=[ReviewStatus.CONFLICTED, ReviewStatus.WITHDRAWN])),
        final=Count("pk", Q(status=ReviewStatus.SUBMITTED)),
    )
    left = PilotRegion.objects.places_left()
    return [
        Figure(_("applications submitted"), str(counted["every"])),
        Figure(_("of them to screen"), str(counted["waiting"])),
        Figure(_("reviews done"), _("%(final)s of %(asked)s") % reviews),
        Figure(_("places left"), _("%(left)s of %(places)s") % {"left": left, "places": PILOT_PLACES}),
    ]


def charts_for(user: User) -> list[Chart]:
    """Return charts of all applications, or of a reviewer's own reviews for those who see no others."""
    if user.has_perm("applications.view_application"):
        return [_by_call(), _by_status(), *_by_place()]
    if user.has_perm("applications.score_review"):
        return [_own_reviews(user)]
    return []


def _of_calls(user: User) -> Iterator[Deadline]:
    now = timezone.now()
    for call in Call.objects.all():
        address = _page("call", "change", call.pk)
        times = [(_("%(call)s opens"), call.opens_at), (_("%(call)s closes"), call.closes_at)]
        if user.has_perm("applications.view_review"):
            times.append((_("%(call)s: reviews due"), call.reviews_due_at))
        for text, at in times:
            if at and at > now:
                yield Deadline(text % {"call": call.title}, at, address)


def _by_call() -> Chart:
    submitted = Count(
        "applications",
        Q(applications__submissions__number=1) & ~Q(applications__status__in=DRAFT_OR_GONE),
    )
    calls = Call.objects.annotate(submitted_count=submitted).order_by("number")
    counts = [(str(c.title), c.submitted_count, _list(f"call__id__exact={c.pk}")) for c in calls]
    return chart("call", _("Applications by call"), _("Call"), counts, unit=_("Applications"))


def _by_status() -> Chart:
    rows = Application.objects.submitted().order_by().values_list("status").annotate(Count("pk"))
    found = dict(rows)
    counts = [
        (status.label, found[status], _list(f"status__exact={status}"))
        for status in ApplicationStatus
        if status in found
    ]
    return chart("status", _("Applications by status"), _("Status"), counts, unit=_("Applications"))


def _by_place() -> list[Chart]:
    """Count each application once for each country of its partners, and for each border between two."""
    versions = Submission.objects.latest_versions().exclude(application__status__in=DRAFT_OR_GONE)
    codes = [sorted({code for code in row if code}) for row in versions.values_list("countries", flat=True)]
    borders = set(CountryBorder.objects.values_list("a", "b"))
    names = {country.pk: str(country) for country in Country.objects.all()}
    countries = Counter(code for row in codes for code in row)
    pairs = Counter(pair for row in codes for pair in combinations(row, 2) if pair in borders)
    by_country = [(names[code], n, _list(f"country={code}")) for code, n in countries.most_common()]
    by_border = [
        (f"{names[a]} – {names[b]}", n, _list(f"border={a}-{b}")) for (a, b), n in pairs.most_common()
    ]
    return [
        _most("country", _("Applications by country"), _("Country of a partner"), by_country),
        _most("border", _("Applications by border"), _("Border"), by_border),
    ]


def _most(key: str, title: Any, rows: Any, counts: Sequence[tuple[str, int, str]]) -> Chart:
    note = _("An application counts in each of its countries and borders.")
    if len(counts) > MAX_ROWS:
        note = _("The %(shown)s with most of %(all)s. An application counts in each of its own.") % {
            "shown": MAX_ROWS,
            "all": len(counts),
        }
    return chart(key, title, rows, counts[:MAX_ROWS], unit=_("Applications"), note=note)


def _own_reviews(user: User) -> Chart:
    rows = Review.objects.assigned_to(user).order_by().values_list("status").annotate(Count("pk"))
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
