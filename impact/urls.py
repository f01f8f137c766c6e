"""Every address of the portal; French ones under /fr/."""

from django.conf.urls.i18n import i18n_patterns
from django.contrib import admin
from django.urls import include, path

urlpatterns = [
    path("admin/", admin.site.urls),
    *i18n_patterns(
        path("accounts/", include("impact.accounts.urls")),
        path("experts/matches/", include("matching.urls")),
        path("experts/", include("experts.urls")),
        path("newsletter/", include("newsletter.urls")),
        path("", include("applications.urls")),
        path("", include("impact.pages.urls")),
        prefix_default_language=False,
    ),
]
