"""Every address of the portal; French ones under /fr/."""

from django.conf import settings
from django.conf.urls.i18n import i18n_patterns
from django.contrib import admin
from django.contrib.sitemaps.views import sitemap
from django.urls import include, path

from core.accounts.views.own import switch_language
from core.violations.views import collect
from impact.pages import health
from impact.pages.sitemaps import SITEMAPS
from impact.pages.views import robots

handler400 = "impact.pages.errors.unreadable"
handler403 = "impact.pages.errors.refused"
handler404 = "impact.pages.errors.not_found"
handler500 = "impact.pages.errors.failed"
urlpatterns = [
    path("health/live/", health.live, name="health_live"),
    path("health/ready/", health.ready, name="health_ready"),
    path("robots.txt", robots, name="robots"),
    path("sitemap.xml", sitemap, {"sitemaps": SITEMAPS}, name="sitemap"),
    path(settings.REPORTS_PATH.strip("/") + "/", collect, name="policy_reports"),
    path("i18n/setlang/", switch_language, name="set_language"),
    *i18n_patterns(
        path("admin/", admin.site.urls),
        path("accounts/", include("core.accounts.urls")),
        path("accounts/", include("core.privacy.urls")),
        path("experts/matches/", include("matching.urls")),
        path("teams/<uuid:public_id>/", include("matching.team_urls")),
        path("experts/test/", include("experts.profile_urls", namespace="expert_test")),
        path("experts/", include("experts.urls")),
        path("newsletter/", include("newsletter.urls")),
        path("emails/", include("core.objections.urls")),
        path("map/regions/", include("core.reference.urls")),
        path("", include("applications.urls")),
        path("", include("content.urls")),
        path("", include("impact.pages.urls")),
        prefix_default_language=False,
    ),
]
