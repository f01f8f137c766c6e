"""How a draft looks to those who will fill it in: the real page of a section, with nothing to send."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from csp.constants import SELF
from csp.decorators import csp_replace
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import SimpleTemplateResponse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from core.questionnaires.kind_settings import of_kind
from core.questionnaires.loading import read
from core.questionnaires.models import FormSection
from core.questionnaires.staff import sides
from core.questionnaires.staff.draft_pages import DraftPage
from core.sections.condition_words import told
from core.sections.conditions import has_column_conditions
from core.sections.questions import Question, Questionnaire, Section
from core.translated.forms import language_name
from core.translated.texts import active_language, language_codes

PHONE, DESKTOP = "phone", "desktop"
WIDTHS = {PHONE: _("Phone"), DESKTOP: _("Computer")}


class PreviewPage(DraftPage):
    """One section of the draft, in the frame of the editor."""

    route, name = "<int:pk>/draft/preview/<slug:slug>/", "preview"
    permission = ""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        asked = read(self.version)
        section, side = asked.section(self.kwargs["slug"]), sides.side_of(self.row)
        if section is None or side is None:
            raise Http404
        with override(_language(request)):
            page = side.preview(request, self.row, asked, drawable(section, asked))
            if isinstance(page, SimpleTemplateResponse):
                page.render()
        return in_our_frame(page)


def drawable(section: Section, asked: Questionnaire) -> Section:
    """Return a section as its page can be drawn without answers.

    Questions to which something is missing, such as all options, are left out. Those that are asked only
    after some answers say so: nobody could give these here.
    """
    questions = (_always(question, asked) for question in section.questions if is_drawable(question))
    return replace(section, questions=tuple(questions), saves_itself=False)


def _always(question: Question, asked: Questionnaire) -> Question:
    """Return a question that says when it is asked, and is; so do its columns."""
    columns = tuple(_always(column, asked) for column in question.columns)
    if question.condition is None:
        return replace(question, columns=columns) if has_column_conditions(question) else question
    help_text = f"{told(question.condition, asked)} {question.help_text}".strip()
    return replace(question, condition=None, help_text=help_text, columns=columns)


def is_drawable(question: Question) -> bool:
    needed = (setting for setting in of_kind(question.kind.code).settings if setting.is_needed)
    return all(getattr(question, setting.name) for setting in needed) and all(
        is_drawable(column) for column in question.columns
    )


def in_our_frame(response: HttpResponse) -> HttpResponse:
    """Let a page of ours show this one in a frame; no other page may."""
    response["X-Frame-Options"] = "SAMEORIGIN"
    csp_replace({"frame-ancestors": [SELF]})(lambda _request: response)(HttpRequest())
    return response


def preview_context(
    page: DraftPage, asked: Questionnaire, shown: FormSection | None = None
) -> dict[str, Any]:
    """Return what the frame needs: of which section, in which language, how wide.

    Args:
        page: on which it is; its address says what else to show.
        asked: by the draft.
        shown: the section, if the page is about one.
    """
    if sides.side_of(page.row) is None or not asked.sections:
        return {}
    given = page.request.GET
    wanted = shown.key if shown else given.get("section", "")
    section = asked.section(wanted) or asked.sections[0]
    language = _language(page.request)
    width = given.get("width") if given.get("width") in WIDTHS else PHONE
    return {
        "preview": {
            "url": f"{PreviewPage.address(page.row.pk, section.slug)}?language={language}",
            "section": section,
            "sections": [] if shown else asked.sections,
            "width": width,
            "widths": list(WIDTHS.items()),
            "language": language,
            "languages": [(code, language_name(code)) for code in language_codes()],
        }
    }


def _language(request: HttpRequest) -> str:
    """Return the language in which to show it: as the address says, else that of the page."""
    wanted = request.GET.get("language", "")
    return wanted if wanted in language_codes() else active_language()
