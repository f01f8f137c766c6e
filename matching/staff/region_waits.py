"""What waits at a pilot region, each with the page where this person sees to it."""

from __future__ import annotations

from collections.abc import Iterator

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from applications.models import PilotRegion
from applications.selecting.querysets import unconfirmed_sides
from core.accounts.models import User
from matching.enums import TeamState
from matching.readiness import MISSING_WORDS
from matching.region_page import RegionTeam

# A text, and where to see to it; no address where this person cannot.
Wait = tuple[str, str]


def of(team: RegionTeam, user: User) -> list[Wait]:
    """Return what waits at the region of a team, in the order of the work; nothing once it has ended."""
    if not team.region.is_active:
        return []
    return [*_before_a_run(team, user), *_of_team(team, user), *_of_answers(team)]


def run_url(user: User) -> str:
    """Return the page that starts a run, or nothing for whoever may start none."""
    if not user.has_perm("matching.run_matching"):
        return ""
    return reverse("admin:matching_matchrun_decide_many", args=["start"])


def _before_a_run(team: RegionTeam, user: User) -> Iterator[Wait]:
    region = team.region
    if region.application.has_held_letter:
        page = reverse("admin:applications_application_change", args=[region.application_id])
        is_seen = user.has_perm("applications.view_application")
        yield (
            _("The letter with the outcome is held: nobody is told of a team before."),
            page if is_seen else "",
        )
    if unconfirmed_sides(PilotRegion.objects.filter(pk=region.pk)).exists():
        page = reverse("admin:applications_pilotregion_decide_one", args=[region.pk, "confirm-sides"])
        may_confirm = user.has_perm("applications.change_pilotregion")
        yield _("The sides and their languages are to be confirmed."), page if may_confirm else ""
    if team.lacks:
        words = ", ".join(str(MISSING_WORDS[item]) for item in team.lacks)
        yield _("No run uses the region before it has: %(missing)s.") % {"missing": words}, ""


def _of_team(team: RegionTeam, user: User) -> Iterator[Wait]:
    last = next(iter(team.proposals), None)
    if last and last.score >= 0 and not last.confirmed_at:
        address = reverse("admin:matching_matchrun_change", args=[last.run_id])
        words = _("A proposed team waits for a second person.")
        yield words, f"{address}#region-{team.region.pk}" if user.has_perm("matching.view_matchrun") else ""
    elif team.state == TeamState.NONE:
        yield _("It has no team yet: a run proposes one."), run_url(user)
    elif team.state == TeamState.INCOMPLETE:
        yield (
            _("A member of the team is missing: a new run fills the place, and keeps who stays."),
            run_url(user),
        )


def _of_answers(team: RegionTeam) -> Iterator[Wait]:
    for member in team.present:
        match = member.match
        if not match.is_open:
            continue
        due = {"expert": match.expert, "date": date_format(localtime(match.answer_by), "j F Y")}
        late, awaited = (
            _("%(expert)s should have answered by %(date)s."),
            _("%(expert)s has until %(date)s to answer."),
        )
        words = late if match.is_overdue else awaited
        yield words % due, reverse("admin:matching_match_change", args=[match.pk])
