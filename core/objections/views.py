"""The page behind the link in an e-mail: opening it changes nothing, since mail scanners open every link."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.decorators import method_decorator
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.generic import FormView, View

from core.history import NotAllowed
from core.mail.models import Message
from core.objections import actions, links
from core.objections.forms import ObjectionForm


class BehindLink:
    """A page for the reader of one e-mail, found by the signed link in it."""

    request: HttpRequest
    kwargs: dict[str, Any]

    @cached_property
    def message(self) -> Message:
        public_id = links.read(self.kwargs["token"])
        message = Message.objects.with_public_id(public_id) if public_id else None
        if message is None or message.is_erased:
            raise Http404
        return message

    def back(self) -> HttpResponse:
        return HttpResponseRedirect(links.path(self.message.public_id))


@method_decorator(never_cache, name="dispatch")
class ObjectView(BehindLink, FormView):
    template_name = "objections/object.html"
    form_class = ObjectionForm

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"message": self.message}

    def form_valid(self, form: ObjectionForm) -> HttpResponse:
        try:
            actions.object_to(message_id=self.message.pk, **form.cleaned_data)
        except NotAllowed as refusal:
            form.add_error(None, str(refusal))
            return self.form_invalid(form)
        messages.success(self.request, _("Done. E-mails that have not been sent yet are stopped too."))
        return self.back()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        said = list(actions.in_force_at(self.message.to))
        return super().get_context_data(**kwargs) | {
            "mail": self.message,
            "objections": said,
            "is_closed": any(row.is_against_everybody for row in said),
            "token": self.kwargs["token"],
        }


@method_decorator(never_cache, name="dispatch")
class AllowView(BehindLink, View):
    http_method_names = ["post"]

    def post(self, request: HttpRequest, token: str) -> HttpResponse:
        try:
            actions.lift(message_id=self.message.pk)
        except NotAllowed as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(
                request, _("E-mails are allowed again. This does not subscribe you to the newsletter.")
            )
        return self.back()
