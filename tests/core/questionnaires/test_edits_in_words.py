"""The edits of a form as staff read them: in words, whatever was changed."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.contrib import admin
from django.db.models import JSONField

from core.questionnaires.actions import editing
from core.questionnaires.kind_settings import SettingShape, of_kind, offered_kinds
from core.questionnaires.models import FormEdit
from core.questionnaires.staff.edits import EditWords
from core.translated.fields import TranslatedField
from tests.builders.calls import add_criteria
from tests.core.questionnaires.test_editor import Editor, editor

__all__ = ["editor"]

pytestmark = pytest.mark.django_db
OPTIONS = [{"key": "rail", "label": {"en": "By rail", "fr": "En train"}}]
# One value for each shape of setting.
VALUES: dict[SettingShape, Any] = {
    SettingShape.WHOLE: 3,
    SettingShape.NUMBER: "2.5",
    SettingShape.DATE: "2027-03-01",
    SettingShape.MONTH: "2027-03-01",
    SettingShape.WORDS: {"en": "kilometres", "fr": "kilomètres"},
    SettingShape.COUNTED: "words",
    SettingShape.OPTIONS: OPTIONS,
    SettingShape.OPTIONS_BY: {"rail": OPTIONS},
    SettingShape.LANGUAGES: OPTIONS,
    SettingShape.VOCABULARY: "countries",
    SettingShape.QUESTION: "acronym",
    SettingShape.FORMULA: {"operation": "sum", "sources": ["acronym"]},
    SettingShape.FILE_TYPES: ["pdf"],
}
RAW = re.compile(
    r"[{}\[\]]|\bnull\b|&quot;|true|false|clauses|operator|_label|fixed_rows|choices_by|depends_on"
)


def told(editor: Editor) -> list[str]:
    words = EditWords(editor.form)
    told_ = (words.tell(edit) for edit in FormEdit.objects.filter(form=editor.form))
    return [" ".join(re.sub(r"<[^>]*>", " ", lines).split()) for lines in told_]


def test_every_setting_of_every_kind_and_every_part_is_told_in_words(editor: Editor):
    length = editor.question("acronym")
    add_criteria(editor.form.call, {"need": 100})
    for kind, _title in offered_kinds():
        settings = {s.key: VALUES[s.shape] for s in of_kind(kind).settings if s.shape in VALUES}
        question = editor.add(kind, f"About {kind}")
        editing.change_question(question_id=question.pk, by=editor.by, values={"settings": settings})
    clause = {"question": "acronym", "operator": "filled"}
    values = {
        "kind": "text",
        "is_required": True,
        "condition": {"join": "all", "clauses": [clause]},
        "help": question.label,
        "criterion": "need",
    }
    editing.change_question(question_id=question.pk, by=editor.by, values=values)
    editor.post("", {"press": f"question-{length.pk}-down"})

    lines = told(editor)

    assert len(lines) > 40
    assert [line for line in lines if RAW.search(line)] == []
    whole = "\n".join(lines)
    page = editor.client.get(f"/admin/questionnaires/form/{editor.form.pk}/change/").content.decode()
    assert "changed from “–” to “By rail”" in page
    for words in (
        "Answer type: changed from “Repeated group of questions” to “",
        "Asked only if “Short name” is answered.",
        "Options: changed from “–” to “By rail”",
        "Calculation: changed from “–” to “Add up numbers: Short name”",
        "Count characters or words: changed from “–” to “Words”",
        "Portal list: changed from “–” to “Countries”",
        "Maximum length: changed from “–” to “3”",
        "Highest number: changed from “–” to “2.5”",
        "Earlier question that decides the options: changed from “–” to “Short name”",
    ):
        assert words.lower() in whole.lower(), words


def test_no_page_of_the_administration_shows_a_column_of_json_as_it_is_kept():
    shown = set()
    for model, row_admin in admin.site._registry.items():
        for each in (row_admin, *row_admin.inlines):
            of: Any = model if each is row_admin else each.model
            parts = [*(each.fields or ()), *each.readonly_fields, *getattr(each, "list_display", ())]
            names = {name for part in parts for name in (part if isinstance(part, list | tuple) else [part])}
            columns = {field.name: field for field in of._meta.concrete_fields}
            kept = {name for name in names if isinstance(columns.get(name), JSONField)}
            shown |= {(of.__name__, name) for name in kept if not isinstance(columns[name], TranslatedField)}
    assert shown == set()
