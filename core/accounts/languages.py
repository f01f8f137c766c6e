"""Which language the reader of an e-mail has chosen."""

from __future__ import annotations

from typing import TypeGuard

from django.conf import settings
from django.utils.translation import get_language

from core.accounts.models import User


def is_offered(language: str | None) -> TypeGuard[str]:
    return language in dict(settings.LANGUAGES)


def language_of(address: str, otherwise: str | None = None) -> str:
    """Return the language in which to write to an address.

    Args:
        address: of an account, whose owner has chosen; or of somebody without one.
        otherwise: what was chosen for somebody without an account; by default the language of the page.
    """
    person = User.objects.with_email(address).first()
    chosen = person.language if person else otherwise or get_language()
    return chosen if is_offered(chosen) else settings.LANGUAGE_CODE
