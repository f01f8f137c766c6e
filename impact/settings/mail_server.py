"""To which mail server e-mails go: never to a catcher by accident, nor to real people from a trial."""

from typing import Any
from urllib.parse import urlsplit

import environ
from django.core.exceptions import ImproperlyConfigured

# The service `mail` of docker-compose.yml.
CATCHER = "smtp://mail:1025"
DJANGOS = "django.core.mail.backends.smtp.EmailBackend"
OURS = "core.mail.smtp.EmailBackend"


def config(url: str) -> dict[str, Any]:
    """Return Django's settings for a mail server's URL."""
    found: dict[str, Any] = environ.Env.email_url_config(url)
    return found | {"EMAIL_BACKEND": OURS} if found["EMAIL_BACKEND"] == DJANGOS else found


def chosen(url: str, *, is_trial: bool) -> str:
    """Return the URL of the mail server of a deployment.

    Args:
        url: EMAIL_URL, empty if it is not set.
        is_trial: whether COMPOSE_PROFILES names `trial`, which starts the mail catcher.

    Raises:
        ImproperlyConfigured: the two contradict each other.
    """
    if is_trial and url:
        raise ImproperlyConfigured(
            "COMPOSE_PROFILES=trial sends every e-mail to the mail catcher, and EMAIL_URL names another "
            "server. For a trial leave EMAIL_URL empty; for production leave COMPOSE_PROFILES empty."
        )
    if is_trial:
        return CATCHER
    if not url:
        raise ImproperlyConfigured(
            "EMAIL_URL is not set, so no e-mail could leave, log-in codes included. Name your mail server, "
            "such as smtp+tls://user:password@host:587, or set COMPOSE_PROFILES=trial to catch all e-mails."
        )
    if urlsplit(url).hostname == urlsplit(CATCHER).hostname:
        raise ImproperlyConfigured(
            "EMAIL_URL names the mail catcher, from which no e-mail reaches anybody. For a trial set "
            "COMPOSE_PROFILES=trial and leave EMAIL_URL empty."
        )
    return url
