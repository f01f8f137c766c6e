"""Markdown that staff write, as HTML that is safe to show."""

from __future__ import annotations

import nh3
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt

# Text only: no images (they would ask another host), no HTML of its own.
TAGS = {"p", "br", "h2", "h3", "h4", "ul", "ol", "li", "strong", "em", "a", "blockquote", "hr", "code", "pre"}
ATTRIBUTES = {"a": {"href"}, "ol": {"start"}}
SCHEMES = {"http", "https", "mailto"}

_parser = MarkdownIt("commonmark", {"html": False})


def to_html(text: str) -> SafeString:
    """Return the HTML of a text in CommonMark; whatever else it holds comes out as plain text."""
    html = nh3.clean(
        _parser.render(text), tags=TAGS, attributes=ATTRIBUTES, url_schemes=SCHEMES, link_rel="noopener"
    )
    return mark_safe(html)  # cleaned above
