"""Addresses of an expert's invitations and matches."""

from django.urls import path

from matching.views import invitations as views
from matching.views import wishes

app_name = "matching"

urlpatterns = [
    path("", views.MatchList.as_view(), name="matches"),
    path("calendar.ics", views.CalendarFile.as_view(), name="calendar"),
    path("wishes/", wishes.WishList.as_view(), name="wishes"),
    path("wishes/<int:region>/", wishes.WishPage.as_view(), name="wish"),
    path("<uuid:public_id>/", views.MatchPage.as_view(), name="match"),
    path("<uuid:public_id>/accept/", views.Accept.as_view(), name="accept"),
    path("<uuid:public_id>/decline/", views.Decline.as_view(), name="decline"),
    path("<uuid:public_id>/reopen/", views.Reopen.as_view(), name="reopen"),
]
