"""A form with an error is answered by leading to its own page, which shows it.

The page that answers a POST may not be kept by a browser, so going back to it ends at the browser's own error
page. A page that is asked for with GET is simply asked for again.
"""

from __future__ import annotations

from collections.abc import Collection

from django.core.exceptions import ValidationError
from django.forms import BaseForm
from django.forms.utils import ErrorDict
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

from core.bases import FormViewBase

TOLD = "form_with_errors"
# No address or code is longer; what is, is not shown again.
MAX_LETTERS = 1000


def keep(request: HttpRequest, form: BaseForm, *, typed: Collection[str]) -> HttpResponse:
    """Keep the errors of a form, and what was typed in some of its fields, for its page; lead there.

    Args:
        request: with which the form was sent.
        form: with errors.
        typed: fields that come back as they were typed; never a password or a secret code.
    """
    values = {name: form.data.get(name, "") for name in typed}
    request.session[TOLD] = {
        "path": request.path,
        "typed": {name: value for name, value in values.items() if len(value) <= MAX_LETTERS},
        "errors": {
            name: [[str(words), error.code] for error in errors for words in error.messages]
            for name, errors in form.errors.as_data().items()
        },
    }
    return HttpResponseRedirect(request.get_full_path())


def show_kept(request: HttpRequest, form: BaseForm) -> None:
    """Put into a blank form, once, what was kept for its page."""
    kept = request.session.get(TOLD)
    if request.method != "GET" or not kept or kept["path"] != request.path:
        return
    del request.session[TOLD]
    form.is_bound, form.data, form.cleaned_data = True, kept["typed"], {}
    form._errors = ErrorDict(renderer=form.renderer)  # type: ignore[attr-defined]  # Django’s own, without a type
    for name, errors in kept["errors"].items():
        form.add_error(
            None if name == "__all__" else name,
            [ValidationError(words, code=code) for words, code in errors],
        )


class ErrorsOnOwnPageMixin(FormViewBase):
    """For a FormView; `typed_again` names the fields that are shown again as they were typed."""

    typed_again: Collection[str] = ()

    def form_invalid(self, form: BaseForm) -> HttpResponse:
        return keep(self.request, form, typed=self.typed_again)

    def get_form(self, form_class: type[BaseForm] | None = None) -> BaseForm:
        form: BaseForm = super().get_form(form_class)
        show_kept(self.request, form)
        return form
