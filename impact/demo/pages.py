"""A page of HTML as a person finds it: its words, its links, its forms and what they offer."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from lxml import etree, html

# In a template nothing is on the page yet; the others hold no words.
UNSEEN = ("template", "script", "style", "head")
# Buttons that send nothing by themselves.
IDLE = ("button", "reset")


@dataclass(frozen=True)
class PageButton:
    words: str
    name: str
    value: str


@dataclass(frozen=True)
class PageForm:
    """A form as it stands on the page: what pressing a button would send.

    Attributes:
        fields: name and value of each field, as a browser would send it.
        names: of all fields, those included that would not be sent, such as a box that is not ticked.
    """

    action: str
    method: str
    fields: list[tuple[str, str]]
    names: set[str]
    buttons: list[PageButton]


class Page:
    """Parsed when something is asked of it: a visitor who only passes through costs next to nothing."""

    def __init__(self, content: bytes) -> None:
        self._content = content

    @cached_property
    def text(self) -> str:
        """What the page says, without its tags."""
        return _words(" ".join(self._tree.itertext()))

    @cached_property
    def links(self) -> list[tuple[str, str]]:
        """Text and address of every link."""
        return [(_words(link.text_content()), link.get("href", "")) for link in self._tree.iter("a")]

    @cached_property
    def forms(self) -> list[PageForm]:
        return [_form(form) for form in self._tree.iter("form")]

    def offered(self, name: str) -> Iterator[tuple[str, str]]:
        """Yield value and label of each option and box of this name."""
        for select in self._tree.iter("select"):
            if select.get("name") == name:
                for option in select.iter("option"):
                    words = _words(option.text_content())
                    yield option.get("value", words), words
        for label in self._tree.iter("label"):
            for box in label.iter("input"):
                if box.get("name") == name and box.checkable:
                    yield box.get("value", "on"), _words(label.text_content())

    @cached_property
    def _tree(self) -> html.HtmlElement:
        parser = html.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True)
        tree = html.document_fromstring(self._content.strip() or b"<html></html>", parser)
        etree.strip_elements(tree, *UNSEEN, with_tail=False)
        return tree


def _form(form: html.FormElement) -> PageForm:
    controls = [control for control in form.inputs if control.name and control.get("disabled") is None]
    for control in controls:
        _complete(control)
    return PageForm(
        action=form.get("action", ""),
        method=form.method.lower(),
        fields=form.form_values(),
        names={control.name for control in controls if control.get("type") not in ("submit", "image", *IDLE)},
        buttons=list(_buttons(form)),
    )


def _complete(control: html.HtmlElement) -> None:
    """Give a field what browsers read into it and the parser does not."""
    if control.tag == "textarea":
        # The first line break is for people who read the source.
        control.text = (control.text or "").removeprefix("\n")
    elif control.tag == "input" and not control.checkable and control.get("value") is None:
        control.set("value", "")


def _buttons(form: html.FormElement) -> Iterator[PageButton]:
    for button in form.iter("button", "input"):
        is_sending = button.tag == "button" or button.get("type") in ("submit", "image")
        if is_sending and button.get("type") not in IDLE and button.get("disabled") is None:
            words = button.get("value", "") if button.tag == "input" else _words(button.text_content())
            yield PageButton(words, button.get("name", ""), button.get("value", ""))


def _words(text: str) -> str:
    return " ".join(text.split())
