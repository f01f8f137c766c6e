"""A balanced proposal of who reviews what, from the rows; the worker shares the reviews out.

Three things rule a reviewer out: a conflict of interest, found or declared; an assignment that was taken
back; and a list of languages, where the profile has one, without the language of the application.
Country and organisation rule out here, although staff may still assign such a person by hand: a machine
does not weigh a possible conflict.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from applications.applying.querysets import with_latest_version
from applications.enums import NOT_COUNTING, ReviewStatus
from applications.models import Application, Review, ReviewerProfile
from applications.reviewing import conflicts_of_interest
from applications.reviewing.sharing import (
    Pair,
    ProposedShares,
    Shares,
    Work,
    ask_for_proposal,
    known_proposal,
    proposal_from,
)
from core.accounts.models import User
from core.calculations.models import Calculation
from core.reference.models import Language

# One proposal takes some seconds at this size; whoever has more goes call by call.
MAX_APPLICATIONS = 1000


@dataclass(frozen=True)
class Wish:
    """What staff ask for.

    application_ids, reviewer_ids: among whom.
    wanted: reviews for each application; None: as its call says.
    most: reviews that one reviewer may have in these calls, those of before included; None: any.
    """

    application_ids: tuple[int, ...]
    reviewer_ids: tuple[int, ...]
    wanted: int | None = None
    most: int | None = None


@dataclass(frozen=True)
class Seat:
    """A reviewer of the proposal: the load before, and what comes on top."""

    reviewer: User
    before: int
    applications: list[Application]
    languages_known: bool

    @property
    def after(self) -> int:
        return self.before + len(self.applications)


@dataclass(frozen=True)
class PlannedApplication:
    """An application of the proposal.

    present, given: who has it already, who gets it.
    missing: reviews that nobody could be given; `why` says for everybody else why not.
    """

    application: Application
    present: list[User]
    given: list[User]
    missing: int
    why: list[tuple[User, str]]


@dataclass
class ReviewPlan:
    """A proposal, with everything that it rests on.

    proposal: what the worker proposes; None while `calculation`, which makes it, is not done.
    """

    wish: Wish
    applications: list[Application]
    reviewers: list[User]
    present: dict[int, dict[int, Review]]  # application → reviewer → review
    barred: dict[Pair, str]
    loads: Counter[int]
    without_languages: set[int]
    work: Work
    proposal: ProposedShares | None = None
    calculation: Calculation | None = None

    @property
    def is_ready(self) -> bool:
        return self.proposal is not None

    @property
    def shares(self) -> Shares:
        """Who gets what.

        Raises:
            ValueError: the proposal is not ready.
        """
        if self.proposal is None:
            raise ValueError("The proposal is not ready.")
        return self.proposal.shares

    @cached_property
    def fingerprint(self) -> str:
        """The same for the same proposal on the same grounds, and for no other."""
        grounds = [
            sorted(self.wish.application_ids),
            sorted(self.wish.reviewer_ids),
            self.wish.most,
            sorted(self.work.wanted.items()),
            sorted(self.work.loads.items()),
            sorted(self.barred.items()),
            self.shares.pairs,
        ]
        return hashlib.sha256(json.dumps(grounds).encode()).hexdigest()

    @cached_property
    def seats(self) -> list[Seat]:
        by_reviewer: dict[int, list[Application]] = {person.pk: [] for person in self.reviewers}
        applications = {application.pk: application for application in self.applications}
        for application, reviewer in self.shares.pairs:
            by_reviewer[reviewer].append(applications[application])
        return [
            Seat(p, self.loads[p.pk], by_reviewer[p.pk], p.pk not in self.without_languages)
            for p in self.reviewers
        ]

    @cached_property
    def rows(self) -> list[PlannedApplication]:
        given = set(self.shares.pairs)
        return [self._row(application, given) for application in self.applications]

    @property
    def uncovered(self) -> list[PlannedApplication]:
        return [row for row in self.rows if row.missing]

    @property
    def count(self) -> int:
        return len(self.shares.pairs)

    @property
    def missing_count(self) -> int:
        return sum(self.shares.missing.values())

    @property
    def without_limit(self) -> Shares | None:
        """What could be covered if nobody's load were limited; None where the limit costs nothing."""
        return self.proposal.without_limit if self.proposal else None

    @property
    def limit_costs(self) -> int:
        """The reviews that could be given if nobody's load were limited."""
        return len(self.without_limit.pairs) - self.count if self.without_limit else 0

    def _row(self, application: Application, given: set[Pair]) -> PlannedApplication:
        reviews = self.present.get(application.pk, {}).values()
        seated = [review.reviewer for review in reviews if review.status not in NOT_COUNTING]
        fresh = [person for person in self.reviewers if (application.pk, person.pk) in given]
        missing = self.shares.missing.get(application.pk, 0)
        others = [p for p in self.reviewers if p not in fresh and p not in seated] if missing else []
        why = [(person, self._why(application, person)) for person in others]
        return PlannedApplication(application, seated, fresh, missing, why)

    def _why(self, application: Application, person: User) -> str:
        reason = self.barred.get((application.pk, person.pk))
        return reason or _("already has the maximum number of reviews")


def plan(wish: Wish) -> ReviewPlan:
    """Ask for the balanced proposal for a wish, in a fixed number of queries.

    Args:
        wish: applications that are not eligible, and people who may not score, are left out.

    Returns:
        The plan; not ready yet if the worker takes longer than a moment.
    """
    plan = _grounds(wish)
    plan.calculation = ask_for_proposal(plan.work, most=wish.most)
    if plan.calculation.is_done:
        plan.proposal = proposal_from(plan.calculation.answer)
    return plan


def known_plan(wish: Wish) -> ReviewPlan:
    """Return the plan for a wish: ready if its proposal was made before on the grounds of this moment."""
    plan = _grounds(wish)
    plan.proposal = known_proposal(plan.work, most=wish.most)
    return plan


def _grounds(wish: Wish) -> ReviewPlan:
    applications = list(_applications(wish))
    people = list(_people(wish))
    present = _present(applications)
    loads = _loads(applications, people)
    read = _languages_read(people)
    barred = _barred(applications, people, present, read)
    work = Work(
        wanted={a.pk: _still_wanted(a, wish, present) for a in applications},
        loads={person.pk: loads[person.pk] for person in people},
        barred=barred.keys() | _seated(present),
        points={(a.pk, p.pk): 1 for a in applications for p in people if a.language in read.get(p.pk, ())},
    )
    without_languages = {person.pk for person in people} - read.keys()
    return ReviewPlan(wish, applications, people, present, barred, loads, without_languages, work)


def _applications(wish: Wish) -> QuerySet[Application]:
    rows = with_latest_version(Application.objects.eligible()).select_related("call")
    return rows.filter(pk__in=wish.application_ids).order_by("reference")


def _people(wish: Wish) -> QuerySet[User]:
    return User.objects.filter(pk__in=wish.reviewer_ids).order_by("name", "email")


def _present(applications: Iterable[Application]) -> dict[int, dict[int, Review]]:
    present: dict[int, dict[int, Review]] = {}
    rows = Review.objects.filter(application__in=applications).select_related("reviewer")
    for review in rows.order_by("reviewer__name", "reviewer__email"):
        present.setdefault(review.application_id, {})[review.reviewer_id] = review
    return present


def _seated(present: dict[int, dict[int, Review]]) -> set[Pair]:
    return {(application, reviewer) for application, rows in present.items() for reviewer in rows}


def _loads(applications: Iterable[Application], people: Iterable[User]) -> Counter[int]:
    """The reviews that count, of everybody, in the calls of these applications."""
    calls = {application.call_id for application in applications}
    rows = Review.objects.filter(application__call__in=calls, reviewer__in=people)
    return Counter(rows.exclude(status__in=NOT_COUNTING).values_list("reviewer", flat=True))


def _languages_read(people: Iterable[User]) -> dict[int, set[str]]:
    """Reviewer → codes of the languages on record; who has none on record is absent."""
    read: dict[int, set[str]] = {}
    rows = ReviewerProfile.objects.filter(user__in=people, languages__isnull=False)
    for person, language in rows.values_list("user", "languages"):
        read.setdefault(person, set()).add(language)
    return read


def _still_wanted(application: Application, wish: Wish, present: dict[int, dict[int, Review]]) -> int:
    asked = present.get(application.pk, {}).values()
    wanted = wish.wanted or application.call.reviews_wanted
    return max(0, wanted - sum(review.status not in NOT_COUNTING for review in asked))


def _barred(
    applications: Sequence[Application],
    people: Sequence[User],
    present: dict[int, dict[int, Review]],
    read: dict[int, set[str]],
) -> dict[Pair, str]:
    """Return (application, reviewer) → why the two may not come together, in words."""
    found = conflicts_of_interest.find(reviewers=people, applications=applications)
    names = {row.pk: str(row) for row in Language.objects.filter(pk__in={a.language for a in applications})}
    barred: dict[Pair, str] = {}
    for application in applications:
        language = application.language
        for person in people:
            pair = (application.pk, person.pk)
            review = present.get(application.pk, {}).get(person.pk)
            if review and review.status == ReviewStatus.CONFLICTED:
                barred[pair] = _("has declared a conflict of interest")
            elif review and review.status == ReviewStatus.WITHDRAWN:
                barred[pair] = _("the assignment was cancelled earlier")
            elif clash := found.get((person.pk, application.pk)):
                barred[pair] = "; ".join(conflict.text for conflict in clash)
            elif language not in read.get(person.pk, {language}):
                barred[pair] = _("does not read %(language)s") % {"language": names.get(language, language)}
    return barred
