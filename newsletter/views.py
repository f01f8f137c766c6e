"""The public pages of the newsletter: asking for it, confirming, changing, leaving."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.http.response import HttpResponseBase
from django.urls import reverse, reverse_lazy
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.generic import FormView, TemplateView, View

from core.accounts.logged_in import person_at
from core.history import IllegalMove, NotAllowed
from core.mail.budget import MailRefused
from core.readings import say_what_was_read
from core.visitors import network_of_visitor
from newsletter import actions, links, portability
from newsletter.enums import SubscriberStatus, Topic
from newsletter.exceptions import BrokenLink, ExpiredLink
from newsletter.forms import LostLinkForm, PreferencesForm, SubscribeForm
from newsletter.models import Subscriber
from newsletter.wording import CONSENT

TOO_LATE = gettext_lazy(
    "You are subscribed. The choice in that e-mail was not used because you have made a newer "
    "one. You can see and change your current choice here."
)


class SubscribeView(FormView):
    """One answer for every address, known or not."""

    template_name = "newsletter/subscribe.html"
    form_class = SubscribeForm
    success_url = reverse_lazy("newsletter:asked")
    extra_context = {"consent": CONSENT}

    def get_initial(self) -> dict[str, Any]:
        # From "My news", by somebody logged in.
        is_own = "mine" in self.request.GET and self.request.user.is_authenticated
        return {"email": person_at(self.request).email} if is_own else {}

    def form_valid(self, form: SubscribeForm) -> HttpResponse:
        try:
            self.subscribe(**form.cleaned_data)
            say_what_was_read(self.request, form)
        except MailRefused as refusal:
            form.add_error(None, refusal)
            return self.form_invalid(form)
        return super().form_valid(form)

    def subscribe(self, *, email: str, topics: list[str], language: str, **others: Any) -> None:
        network = network_of_visitor(self.request)
        actions.subscribe(email=email, topics=topics, language=language, network=network)


class AskedView(TemplateView):
    template_name = "newsletter/asked.html"


@method_decorator(never_cache, name="dispatch")
class MineView(LoginRequiredMixin, View):
    """Leads to one's preferences, or to a sign-up with the address filled in, as a code has proven it."""

    def get(self, request: HttpRequest) -> HttpResponse:
        own = Subscriber.objects.confirmed().with_email(person_at(request).email).first()
        address = links.preferences_path(own) if own else f"{reverse('newsletter:subscribe')}?mine"
        return HttpResponseRedirect(address)


class LostLinkView(FormView):
    """One answer for every address, known or not."""

    template_name = "newsletter/lost_link.html"
    form_class = LostLinkForm
    success_url = reverse_lazy("newsletter:link_asked")

    def form_valid(self, form: LostLinkForm) -> HttpResponse:
        try:
            actions.send_link(**form.cleaned_data, network=network_of_visitor(self.request))
        except MailRefused as refusal:
            form.add_error(None, refusal)
            return self.form_invalid(form)
        return super().form_valid(form)


class LinkAskedView(TemplateView):
    template_name = "newsletter/link_asked.html"


@method_decorator(never_cache, name="dispatch")
class SignedLinkView(TemplateView):
    """A page behind a link of ours; anything else gets a page that says so and leads on."""

    subscriber: Subscriber

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        try:
            self.subscriber = Subscriber.objects.behind_link(self.read(kwargs["token"]))
        except ExpiredLink:
            return self.refuse(status=410, is_expired=True)
        except (BrokenLink, Subscriber.DoesNotExist):
            return self.refuse(status=404)
        return super().dispatch(request, *args, **kwargs)

    def read(self, token: str) -> str:
        return links.read_manage(token)

    def refuse(self, *, status: int, is_expired: bool = False) -> HttpResponse:
        self.template_name = "newsletter/bad_link.html"
        return self.render_to_response({"is_expired": is_expired}, status=status)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        kwargs["token"] = self.kwargs["token"]
        return super().get_context_data(topics=self.subscriber.topics_in_words, **kwargs)


class ConfirmView(SignedLinkView):
    """GET shows a button, since mail scanners open every link; POST confirms."""

    template_name = "newsletter/confirm.html"
    extra_context = {"consent": CONSENT}

    def read(self, token: str) -> str:
        self.choice = links.read_confirm(token)
        return self.choice.public_id

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        if self.choice.topics:
            context["topics"] = [topic.label for topic in Topic if topic in self.choice.topics]
        return context

    def post(self, request: HttpRequest, token: str) -> HttpResponse:
        topics, language = self.choice.topics, self.choice.language
        try:
            subscriber = actions.confirm(subscriber_id=self.subscriber.pk, topics=topics, language=language)
        except (IllegalMove, NotAllowed):
            return self.refuse(status=410)
        if self.choice.is_current_for(subscriber):
            messages.success(request, _("You are subscribed. You can change your choice here at any time."))
        else:
            messages.warning(request, TOO_LATE)
        return HttpResponseRedirect(links.preferences_path(subscriber))


class PreferencesView(SignedLinkView):
    template_name = "newsletter/preferences.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        own = {"topics": self.subscriber.topics, "language": self.subscriber.language}
        kwargs.setdefault("form", PreferencesForm(initial=own))
        return super().get_context_data(is_subscribed=self.is_subscribed, **kwargs)

    def post(self, request: HttpRequest, token: str) -> HttpResponse:
        form = PreferencesForm(request.POST)
        if not form.is_valid():
            return self.render_to_response(self.get_context_data(form=form))
        try:
            actions.change(subscriber_id=self.subscriber.pk, **form.cleaned_data)
        except NotAllowed:
            messages.error(request, _("You are no longer subscribed."))
        else:
            messages.success(request, _("Your choice has been saved."))
        return HttpResponseRedirect(request.path)

    @property
    def is_subscribed(self) -> bool:
        return self.subscriber.status == SubscriberStatus.CONFIRMED


class DataView(SignedLinkView):
    """What we hold about the reader, as JSON."""

    def get(self, request: HttpRequest, token: str) -> HttpResponse:
        response = JsonResponse(
            portability.everything(self.subscriber), json_dumps_params={"indent": 2, "ensure_ascii": False}
        )
        response["Content-Disposition"] = 'attachment; filename="impact-newsletter.json"'
        return response


# RFC 8058: the mail program posts without cookies; the signature in the address is the proof.
@method_decorator(csrf_exempt, name="dispatch")
class UnsubscribeView(SignedLinkView):
    """GET shows a button; POST, of a person or of a mail program, unsubscribes."""

    template_name = "newsletter/unsubscribe.html"

    def post(self, request: HttpRequest, token: str) -> HttpResponse:
        self.subscriber = actions.unsubscribe(subscriber_id=self.subscriber.pk)
        return self.render_to_response(self.get_context_data(is_done=True))


class ResubscribeView(SignedLinkView):
    http_method_names = ["post"]

    def post(self, request: HttpRequest, token: str) -> HttpResponse:
        try:
            actions.resubscribe(subscriber_id=self.subscriber.pk, network=network_of_visitor(request))
        except MailRefused as refusal:
            messages.error(request, " ".join(refusal.messages))
            return HttpResponseRedirect(links.preferences_path(self.subscriber))
        except (IllegalMove, NotAllowed):
            return HttpResponseRedirect(links.preferences_path(self.subscriber))
        return HttpResponseRedirect(reverse("newsletter:asked"))


class EraseView(SignedLinkView):
    """GET explains; POST deletes the address."""

    template_name = "newsletter/erase.html"

    def post(self, request: HttpRequest, token: str) -> HttpResponse:
        actions.erase(subscriber_id=self.subscriber.pk)
        messages.success(request, _("Your address has been deleted."))
        return HttpResponseRedirect(reverse("newsletter:subscribe"))
