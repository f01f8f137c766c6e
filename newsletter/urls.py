"""Addresses of the newsletter; included at /newsletter/."""

from django.urls import path

from newsletter import views

app_name = "newsletter"

urlpatterns = [
    path("", views.SubscribeView.as_view(), name="subscribe"),
    path("asked/", views.AskedView.as_view(), name="asked"),
    path("mine/", views.MineView.as_view(), name="mine"),
    path("lost-link/", views.LostLinkView.as_view(), name="lost_link"),
    path("lost-link/sent/", views.LinkAskedView.as_view(), name="link_asked"),
    path("confirm/<str:token>/", views.ConfirmView.as_view(), name="confirm"),
    path("preferences/<str:token>/", views.PreferencesView.as_view(), name="preferences"),
    path("unsubscribe/<str:token>/", views.UnsubscribeView.as_view(), name="unsubscribe"),
    path("resubscribe/<str:token>/", views.ResubscribeView.as_view(), name="resubscribe"),
    path("data/<str:token>/", views.DataView.as_view(), name="data"),
    path("delete/<str:token>/", views.EraseView.as_view(), name="erase"),
]
