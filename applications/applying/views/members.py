"""People and partners of an application: invitations, rights, confirmations."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.generic import View

from applications.applying.actions import members
from applications.applying.forms.members import InvitationForm
from applications.applying.views.base import ApplicationPage
from applications.enums import MemberRole
from applications.models import Application, Invitation, Member, Partner
from core.accounts.logged_in import person_at
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
                    by=person_at(request),
                    network=network_of_visitor(request),
                    **form.cleaned_data,
                )
            except NotAllowed:
                form.add_error(None, _("Only the lead person can invite people."))
            except ValidationError as refusal:
                form.add_error("email", refusal)
            else:
                say_what_was_read(request, form)
                messages.success(request, _said(invitation))
                return redirect(request.path)
        return self.render_to_response(self.get_context_data(form=form))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        context.setdefault("form", InvitationForm(initial={"language": get_language()}))
        return context | {
            "members": self.application.members.select_related("user"),
            "invitations": self.application.invitations.awaiting(),
            "partners": self.application.partners.all(),
            "languages": settings.LANGUAGES,
            "lapsed": self.application.partner_records.lapsed_keys(),
            "returned_addresses": self.application.returned_addresses,
            "is_lead": self.application.role == MemberRole.LEAD,
        }


def _said(invitation: Invitation) -> str:
    if invitation.is_mailed:
        return _("Invited: %(email)s.") % {"email": in_letters(invitation.email)}
    words = _(
        "%(email)s has been invited again. No second e-mail was sent, because the link "
        "in the first one works again."
    )
    return words % {"email": in_letters(invitation.email)}


class PeopleButton(LoginRequiredMixin, View):
    """A button on the page of people: does one thing and returns there."""

    http_method_names = ["post"]
    refused = (NotAllowed, ValidationError)
    gone = (Invitation.DoesNotExist, Member.DoesNotExist, Partner.DoesNotExist)

    def post(self, request: HttpRequest, public_id: UUID, **kwargs: int | UUID) -> HttpResponse:
        application = get_object_or_404(
            Application.including_tests.for_member(person_at(request)), public_id=public_id
        )
        try:
            self.press(application)
        except self.gone:
            raise Http404 from None
        except self.refused as refusal:
            messages.error(
                request, " ".join(getattr(refusal, "messages", [_("Only the lead person can do this.")]))
            )
        still_there = (
            Application.including_tests.for_member(person_at(request)).filter(pk=application.pk).exists()
        )
        return redirect("applications:people", public_id) if still_there else redirect("applications:mine")

    def press(self, application: Application) -> None:
        """Call the action; whom it is about stands in the address."""
        raise NotImplementedError


class TakeBackView(PeopleButton):
    def press(self, application: Application) -> None:
        members.take_back(
            application_id=application.pk,
            by=person_at(self.request),
            invitation_id=self.kwargs["invitation_id"],
        )
        messages.success(self.request, _("Invitation cancelled."))


class ChangeAccessView(PeopleButton):
    def press(self, application: Application) -> None:
        member = members.change_access(
            application_id=application.pk,
            by=person_at(self.request),
            member_id=self.kwargs["member_id"],
            role=self.request.POST.get("role", ""),
        )
        said = {"who": member.user.get_full_name(), "access": member.get_role_display()}
        messages.success(self.request, _("Access for %(who)s: %(access)s.") % said)


class RemoveMemberView(PeopleButton):
    def press(self, application: Application) -> None:
        members.remove_member(
            application_id=application.pk, by=person_at(self.request), member_id=self.kwargs["member_id"]
        )
        messages.success(self.request, _("This person no longer works on the application."))


class AskPartnerView(PeopleButton):
    def press(self, application: Application) -> None:
        partner = members.ask_partner(
            application_id=application.pk,
            by=person_at(self.request),
            partner_id=self.kwargs["partner_id"],
            language=self.request.POST.get("language", ""),
            network=network_of_visitor(self.request),
        )
        messages.success(
            self.request,
            _("Confirmation requested from %(email)s.") % {"email": in_letters(partner.contact_email)},
        )
