"""Addresses of the pages about IMPACT, of the open data, and of the demo's own pages."""

from collections.abc import Callable

from django.http.response import HttpResponseBase
from django.urls import path, re_path
from django.views.generic import TemplateView

from impact.pages import demo, open_data, views

app_name = "pages"


def _page(name: str) -> Callable[..., HttpResponseBase]:
    return TemplateView.as_view(template_name=f"pages/{name}.html")


urlpatterns = [
    path("", views.HomeView.as_view(), name="home"),
    path("about/", views.AboutView.as_view(), name="about"),
    path("contact/", _page("contact"), name="contact"),
    path("privacy/", views.PrivacyView.as_view(), name="privacy"),
    path("privacy/how-long/", views.HowLongView.as_view(), name="how_long"),
    path("accessibility/", _page("accessibility"), name="accessibility"),
    path("open-data/", open_data.OpenDataView.as_view(), name="open_data"),
    re_path(r"^open-data/(?P<name>[a-z-]+)\.(?P<form>csv|json)$", open_data.live_set, name="open_data_live"),
    path("open-data/reference/<str:name>", open_data.reference_file, name="open_data_reference"),
    path("me/", views.MeView.as_view(), name="me"),
    path("demo/mail/", demo.MailListView.as_view(), name="demo_mail"),
    path("demo/mail/<uuid:public_id>/", demo.MailView.as_view(), name="demo_mail_detail"),
    path("demo/components/", demo.ComponentsView.as_view(), name="demo_components"),
]
