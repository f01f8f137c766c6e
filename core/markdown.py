"""Markdown that staff write, as HTML that is safe to show."""

from __future__ import annotations

import nh3
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt

# Text only: no images (they would ask another host), no HTML of its own.
TAGS = {"p", "br", "h2", "h3", "h4", "ul", "ol", "li", "strong", "em", "a", "blockquote", "hr", "code", "pre"}
TAGS |= {"table", "thead", "tbody", "tr", "th", "td"}
ATTRIBUTES = {"a": {"href"}, "ol": {"start"}}
SCHEMES = {"http", "https", "mailto"}

DEEPEST_HEADING = 4

_parser = MarkdownIt("commonmark", {"html": False}).enable("table")


def to_html(text: str) -> SafeString:
    """Return the HTML of a text in CommonMark with tables; whatever else it holds comes out as plain text."""
    tokens = _parser.parse(text)
    for token in tokens:
        if token.type in ("heading_open", "heading_close"):
            # The first heading of the page is the page's own.
            token.tag = f"h{min(int(token.tag[1]) + 1, DEEPEST_HEADING)}"
    html = _parser.renderer.render(tokens, _parser.options, {})
    html = nh3.clean(html, tags=TAGS, attributes=ATTRIBUTES, url_schemes=SCHEMES, link_rel="noopener")
    return mark_safe(html)  # cleaned above
