"""Pages compressed on their way out; files are sent as they are."""

from __future__ import annotations

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware

TEXTS = ("text/html", "application/json", "application/xml", "image/svg+xml", "text/xml", "text/plain")


class CompressionMiddleware(GZipMiddleware):
    """Compresses texts.

    A page may hold secrets beside words out of its address. Against guessing them by the length of answers
    (BREACH), Django masks its CSRF tokens anew in each page and adds up to 100 random bytes to each answer,
    and our session cookies do not go with what other sites make a browser fetch (`SameSite`).
    Source: https://docs.djangoproject.com/en/5.2/ref/middleware/#module-django.middleware.gzip
    """

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        kind = response.headers.get("Content-Type", "").partition(";")[0]
        if kind not in TEXTS:
            return response
        return super().process_response(request, response)
