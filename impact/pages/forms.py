"""Forms of the project's own pages."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms.forms import PublicForm


class MailSearchForm(PublicForm):
    """Finds an e-mail of the demo; sent by GET, so that an address shows what was looked for."""

    submit_label = _("Search")

    q = forms.CharField(label=_("E-mail address or words from the subject"), required=False, max_length=200)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper.form_method = "get"
        self.helper.disable_csrf = True
