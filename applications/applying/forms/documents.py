"""Choosing a file, which is stored at once."""

from __future__ import annotations

from typing import Any

from crispy_forms.helper import FormHelper
from django import forms
from django.conf import settings
from django.template.defaultfilters import filesizeformat
from django.utils.functional import lazy
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from applications.applying.actions.documents import ALLOWED
from applications.enums import DocumentKind
from core.forms.forms import PublicForm
from core.uploads import endings, kinds_in_words


def _limits() -> str:
    return gettext("%(kinds)s; up to %(size)s each, %(total)s together.") % {
        "kinds": kinds_in_words(ALLOWED),
        "size": filesizeformat(settings.UPLOAD_MAX_BYTES),
        "total": filesizeformat(settings.UPLOAD_TOTAL_MAX_BYTES),
    }


class DocumentForm(PublicForm):
    """Carries when the page was opened: a file that is chosen in the grace is still taken."""

    submit_label = _("Store this document")
    # The browser asks for the kind before it sends: the page that came back would have no file any more.
    use_required_attribute = True

    opened = forms.CharField(widget=forms.HiddenInput, required=False)
    kind = forms.ChoiceField(label=_("What it is"), choices=DocumentKind.choices, widget=forms.RadioSelect)
    file = forms.FileField(label=_("File"), help_text=lazy(_limits, str)())

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["file"].widget.attrs["accept"] = ",".join(endings(ALLOWED))

    def build_helper(self) -> FormHelper:
        helper = super().build_helper()
        del helper.attrs["novalidate"]
        return helper
