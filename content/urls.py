"""Addresses of the content that staff write; included at the root."""

from django.urls import URLPattern

app_name = "content"

urlpatterns: list[URLPattern] = []
