"""Lists of a question of a draft: options of a choice, rows of a table; their keys never change.

A list is named as the settings name it: `choices`, `fixed_rows`, and `choices_by.<option>` for what can be
chosen after an earlier answer.
"""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from core.accounts.models import User
from core.questionnaires import keys
from core.questionnaires.actions.arranging import shift
from core.questionnaires.actions.editing import change_question, locked_question
from core.questionnaires.models import FormQuestion
from core.translated.texts import TranslatedText

BY_ANSWER = "choices_by"
Option = dict[str, Any]
MAX_OPTIONS = 200


def options_of(settings: Mapping[str, Any], name: str) -> list[Option]:
    """Return the options of a list, in their order; none if there is no such list."""
    kind, _mark, answer = name.partition(".")
    found = settings.get(kind) or {}
    return list(found.get(answer) or ()) if kind == BY_ANSWER else list(found)


@transaction.atomic
def save_options(
    *,
    question_id: int,
    by: User,
    name: str,
    texts: Mapping[str, TranslatedText],
    added: TranslatedText | None = None,
) -> None:
    """Change the words of options, and add one at the end.

    Args:
        question_id: of the question.
        name: of the list.
        texts: by key; options that are not given, and such as are not there any more, are left alone.
        added: the words of a new one, from which its key is made.
    """
    question = _locked(question_id, by=by)
    options = options_of(question.settings, name)
    changed = [
        option | {"label": texts[option["key"]].by_language} if option["key"] in texts else option
        for option in options
    ]
    if added:
        if len(options) >= MAX_OPTIONS:
            raise ValidationError(_("A list can have at most %(most)d entries.") % {"most": MAX_OPTIONS})
        key = keys.option_key(_used(question, name, options), added)
        changed.append({"key": key, "label": added.by_language})
    _write(question, name, changed, by=by)


@transaction.atomic
def move_option(*, question_id: int, by: User, name: str, key: str, direction: str) -> None:
    """Move an option one place up or down."""
    question = _locked(question_id, by=by)
    options = options_of(question.settings, name)
    option = _found(options, key)
    if shift(options, option, direction):
        _write(question, name, options, by=by)


@transaction.atomic
def remove_option(*, question_id: int, by: User, name: str, key: str) -> None:
    """Remove an option; answers that chose it stay as they were written."""
    question = _locked(question_id, by=by)
    options = options_of(question.settings, name)
    options.remove(_found(options, key))
    _write(question, name, options, by=by)


def _locked(question_id: int, *, by: User) -> FormQuestion:
    question = locked_question(question_id, by=by)
    if question.is_fixed:
        raise ValidationError(
            _("The options of this question are set by the portal and cannot be changed."), code="core"
        )
    return question


def _found(options: list[Option], key: str) -> Option:
    for option in options:
        if option["key"] == key:
            return option
    raise ValidationError(_("Somebody else has removed this option in the meantime."), code="gone")


def _used(question: FormQuestion, name: str, options: list[Option]) -> set[str]:
    """Return keys that the list has, or had in an earlier version of the form."""
    column_of = question.rows.key if question.rows else None
    earlier = FormQuestion.objects.filter(
        version__form=question.version.form_id, key=question.key, rows__key=column_of
    )
    lists = [options, *(options_of(row, name) for row in earlier.values_list("settings", flat=True))]
    return {option["key"] for each in lists for option in each}


def _write(question: FormQuestion, name: str, options: list[Option], *, by: User) -> None:
    settings = deepcopy(question.settings)
    kind, _mark, answer = name.partition(".")
    if kind == BY_ANSWER:
        settings.setdefault(kind, {})[answer] = options
    else:
        settings[kind] = options
    change_question(question_id=question.pk, by=by, values={"settings": settings})
