"""The draft of a form on one page: all sections and questions, what is wrong, and how applicants see it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.keys import is_key
from core.questionnaires.actions import arranging, drafts, editing
from core.questionnaires.staff.draft_pages import DraftPage
from core.questionnaires.staff.lines import draft_of
from core.questionnaires.staff.previews import preview_context
from core.questionnaires.staff.questions import QuestionPage


class EditorPage(DraftPage):
    """Shows the draft; its buttons move and duplicate. Everything else has a page of its own below it."""

    route, name = "<int:pk>/draft/", "draft"
    title = gettext_lazy("Edit the form")
    template_name = "admin/questionnaires/editor.html"
    # Who reads forms reads drafts.
    permission = ""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        draft = draft_of(self.version)
        return self.render(
            draft=draft,
            may_edit=request.user.has_perm(drafts.PERMISSION),
            pressed=request.GET.get("pressed", ""),
            history_url=f"{self.model_admin.row_url(self.row)}#edits",
            form_url=self.model_admin.row_url(self.row),
            **preview_context(self, draft.asked),
        )

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Do what a button says: `question-12-up`, `section-3-down`, `question-12-copy`."""
        pressed = request.POST.get("press", "")
        what, _mark, rest = pressed.partition("-")
        key, _mark, verb = rest.partition("-")
        if not is_key(key):
            return HttpResponseRedirect(self.editor_url)
        with self.refusals_told():
            self.press(what, int(key), verb)
        # The button that was pressed has the focus again: one presses it several times.
        return HttpResponseRedirect(f"{self.pressed_on}?{urlencode({'pressed': pressed})}")

    @property
    def pressed_on(self) -> str:
        """The page of the button: that of the question for columns, else this one."""
        of = self.request.GET.get("of", "")
        return QuestionPage.address(self.row.pk, int(of)) if is_key(of) else self.editor_url

    def press(self, what: str, key: int, verb: str) -> None:
        if what == "section" and verb in arranging.STEPS:
            arranging.move_section(section_id=key, by=self.by, direction=verb)
        elif what == "question" and verb in arranging.STEPS:
            arranging.move_question(question_id=key, by=self.by, direction=verb)
        elif what == "question" and verb == "copy":
            copy = editing.duplicate_question(question_id=key, by=self.by)
            words = _("Duplicated. The copy follows the question: “%(question)s”.")
            messages.success(self.request, words % {"question": copy.label})
