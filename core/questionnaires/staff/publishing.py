"""The pages on which a draft is published: what changes for whom, and the button."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.decisions import DecisionForm, refusal_in_words
from core.known_types import known_as
from core.questionnaires.actions import drafts, publishing
from core.questionnaires.faults import blocking
from core.questionnaires.limits import beyond_limits
from core.questionnaires.models import Form
from core.questionnaires.purposes import purpose_of
from core.questionnaires.staff import sides
from core.questionnaires.staff.draft_pages import DraftPage
from core.questionnaires.staff.lines import problems_of
from core.questionnaires.staff.sides import Words
from core.questionnaires.trying_out import CannotTryOut
from core.staff.pages import REFUSALS


class PublishForm(forms.Form):
    seen = forms.CharField(widget=forms.HiddenInput)
    tells = forms.BooleanField(required=False)

    def __init__(self, *args: Any, words: Words, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["tells"].label, self.fields["tells"].help_text = str(words.write), str(words.tells)


class FormerForm(DecisionForm[Form]):
    """Carries which version the person saw as the one that is asked now."""

    seen = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["seen"].initial = self.targets[0].published_version.number


class CopyForm(DecisionForm[Form]):
    """Asks for the form that is copied."""

    source_id = forms.TypedChoiceField(label=gettext_lazy("Form to copy"), coerce=int)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        form = self.targets[0]
        others = Form.objects.filter(purpose=form.purpose).exclude(pk=form.pk)
        field = known_as(self.fields["source_id"], forms.TypedChoiceField)
        field.choices = [(other.pk, str(other)) for other in others.select_related(*sides.related())]


class PublishPage(DraftPage):
    """Says question by question what changes and how many drafts and submissions it touches, then does it."""

    route, name = "<int:pk>/draft/publish/", "publish"
    title = gettext_lazy("Publish form")
    template_name = "admin/questionnaires/publish.html"
    permission = publishing.PERMISSION

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        summary = publishing.summary_of(self.version)
        words, usage = sides.words_of(self.row), summary.usage
        counts = {"drafts": usage.drafts, "submissions": usage.submissions}
        beyond = beyond_limits(self.version)
        changes = [
            (change, *summary.touched[change.key], beyond.get(change.key)) for change in summary.changes
        ]
        return self.render(
            form=PublishForm(initial={"seen": summary.seen}, words=words),
            changes=changes,
            usage=words.usage % counts,
            problems=problems_of(self.version, blocking(self.version)),
            may_edit=request.user.has_perm(drafts.PERMISSION),
        )

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        form = PublishForm(request.POST, words=sides.words_of(self.row))
        if not form.is_valid():
            return HttpResponseRedirect(request.path)
        try:
            publishing.publish(version_id=self.version.pk, by=self.by, **form.cleaned_data)
        except REFUSALS as refusal:
            messages.error(request, " ".join(refusal_in_words(refusal)))
            return HttpResponseRedirect(request.path)
        done = _("Version %(number)s published.") % {"number": self.version.number}
        return self.done(done, self.model_admin.row_url(self.row))


class TryOutPage(DraftPage):
    """Leads to a test on the pages of those who will fill in the form."""

    route, name = "<int:pk>/draft/try/", "try-out"
    title = gettext_lazy("Try out the form")
    template_name = "admin/questionnaires/try_out.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return self.render(count=purpose_of(self.row.purpose).try_out.of(self.version).count())

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try_out = purpose_of(self.row.purpose).try_out
        if "delete" in request.POST:
            count = try_out.delete(self.version, by=self.by)
            return self.done(_("Tests deleted: %(count)s.") % {"count": count}, request.path)
        try:
            test = try_out.start(self.version, by=self.by)
        except CannotTryOut as refusal:
            messages.error(request, str(refusal))
            return HttpResponseRedirect(request.path)
        return HttpResponseRedirect(test.get_absolute_url())
