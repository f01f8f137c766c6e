"""What the frame of a page needs."""

from django import template
from django.template import Context
from django.utils.safestring import SafeString

register = template.Library()


@register.simple_tag(takes_context=True)
def drawn(context: Context, name: str) -> SafeString:
    """Return a template drawn with this context, for what stands on a page twice."""
    if context.template is None:
        raise TypeError("nothing is being drawn")
    return context.template.engine.get_template(name).render(context)
