"""Addresses about one's own data; included at /accounts/."""

from django.urls import path

from core.privacy import views

urlpatterns = [
    path("data/", views.DataView.as_view(), name="account_data"),
    path("data/file/", views.DataFileView.as_view(), name="account_data_file"),
    path("delete/", views.DeleteView.as_view(), name="account_delete"),
    path("delete/cancel/", views.CancelDeletionView.as_view(), name="account_delete_cancel"),
]
