"""Addresses on which staff try out the form of experts: the same pages for another profile of theirs.

Included at /experts/test/ as another instance of the app, so that each page leads to those of its profile.
"""

from django.urls import URLPattern, path

from experts.views import form_changes, profile, sections, trying_out

app_name = "experts"


def written(place: str) -> list[URLPattern]:
    """Return the addresses of the pages on which a profile is written, below a place."""
    return [
        path(place, profile.ProfileView.as_view(), name="profile"),
        path(f"{place}check/", profile.CheckView.as_view(), name="check"),
        path(f"{place}seen-by-regions/", profile.SeenByView.as_view(), name="seen_by"),
        path(f"{place}cv/", sections.CvView.as_view(), name="cv"),
        path(f"{place}cv/file/", sections.CvFileView.as_view(), name="cv_file"),
        path(f"{place}cv/remove/", sections.RemoveCvView.as_view(), name="cv_remove"),
        path(f"{place}form/<int:version>/seen/", form_changes.FollowFormView.as_view(), name="follow_form"),
        path(
            f"{place}form/<slug:name>/remove/",
            form_changes.RemoveUnaskedView.as_view(),
            name="remove_unasked",
        ),
        path(f"{place}<slug:section>/", sections.SectionView.as_view(), name="section"),
    ]


urlpatterns = [path("delete/", trying_out.DeleteTestView.as_view(), name="delete_test"), *written("")]
