"""Choosing a file, which is stored at once."""

from __future__ import annotations

from typing import Any

from crispy_forms.helper import FormHelper
from django import forms
from django.conf import settings
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from applications.enums import DocumentKind
from applications.form.core_questions import DOCUMENTS
from core.forms.forms import PublicForm
from core.sections.kinds.files import accepted
from core.sections.questions import Question
from core.uploads import endings


class DocumentForm(PublicForm):
    """Carries when the page was opened: a file that is chosen in the grace is still taken.

    Args:
        question: that the file answers; only of a document is asked what it is.
    """

    submit_label = _("Upload document")
    # The browser asks for the kind before it sends: the page that came back would have no file any more.
    use_required_attribute = True

    opened = forms.CharField(widget=forms.HiddenInput, required=False)
    kind = forms.ChoiceField(
        label=_("Type of document"), choices=DocumentKind.choices, widget=forms.RadioSelect
    )
    # Whoever checks it says that it is empty, as of every other fault.
    file = forms.FileField(label=_("File"), allow_empty_file=True)

    def __init__(self, *args: Any, question: Question, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if question.name != DOCUMENTS:
            self.submit_label = _("Upload file")
            del self.fields["kind"]
        self.fields["file"].help_text = _limits(question)
        self.fields["file"].widget.attrs["accept"] = ",".join(endings(accepted(question)))

    def build_helper(self) -> FormHelper:
        helper = super().build_helper()
        del helper.attrs["novalidate"]
        return helper


def _limits(question: Question) -> str:
    total = gettext("All files in this application: up to %(total)s in total.")
    return f"{question.hint} {total % {'total': filesizeformat(settings.UPLOAD_TOTAL_MAX_BYTES)}}"
