"""Texts of the database in templates: whoever gets another language than theirs has it said in the markup."""

from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from core.translated.texts import TranslatedText

register = template.Library()


@register.filter
def with_lang(text: object) -> Any:
    """Return a text within a page, in an element of its own if it is not in the language of the page."""
    if isinstance(text, TranslatedText) and text.is_foreign:
        return format_html('<span lang="{}">{}</span>', text.language, text)
    return text


@register.filter
def lang_attribute(text: object) -> SafeString | str:
    """Return the attribute that an element with the text needs: `lang="en"`, or nothing."""
    if isinstance(text, TranslatedText) and text.is_foreign:
        return format_html(' lang="{}"', text.language)
    return ""
