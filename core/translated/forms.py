"""How staff are asked for a text in every language: one box for each, side by side."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.widgets import INPUT_CLASSES, TEXTAREA_CLASSES

from core.translated.texts import TO_PUBLISH, TranslatedText, language_codes
from core.typed import read_as_typed


def language_name(code: str) -> str:
    """Return the name of a language of the portal, in the reader's language."""
    return str(dict(settings.LANGUAGES).get(code, code))


class TranslatedInput(forms.MultiWidget):
    """A box for each language, labelled with it; browsers and screen readers are told which it is.

    `label` says what is asked; `faulty` in which languages the answer was refused.
    """

    template_name = "translated/widgets/texts.html"

    def __init__(self, *, codes: Sequence[str], is_long: bool, attrs: dict[str, Any] | None = None) -> None:
        kind, classes = (forms.Textarea, TEXTAREA_CLASSES) if is_long else (forms.TextInput, INPUT_CLASSES)
        look = {"class": " ".join(classes)} | ({"rows": 6} if is_long else {})
        super().__init__({code: kind(look | {"lang": code}) for code in codes}, attrs)
        self.codes, self.label = list(codes), ""
        self.faulty: frozenset[str] = frozenset()

    def set_rows(self, rows: int) -> None:
        """Make the boxes of a long text as high as so many lines."""
        for box in self.widgets:
            box.attrs["rows"] = rows

    def id_for_label(self, id_: str) -> str:
        """Return the box to which the label, and a link from an error, lead: the first that was refused."""
        code = next((code for code in self.codes if code in self.faulty), self.codes[0])
        return f"{id_}_{code}" if id_ else id_

    def decompress(self, value: Any) -> list[str]:
        text = TranslatedText(value or {})
        return [text.get(code) for code in self.codes]

    def get_context(self, name: str, value: object, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        context["widget"]["label"] = capfirst(str(self.label))
        for code, part in zip(self.codes, context["widget"]["subwidgets"], strict=True):
            part["language"] = language_name(code)
            if self.faulty and code not in self.faulty:
                part["attrs"].pop("aria-invalid", None)
            part["attrs"]["id"] = f"{context['widget']['attrs'].get('id', f'id_{name}')}_{code}"
        return context


class TranslatedFormField(forms.MultiValueField):
    """Takes a text in every language of the portal; its cleaned value is a `TranslatedText`.

    Args:
        max_length: of the text in each language.
        is_long: of several lines.
        needed_in: languages that are asked for as soon as there is any text.
    """

    default_error_messages = {
        "too": gettext_lazy("Enter the text in this language too, or leave it empty in all languages."),
    }

    def __init__(
        self,
        *,
        max_length: int | None = None,
        is_long: bool = False,
        needed_in: Sequence[str] = TO_PUBLISH,
        **kwargs: Any,
    ) -> None:
        self.codes, self.needed_in = language_codes(), tuple(needed_in)
        parts = [forms.CharField(max_length=max_length, required=False) for _code in self.codes]
        widget = TranslatedInput(codes=self.codes, is_long=is_long)
        kwargs.pop("widget", None)
        super().__init__(parts, widget=widget, require_all_fields=False, **kwargs)
        self.widget.label = self.label or ""
        for part, box in zip(parts, self.widget.widgets, strict=True):
            box.attrs |= part.widget_attrs(box)
            part.widget = box
            read_as_typed(part)

    def compress(self, data_list: list[str]) -> TranslatedText:
        return TranslatedText(dict(zip(self.codes, data_list, strict=True)))

    def clean(self, value: Any) -> TranslatedText:
        """Return the text; each error names the language that it is about.

        Raises:
            ValidationError: a text is too long, or missing where it is needed.
        """
        if self.disabled:
            value = value if isinstance(value, list) else self.widget.decompress(value)
        typed = [*(value or []), *[""] * len(self.codes)][: len(self.codes)]
        errors: dict[str, list[str]] = {}
        texts: dict[str, str] = {}
        for code, part, text in zip(self.codes, self.fields, typed, strict=True):
            try:
                texts[code] = part.clean(text)
            except ValidationError as refusal:
                errors[code] = refusal.messages
        found = TranslatedText(texts)
        if found or errors or self.required:
            for code in found.missing(self.needed_in):
                errors.setdefault(code, [str(self.error_messages["required" if self.required else "too"])])
        self.refuse({code: errors[code] for code in self.codes if code in errors})
        return found

    def refuse(self, errors: Mapping[str, Sequence[str]]) -> None:
        """Refuse the text for what is wrong in each language, if anything is.

        Raises:
            ValidationError: something is; each message begins with the language.
        """
        errors = {code: messages for code, messages in errors.items() if messages}
        self.widget.faulty = frozenset(errors)
        if errors:
            raise ValidationError(
                [
                    ValidationError(
                        _("%(language)s: %(error)s"),
                        params={"language": language_name(code), "error": error, "code": code},
                    )
                    for code, messages in errors.items()
                    for error in messages
                ]
            )
