"""What a page was drawn with, for `response.context`: the context of its own template, not of each part."""

from __future__ import annotations

import threading

from django.template import Context, Template
from django.test.signals import template_rendered
from django.utils.safestring import SafeString

# Of each thread: a live server draws pages beside the test.
_under_way = threading.local()


def render(template: Template, context: Context) -> SafeString:
    """Draw a template and tell of it, in the place of `Template._render`."""
    if getattr(_under_way, "template", None):
        return template.nodelist.render(context)
    _under_way.template = template
    try:
        template_rendered.send(sender=template, template=template, context=context)
        return template.nodelist.render(context)
    finally:
        _under_way.template = None
