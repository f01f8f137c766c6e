"""What all pages below the draft of a form have in common."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import given_back
from core.accounts.logged_in import person_at
from core.accounts.models import User
from core.decisions import refusal_in_words
from core.questionnaires.actions import drafts
from core.questionnaires.enums import VersionStatus
from core.questionnaires.models import Form, FormQuestion, FormSection, FormVersion
from core.questionnaires.staff import sides
from core.staff.pages import REFUSALS, RowPage

_NO_DRAFT = gettext_lazy("This form has no draft. Start a draft to change the form.")
_GONE = gettext_lazy("This draft was published or discarded in the meantime.")


class DraftPage(RowPage[Form]):
    """A page about the draft of a form; `version` is it.

    Whoever changes a draft waits for those who change it at the same time.
    """

    permission = drafts.PERMISSION
    version: FormVersion

    @classmethod
    def address(cls, *args: Any) -> str:
        """Return the address of this page, by the keys in its route."""
        return reverse(f"admin:questionnaires_form_{cls.name}", args=args)

    @staticmethod
    def draft_address(form_id: int) -> str:
        """Return the address of the editor of a form's draft."""
        return reverse("admin:questionnaires_form_draft", args=[form_id])

    @property
    def by(self) -> User:
        return person_at(self.request)

    @property
    def editor_url(self) -> str:
        return self.draft_address(self.row.pk)

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        self.check()
        version = self.row.versions.filter(status=VersionStatus.DRAFT).first()
        if version is None:
            return self.leave_without_draft()
        version.form = self.row
        self.version = version
        if request.method != "POST":
            return self.draw_or_leave()
        with transaction.atomic():
            # The form on the page is compared with what is saved once nobody else writes.
            drafts.lock_form(self.row.pk)
            if not self.row.versions.filter(pk=version.pk, status=VersionStatus.DRAFT).exists():
                return self.leave(_GONE)
            return self.draw_or_leave()

    def leave_without_draft(self) -> HttpResponse:
        if self.request.method == "POST":
            return self.leave(_GONE)
        messages.warning(self.request, _NO_DRAFT)
        return self.leave(_NO_DRAFT)

    def draw_or_leave(self) -> HttpResponseBase:
        try:
            self.find_parts()
        except LookupError:
            return self.leave_to_draft(_("Somebody else has removed this in the meantime."))
        return self.answer()

    def answer(self) -> HttpResponseBase:
        handler = self.get if self.request.method in ("GET", "HEAD") else getattr(self, "post", None)
        if handler is None or self.request.method not in ("GET", "HEAD", "POST"):
            return self.http_method_not_allowed(self.request)
        return handler(self.request, *self.args, **self.kwargs)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        raise NotImplementedError

    def find_parts(self) -> None:
        """Find what the page is about besides the draft.

        Raises:
            LookupError: it is not there any more.
        """

    def find_section(self, key: int) -> FormSection:
        section = self.version.sections.filter(pk=key).first()
        if section is None:
            raise LookupError
        section.version = self.version
        return section

    def find_question(self, key: int) -> FormQuestion:
        rows = self.version.questions.select_related("section", "rows")
        question = rows.filter(pk=key).first()
        if question is None:
            raise LookupError
        question.version = self.version
        return question

    def leave_to_draft(self, why: str) -> HttpResponse:
        if self.request.method == "POST":
            return given_back.refuse(self.request, why, back_url=self.editor_url)
        messages.warning(self.request, why)
        return HttpResponseRedirect(self.editor_url)

    def done(self, text: str, address: str) -> HttpResponse:
        messages.success(self.request, text)
        return HttpResponseRedirect(address)

    @contextmanager
    def refusals_told(self) -> Iterator[None]:
        """Say as a message why an action refused."""
        try:
            with transaction.atomic():
                yield
        except REFUSALS as refusal:
            messages.error(self.request, " ".join(refusal_in_words(refusal)))

    @cached_property
    def form_name(self) -> str:
        return str(self.row)

    def render(self, **context: Any) -> TemplateResponse:
        frame: dict[str, Any] = {
            "row": self.row,
            "version": self.version,
            "form_name": self.form_name,
            "words": sides.words_of(self.row),
            "editor_url": self.editor_url,
        }
        return super().render(**frame | context)
