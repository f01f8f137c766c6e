"""Sections and questions of a draft: added, changed, duplicated and removed by one of the staff."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, TypeVar

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from core.accounts.models import User
from core.questionnaires import duplicating, keys
from core.questionnaires.actions.drafts import lock_draft, put_on_record
from core.questionnaires.enums import EditVerb
from core.questionnaires.models import FormQuestion, FormSection, FormVersion, name_of
from core.translated.texts import TranslatedText

TEXTS = ("label", "short_label", "help", "example")
# What of a question of the portal's own staff may change: the rest is as its rules need it.
OF_CORE = frozenset({*TEXTS, "settings", "is_public", "is_listed", "criterion"})
SECTION_PARTS = ("title", "intro")
QUESTION_PARTS = (
    *TEXTS,
    "kind",
    "is_required",
    "is_public",
    "is_listed",
    "criterion",
    "condition",
    "settings",
)


@transaction.atomic
def add_section(
    *, version_id: int, by: User, title: TranslatedText, intro: TranslatedText | None = None
) -> FormSection:
    """Add a section at the end of a draft.

    Raises:
        NotAllowed, ValidationError: as `drafts.lock_draft`; so do all others here.
    """
    version = lock_draft(version_id, by=by)
    section = FormSection.objects.create(
        version=version,
        key=keys.section_key(version, title),
        position=version.sections.count() + 1,
        title=title,
        intro=intro or TranslatedText(),
    )
    put_on_record(version, EditVerb.ADDED, by=by, key=section.key, after=_state(section, SECTION_PARTS))
    return section


@transaction.atomic
def change_section(*, section_id: int, by: User, values: Mapping[str, Any]) -> None:
    """Change the words of a section.

    Args:
        values: of `SECTION_PARTS`; what is not given stays as it is.
    """
    section = locked_section(section_id, by=by)
    _change(section, section.version, SECTION_PARTS, values, key=section.key, by=by)


@transaction.atomic
def remove_section(*, section_id: int, by: User) -> None:
    """Remove a section with its questions; not if the portal needs one of them."""
    section = locked_section(section_id, by=by)
    core = section.questions.filter(is_core=True, rows=None).order_by("position").first()
    if core is not None:
        words = _("The portal needs “%(question)s”. Move it to another section first.")
        raise ValidationError(words % {"question": core.label}, code="core")
    before = _state(section, SECTION_PARTS) | {
        "questions": [
            _state(row, QUESTION_PARTS) | {"key": whole_key(row)} for row in section.questions.all()
        ]
    }
    section.questions.filter(rows__isnull=False).delete()
    section.questions.all().delete()
    section.delete()
    renumber(section.version.sections.order_by("position", "pk"))
    put_on_record(section.version, EditVerb.REMOVED, by=by, key=section.key, before=before)


@transaction.atomic
def add_question(
    *,
    section_id: int,
    by: User,
    kind: str,
    label: TranslatedText,
    rows_id: int | None = None,
    after_id: int | None = None,
) -> FormQuestion:
    """Add a question to a section, or a column to a question of rows; at the end unless said.

    Args:
        section_id: of the section.
        kind: the code of a kind.
        label: from whose English words its key is made.
        rows_id: of the question of rows.
        after_id: of the question of the section below which it has its place.
    """
    section = locked_section(section_id, by=by)
    of = None if rows_id is None else _of_version(section.version, rows_id)
    if of is not None and of.is_core:
        raise ValidationError(
            _("The columns of this question are set by the portal and cannot be changed."), code="core"
        )
    key = keys.column_key(of, label) if of else keys.question_key(section.version, label)
    beside = list(section.questions.filter(rows=of).order_by("position", "pk"))
    where: dict[str, Any] = {"version": section.version, "section": section, "rows": of}
    question = FormQuestion.objects.create(**where, position=len(beside) + 1, key=key, kind=kind, label=label)
    # Below one that somebody has removed or moved meanwhile: at the end.
    place = next((n for n, row in enumerate(beside, start=1) if row.pk == after_id), len(beside))
    number([*beside[:place], question, *beside[place:]])
    put_on_record(
        section.version,
        EditVerb.ADDED,
        by=by,
        key=whole_key(question),
        after=_state(question, QUESTION_PARTS),
    )
    return question


@transaction.atomic
def change_question(*, question_id: int, by: User, values: Mapping[str, Any]) -> None:
    """Change a question.

    Args:
        values: of `QUESTION_PARTS`; what is not given stays as it is.

    Raises:
        ValidationError: the portal needs the question as it is, or its columns fit no other kind.
    """
    question = locked_question(question_id, by=by)
    changed = {name for name in values if getattr(question, name) != values[name]}
    if question.is_fixed and (fixed := changed - OF_CORE):
        words = _("The portal needs this question. You cannot change: %(parts)s.")
        names = [name_of(FormQuestion, name) for name in sorted(fixed)]
        raise ValidationError(words % {"parts": ", ".join(names)}, code="core")
    if "kind" in changed and question.columns.exists():
        raise ValidationError(_("Remove the columns before you choose another answer type."), code="columns")
    _change(question, question.version, QUESTION_PARTS, values, key=whole_key(question), by=by)


@transaction.atomic
def duplicate_question(*, question_id: int, by: User) -> FormQuestion:
    """Put a copy of a question, with its columns, after it; the copy has a key of its own."""
    question = locked_question(question_id, by=by)
    if question.is_fixed:
        raise ValidationError(
            _("This question is built into the portal and can only be asked once."), code="core"
        )
    label = duplicating.label_of(question)
    of = question.rows
    key = keys.column_key(of, label) if of else keys.question_key(question.version, label)
    after = list(_beside(question))
    copy = duplicating.of(question, key=key, label=label)
    after.insert(after.index(question) + 1, copy)
    number(after)
    put_on_record(
        question.version, EditVerb.ADDED, by=by, key=whole_key(copy), after=_state(copy, QUESTION_PARTS)
    )
    return copy


@transaction.atomic
def remove_question(*, question_id: int, by: User) -> None:
    """Remove a question with its columns; not if the portal needs it."""
    question = locked_question(question_id, by=by)
    if question.is_fixed:
        words = _("The portal needs “%(question)s”, so it cannot be removed.")
        raise ValidationError(words % {"question": question.label}, code="core")
    columns = [_state(row, QUESTION_PARTS) | {"key": row.key} for row in question.columns.all()]
    before = _state(question, QUESTION_PARTS) | ({"columns": columns} if columns else {})
    key, beside = whole_key(question), [row for row in _beside(question) if row != question]
    question.columns.all().delete()
    question.delete()
    number(beside)
    put_on_record(question.version, EditVerb.REMOVED, by=by, key=key, before=before)


def locked_section(section_id: int, *, by: User) -> FormSection:
    """Return a section of a draft that is locked.

    Raises:
        NotAllowed, ValidationError: as `drafts.lock_draft`, or the section was removed meanwhile.
    """
    known = FormSection.objects.filter(pk=section_id)
    for version_id in known.values_list("version_id", flat=True):
        version = lock_draft(version_id, by=by)
        for section in known:
            section.version = version
            return section
    raise ValidationError(_("Somebody else has removed this section in the meantime."), code="gone")


def locked_question(question_id: int, *, by: User) -> FormQuestion:
    """Return a question of a draft that is locked.

    Raises:
        NotAllowed, ValidationError: as `drafts.lock_draft`, or the question was removed meanwhile.
    """
    known = FormQuestion.objects.filter(pk=question_id)
    for version_id in known.values_list("version_id", flat=True):
        version = lock_draft(version_id, by=by)
        for question in known.select_related("section", "rows"):
            question.version = version
            if question.rows:
                question.rows.version = version
            return question
    raise ValidationError(_("Somebody else has removed this question in the meantime."), code="gone")


def whole_key(question: FormQuestion) -> str:
    """Return the key of a question; of a column with that of its question."""
    return f"{question.rows.key}.{question.key}" if question.rows else question.key


_Part = TypeVar("_Part", FormSection, FormQuestion)


def renumber(rows: Iterable[_Part]) -> None:
    """Number rows in their order, from 1."""
    number(list(rows))


def number(rows: Sequence[_Part]) -> None:
    """Number rows in this order, from 1; only those that change are written."""
    moved: list[_Part] = []
    for place, row in enumerate(rows, start=1):
        if row.position != place:
            row.position = place
            moved.append(row)
    if moved:
        type(moved[0]).objects.bulk_update(moved, ["position"])


def _beside(question: FormQuestion) -> QuerySet[FormQuestion]:
    """Return the questions, or columns, among which a question has its place."""
    rows = question.section.questions.filter(rows=question.rows_id)
    return rows.order_by("position", "pk")


def _of_version(version: FormVersion, question_id: int) -> FormQuestion:
    question = version.questions.filter(pk=question_id).first()
    if question is None:
        raise ValidationError(_("Somebody else has removed this question in the meantime."), code="gone")
    question.version = version
    return question


def _change(
    row: FormSection | FormQuestion,
    version: FormVersion,
    parts: tuple[str, ...],
    values: Mapping[str, Any],
    *,
    key: str,
    by: User,
) -> None:
    before = _state(row, parts)
    for name in parts:
        if name in values:
            setattr(row, name, values[name])
    after = _state(row, parts)
    if before != after:
        row.save(update_fields=[name for name in parts if name in values])
        put_on_record(version, EditVerb.CHANGED, by=by, key=key, before=before, after=after)


def _state(row: FormSection | FormQuestion, parts: tuple[str, ...]) -> dict[str, Any]:
    values = {name: getattr(row, name) for name in parts}
    return {
        name: value.by_language if isinstance(value, TranslatedText) else value
        for name, value in values.items()
    }
