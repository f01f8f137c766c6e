"""The form of a call for staff: what it is called, and how a draft of it looks to applicants."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from applications.applying.carrying import call_of
from applications.form.core_questions import DOCUMENTS
from applications.form.forms import ApplicationForm
from applications.models import Application, Call
from core.questionnaires.models import Form
from core.questionnaires.staff.sides import StaffSide, Words
from core.sections.blank import blank_form
from core.sections.questions import Questionnaire, Section
from core.staff.admin import Button

VIEW = "questionnaires.view_form"


def form_buttons(request: HttpRequest, call: Call) -> list[Button]:
    """Return the way from the page of a call to its form."""
    if not request.user.has_perm(VIEW):
        return []
    address = reverse("admin:questionnaires_form_change", args=[call.form_id])
    return [Button(gettext_lazy("Form"), address, icon="list_alt")]


def name_of(form: Form) -> str:
    """Return what a form is called: by its call."""
    call = call_of(form)
    if call is not None:
        return str(call.title)
    return _("Form for new calls") if form.is_starting_point else ""


def url_of(form: Form) -> str:
    call = call_of(form)
    return reverse("admin:applications_call_change", args=[call.pk]) if call else ""


def preview(request: HttpRequest, form: Form, asked: Questionnaire, section: Section) -> HttpResponse:
    """Return the page of a section as applicants get it, empty and with nothing to send."""
    application = Application(call=call_of(form), reference=_("Preview"))
    context: dict[str, Any] = {
        "application": application,
        "section": section,
        "number": [each.slug for each in asked].index(section.slug) + 1,
        "count": len(asked),
        "is_timely": True,
    }
    return TemplateResponse(request, "applications/section_preview.html", context | _asked(section))


def _asked(section: Section) -> dict[str, Any]:
    if section.asks(DOCUMENTS):
        # Documents are uploaded on a page of its own kind.
        return {"documents": section.question(DOCUMENTS)}
    return {"form": blank_form(section, ApplicationForm)}


WORDS = Words(
    parts={
        "is_required": gettext_lazy("required at submission"),
        "is_public": gettext_lazy("public when the region is selected"),
        "is_listed": gettext_lazy("column and filter of the list of applications"),
    },
    is_public=gettext_lazy("Published if selected"),
    owner=gettext_lazy("Go to the call"),
    preview=gettext_lazy("Preview of the section as applicants see it"),
    begin=gettext_lazy(
        "The draft starts as a copy of the current form. Nothing changes for applicants until "
        "the draft is published."
    ),
    former=gettext_lazy(
        "Version %(former)s is published again and replaces version %(now)s. Drafts move back "
        "to it. Answers to questions that it does not ask can still be read in the drafts."
    ),
    usage=gettext_lazy(
        "Drafts on the current form: %(drafts)s. Submissions: %(submissions)s. Drafts move to "
        "the new version and keep everything written in them. Submissions do not change."
    ),
    drafts=gettext_lazy("Drafts"),
    submissions=gettext_lazy("Submissions"),
    write=gettext_lazy("E-mail the lead person of each draft"),
    tells=gettext_lazy(
        "The lead person of each draft gets one e-mail. The draft’s own page shows what is new in any case."
    ),
    try_out=gettext_lazy(
        "Fill in the draft on the pages that applicants see. A test can be checked but is "
        "never submitted. It does not appear in any list, figure, export or e-mail."
    ),
)
SIDE = StaffSide(name_of, ["call"], url_of, preview, WORDS)
