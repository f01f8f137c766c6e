"""Possible conflicts of interest between a reviewer and an application, found from what is on record.

A finding informs the person who assigns, and the reviewer's own declaration stays decisive. Only
working on the application oneself rules a reviewer out.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext

from applications.models import Application, Member, ReviewerProfile, Submission
from core.accounts.models import User
from core.reference.names import fold

# Addresses there say nothing of an employer. Common ones; a missed one only adds a hint.
PRIVATE_MAIL = frozenset(
    {
        "gmail.com",
        "googlemail.com",
        "outlook.com",
        "hotmail.com",
        "live.com",
        "yahoo.com",
        "yahoo.fr",
        "icloud.com",
        "me.com",
        "proton.me",
        "protonmail.com",
        "gmx.de",
        "gmx.net",
        "gmx.at",
        "web.de",
        "t-online.de",
        "orange.fr",
        "wanadoo.fr",
        "free.fr",
        "laposte.net",
        "libero.it",
        "wp.pl",
        "o2.pl",
        "seznam.cz",
        "abv.bg",
        "freemail.hu",
        "mail.com",
        "aol.com",
    }
)


@dataclass(frozen=True)
class ConflictOfInterest:
    """Something that people should look at; `is_bar` if it rules the reviewer out."""

    text: str
    is_bar: bool = False


def find(
    *, reviewers: Iterable[User], applications: Iterable[Application]
) -> dict[tuple[int, int], list[ConflictOfInterest]]:
    """Return what is known between reviewers and applications, in a fixed number of queries.

    Args:
        reviewers: those who may be asked.
        applications: submitted ones, `querysets.with_latest_version` of `applying`.

    Returns:
        (reviewer's key, application's key) → conflicts, bars first; pairs without any are absent.
    """
    reviewers, applications = list(reviewers), list(applications)
    profiles = {
        profile.user_id: profile
        for profile in ReviewerProfile.objects.filter(user__in=reviewers).prefetch_related("countries")
    }
    members = set(
        Member.objects.filter(application__in=applications, user__in=reviewers).values_list(
            "user_id", "application_id"
        )
    )
    found: dict[tuple[int, int], list[ConflictOfInterest]] = defaultdict(list)
    for application in applications:
        for reviewer in reviewers:
            pair = (reviewer.pk, application.pk)
            if pair in members:
                found[pair].append(ConflictOfInterest(gettext("works on this application"), is_bar=True))
            found[pair] += _between(reviewer, profiles.get(reviewer.pk), application.latest_version)
    return {pair: conflicts for pair, conflicts in found.items() if conflicts}


def _between(
    reviewer: User, profile: ReviewerProfile | None, version: Submission
) -> list[ConflictOfInterest]:
    conflicts = []
    domain = reviewer.email.rpartition("@")[2]
    if domain not in PRIVATE_MAIL and domain in version.mail_domains:
        text = gettext("same e-mail domain as a partner: %(domain)s") % {"domain": domain}
        conflicts.append(ConflictOfInterest(text))
    if profile is None:
        return conflicts
    own = {fold(line): line.strip() for line in profile.organisations.splitlines() if line.strip()}
    for name in version.partner_names:
        if fold(name) in own:
            conflicts.append(
                ConflictOfInterest(gettext("reviewer’s organisation: %(name)s") % {"name": name})
            )
    for country in profile.countries.all():
        if country.pk in version.countries:
            conflicts.append(
                ConflictOfInterest(gettext("reviewer’s country: %(country)s") % {"country": country})
            )
    return conflicts
