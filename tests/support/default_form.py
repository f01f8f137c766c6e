"""The form with which every call begins, as tests go through it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import applications.migrations
from core.questionnaires.enums import FormPurpose
from core.questionnaires.loading import questionnaire
from core.questionnaires.models import Form
from core.sections.questions import Question, Questionnaire, Section

FILE = Path(applications.migrations.__file__).parent / "data" / "default_form.json"
CONTENT: dict[str, Any] = json.loads(FILE.read_text())
SLUGS: list[str] = [section["key"] for section in CONTENT["sections"]]


def default_form() -> Questionnaire:
    """Return what applicants of a new call are asked."""
    form = Form.objects.get(purpose=FormPurpose.APPLICATION, is_starting_point=True)
    return questionnaire(form.published_version.pk)


def section(slug: str) -> Section:
    found = default_form().section(slug)
    assert found
    return found


def question(name: str) -> Question:
    found = default_form().question(name)
    assert found
    return found


def words_of_default_form() -> dict[str, dict[str, str]]:
    """Return all words of the default form by their English ones, in every language that it has."""
    return {texts["en"]: texts for texts in _texts_in(CONTENT) if "en" in texts}


def _texts_in(value: Any) -> Iterator[dict[str, str]]:
    if isinstance(value, dict):
        if value.keys() <= {"en", "fr"} and value:
            yield value
        for part in value.values():
            yield from _texts_in(part)
    elif isinstance(value, list):
        for part in value:
            yield from _texts_in(part)
