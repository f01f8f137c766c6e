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
from applications.models import PilotRegion, Submission
from core.translated.texts import TranslatedText
from matching.models import Match
from matching.wording.names import Names
from matching.wording.reasons import sentence

TEXTS = ("territory_description", "challenges_description", "ambition", "support_description")


@dataclass(frozen=True)
class BriefingAnswer:
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

    texts: list[BriefingAnswer]
    partners: list[str]
    teammates: list[Match]
    contact: Any
    has_addresses: bool
    reasons: list[str]


class RegionBriefing:
    """What is told of a region: read once, however many of its experts are told."""

    def __init__(self, region: PilotRegion) -> None:
        application = region.application
        version = Submission.objects.filter(application=application).order_by("-number").first()
        lead = application.members.select_related("user").filter(role=MemberRole.LEAD).first()
        self._snapshot = version.snapshot if version else {"sections": []}
        self._contact = lead and lead.user
        self._team = list(region.matches.current().select_related("expert__user"))
        self._names: dict[str, Names] = {}

    def to(self, match: Match) -> Briefing:
        """Return what the expert of a match with the region is told, in the language that is active."""
        return Briefing(
            texts=_texts(self._snapshot),
            partners=[_partner(row) for row in snapshots.partners(self._snapshot) if row["name"]],
            teammates=[other for other in self._team if other.pk != match.pk],
            contact=self._contact,
            has_addresses=match.is_accepted,
            reasons=self._reasons(match),
        )

    def _reasons(self, match: Match) -> list[str]:
        facts = [
            fact for fact in (match.proposal.contributes if match.proposal else []) if fact["points"] > 0
        ]
        by_points = sorted(facts, key=lambda fact: -fact["points"])
        return [sentence(fact, self._names_now()) for fact in by_points]

    def _names_now(self) -> Names:
        """Return the names in the language that is active, which those who are told need not share."""
        language = get_language() or ""
        if language not in self._names:
            self._names[language] = Names.load(experts={}, regions={})
        return self._names[language]


def _texts(snapshot: snapshots.Snapshot) -> list[BriefingAnswer]:
    asked = {question["name"]: question for question in snapshots.questions(snapshot)}
    return [
        BriefingAnswer(str(TranslatedText(asked[name]["label"])), asked[name]["value"])
        for name in TEXTS
        if name in asked and asked[name]["value"]
    ]


def _partner(row: dict[str, Any]) -> str:
    unit = row["unit"]
    return f"{row['name']}, {unit['name']} ({unit['country']})" if unit else row["name"]
