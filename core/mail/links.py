"""Links in e-mails: absolute, and to the page in the language of the e-mail that shows them.

Whoever causes an e-mail often reads another language than its reader. So these addresses are worked out where
the e-mail is composed, in its language, and not where it is asked for.
"""

from __future__ import annotations

from typing import Any, Protocol

from django.conf import settings
from django.urls import reverse
from django.utils.functional import lazy


class HasPage(Protocol):
    """A row with a page of its own."""

    def get_absolute_url(self) -> str: ...


def _page(name: str, *args: Any) -> str:
    return settings.SITE_URL + reverse(name, args=args)


def _page_of(row: HasPage) -> str:
    return settings.SITE_URL + row.get_absolute_url()


# The address of a page, from the name and arguments of its URL; and of a row's own page.
page = lazy(_page, str)
page_of = lazy(_page_of, str)
