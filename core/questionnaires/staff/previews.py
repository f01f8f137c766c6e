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
from core.questionnaires.loading import read_version
from core.questionnaires.models import FormSection, FormVersion
from core.questionnaires.staff import sides
from core.questionnaires.staff.draft_pages import DraftPage
from core.sections.condition_words import condition_in_words
from core.sections.conditions import has_column_conditions
from core.sections.questions import Question, Questionnaire, Section
from core.translated.forms import language_name
from core.translated.texts import active_language, language_codes

PHONE, DESKTOP = "phone", "desktop"
WIDTHS = {PHONE: _("Phone"), DESKTOP: _("Computer")}
# In the session: as wide, and in the language, in which somebody last looked at a preview.
CHOSEN = "form_preview"


class PreviewPage(DraftPage):
    """One section of the draft, in the frame of the editor."""

    route, name = "<int:pk>/draft/preview/<slug:slug>/", "preview"
    permission = ""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        page = draw_section(request, self.version, self.kwargs["slug"])
        if page is None:
            raise Http404
        return page


def draw_section(request: HttpRequest, version: FormVersion, key: str) -> HttpResponse | None:
    """Return the page of a section of a draft, for a frame of ours; None if there is none.

    Args:
        request: whose address or session says in which language.
        version: the draft, as it is in the database now.
        key: of the section.
    """
    asked, side = read_version(version), sides.side_of(version.form)
    section = asked.section(key)
    if section is None:
        return None
    with override(_chosen(request)["language"]):
        page = side.preview(request, version.form, asked, drawable(section, asked))
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
    help_text = f"{condition_in_words(question.condition, asked)} {question.help_text}".strip()
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
        shown: the section that somebody is at.
    """
    if not asked.sections:
        return {}
    wanted = page.request.GET.get("section", "") or (shown.key if shown else "")
    section = asked.section(wanted) or asked.sections[0]
    chosen = _chosen(page.request)
    if given := _given(page.request):
        page.request.session[CHOSEN] = page.request.session.get(CHOSEN, {}) | given
    return {
        "preview": {
            "url": f"{PreviewPage.address(page.row.pk, section.slug)}?language={chosen['language']}",
            # A frame that was drawn before the last edit shows another form than the page.
            "state": page.row.edits.values_list("pk", flat=True).first(),
            "section": section,
            "sections": asked.sections,
            "widths": list(WIDTHS.items()),
            "languages": [(code, language_name(code)) for code in language_codes()],
            **chosen,
        }
    }


def _chosen(request: HttpRequest) -> dict[str, str]:
    """Return how wide and in which language to show it: as the address says, else as chosen last."""
    asked = {**request.session.get(CHOSEN, {}), **_given(request)}
    return {"width": PHONE, "language": active_language(), **asked}


def _given(request: HttpRequest) -> dict[str, str]:
    """Return what of it the address says."""
    known = {"width": list(WIDTHS), "language": language_codes()}
    return {name: request.GET[name] for name, codes in known.items() if request.GET.get(name) in codes}
