"""What the links in e-mails to people and partners open: an invitation, the question to a partner."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.mixins import LoginRequiredMixin
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.functional import cached_property
from django.views.generic import FormView

from applications.applying.actions import members
from applications.applying.forms.members import AcceptForm, ConfirmPartnerForm, DeclinePartnerForm
from applications.enums import PartnerEvent
from applications.models import Application, Invitation, Partner
from core.accounts.logged_in import person_at
from core.mail.mailboxes import in_letters


class InvitationView(LoginRequiredMixin, FormView):
    """Asks whoever was invited; leads on who works on the application; tells all others why not."""

    template_name = "applications/invitation.html"
    form_class = AcceptForm

    @cached_property
    def invitation(self) -> Invitation:
        rows = Invitation.objects.select_related("application__call", "invited_by")
        return get_object_or_404(rows, public_id=self.kwargs["invitation_id"])

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.user.is_authenticated:
            return self.handle_no_permission()
        return self.refusal() or super().dispatch(request, *args, **kwargs)

    def refusal(self) -> HttpResponse | None:
        """Answer who does not have to accept, or cannot.

        The page for another account names the address, which whoever has the link has read; nothing else.
        """
        invitation, user = self.invitation, person_at(self.request)
        if Application.objects.for_member(user).filter(pk=invitation.application_id).exists():
            return redirect(invitation.application)
        if invitation.email != user.email:
            addresses = {"invited": in_letters(invitation.email), "own": in_letters(user.email)}
            return self.explain("other", 403, **addresses)
        if invitation.taken_back_at:
            return self.explain("cancelled", 410)
        return self.explain("left", 410) if invitation.accepted_at else None

    def explain(self, why: str, status: int, **context: Any) -> HttpResponse:
        context |= {"why": why}
        return render(self.request, "applications/invitation_closed.html", context, status=status)

    def form_valid(self, form: AcceptForm) -> HttpResponse:
        try:
            application = members.accept(invitation_id=self.invitation.public_id, by=person_at(self.request))
        except Invitation.DoesNotExist:
            # Cancelled, or accepted in another tab, this very moment: the page says so.
            return redirect(self.request.path)
        return redirect(application)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {"invitation": self.invitation}


class PartnerLinkView(FormView):
    """Opened by the signed link alone, without an account; a link that is outdated says so."""

    @cached_property
    def partner(self) -> Partner:
        try:
            return members.partner_of(self.kwargs["token"])
        except members.LinkOutdated:
            raise
        except Partner.DoesNotExist:
            raise Http404 from None

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        try:
            return super().dispatch(request, *args, **kwargs)
        except members.LinkOutdated:
            return render(request, "applications/partner_link_outdated.html", status=410)

    def to_question(self) -> HttpResponse:
        return redirect("applications:confirm_partner", self.kwargs["token"])

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        application = self.partner.application
        asked = application.partner_records.filter(
            partner_key=self.partner.public_id, event=PartnerEvent.ASKED
        )
        others = application.partners.exclude(pk=self.partner.pk).exclude(name="")
        return super().get_context_data(**kwargs) | {
            "partner": self.partner,
            "token": self.kwargs["token"],
            "asked": asked.select_related("by").first(),
            "others": others.select_related("unit__country"),
        }


class ConfirmPartnerView(PartnerLinkView):
    template_name = "applications/confirm_partner.html"
    form_class = ConfirmPartnerForm

    def form_valid(self, form: ConfirmPartnerForm) -> HttpResponse:
        members.confirm_partner(token=self.kwargs["token"], name=form.cleaned_data["name"])
        return self.to_question()


class DeclinePartnerView(PartnerLinkView):
    template_name = "applications/decline_partner.html"
    form_class = DeclinePartnerForm

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        # Whoever has answered finds the answer where the question was.
        is_asked = self.partner.confirmation == PartnerEvent.ASKED
        return super().get(request, *args, **kwargs) if is_asked else self.to_question()

    def form_valid(self, form: DeclinePartnerForm) -> HttpResponse:
        members.decline_partner(token=self.kwargs["token"], **form.cleaned_data)
        return self.to_question()
