"""The form of experts for staff: what it is called, and how a draft of it looks to experts."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.accounts.logged_in import person_at
from core.questionnaires.enums import FormPurpose
from core.questionnaires.models import Form
from core.questionnaires.staff import sides
from core.questionnaires.staff.sides import StaffSide, Words
from core.sections.blank import blank_form
from core.sections.questions import Questionnaire, Section
from experts.core_questions import CV
from experts.forms import CvForm, ExpertForm, notes_on


def name_of(form: Form) -> str:
    return _("Expert profile form")


def url_of(form: Form) -> str:
    return reverse("admin:experts_expert_changelist")


def preview(request: HttpRequest, form: Form, asked: Questionnaire, section: Section) -> HttpResponse:
    """Return the page of a section as experts get it, empty and with nothing to send."""
    context = {
        "section": section,
        "number": [each.slug for each in asked].index(section.slug) + 1,
        "count": len(asked),
        "notes": notes_on(section),
        "form": _form(request, section),
    }
    return TemplateResponse(request, "experts/section_preview.html", context)


def _form(request: HttpRequest, section: Section) -> ExpertForm | CvForm:
    if section.asks(CV):
        return CvForm(question=section.question(CV), by=person_at(request))
    return blank_form(section, ExpertForm)


WORDS = Words(
    parts={
        "is_required": gettext_lazy("required to submit the profile"),
        "is_public": gettext_lazy("shown to the regions to which the expert is proposed"),
        "is_listed": gettext_lazy("column and filter in the list of experts"),
    },
    is_public=gettext_lazy("Shown to regions"),
    owner=gettext_lazy("Open list of experts"),
    preview=gettext_lazy("Preview of the section as experts see it"),
    begin=gettext_lazy(
        "The draft starts as a copy of the current form. Nothing changes for experts until the "
        "draft is published."
    ),
    former=gettext_lazy(
        "Version %(former)s will be published again in place of version %(now)s. Profiles "
        "outside the pool will move back to it. Answers to questions that it does not ask can "
        "still be read in the profiles."
    ),
    usage=gettext_lazy(
        "Profiles outside the pool: %(drafts)s. Profiles in the pool (submitted, approved or "
        "paused): %(submissions)s. Profiles outside the pool move to the new version and keep "
        "everything written so far. Profiles in the pool remain valid until their experts "
        "continue with the new form."
    ),
    drafts=gettext_lazy("Outside the pool"),
    submissions=gettext_lazy("In the pool"),
    write=gettext_lazy("E-mail each expert with a draft profile"),
    tells=gettext_lazy(
        "Sends one e-mail to each expert whose profile is a draft. Every profile page shows "
        "what is new in any case."
    ),
    try_out=gettext_lazy(
        "Fill in the draft on the pages that experts see. A test profile can be checked but is "
        "never submitted, and it does not appear in any list, figure, export, match run or "
        "e-mail. If you have your own profile, it does not change."
    ),
)
sides.register(FormPurpose.EXPERT, StaffSide(name_of, [], url_of, preview, WORDS))
