"""The decision who reviews some applications, chosen by hand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from applications.applying.querysets import with_latest_version
from applications.enums import ApplicationStatus
from applications.models import Application
from applications.reviewing import conflicts_of_interest
from applications.reviewing.actions import reviewing
from applications.reviewing.conflicts_of_interest import ConflictOfInterest
from applications.reviewing.querysets import Assignable, reviewers
from applications.screening.staff import has_status
from core.known_types import known_as
from core.phrases import labelled
from core.staff.admin import Decision, DecisionForm, Scope

Found = Mapping[tuple[int, int], Sequence[ConflictOfInterest]]


class AssignForm(DecisionForm[Application]):
    reviewer_ids = forms.MultipleChoiceField(
        label=_("Reviewers"),
        help_text=_(
            "Possible conflicts are shown next to the name. The reviewer makes a declaration in any case."
        ),
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = list(reviewers())
        targets = list(with_latest_version(Application.objects.filter(pk__in=[t.pk for t in self.targets])))
        found = conflicts_of_interest.find(reviewers=people, applications=targets)
        known_as(self.fields["reviewer_ids"], forms.MultipleChoiceField).choices = [
            (person.pk, _described(person, targets, found)) for person in people
        ]

    def clean_reviewer_ids(self) -> list[int]:
        return [int(key) for key in self.cleaned_data["reviewer_ids"]]


def _described(person: Assignable, targets: Sequence[Application], found: Found) -> str:
    count = person.open_reviews
    parts = [ngettext("%(count)s open review", "%(count)s open reviews", count) % {"count": count}]
    for application in targets:
        for conflict in found.get((person.pk, application.pk), []):
            mark = _("ruled out") if conflict.is_bar else _("possible conflict")
            about = f" ({application.reference})" if len(targets) > 1 else ""
            parts.append(labelled(mark, f"{conflict.text}{about}"))
    return f"{person.get_full_name()} · " + " · ".join(str(part) for part in parts)


ASSIGN = Decision(
    name="assign",
    label=_("Assign reviewers"),
    action=reviewing.assign,
    permission="applications.assign_review",
    target="application_id",
    form=AssignForm,
    scope=Scope.EACH,
    is_possible=has_status(ApplicationStatus.ELIGIBLE),
    explain=_(
        "Each reviewer you tick will get an e-mail asking for a review. Reviewers who have "
        "already been asked are not asked again."
    ),
    done=lambda reviews: _("%(count)s reviews assigned.") % {"count": len(reviews)},
    icon="rate_review",
)
