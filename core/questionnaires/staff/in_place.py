"""The draft of a form on one page, with whatever somebody changes of it opened at its place in the list.

Each part has an address of its own, which draws the whole list with that part opened: so it works without a
script. With one, `js/form-editor.js` asks for the same addresses and takes over what is other.
"""

from __future__ import annotations

import re
from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.template.response import TemplateResponse
from django.utils.cache import patch_vary_headers
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from core.questionnaires.actions import arranging, drafts, editing
from core.questionnaires.loading import read_version
from core.questionnaires.models import FormQuestion, FormSection
from core.questionnaires.staff.draft_pages import DraftPage
from core.questionnaires.staff.lines import draft_of
from core.questionnaires.staff.previews import preview_context
from core.sections.questions import Questionnaire

# What a small button says: `question-12-up`, `section-3-down`, `question-12-copy`.
PRESSED = re.compile(r"(section|question)-([1-9]\d{0,17})-(up|down|copy)")
OPENED = "#opened"
# Sent by the script, which has the frame of the administration already.
PART_HEADER = "X-Form-Editor"
# Sent by the script while one types: the key of the section to draw.
PREVIEW = "preview"


class InPlacePage(DraftPage):
    """Shows the draft with what the page is about opened in it.

    Attributes:
        panel: the template of what is opened; nothing is if there is none.
        place: where: the id of the line of which it takes the place, or after which it is added.
        draws_typed: whether the page draws what is typed in its form before it is saved.
    """

    template_name = "admin/questionnaires/editor.html"
    panel = ""
    place = ""
    draws_typed = False

    @cached_property
    def asked(self) -> Questionnaire:
        return read_version(self.version)

    @property
    def here(self) -> str:
        """The address of this page without the button that was pressed last."""
        given = self.request.GET.copy()
        given.pop("pressed", None)
        return f"{self.request.path}?{given.urlencode()}" if given else self.request.path

    @property
    def shown_section(self) -> FormSection | None:
        """The section whose preview is shown beside it."""
        return None

    @property
    def preview_anchor(self) -> str:
        """The id, in the preview, of the question that is opened."""
        return ""

    @property
    def opened_row(self) -> FormSection | FormQuestion | None:
        """What is opened, if it is there already."""
        return None

    def line_url(self, place: str) -> str:
        """Return the address of the list, with the focus on the link that opens this line."""
        return f"{self.editor_url}?pressed={place}-open"

    def answer(self) -> HttpResponseBase:
        if PREVIEW in self.request.POST:
            return self.draw(self.request.POST[PREVIEW])
        pressed = PRESSED.fullmatch(self.request.POST.get("press", ""))
        return self.arrange(*pressed.groups()) if pressed else super().answer()

    def draw(self, key: str) -> HttpResponse:
        """Return how a section would look with what is typed; of most pages there is nothing to draw."""
        return HttpResponse(status=HTTPStatus.NO_CONTENT)

    def arrange(self, what: str, key: str, verb: str) -> HttpResponse:
        """Move or duplicate; the button has the focus again, as one presses it several times."""
        with self.refusals_told():
            self.press(what, int(key), verb)
        mark = "&" if "?" in self.here else "?"
        return HttpResponseRedirect(f"{self.here}{mark}pressed={what}-{key}-{verb}")

    def press(self, what: str, key: int, verb: str) -> None:
        if what == "section" and verb in arranging.STEPS:
            arranging.move_section(section_id=key, by=self.by, direction=verb)
        elif what == "question" and verb in arranging.STEPS:
            arranging.move_question(question_id=key, by=self.by, direction=verb)
        elif what == "question":
            copy = editing.duplicate_question(question_id=key, by=self.by)
            words = _("Question duplicated. The copy comes after “%(question)s”.")
            messages.success(self.request, words % {"question": copy.label})

    def render(self, **context: Any) -> TemplateResponse:
        pressed, is_part = self.request.GET.get("pressed", ""), PART_HEADER in self.request.headers
        draft = draft_of(self.version, self.asked)
        said_at = draft.place_of(pressed)
        frame: dict[str, Any] = {
            "draft": draft,
            "may_edit": self.request.user.has_perm(drafts.PERMISSION),
            "pressed": pressed,
            "here": self.here,
            "panel": self.panel,
            "draws_typed": self.draws_typed,
            "opened_at": self.place,
            "level": 3 if self.place.startswith("section") else 4,
            "faults": draft.faults_of(self.opened_row),
            "said_at": "opened" if self.panel else said_at,
            "form_url": self.model_admin.row_url(self.row),
            **preview_context(self, self.asked, self.shown_section or draft.section_at(said_at)),
            "preview_at": self.preview_anchor,
        }
        if is_part:
            self.template_name = "admin/questionnaires/_editor.html"
        page = super().render(**frame | context)
        patch_vary_headers(page, [PART_HEADER])
        return page


class SectionPartPage(InPlacePage):
    """A page about one section; `section` is it."""

    section: FormSection

    def find_parts(self) -> None:
        self.section = self.find_section(self.kwargs["section"])

    @property
    def place(self) -> str:  # type: ignore[override]  # a page about a row has the place of the row
        return f"section-{self.section.pk}"

    @property
    def shown_section(self) -> FormSection:
        return self.section

    @property
    def opened_row(self) -> FormSection:
        return self.section

    @property
    def place_url(self) -> str:
        return self.line_url(f"section-{self.section.pk}")


class QuestionPartPage(InPlacePage):
    """A page about one question, or column; `question` is it."""

    question: FormQuestion

    def find_parts(self) -> None:
        self.question = self.find_question(self.kwargs["question"])

    @property
    def place(self) -> str:  # type: ignore[override]  # as above
        return f"question-{self.question.rows_id or self.question.pk}"

    @property
    def shown_section(self) -> FormSection:
        return self.question.section

    @property
    def preview_anchor(self) -> str:
        row = self.question.rows or self.question
        question = self.asked.question(row.key)
        return question.kind.anchor(question) if question else ""

    @property
    def opened_row(self) -> FormQuestion:
        return self.question

    @property
    def place_url(self) -> str:
        return self.line_url(f"question-{self.question.rows_id or self.question.pk}")
