"""The project as an app, for its commands, and the admin with our own home page."""

from django.apps import AppConfig
from django.contrib.admin.apps import AdminConfig


class ImpactConfig(AppConfig):
    name = "impact"
    verbose_name = "IMPACT"


class ImpactAdminConfig(AdminConfig):
    default_site = "impact.site.ImpactAdminSite"
