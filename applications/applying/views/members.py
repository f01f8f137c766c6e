"""People and partners of an application: invitations, rights, confirmations."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.views.generic import FormView, View

from applications.applying.actions import members
from applications.applying.forms.members import AcceptForm, ConfirmPartnerForm, InvitationForm
from applications.applying.views.base import ApplicationPage
from applications.enums import MemberRole
from applications.models import Application, Invitation, Member, Partner
from core.history import NotAllowed
from core.mail.mailboxes import in_letters
from core.readings import say_what_was_read
from core.visitors import network_of_visitor


class PeopleView(ApplicationPage):
    template_name = "applications/people.html"

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        form = InvitationForm(request.POST)
        if form.is_valid():
            try:
                invitation = members.invite(
                    application_id=self.application.pk,
                    by=request.user,
                    network=network_of_visitor(request),
                    **form.cleaned_data,
                )
            except NotAllowed:
                form.add_error(None, _("Only the lead can invite people."))
            except ValidationError as refusal:
                form.add_error("email", refusal)
            else:
                say_what_was_read(request, form)
                messages.success(request, _said(invitation))
                return redirect(request.path)
        return self.render_to_response(self.get_context_data(form=form))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        context.setdefault("form", InvitationForm())
        return context | {
            "members": self.application.members.select_related("user"),
            "invitations": self.application.invitations.awaiting(),
            "partners": self.application.partners.all(),
            "lapsed": self.application.partner_records.lapsed_keys(),
            "returned_addresses": self.application.returned_addresses,
            "is_lead": self.application.role == MemberRole.LEAD,
        }


def _said(invitation: Invitation) -> str:
    if invitation.is_mailed:
        return _("Invited: %(email)s.") % {"email": in_letters(invitation.email)}
    words = _("%(email)s is invited again. No second e-mail was sent: the link in the first one works again.")
    return words % {"email": in_letters(invitation.email)}


class PeopleButton(LoginRequiredMixin, View):
    """A button on the page of people: does one thing and returns there."""

    http_method_names = ["post"]
    refused = (NotAllowed, ValidationError)
    gone = (Invitation.DoesNotExist, Member.DoesNotExist, Partner.DoesNotExist)

    def post(self, request: HttpRequest, public_id: UUID, **kwargs: Any) -> HttpResponse:
        application = get_object_or_404(Application.objects.for_member(request.user), public_id=public_id)
        try:
            self.press(application, **kwargs)
        except self.gone:
            raise Http404 from None
        except self.refused as refusal:
            messages.error(request, " ".join(getattr(refusal, "messages", [_("Only the lead can do this.")])))
        still_there = Application.objects.for_member(request.user).filter(pk=application.pk).exists()
        return redirect("applications:people", public_id) if still_there else redirect("applications:mine")

    def press(self, application: Application, **kwargs: Any) -> None:
        raise NotImplementedError


class TakeBackView(PeopleButton):
    def press(self, application: Application, invitation_id: UUID) -> None:
        members.take_back(application_id=application.pk, by=self.request.user, invitation_id=invitation_id)
        messages.success(self.request, _("Invitation cancelled."))


class RemoveMemberView(PeopleButton):
    def press(self, application: Application, member_id: int) -> None:
        members.remove_member(application_id=application.pk, by=self.request.user, member_id=member_id)
        messages.success(self.request, _("The person no longer works on the application."))


class AskPartnerView(PeopleButton):
    def press(self, application: Application, partner_id: UUID) -> None:
        partner = members.ask_partner(
            application_id=application.pk,
            by=self.request.user,
            partner_id=partner_id,
            network=network_of_visitor(self.request),
        )
        messages.success(
            self.request, _("Asked by e-mail: %(email)s.") % {"email": in_letters(partner.contact_email)}
        )


class InvitationView(LoginRequiredMixin, FormView):
    template_name = "applications/invitation.html"
    form_class = AcceptForm

    @cached_property
    def invitation(self) -> Invitation:
        rows = Invitation.objects.awaiting().select_related("application__call", "invited_by")
        return get_object_or_404(rows, public_id=self.kwargs["invitation_id"])

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.user.is_authenticated and self.invitation.email != request.user.email:
            return self.say_whose_it_is()
        return super().dispatch(request, *args, **kwargs)

    def say_whose_it_is(self) -> HttpResponse:
        """Name the address that was invited: whoever has the link has the e-mail that was sent to it."""
        addresses = {
            "invited": in_letters(self.invitation.email),
            "own": in_letters(self.request.user.email),
        }
        return render(
            self.request, "applications/invitation_of_another.html", addresses, status=HTTPStatus.FORBIDDEN
        )

    def form_valid(self, form: AcceptForm) -> HttpResponse:
        application = members.accept(invitation_id=self.invitation.public_id, by=self.request.user)
        return redirect(application)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {"invitation": self.invitation}


class ConfirmPartnerView(FormView):
    """Opened by the signed link alone, without an account."""

    template_name = "applications/confirm_partner.html"
    form_class = ConfirmPartnerForm

    @cached_property
    def partner(self) -> Partner:
        try:
            return members.partner_of(self.kwargs["token"])
        except Partner.DoesNotExist:
            raise Http404 from None

    def form_valid(self, form: ConfirmPartnerForm) -> HttpResponse:
        members.confirm_partner(token=self.kwargs["token"], name=form.cleaned_data["name"])
        return redirect(self.request.path)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {"partner": self.partner}
