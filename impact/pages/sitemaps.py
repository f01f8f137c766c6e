"""The public pages, for search engines, in both languages."""

from django.contrib.sitemaps import Sitemap
from django.urls import reverse

from applications.models import Call

PAGES = ("home", "about", "contact", "open_data", "privacy", "how_long", "accessibility")


class PageSitemap(Sitemap):
    i18n = alternates = True

    def items(self) -> list[str]:
        return [f"pages:{name}" for name in PAGES]

    def location(self, item: str) -> str:
        return reverse(item)


class CallSitemap(Sitemap):
    i18n = alternates = True

    def items(self) -> list[Call]:
        return list(Call.objects.shown().with_criteria())


SITEMAPS = {"pages": PageSitemap, "calls": CallSitemap}
