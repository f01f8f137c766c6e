"""Pages of the demo only: the e-mails it would have sent, and every component of the design system."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.views.generic import DetailView, FormView, ListView

from core.bases import ViewBase
from core.mail.models import Message
from core.mail.querysets import MessageQuerySet
from impact.demo import letterbox
from impact.pages.forms import MailSearchForm
from impact.pages.showcase import SAMPLES, ShowcaseForm


class DemoOnlyMixin(ViewBase):
    """Elsewhere these pages do not exist: they show log-in codes."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not settings.DEMO_MODE:
            raise Http404
        return super().dispatch(request, *args, **kwargs)


class MailListView(DemoOnlyMixin, ListView):
    model = Message
    paginate_by = 50
    context_object_name = "mails"
    template_name = "pages/demo_mail.html"

    def get_queryset(self) -> MessageQuerySet:
        form = MailSearchForm(self.request.GET)
        words = form.cleaned_data["q"] if form.is_valid() else ""
        self.extra_context = {"form": form, "words": words}
        return Message.objects.mentioning(words)


class MailView(DemoOnlyMixin, DetailView):
    model = Message
    slug_field = slug_url_kwarg = "public_id"
    context_object_name = "mail"
    template_name = "pages/demo_mail_detail.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Show the e-mail as it arrived, with its code and links; before that, what the outbox may show."""
        mail = self.object
        arrived = letterbox.received(mail.public_id)
        text = arrived and arrived.get_body(("plain",))
        return super().get_context_data(**kwargs) | {
            "subject": arrived["subject"] if arrived else mail.shown_subject,
            "text": text.get_content() if text else mail.shown_body,
        }


class ComponentsView(DemoOnlyMixin, FormView):
    form_class = ShowcaseForm
    template_name = "pages/demo_components.html"
    extra_context = SAMPLES

    def form_valid(self, form: ShowcaseForm) -> HttpResponse:
        return self.render_to_response(self.get_context_data(form=form))
