"""The page on which one held letter is edited: of a selection, or about a verdict."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext_lazy as _

from applications.applying import letter_texts
from applications.screening.emails import about_verdict
from applications.selecting import letters
from applications.selecting.actions import lettering
from core.decisions import in_words
from core.history import NotAllowed
from core.mail.enums import MessageStatus
from core.mail.models import Message
from core.staff.admin import DecisionForm


class EditForm(DecisionForm):
    subject = forms.CharField(label=_("Subject"), max_length=letter_texts.MAX_SUBJECT)
    body = forms.CharField(label=_("Text"), widget=forms.Textarea(attrs={"rows": 20}))
    seen = forms.IntegerField(required=False, widget=forms.HiddenInput)


class LetterEditMixin:
    """Gives an admin the page of one letter."""

    def _letter_page(self, request: HttpRequest, letter: Message | None, *, back_url: str) -> HttpResponse:
        """Show a letter, and change it while it is held."""
        if letter is None:
            raise Http404
        if not request.user.has_perm(letters.permission_to_change(letter)):
            raise PermissionDenied
        initial = {"subject": letter.subject, "body": letter.body, "seen": letter.letter_edits.count()}
        form = EditForm(request.POST or None, initial=initial, targets=[letter], by=request.user)
        if request.method == "POST" and form.is_valid() and _edit(letter, form, request):
            messages.success(request, _("The letter is changed."))
            return HttpResponseRedirect(back_url)
        context = {
            "title": _("Letter to %(to)s") % {"to": letter.to},
            "letter": letter,
            "form": form,
            "is_held": letter.status == MessageStatus.HELD,
            "edits": letter.letter_edits.select_related("by"),
            "back_url": back_url,
        }
        return self._page_of(request, "admin/applications/letter_edit.html", context)


class VerdictLetterMixin(LetterEditMixin):
    """Adds to the admin of applications the letter about a refusal."""

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.verdict_letter_view)
        return [path("<int:pk>/letter/", view, name="applications_application_letter"), *super().get_urls()]

    def verdict_letter_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        letter = about_verdict(self._readable(request, pk))
        back_url = reverse("admin:applications_application_change", args=[pk])
        return self._letter_page(request, letter, back_url=back_url)


def _edit(letter: Message, form: EditForm, request: HttpRequest) -> bool:
    try:
        lettering.edit(message_id=letter.pk, by=request.user, **form.cleaned_data)
    except (ValidationError, NotAllowed) as error:
        form.add_error(None, in_words(error))
        return False
    return True
