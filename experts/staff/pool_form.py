"""The form of experts for staff: what it is called, and how a draft of it looks to experts."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from core.questionnaires.enums import FormPurpose
from core.questionnaires.models import Form
from core.questionnaires.staff import sides
from core.questionnaires.staff.sides import StaffSide
from core.sections.forms import make_form
from core.sections.questions import Questionnaire, Section
from experts import snapshots
from experts.core_questions import CV
from experts.forms import CvForm, ExpertForm, notes_on


def name_of(form: Form) -> str:
    return _("Form for experts")


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
        return CvForm(question=section.question(CV), by=request.user)
    return make_form(section, ExpertForm)(None, read=lambda: snapshots.cells_of(section, {}))


sides.register(FormPurpose.EXPERT, StaffSide(name_of, [], url_of, preview))
