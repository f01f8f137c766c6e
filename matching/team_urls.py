"""Addresses of the team that is proposed to a region, for those who applied."""

from django.urls import path

from matching.views import wishes

app_name = "matching_teams"

urlpatterns = [
    path("", wishes.TeamPage.as_view(), name="team"),
    path("<int:member>/refuse/", wishes.RefusePage.as_view(), name="refuse"),
    path("<int:member>/take-back/", wishes.TakeBack.as_view(), name="take_back"),
]
