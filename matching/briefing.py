"""What an invitation tells an expert: the region as it applied, partners, team, contact, and why the expert.

Teams are confirmed only once the region knows its outcome (`actions.confirm_teams`), and what is told here is
of the version that was selected: nothing that the applicants have not sent, and nothing before they know.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import get_language

from applications.applying import snapshots
from applications.enums import MemberRole
from applications.models import Submission
from matching.models import Match
from matching.wording.names import Names
from matching.wording.reasons import sentence

TEXTS = ("territory_description", "challenges_description", "ambition", "support_description")


@dataclass(frozen=True)
class Told:
    """An answer of the applicants under its question."""

    heading: str
    text: str


@dataclass(frozen=True)
class Briefing:
    """Words for a page or an e-mail, in the language that is active.

    texts: what the applicants wrote of the territory.
    partners: name and region of each.
    teammates: matches of the others who were invited to the team, or are in it.
    contact: who leads the application.
    has_addresses: whether the e-mail addresses of contact and teammates may be shown: once both sides agreed.
    reasons: what the expert brings, in sentences.
    """

    texts: list[Told]
    partners: list[str]
    teammates: list[Match]
    contact: Any
    has_addresses: bool
    reasons: list[str]


def of(match: Match) -> Briefing:
    """Return what the expert of a match is told, in a fixed number of queries."""
    application = match.region.application
    version = Submission.objects.filter(application=application).order_by("-number").first()
    snapshot = version.snapshot if version else {"sections": []}
    lead = application.members.select_related("user").filter(role=MemberRole.LEAD).first()
    others = match.region.matches.standing().exclude(pk=match.pk)
    return Briefing(
        texts=_texts(snapshot),
        partners=[_partner(row) for row in snapshots.partners(snapshot) if row["name"]],
        teammates=list(others.select_related("expert__user")),
        contact=lead and lead.user,
        has_addresses=match.is_accepted,
        reasons=_reasons(match),
    )


def _texts(snapshot: snapshots.Snapshot) -> list[Told]:
    asked = {question["name"]: question for question in snapshots.questions(snapshot)}
    return [
        Told(_in_language(asked[name]["label"]), asked[name]["value"])
        for name in TEXTS
        if name in asked and asked[name]["value"]
    ]


def _in_language(words: dict[str, str]) -> str:
    is_french = (get_language() or "").startswith("fr")
    return words["fr" if is_french else "en"]


def _partner(row: dict[str, Any]) -> str:
    unit = row["unit"]
    return f"{row['name']}, {unit['name']} ({unit['country']})" if unit else row["name"]


def _reasons(match: Match) -> list[str]:
    facts = [fact for fact in (match.proposal.contributes if match.proposal else []) if fact["points"] > 0]
    names = Names.load(experts={}, regions={}) if facts else None
    return [sentence(fact, names) for fact in sorted(facts, key=lambda fact: -fact["points"])]
