"""The copy of one's data, and the deletion of one's account, after a fresh proof."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin
from django.forms import Form
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.generic import TemplateView, View
from django.views.generic.edit import FormView

from core import rate_limits
from core.accounts.logged_in import person_at
from core.accounts.proofs import prove_again
from core.history import NotAllowed
from core.privacy import actions, copying, reasons, registry
from core.privacy.forms import DeletionForm
from core.privacy.models import AccountDeletion
from core.rate_limits import RateLimit, Use

# An archive may hold hundreds of megabytes.
COPIES = RateLimit("copies of one's data", 5, 60 * 60)
# Each sends an e-mail.
DELETIONS = RateLimit("deletions of an account that were asked for", 5, 24 * 60 * 60)
# Why something is not in the copy, or is kept of staff.
NOT_OF_MEMBERS = (reasons.OTHERS, reasons.NOTES, reasons.STAFF_RECORD)


@method_decorator(never_cache, name="dispatch")
class DataView(LoginRequiredMixin, TemplateView):
    """Says what the copy holds, and where it is."""

    template_name = "privacy/data.html"


@method_decorator([never_cache, prove_again], name="dispatch")
class DataFileView(LoginRequiredMixin, View):
    """Hands the person at the screen the archive."""

    def get(self, request: HttpRequest) -> HttpResponseBase:
        if rate_limits.spend(Use(COPIES, str(request.user.pk))) is not None:
            messages.warning(request, _("You have downloaded your data several times. Try again in an hour."))
            return HttpResponseRedirect(reverse("account_data"))
        pieces = copying.archive_of(person_at(request))
        named = {"Content-Disposition": 'attachment; filename="impact-my-data.zip"'}
        return StreamingHttpResponse(pieces, content_type="application/zip", headers=named)


@method_decorator(never_cache, name="dispatch")
class DeleteView(LoginRequiredMixin, FormView):
    """Says what goes and what stays, or why the account must stay; takes the wish."""

    form_class = DeletionForm
    template_name = "privacy/delete.html"

    @method_decorator(prove_again)
    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return super().post(request, *args, **kwargs)

    def form_valid(self, form: Form) -> HttpResponse:
        if rate_limits.spend(Use(DELETIONS, str(self.request.user.pk))) is not None:
            form.add_error(None, _("You have requested this several times today. Try again tomorrow."))
            return self.form_invalid(form)
        try:
            actions.ask_deletion(by=person_at(self.request))
        except NotAllowed as refusal:
            form.add_error(None, str(refusal))
            return self.form_invalid(form)
        messages.success(
            self.request,
            _("Your request has been recorded. We will e-mail you the deadline for cancelling it."),
        )
        return HttpResponseRedirect(reverse("account_delete"))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        person = person_at(self.request)
        return super().get_context_data(**kwargs) | {
            "deletion": AccountDeletion.objects.open_of(person),
            "waits_days": settings.ACCOUNT_DELETION_WAITS_DAYS,
            "hindrances": registry.hindrances(person),
            "kept": registry.reasons_to_keep(but=NOT_OF_MEMBERS),
        }


class CancelDeletionView(LoginRequiredMixin, View):
    """Keeps the account after all."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest) -> HttpResponse:
        if actions.cancel_deletion(by=person_at(request)):
            messages.success(request, _("Your account has been kept. Nothing was deleted."))
        return HttpResponseRedirect(reverse("account_email"))
