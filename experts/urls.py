"""Addresses of the public expert pages; included at /experts/."""

from django.urls import path

from experts import actions
from experts.views import form_changes, participation, profile, public, sections

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
    path("profile/", profile.ProfileView.as_view(), name="profile"),
    path("profile/check/", profile.CheckView.as_view(), name="check"),
    path("profile/seen-by-regions/", profile.SeenByView.as_view(), name="seen_by"),
    path("profile/delete/", participation.EraseView.as_view(), name="erase"),
    path("profile/cv/", sections.CvView.as_view(), name="cv"),
    path("profile/cv/file/", sections.CvFileView.as_view(), name="cv_file"),
    path("profile/cv/remove/", sections.RemoveCvView.as_view(), name="cv_remove"),
    *(
        path(f"profile/{verb}/", participation.ParticipationView.as_view(verb=verb, action=action), name=verb)
        for verb, action in _STANDING.items()
    ),
    path("profile/form/<int:version>/seen/", form_changes.FollowFormView.as_view(), name="follow_form"),
    path("profile/form/<slug:name>/remove/", form_changes.RemoveUnaskedView.as_view(), name="remove_unasked"),
    path("profile/<slug:section>/", sections.SectionView.as_view(), name="section"),
]
