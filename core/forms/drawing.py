"""Inputs drawn by Python: a page of a form has hundreds, and templates took most of its time for them.

As Django's own templates draw them, but for lists of boxes and radios: theirs stand in named groups where the
choices are grouped.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.forms.renderers import TemplatesSetting
from django.http import HttpRequest
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe

Widget = Mapping[str, Any]
Options = tuple[str | None, list[dict[str, Any]], int]


class FormRenderer(TemplatesSetting):
    """Draws the inputs of `DRAWN`, and everything else by its template."""

    def render(self, template_name: str, context: dict[str, Any], request: HttpRequest | None = None) -> str:
        draw = DRAWN.get(template_name)
        if draw is None:
            return super().render(template_name, context, request)
        return mark_safe(draw(context["widget"]))


def attributes(attrs: Mapping[str, Any]) -> SafeString:
    """Return the attributes of an element with a space before each; one that is False is left out."""
    return mark_safe("".join(_attribute(name, value) for name, value in attrs.items() if value is not False))


def _attribute(name: str, value: object) -> str:
    return f" {escaped(name)}" if value is True else f' {escaped(name)}="{escaped(value)}"'


def escaped(value: object) -> str:
    return conditional_escape(value if isinstance(value, str) else str(value))


def _input(widget: Widget) -> str:
    value = "" if widget["value"] is None else f' value="{escaped(widget["value"])}"'
    start = f'<input type="{escaped(widget["type"])}" name="{escaped(widget["name"])}"'
    return f"{start}{value}{attributes(widget['attrs'])}>"


def _textarea(widget: Widget) -> str:
    text = escaped(widget["value"]) if widget["value"] else ""
    return f'<textarea name="{escaped(widget["name"])}"{attributes(widget["attrs"])}>\n{text}</textarea>'


def _select(widget: Widget) -> str:
    groups = "".join(map(_group_of_select, widget["optgroups"]))
    return f'<select name="{escaped(widget["name"])}"{attributes(widget["attrs"])}>{groups}\n</select>'


def _group_of_select(group: Options) -> str:
    name, options, _index = group
    listed = "".join(map(_option, options))
    return f'\n<optgroup label="{escaped(name)}">{listed}\n</optgroup>' if name else listed


def _option(option: Widget) -> str:
    value = f'value="{escaped(option["value"])}"{attributes(option["attrs"])}'
    return f"\n<option {value}>{escaped(option['label'])}</option>"


def _boxes(widget: Widget) -> str:
    attrs = widget["attrs"]
    identity = escaped(attrs.get("id") or "")
    own = f'id="{identity}" ' if identity else ""
    classes = " ".join(filter(None, ["options", escaped(attrs.get("class") or "")]))
    groups = "".join(_group_of_boxes(group, identity) for group in widget["optgroups"])
    return f'<div {own}class="{classes}">{groups}\n</div>'


def _group_of_boxes(group: Options, identity: str) -> str:
    name, options, index = group
    boxes = "".join(map(_box, options))
    if not name:
        return boxes
    label = f"{identity}_group_{index}"
    title = f'<p class="option-group" id="{label}">{escaped(name)}</p>'
    return f'\n<div role="group" aria-labelledby="{label}">\n{title}{boxes}\n</div>'


def _box(option: Widget) -> str:
    attrs = option["attrs"]
    leads = f' for="{escaped(attrs["id"])}"' if attrs.get("id") else ""
    return f'\n<div class="option"><label{leads}>{_input(option)} {escaped(option["label"])}</label></div>'


INPUTS = ("text", "hidden", "number", "email", "url", "tel", "search", "password", "color")
TIMES = ("date", "datetime", "time")
DRAWN: dict[str, Callable[[Widget], str]] = {
    **{f"django/forms/widgets/{name}.html": _input for name in (*INPUTS, *TIMES, "input", "checkbox")},
    "django/forms/widgets/textarea.html": _textarea,
    "django/forms/widgets/select.html": _select,
    "django/forms/widgets/radio.html": _boxes,
    "django/forms/widgets/checkbox_select.html": _boxes,
}
