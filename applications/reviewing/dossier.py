"""A dossier for a panel without accounts: chosen applications as one PDF, with what the asker may see."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from babel.dates import format_datetime
from django.db.models import QuerySet
from django.template.defaultfilters import floatformat
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from applications.applying import pdf
from applications.applying.eligibility import check_submission
from applications.applying.querysets import with_latest_version
from applications.enums import ApplicationStatus
from applications.models import Application, ApplicationChange, Review
from applications.reviewing.querysets import ScoredApplication, with_scores
from core.access_log import actions as access_log
from core.access_log.enums import AccessKind
from core.accounts.models import User
from core.files.actions import PERMISSION
from core.files.making import Made, MakingRefused, maker
from core.files.models import PreparedFile
from core.sections import reading
from core.translated.texts import active_language
from core.typesetting import compiled
from core.uploads import PDF

FILE_KIND = "dossier"
# Some 2,000 pages: what a worker sets well within its time limit, and nobody reads more.
MAX_APPLICATIONS = 300
VERDICTS = [ApplicationStatus.ELIGIBLE, ApplicationStatus.INELIGIBLE]


@dataclass(frozen=True)
class Contents:
    """What the person chose to put in.

    Args:
        has_reviews: final reviews with scores and comments.
        names_reviewers: their names; else each is a number, anew in each application.
        has_notes: room to write on.
    """

    has_reviews: bool = True
    names_reviewers: bool = False
    has_notes: bool = True


def of_call(call_id: int) -> QuerySet:
    """Return the applications of a call that a panel would discuss: submitted and not withdrawn."""
    return Application.objects.submitted().filter(call=call_id).exclude(status=ApplicationStatus.WITHDRAWN)


@maker(FILE_KIND, may_have=lambda file, person: may_make(person))
def make_dossier(file: PreparedFile, person: User) -> Made:
    """Make the dossier that a person asked for, with what the person may see now."""
    if not may_make(person):
        raise MakingRefused(_("You no longer have permission to create dossiers."))
    wanted = file.parameters
    keys = of_call(wanted["call"]) if wanted.get("call") else wanted["applications"]
    applications = list(_readable(keys, person))
    if not applications:
        raise MakingRefused(_("None of the applications can be viewed any more."))
    access_log.record_many(by=person, kind=AccessKind.DOSSIER, targets=applications, detail=file.title)
    contents = Contents(**wanted["contents"])
    data = _data(file, person, applications, contents)
    return Made(f"dossier-{file.pk}.pdf", PDF, compiled(pdf.TEMPLATES / "dossier.typ", data, timezone.now()))


def may_make(person: User) -> bool:
    """Whether the person may take applications away in a file."""
    needed = [PERMISSION, "applications.view_application"]
    return person.is_active and person.is_staff and person.has_perms(needed)


def _readable(keys: QuerySet[Application] | Collection[int], person: User) -> QuerySet[ScoredApplication]:
    rows = Application.objects.filter(pk__in=keys.values("pk") if isinstance(keys, QuerySet) else keys)
    ranked = with_scores(with_latest_version(rows), person)
    return ranked.select_related("call").order_by("call", "reference")


def _data(
    file: PreparedFile, person: User, applications: Sequence[ScoredApplication], contents: Contents
) -> dict[str, Any]:
    language = active_language()
    made_at = format_datetime(timezone.localtime(), "d MMMM y, HH:mm zzzz", locale=language)
    count = len(applications)
    return {
        "language": language,
        "title": file.title,
        "subtitle": ", ".join(dict.fromkeys(str(a.call.title) for a in applications)),
        "footer": f"{file.title} · {file.public_id.hex[:8]}",
        "facts": [
            [_("Applications"), str(count)],
            [_("Created"), made_at],
            [_("Created by"), person.get_full_name()],
            [_("Dossier number"), file.public_id.hex[:8]],
        ],
        "notice": _(
            "For members of the panel only. This dossier contains personal data: keep it safe, "
            "do not pass it on, and destroy it when the panel has ended. There is a record of "
            "who created and downloaded it."
        ),
        "contents": _("Contents"),
        "words": _words(),
        "list": _list(applications, contents),
        "has_reviews": contents.has_reviews,
        "has_notes": contents.has_notes,
        "applications": _each(person, applications, contents, language),
    }


def _words() -> dict[str, Any]:
    return {
        "checks": _("Eligibility"),
        "checks_header": [_("Automatic check"), _("Evidence")],
        "reviews": _("Reviews"),
        "scores_header": [_("Criterion"), _("Score"), _("Comment")],
        "notes": _("Panel notes"),
    }


def _list(applications: Sequence[ScoredApplication], contents: Contents) -> dict[str, Any]:
    header = [_("Reference"), _("Title"), _("Countries"), _("Status")]
    notes = [ngettext("%(count)s application.", "%(count)s applications.", len(applications))]
    notes = [text % {"count": len(applications)} for text in notes]
    if contents.has_reviews:
        header += [_("Reviews"), _("Mean score")]
        notes.append(
            _("The mean score is the average of the weighted scores of the final reviews, from 0 to 100.")
        )
    return {
        "title": _("List of applications"),
        "notes": notes,
        "header": header,
        "widths": [3, 5, 3, 3, 2, 2][: len(header)],
        "rows": [_line(application, contents) for application in applications],
    }


def _line(application: ScoredApplication, contents: Contents) -> list[str]:
    version = application.latest_version
    cells = [
        application.reference,
        version.title or "–",
        " ".join(version.country_codes),
        application.get_status_display(),
    ]
    return cells + ([str(application.reviews_final), _score(application)] if contents.has_reviews else [])


def _score(application: ScoredApplication) -> str:
    if application.is_blind:
        return _("hidden")
    return "–" if application.mean_total is None else floatformat(application.mean_total, 1)


def _each(
    person: User, applications: Sequence[ScoredApplication], contents: Contents, language: str
) -> list[dict[str, Any]]:
    reviews = _reviews(person, applications) if contents.has_reviews else {}
    verdicts = _verdicts(applications)
    return [
        _application(application, language)
        | {
            "verdict": verdicts.get(application.pk, [_("Staff verdict: none yet.")]),
            "reviews_note": _why_no_reviews(application, reviews),
            "reviews": _written(reviews.get(application.pk, []), contents),
        }
        for application in applications
    ]


def _application(application: Application, language: str) -> dict[str, Any]:
    version = application.latest_version
    submitted_at = timezone.localtime(version.submitted_at)
    return {
        "title": f"{application.reference} · {version.title or '–'}",
        "facts": [
            [_("Call"), str(application.call.title)],
            [_("Status"), application.get_status_display()],
            [_("Version"), str(version.number)],
            [_("Submitted"), format_datetime(submitted_at, "d MMMM y, HH:mm zzzz", locale=language)],
            ["SHA-256", version.sha256],
        ],
        "checks": [[str(check.outcome.label), check.text] for check in check_submission(version.snapshot)],
        "sections": reading.sections(version.snapshot, language),
    }


def _verdicts(applications: Sequence[Application]) -> dict[int, list[str]]:
    """Return the last verdict of each application and its reason, in words."""
    found: dict[int, list[str]] = {}
    verdicts = ApplicationChange.objects.filter(target__in=applications, to_status__in=VERDICTS)
    for row in verdicts.order_by("at", "pk"):
        verdict = ApplicationStatus(row.to_status).label
        found[row.target_id] = [_("Staff verdict: %(verdict)s") % {"verdict": verdict}]
        found[row.target_id] += [row.reason] if row.reason else []
    return found


def _reviews(person: User, applications: Sequence[ScoredApplication]) -> dict[int, list[Review]]:
    """Return the final reviews of each application, without those that the person may not read yet."""
    readable = [application.pk for application in applications if not application.is_blind]
    rows = Review.objects.final().filter(application__in=readable).order_by("pk")
    found: dict[int, list[Review]] = {}
    for review in rows.select_related("reviewer").prefetch_related("scores__criterion"):
        found.setdefault(review.application_id, []).append(review)
    return found


def _why_no_reviews(application: ScoredApplication, reviews: Mapping[int, Sequence[Review]]) -> str:
    if application.is_blind:
        return _(
            "Hidden: the person who created this dossier has not finished their own "
            "review of this application."
        )
    return "" if reviews.get(application.pk) else _("There are no final reviews yet.")


def _written(reviews: Sequence[Review], contents: Contents) -> list[dict[str, Any]]:
    return [
        {
            "title": _("%(who)s: weighted score %(total)s of 100")
            % {
                "who": review.reviewer.get_full_name()
                if contents.names_reviewers
                else _("Reviewer %(number)s") % {"number": number},
                "total": floatformat(review.total, 1),
            },
            "scores": [
                [str(row.criterion.title), f"{row.score} / {row.criterion.max_score}", row.comment or "–"]
                for row in review.scores.all()
            ],
            "comment": review.comment,
        }
        for number, review in enumerate(reviews, start=1)
    ]
