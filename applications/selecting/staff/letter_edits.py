"""The page on which one held letter is edited: of a selection, or about a verdict."""

from __future__ import annotations

from typing import TypeVar

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Model
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext_lazy as _

from applications.applying import letter_texts
from applications.models import Application
from applications.screening.emails import about_verdict
from applications.selecting import letters
from applications.selecting.actions import lettering
from core.accounts.logged_in import person_at
from core.mail.enums import MessageStatus
from core.mail.models import Message
from core.staff.admin import DecisionForm, RowPage

_Row = TypeVar("_Row", bound=Model)


class EditForm(DecisionForm[Message]):
    subject = forms.CharField(label=_("Subject"), max_length=letter_texts.MAX_SUBJECT)
    body = forms.CharField(label=_("Text"), widget=forms.Textarea(attrs={"rows": 20}))
    seen = forms.IntegerField(required=False, widget=forms.HiddenInput)


class LetterPage(RowPage[_Row]):
    """Shows a letter about the row, and changes it while it is held."""

    template_name = "admin/applications/letter_edit.html"
    letter: Message

    def check(self) -> None:
        super().check()
        letter = self.find_letter()
        if letter is None:
            raise Http404
        if not self.request.user.has_perm(letters.permission_to_change(letter)):
            raise PermissionDenied
        self.letter = letter

    def find_letter(self) -> Message | None:
        """Return the letter of the address; each kind of letter has a page of its own."""
        raise NotImplementedError

    def get_back_url(self) -> str:
        return self.model_admin.row_url(self.row)

    def get_title(self) -> str:
        return _("Letter to %(to)s") % {"to": self.letter.to}

    def get(self, request: HttpRequest, *args: int, **kwargs: int) -> HttpResponse:
        letter = self.letter
        initial = {"subject": letter.subject, "body": letter.body, "seen": letter.letter_edits.count()}
        return self.page(EditForm(initial=initial, targets=[letter], by=person_at(request)))

    def post(self, request: HttpRequest, *args: int, **kwargs: int) -> HttpResponse:
        form = EditForm(request.POST, targets=[self.letter], by=person_at(request))
        if form.is_valid():
            with self.refusals_in(form):
                lettering.edit(message_id=self.letter.pk, by=person_at(request), **form.cleaned_data)
        if not form.is_valid():
            return self.page(form)
        messages.success(request, _("Letter changed."))
        return HttpResponseRedirect(self.get_back_url())

    def page(self, form: EditForm) -> HttpResponse:
        return self.render(
            form=form,
            letter=self.letter,
            is_held=self.letter.status == MessageStatus.HELD,
            edits=self.letter.letter_edits.select_related("by"),
            back_url=self.get_back_url(),
        )


class VerdictLetterPage(LetterPage[Application]):
    """The letter about a refusal."""

    route, name = "<int:pk>/letter/", "letter"

    def find_letter(self) -> Message | None:
        return about_verdict(self.row)
