"""Addresses of the public expert pages; included at /experts/."""

from django.urls import path

from experts import actions, profile_urls
from experts.views import participation, public

app_name = "experts"


_STANDING = {
    "pause": actions.pause,
    "resume": actions.resume,
    "withdraw": actions.withdraw,
    "reopen": actions.reopen,
    "confirm": actions.confirm,
}

urlpatterns = [
    path("", public.IndexView.as_view(), name="index"),
    path("register/", public.RegisterView.as_view(), name="register"),
    path("register/start/", public.StartView.as_view(), name="start"),
    path("profile/delete/", participation.EraseView.as_view(), name="erase"),
    *(
        path(f"profile/{verb}/", participation.ParticipationView.as_view(verb=verb, action=action), name=verb)
        for verb, action in _STANDING.items()
    ),
    *profile_urls.written("profile/"),
]
