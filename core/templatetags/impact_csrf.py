"""The tag that every form has: besides the CSRF token it says who had the page open (`core.given_back`)."""

from __future__ import annotations

from django import template
from django.template import Context
from django.template.defaulttags import CsrfTokenNode
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from core.given_back import OPENED_BY, sign

register = template.Library()
# Under what a request keeps them, beside Django's own secret.
DRAWN = "impact.csrf_fields"


@register.simple_tag(takes_context=True)
def csrf_token(context: Context) -> SafeString:
    """Return the hidden fields of a form, in place of Django's own: the templates of packages use it too.

    All forms of an answer have the same: each answer has a mask of its own, against BREACH.
    """
    request = context.get("request")
    if request is None:
        return _fields(context)
    # A log-in while the request is answered changes both.
    of = request.META.get("CSRF_COOKIE"), getattr(getattr(request, "user", None), "pk", None)
    kept: tuple[object, SafeString] | None = request.META.get(DRAWN)
    if kept is None or kept[0] != of or of[0] is None:
        drawn = _fields(context)
        request.META[DRAWN] = (request.META.get("CSRF_COOKIE"), of[1]), drawn
        return drawn
    return kept[1]


def _fields(context: Context) -> SafeString:
    token = mark_safe(CsrfTokenNode().render(context))
    user = getattr(context.get("request"), "user", None)
    if not token or user is None or not user.is_authenticated:
        return token
    return format_html('{}<input type="hidden" name="{}" value="{}">', token, OPENED_BY, sign(user))
