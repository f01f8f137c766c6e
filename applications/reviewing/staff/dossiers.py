"""The buttons that ask for a dossier: for ticked applications, and for a whole call."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import Model
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from applications.models import Call
from applications.reviewing import dossier
from applications.reviewing.actions import dossiers
from core.files.actions import PERMISSION
from core.staff.admin import Decision, DecisionForm, Scope


class DossierForm(DecisionForm[Model]):
    title = forms.CharField(label=_("Title on the cover"), max_length=120)
    has_reviews = forms.BooleanField(
        label=_("Include reviews and scores"),
        required=False,
        initial=True,
        help_text=_("Final reviews only, and only for applications where you have no open review."),
    )
    names_reviewers = forms.BooleanField(
        label=_("Include reviewers’ names"),
        required=False,
        help_text=_(
            "Otherwise they are called “Reviewer 1”, “Reviewer 2” and so on, numbered "
            "separately in each application."
        ),
    )
    has_notes = forms.BooleanField(label=_("Include room for notes"), required=False, initial=True)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        day = date_format(timezone.localdate(), "j F Y")
        self.fields["title"].initial = gettext("Panel dossier, %(day)s") % {"day": day}

    def clean(self) -> dict[str, Any]:
        given = super().clean()
        choices = {name: given.pop(name) for name in ("has_reviews", "names_reviewers", "has_notes")}
        return given | {"contents": dossier.Contents(**choices)}


EXPLAIN = _(
    "One PDF for people without an account: a cover, a list and, for each application, the "
    "last submitted version, the evidence on eligibility, the reviews if you want them, and "
    "room for notes. It contains only what you can see and is prepared in the background. A "
    "record is kept of who creates and downloads it."
)
OF_APPLICATIONS = Decision(
    name="dossier",
    label=_("Create dossier (PDF)"),
    action=dossiers.request_for_applications,
    permission=PERMISSION,
    target="application_ids",
    form=DossierForm,
    scope=Scope.ROWS,
    explain=EXPLAIN,
    done=_("The dossier is being prepared. You will get an e-mail when it is ready."),
    go_to=lambda file: file.get_absolute_url(),
    needs_proof=True,
    icon="picture_as_pdf",
)


def _has_applications(call: Call) -> bool:
    return bool(call.submitted_count)


OF_CALL = Decision(
    name="dossier",
    label=_("Create dossier (PDF)"),
    action=dossiers.request_for_call,
    permission=PERMISSION,
    # Communications see calls and export lists, but no applications.
    is_for=lambda call, person: dossier.may_make(person),
    target="call_id",
    form=DossierForm,
    is_possible=_has_applications,
    explain=EXPLAIN,
    done=_("The dossier is being prepared. You will get an e-mail when it is ready."),
    go_to=lambda file: file.get_absolute_url(),
    needs_proof=True,
    icon="picture_as_pdf",
)
