"""Whether the frozen input of a run still is what the portal holds, and what has changed, in words."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from matching import snapshots
from matching.enums import RunStatus
from matching.models import MatchRun, Reservation
from matching.wording import Names

Problem = Mapping[str, Any]
ProblemEntry = Mapping[str, Any]

REGION_PARTS = {
    "sides": gettext_lazy("sides of the border and their languages"),
    "working_languages": gettext_lazy("working languages"),
    "needs": gettext_lazy("expertise areas"),
    "team_max": gettext_lazy("maximum team size"),
    "organisations": gettext_lazy("partners"),
    "places": gettext_lazy("regions"),
}
EXPERT_PARTS = {
    "languages": gettext_lazy("languages"),
    "areas": gettext_lazy("expertise areas"),
    "max_regions": gettext_lazy("maximum number of regions"),
    "roles": gettext_lazy("roles"),
    "country": gettext_lazy("country"),
    "organisations": gettext_lazy("organisations"),
    "places": gettext_lazy("home region"),
    "written": gettext_lazy("written languages"),
}
RULE_PARTS = {
    "pinned": gettext_lazy("“Always include” rules, or members who stay in their teams, have changed."),
    "forbidden": gettext_lazy("“Never include” rules, or experts who declined, have changed."),
    "locked": gettext_lazy("Days promised to regions that already have their team have changed."),
    "previous": gettext_lazy("Team members have changed."),
    "wishes": gettext_lazy("Experts’ wishes have changed."),
}


def warnings(run: MatchRun, names: Names, *, today: date) -> list[str]:
    """Return what makes a run out of date; nothing once it ended otherwise or a team is confirmed."""
    if run.status not in (RunStatus.QUEUED, RunStatus.RUNNING, RunStatus.DONE):
        return []
    if run.region_proposals.confirmed().exists():
        return []
    return changes(run, names, today=today)


def changes(run: MatchRun, names: Names, *, today: date) -> list[str]:
    """Return what is different from the input of a run, in words; empty while it is up to date.

    Args:
        run: with its problem.
        names: of experts, regions and areas.
        today: months before its month count for nobody.
    """
    # Taken with what was kept back then, or a reservation of the whole pool would be told of each expert.
    reservations = list(run.reservations.all())
    fresh = snapshots.take(today=today, parameters=run.problem["parameters"], reservations=reservations)
    texts: list[Any] = []
    if snapshots.digest(fresh) != run.problem_sha256:
        texts += _differences(run.problem, fresh, names)
    if set(Reservation.objects.in_force()) != set(reservations):
        texts.append(_("Capacity reserved for a future call has changed."))
    return [str(text) for text in texts]


def _differences(old: Problem, new: Problem, names: Names) -> Iterator[Any]:
    yield from _rows("regions", REGION_PARTS, names.region, old, new)
    yield from _rows("experts", EXPERT_PARTS, names.expert, old, new)
    if old["months"] != new["months"]:
        yield _("The months that count have changed.")
    for key, text in RULE_PARTS.items():
        # Half-days of another month are not a difference of their own.
        if [_without_days(row) for row in old.get(key, [])] != [
            _without_days(row) for row in new.get(key, [])
        ]:
            yield text


def _rows(
    key: str, parts: Mapping[str, Any], name: Callable[[str], str], old: Problem, new: Problem
) -> Iterator[Any]:
    before, after = ({row["id"]: row for row in problem[key]} for problem in (old, new))
    gone, come = (_("%(name)s no longer takes part."), _("%(name)s has been added."))
    yield from (gone % {"name": name(row)} for row in before if row not in after)
    yield from (come % {"name": name(row)} for row in after if row not in before)
    for row in (row for row in before if row in after):
        if changed := list(_changed(before[row], after[row], parts, old["months"], new["months"])):
            yield _("%(name)s has changed: %(parts)s.") % {"name": name(row), "parts": ", ".join(changed)}


def _changed(
    old: ProblemEntry, new: ProblemEntry, parts: Mapping[str, Any], *months: list[str]
) -> Iterator[str]:
    yield from (str(words) for part, words in parts.items() if old.get(part) != new.get(part))
    if _days(old, months[0], set(months[1])) != _days(new, months[1], set(months[0])):
        yield _("days")


def _days(row: ProblemEntry, months: list[str], shared: set[str]) -> dict[str, int]:
    return {m: days for m, days in zip(months, row["half_days"], strict=True) if m in shared}


def _without_days(row: ProblemEntry) -> dict[str, Any]:
    return {key: value for key, value in row.items() if key != "half_days"}
