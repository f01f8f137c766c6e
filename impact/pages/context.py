"""What every public page shows around its content."""

from __future__ import annotations

from functools import cache
from typing import Any, NamedTuple

from django.conf import settings
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.functional import cached_property
from django.utils.translation import get_language, get_language_info, override
from django.utils.translation import gettext_lazy as _

from matching import invited

# What a page repeats of its own address, in links to its other languages; longer ones nobody typed.
LONGEST_ADDRESS = 2000

NAVIGATION = (
    ("applications:calls", _("Calls")),
    ("experts:index", _("Experts")),
    ("applications:map", _("Map")),
    ("pages:about", _("About")),
    ("newsletter:subscribe", _("Stay informed")),
)


class MenuLink(NamedTuple):
    url: str
    label: Any
    is_current: bool = False
    code: str = ""


@cache
def _navigation(_language: str) -> list[tuple[str, Any]]:
    """Return address and label of each entry in the language that is active, which must be the one given."""
    return [(reverse(name), label) for name, label in NAVIGATION]


class Site:
    """The frame of a page; worked out only where a template asks, so the admin pays nothing."""

    def __init__(self, request: HttpRequest) -> None:
        self._request = request
        self.demo_mode = settings.DEMO_MODE
        self.contact_email = settings.CONTACT_EMAIL

    @cached_property
    def navigation(self) -> list[MenuLink]:
        here = self._request.path
        return [MenuLink(url, label, here.startswith(url)) for url, label in _navigation(get_language())]

    @cached_property
    def languages(self) -> list[MenuLink]:
        """The same page in each language; the home page where a page has none."""
        return [self._in_language(code) for code, _name in settings.LANGUAGES]

    @cached_property
    def has_matches(self) -> bool:
        """Whether an expert who is logged in has invitations or regions, which the menu then leads to."""
        return self._request.user.pk in invited.people()

    @cached_property
    def _here(self) -> str:
        """The address of the page; the home page where there is none, or one as long as a text."""
        is_ours = self._request.resolver_match is not None
        here = self._request.get_full_path()
        return here if is_ours and len(here) <= LONGEST_ADDRESS else reverse("pages:home")

    def _in_language(self, code: str) -> MenuLink:
        is_current = code == get_language()
        url = self._here if is_current else self._here_in(code)
        return MenuLink(url, get_language_info(code)["name_local"].capitalize(), is_current, code)

    def _here_in(self, code: str) -> str:
        """Return the address of the same page in a language; the home page where it has none.

        As `translate_url` does, without finding the page once more.
        """
        match, (path, mark, query) = self._request.resolver_match, self._here.partition("?")
        with override(code):
            if match is None:
                return reverse("pages:home")
            try:
                there = reverse(match.view_name, args=match.args, kwargs=match.kwargs)
            except NoReverseMatch:
                return reverse("pages:home")
            return reverse("pages:home") if there == path else there + mark + query


def site(request: HttpRequest) -> dict[str, Site]:
    return {"site": Site(request)}
