"""Addresses of the page behind the link in an e-mail; included at /emails/."""

from django.urls import path

from core.objections import views

app_name = "objections"

urlpatterns = [
    path("<str:token>/", views.ObjectView.as_view(), name="object"),
    path("<str:token>/allow/", views.AllowView.as_view(), name="allow"),
]
