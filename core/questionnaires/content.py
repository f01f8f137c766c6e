"""What a version asks, as one plain value: as files hold it, and as versions are copied."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from core.questionnaires.arrangement import arranged
from core.questionnaires.models import FormQuestion, FormSection, FormVersion
from core.translated.texts import TranslatedText

SCHEMA = 1

Content = dict[str, Any]

TEXTS = ("label", "short_label", "help", "example")


def content_of(version: FormVersion) -> Content:
    """Return the content of a version, in two queries; see docs/form.md."""
    rows = arranged(version.questions.order_by("position", "pk"))
    sections = []
    for section in version.sections.order_by("position", "pk"):
        asked = rows.asked.get(section.pk, ())
        sections.append(
            {"key": section.key, "title": section.title.by_language}
            | ({"intro": section.intro.by_language} if section.intro else {})
            | {"questions": [_told(row, rows.columns.get(row.pk, ())) for row in asked]}
        )
    return {"schema": SCHEMA, "sections": sections}


def write_content(version: FormVersion, content: Mapping[str, Any]) -> None:
    """Fill an empty draft with a content that fits.

    Args:
        version: a draft without sections.
        content: as `content_of` returns it.
    """
    sections = FormSection.objects.bulk_create(
        FormSection(
            version=version,
            key=section["key"],
            position=place,
            title=TranslatedText(section["title"]),
            intro=TranslatedText(section.get("intro", {})),
        )
        for place, section in enumerate(content["sections"], start=1)
    )
    asked = [
        (given, _row(version, section, given, place))
        for section, told in zip(sections, content["sections"], strict=True)
        for place, given in enumerate(told["questions"], start=1)
    ]
    FormQuestion.objects.bulk_create(row for _given, row in asked)
    FormQuestion.objects.bulk_create(
        _row(version, row.section, column, place, rows=row)
        for given, row in asked
        for place, column in enumerate(given.get("columns", ()), start=1)
    )


def _told(row: FormQuestion, columns: Iterable[FormQuestion]) -> dict[str, Any]:
    told: dict[str, Any] = {"key": row.key, "kind": row.kind, "core": row.is_core}
    told |= {name: text.by_language for name in TEXTS if (text := getattr(row, name))}
    told |= {"required": row.is_required, "public": row.is_public, "listed": row.is_listed}
    further = {"criterion": row.criterion, "condition": row.condition, "settings": row.settings}
    told |= {name: value for name, value in further.items() if value}
    if within := [_told(each, ()) for each in columns]:
        told["columns"] = within
    return told


def _row(
    version: FormVersion,
    section: FormSection,
    given: Mapping[str, Any],
    place: int,
    rows: FormQuestion | None = None,
) -> FormQuestion:
    return FormQuestion(
        version=version,
        section=section,
        rows=rows,
        key=given["key"],
        position=place,
        kind=given["kind"],
        is_core=given.get("core", False),
        is_required=given.get("required", True),
        is_public=given.get("public", False),
        is_listed=given.get("listed", False),
        criterion=given.get("criterion", ""),
        condition=given.get("condition"),
        settings=given.get("settings", {}),
        **{name: TranslatedText(given.get(name, {})) for name in TEXTS},
    )
