"""The column of a text in several languages: its rules in PostgreSQL, its lookups and its place in forms."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models.expressions import Combinable
from django.db.models.fields.json import HasKeys
from django.db.models.lookups import IContains
from django.db.models.query_utils import DeferredAttribute

from core.translated.forms import TranslatedFormField
from core.translated.texts import ENGLISH, TO_PUBLISH, TranslatedText, active_language

_CODE = re.compile("[a-z]{2,3}(-[a-z0-9]{2,8})*")


class TranslatedAttribute(DeferredAttribute):
    """Gives and takes texts, whoever writes them: `{"en": …}` becomes one."""

    def __set__(self, instance: models.Model, value: object) -> None:
        is_left_to_sql = hasattr(value, "resolve_expression")
        instance.__dict__[self.field.attname] = value if is_left_to_sql else self.field.to_python(value)


if TYPE_CHECKING:
    _Field = models.Field[TranslatedText | Mapping[str, str], TranslatedText]
else:
    _Field = models.Field


class TranslatedField(_Field):
    """A text in any number of languages, in one column of JSON: another language needs no migration.

    Lookups: `title__fr` is the text in one language; `title__shown` what the reader of the moment gets, to
    sort by; `title__icontains` finds words in any language.

    PostgreSQL itself refuses anything but texts by language, a text that is too long, and, unless the field
    may be empty, one without English.

    Args:
        max_length: of the text in each language.
        is_long: of several lines.
        needed_in: what a form asks for as soon as there is any text.
    """

    descriptor_class = TranslatedAttribute
    empty_strings_allowed = False

    def __init__(
        self,
        *args: Any,
        is_long: bool = False,
        needed_in: Sequence[str] = TO_PUBLISH,
        **kwargs: Any,
    ) -> None:
        self.is_long, self.needed_in = is_long, needed_in
        super().__init__(*args, **{"default": dict} | kwargs)

    def deconstruct(self) -> tuple:
        # What a form asks for, and how, is nothing to the table.
        name, path, args, kwargs = super().deconstruct()
        if kwargs.get("default") is dict:
            del kwargs["default"]
        return name, path, args, kwargs

    def get_internal_type(self) -> str:
        return "JSONField"

    def db_check(self, connection: Any) -> str:
        column = connection.ops.quote_name(self.column)
        fits = f"translated_text_fits({column}, {self.max_length})"
        return fits if self.blank else f"{fits} AND {column} ? '{ENGLISH}'"

    def from_db_value(
        self, value: str | None, _expression: object, _connection: object
    ) -> TranslatedText | None:
        return None if value is None else TranslatedText(json.loads(value))

    def to_python(self, value: object) -> TranslatedText:
        if isinstance(value, TranslatedText):
            return value
        if value is None or isinstance(value, dict):
            return TranslatedText(value)
        raise TypeError(f"{self.name}: texts by language are expected, not {type(value).__name__}")

    def get_db_prep_value(self, value: Any, connection: Any, prepared: bool = False) -> Any:
        if isinstance(value, dict | TranslatedText):
            return connection.ops.adapt_json_value(self.to_python(value).by_language, None)
        return value

    def get_prep_value(self, value: object) -> Any:
        # Not that of the class above, which takes a lazy text for its words of the moment.
        return value

    def value_to_string(self, obj: models.Model) -> Any:
        return self.value_from_object(obj).by_language

    def save_form_data(self, instance: models.Model, data: TranslatedText) -> None:
        """Keep what is written in languages that the form does not ask for."""
        asked = dict.fromkeys((code for code, _name in settings.LANGUAGES), "")
        before = self.to_python(self.value_from_object(instance))
        super().save_form_data(instance, before.updated(asked | data.by_language))

    def validate(self, value: TranslatedText, model_instance: models.Model | None) -> None:
        super().validate(value, model_instance)
        if not self.blank and value.missing([ENGLISH]):
            raise ValidationError(self.error_messages["blank"], code="blank")

    def formfield(self, *args: Any, **kwargs: Any) -> forms.Field | None:
        rules = {"max_length": self.max_length, "is_long": self.is_long, "needed_in": self.needed_in}
        # Of a default that is worked out, Django would keep a copy in the page and compare with that.
        plain = {"initial": None, "show_hidden_initial": False}
        return super().formfield(*args, **{"form_class": TranslatedFormField, **plain, **rules, **kwargs})

    def get_transform(self, lookup_name: str) -> Any:
        if lookup_name in dict(settings.LANGUAGES):
            return partial(InLanguage, lookup_name)
        return super().get_transform(lookup_name)


class InLanguage(models.Transform):
    """The text in exactly one language, NULL where it is missing."""

    output_field = models.TextField()

    def __init__(self, code: str, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.code = code

    def as_sql(self, compiler: Any, connection: Any, *_extra: Any, **_more: Any) -> tuple[str, Any]:
        column, params = compiler.compile(self.lhs)
        return f"({column} ->> {_literal(self.code)})", params


@TranslatedField.register_lookup
class Shown(models.Transform):
    """What the reader of the moment gets: lists are sorted by it."""

    lookup_name = "shown"
    output_field = models.TextField()

    def as_sql(self, compiler: Any, connection: Any, *_extra: Any, **_more: Any) -> tuple[str, Any]:
        column, params = compiler.compile(self.lhs)
        own, english = (f"{column} ->> {_literal(code)}" for code in (active_language(), ENGLISH))
        return f"COALESCE({own}, {english}, translated_text_words({column}))", (*params, *params, *params)


class AllLanguages(models.Func):
    """The texts in all languages, one below the other."""

    function = "translated_text_words"
    output_field = models.TextField()


@TranslatedField.register_lookup
class SaidInAnyLanguage(IContains):
    """Whether words stand in the text of any language."""

    def __init__(self, lhs: object, rhs: str) -> None:
        super().__init__(AllLanguages(lhs), rhs)


TranslatedField.register_lookup(HasKeys)


def _literal(code: str) -> str:
    """Return a code as SQL; what is no code of a language is in no text."""
    return f"'{code}'" if _CODE.fullmatch(code) else "''"


def order_by_shown(model: type[models.Model], order: object) -> Any:
    """Return by what a list that says `title` is sorted: a translated text by what the reader gets."""
    if isinstance(order, Combinable) or not isinstance(order, str):
        return order
    field = next((f for f in model._meta.get_fields() if f.name == order.removeprefix("-")), None)
    return f"{order}__shown" if isinstance(field, TranslatedField) else order
