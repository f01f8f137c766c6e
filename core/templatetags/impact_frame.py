"""What the frame of a page needs."""

from typing import Any

from django import template
from django.utils.safestring import SafeString

register = template.Library()


@register.simple_tag(takes_context=True)
def drawn(context: dict[str, Any], name: str) -> SafeString:
    """Return a template drawn with this context, for what stands on a page twice."""
    return context.template.engine.get_template(name).render(context)
