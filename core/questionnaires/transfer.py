"""A form as a file: read with every fault named by its place, and written so that it can be read again."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cache
from math import isfinite
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from django.utils.translation import gettext as _

from core.questionnaires.content import Content
from core.text import clean

if TYPE_CHECKING:
    from jsonschema import Draft202012Validator, ValidationError

MAX_BYTES = 2_000_000
SCHEMA_FILE = Path(__file__).parent / "schema.json"


class DoesNotFit(Exception):
    """Raised when a file is no form.

    Args:
        path: of the place in the file, as JSONPath: `$.sections[0].questions[2].kind`.
        text: what is wrong there, for people.
    """

    def __init__(self, path: str, text: str) -> None:
        # Names out of the file stand in both.
        self.path, self.text = clean(path), clean(text)
        super().__init__(f"{self.path}: {self.text}")


def content_as_text(content: Content) -> str:
    """Return a content as the text of a file."""
    return json.dumps(content, ensure_ascii=False, indent=1) + "\n"


def read_content(data: bytes) -> Content:
    """Return the content in a file; its texts are cleaned as typed ones are.

    Raises:
        DoesNotFit: it is too large, no JSON, or not of the schema; of several faults the gravest.
    """
    if len(data) > MAX_BYTES:
        raise DoesNotFit("$", _("larger than %(most)s MB") % {"most": MAX_BYTES // 1_000_000})
    try:
        content = json.loads(data.decode(), parse_constant=_refuse_constant, parse_float=_finite)
    except RecursionError:
        raise DoesNotFit("$", _("nested too deeply")) from None
    except ValueError as error:
        raise DoesNotFit("$", _("not JSON: %(error)s") % {"error": error}) from None
    # Loaded by who imports a form only.
    from jsonschema.exceptions import best_match

    fault = best_match(_validator().iter_errors(content))
    if fault is not None:
        raise DoesNotFit(fault.json_path, _in_words(fault))
    for path, text in _keys_used_twice(content):
        raise DoesNotFit(path, text)
    cleaned: Content = _clean(content)
    return cleaned


def path_of(content: Content, key: str) -> str:
    """Return the place of a section, a question or a column in a file; that of the file if it is not there.

    Args:
        content: of the file.
        key: of a column as `question.column`.
    """
    name, _mark, column_key = key.partition(".")
    for i, section in enumerate(content["sections"]):
        if section["key"] == key:
            return f"$.sections[{i}]"
        for j, question in enumerate(section["questions"]):
            if question["key"] == name:
                return f"$.sections[{i}].questions[{j}]{_path_of_column(question, column_key)}"
    return "$"


def _path_of_column(question: Content, key: str) -> str:
    places = (k for k, column in enumerate(question.get("columns", ())) if column["key"] == key)
    return "".join(f".columns[{k}]" for k in places)


def _finite(text: str) -> float:
    number = float(text)
    return number if isfinite(number) else _refuse_constant(text)


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(_("%(name)s is not a number") % {"name": name})


@cache
def _validator() -> Draft202012Validator:
    from jsonschema import Draft202012Validator

    return Draft202012Validator(json.loads(SCHEMA_FILE.read_text()))


def _in_words(fault: ValidationError) -> str:
    """Return what is wrong, short even where the schema's own message repeats half of the file."""
    wanted: Any = fault.validator_value
    given: Any = fault.instance
    match fault.validator:
        case "required":
            return _("“%(name)s” is missing") % {"name": next(name for name in wanted if name not in given)}
        case "additionalProperties" if isinstance(fault.schema, dict):
            known = fault.schema.get("properties", {})
            return _("“%(name)s” is not allowed here") % {"name": next(n for n in given if n not in known)}
        case "const":
            return _("this should be: %(expected)s") % {"expected": wanted}
        case "enum" | "type":
            expected = [wanted] if isinstance(wanted, str) else wanted
            return _("this should be: %(expected)s") % {"expected": ", ".join(expected)}
        case "pattern":
            return _("does not match %(pattern)s") % {"pattern": wanted}
        case "maxLength" | "maxItems" | "maxProperties" | "maximum":
            return _("more than %(most)s") % {"most": wanted}
        case "minLength" | "minItems" | "minimum":
            return _("less than %(least)s") % {"least": wanted}
    return str(fault.message)[:200]


def _keys_used_twice(content: Content) -> Iterator[tuple[str, str]]:
    sections: set[str] = set()
    questions: set[str] = set()
    for i, section in enumerate(content["sections"]):
        if section["key"] in sections:
            yield f"$.sections[{i}].key", _("“%(key)s” appears twice") % {"key": section["key"]}
        sections.add(section["key"])
        for j, question in enumerate(section["questions"]):
            place = f"$.sections[{i}].questions[{j}]"
            if question["key"] in questions:
                yield f"{place}.key", _("“%(key)s” appears twice") % {"key": question["key"]}
            questions.add(question["key"])
            columns: set[str] = set()
            for k, column in enumerate(question.get("columns", ())):
                if column.get("columns"):
                    yield f"{place}.columns[{k}].columns", _("a column cannot have columns of its own")
                if column["key"] in columns:
                    yield f"{place}.columns[{k}].key", _("“%(key)s” appears twice") % {"key": column["key"]}
                columns.add(column["key"])


def _clean(value: object) -> Any:
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, list):
        return [_clean(item) for item in value]
    if isinstance(value, dict):
        return {key: _clean(item) for key, item in value.items()}
    return value
