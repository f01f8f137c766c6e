"""How the matching's numbers are shown, and who may be named in public."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping

from django import template

from applications.models import Application, PilotRegion
from core.accounts.models import User
from core.half_days import days_in_words
from matching import wording
from matching.models import Match, RegionProposal

register = template.Library()
register.filter("days_in_words", days_in_words)
register.filter("kept_back", wording.kept_back)


@register.simple_tag
def public_experts(regions: Iterable[PilotRegion]) -> Mapping[int, list[Match]]:
    """Return by region the matches of the experts who agreed to be named in public, in one query."""
    found: dict[int, list[Match]] = defaultdict(list)
    for match in Match.objects.public().filter(region__in=[region.pk for region in regions]):
        found[match.region_id].append(match)
    return found


@register.simple_tag
def matches_of(user: User) -> list[Match]:
    """Return the invitations and matches of a person, those that wait for an answer first, in one query."""
    found = Match.objects.filter(expert__user=user).select_related("region")
    return sorted(found, key=lambda match: not match.is_open)


@register.simple_tag
def has_open_regions() -> bool:
    """Return whether experts may say where they would like to serve."""
    return RegionProposal.objects.open().exists()


@register.simple_tag
def is_team_shown(application: Application, user: User) -> bool:
    """Return whether a team is shown to the person, who leads the application."""
    return RegionProposal.objects.open_to(user).filter(region__application=application).exists()


@register.filter
def of_region(matches: Mapping[int, list[Match]], region: PilotRegion) -> list[Match]:
    return matches.get(region.pk, [])
