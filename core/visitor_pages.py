"""Pages that are the same for every visitor who is not logged in, kept for a short while."""

from __future__ import annotations

from typing import Any, cast

from django.core.cache import caches
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.template.response import TemplateResponse
from django.utils.translation import get_language

from core.bases import ViewBase
from core.headers import is_known


class VisitorCacheMixin(ViewBase):
    """Answers GET requests of visitors from the cache `pages`, without database, session or Redis."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        # The links to the other languages carry on what stands behind the "?": it is no other visitor's.
        if request.method != "GET" or request.GET or is_known(request):
            return super().dispatch(request, *args, **kwargs)
        cache, key = caches["pages"], f"{get_language()}:{request.path}"
        kept = cache.get(key)
        if kept is not None:
            return HttpResponse(kept)
        response = cast(TemplateResponse, super().dispatch(request, *args, **kwargs)).render()
        if response.status_code == 200:
            cache.set(key, response.content)
        return response
