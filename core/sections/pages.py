"""The page of a section: saves what is valid, complete or not, and asks about what was changed meanwhile.

A save that leaves something to correct leads back to the page of the section, which shows what was typed: no
browser can go back to a page that answers a POST.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Generic, TypeVar
from urllib.parse import urlencode

from django.contrib import messages
from django.http import (
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    HttpResponseRedirect,
    JsonResponse,
    QueryDict,
)
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.generic.base import ContextMixin, TemplateResponseMixin

from core.accounts.logged_in import person_at
from core.forms import autosave, unfinished
from core.known_types import known_as
from core.phrases import StrOrPromise
from core.readings import say_what_was_read
from core.sections import saving
from core.sections.forms import SAVE_AND_LIST, SectionFormMixin
from core.sections.kinds.files import TO_FILES
from core.sections.questions import Question
from core.sections.saving import Saved

# Of a page that saved itself on a form that has changed since.
FORM_CHANGED = gettext_lazy("The form has changed. Save to see the current questions.")


_Saved = TypeVar("_Saved", bound=Saved)


class SectionPage(TemplateResponseMixin, ContextMixin, Generic[_Saved]):
    """The steps of a page that saves a section; a view says how its form is made, saved and followed.

    `refusals` are the exceptions with which its action refuses a save as a whole.
    """

    request: HttpRequest
    refusals: tuple[type[Exception], ...] = ()

    def form(self, data: QueryDict | None = None) -> SectionFormMixin:
        raise NotImplementedError

    def save(self, form: SectionFormMixin) -> _Saved:
        """Save what is valid, by an action."""
        raise NotImplementedError

    @property
    def writers(self) -> Mapping[str, int]:
        """Who wrote each saved cell, where that is known."""
        return {}

    def redirect_onwards(self, form: SectionFormMixin, saved: _Saved) -> HttpResponse:
        """Say that all of it was saved, and lead on."""
        raise NotImplementedError

    def show(self, form: SectionFormMixin, **kwargs: Any) -> HttpResponse:
        """Draw the page."""
        return self.render_to_response(self.get_context_data(form=form, **kwargs))

    def refused_words(self, refusal: Exception) -> Sequence[StrOrPromise]:
        """Return why nothing was saved, for people."""
        return [str(refusal)]

    def tell(self, form: SectionFormMixin, saved: _Saved) -> None:
        """Say what else came of a save by its button."""

    @property
    def note(self) -> StrOrPromise:
        """What else the person should know of each save."""
        return ""

    @property
    def query(self) -> Mapping[str, str]:
        """What the address needs for the page to be the same when it is shown again."""
        return {}

    @property
    def has_address(self) -> bool:
        """Whether the page can be asked for again; one that a form no longer has is shown as it was sent."""
        return True

    def why_only_by_button(self, form: SectionFormMixin) -> StrOrPromise:
        """Return why the page does not save itself; nothing where it does."""
        return ""

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        left = unfinished.read(request)
        return self.show(self.form()) if left is None else self._shown_again(left)

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponseBase:
        form = self.form(request.POST)
        if autosave.is_asked(request):
            return self._autosaved(form)
        if form.is_adding_row:
            return self.lead_back(form)
        is_valid = form.is_valid()
        try:
            saved = self.save(form)
        except self.refusals as refusal:
            return self.lead_back(form, problems=self.refused_words(refusal))
        say_what_was_read(request, form)
        self.tell(form, saved)
        for words in what_others_hid(form, saved):
            messages.info(request, words)
        if is_valid and not saved.conflicts and not form.has_open_search:
            unfinished.give_up(request)
            return self._more_asked(form, saved) or self.redirect_onwards(form, saved)
        form.note_saved(saved.cells)
        return self.lead_back(form, is_partly_saved=True)

    def _autosaved(self, form: SectionFormMixin) -> JsonResponse:
        form.is_valid()
        if why := self.why_only_by_button(form):
            return autosave.refused(why)
        try:
            saved = self.save(form)
        except self.refusals as refusal:
            return autosave.refused(" ".join(map(str, self.refused_words(refusal))))
        problems = form.problems_in_words(saved)
        if problems:
            form.note_saved(saved.cells)
            unfinished.renew(self.request, self._left_of(form, is_partly_saved=True))
        else:
            unfinished.give_up(self.request)
        note = " ".join(filter(None, [*what_others_changed(form, saved), str(self.note)]))
        base, wrong = form.next_base(saved.cells), autosave.fields_in_error(form)
        return autosave.saved(base=base, problems=problems, wrong=wrong, note=note)

    def _more_asked(self, form: SectionFormMixin, saved: Saved) -> HttpResponse | None:
        """Show the page again where a save leads to questions that it did not show; else return None."""
        new = form.newly_asked(saved.cells)
        if not new or {SAVE_AND_LIST, TO_FILES} & self.request.POST.keys():
            return None
        words = ngettext(
            "Saved. Because of your answers, there is one more question on this page: %(questions)s.",
            "Saved. Because of your answers, there are %(count)s more questions on this page: %(questions)s.",
            len(new),
        )
        messages.info(self.request, words % {"count": len(new), "questions": _named(new)})
        query = urlencode(dict(self.query))
        address = f"{self.request.path}?{query}" if query else self.request.path
        return HttpResponseRedirect(f"{address}#{new[0].kind.anchor(new[0])}")

    def lead_back(
        self, form: SectionFormMixin, *, problems: Sequence[Any] = (), is_partly_saved: bool = False
    ) -> HttpResponse:
        """Let the page be shown again, with what was typed and with why it was not taken as it stands."""
        left = self._left_of(form, problems=problems, is_partly_saved=is_partly_saved)
        if is_partly_saved:
            unfinished.renew(self.request, left)
        way = unfinished.lead_back(self.request, left, query=self.query) if self.has_address else None
        return way or self._shown_again(left)

    def _left_of(
        self, form: SectionFormMixin, *, problems: Sequence[Any] = (), is_partly_saved: bool
    ) -> unfinished.Unfinished:
        data = known_as(form.data, QueryDict)
        return unfinished.Unfinished(data, [str(problem) for problem in problems], is_partly_saved)

    def _shown_again(self, left: unfinished.Unfinished) -> HttpResponse:
        """Show what was typed, with what is to be corrected or decided as things are now."""
        form, conflicts = self.form(left.data), []
        if not form.is_adding_row:
            form.is_valid()
            for problem in left.problems:
                form.add_error(None, problem)
            if left.is_partly_saved:
                saved = saving.judge(form, writers=self.writers)
                form.ask_about(saved, by=person_at(self.request))
                conflicts = saved.conflicts
        return self.show(form, is_partly_saved=left.is_partly_saved, conflicts=conflicts)


def what_others_hid(form: SectionFormMixin, saved: Saved) -> list[str]:
    """Say which answers of this page are not asked for any more, as somebody changed another answer."""
    if not (gone := form.no_longer_asked(saved.cells)):
        return []
    words = _(
        "No longer asked, because another answer has changed: %(questions)s. What you entered "
        "is kept, but will not be submitted."
    )
    return [words % {"questions": _named(gone)}]


def what_others_changed(form: SectionFormMixin, saved: Saved) -> list[str]:
    """Say the same, and what is asked now although this page does not show it."""
    told = what_others_hid(form, saved)
    if new := form.newly_asked(saved.cells):
        words = _(
            "Another answer has changed, so this page now also asks: %(questions)s. Save to see the change."
        )
        told.append(words % {"questions": _named(new)})
    return told


def _named(questions: Sequence[Question]) -> str:
    return ", ".join(_("“%(question)s”") % {"question": question.heading} for question in questions)
