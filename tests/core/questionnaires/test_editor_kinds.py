"""Every kind of which staff make questions: added, opened, saved as it is, given its parts, and previewed."""

from __future__ import annotations

from dataclasses import replace

import pytest

from core.questionnaires import purposes
from core.questionnaires.faults import blocking
from core.questionnaires.kind_settings import offered_kinds
from core.questionnaires.models import FormQuestion
from tests.core.questionnaires.test_editor import Editor, editor
from tests.support.undoing import undone

__all__ = ["editor"]

pytestmark = pytest.mark.django_db


def test_question_of_every_kind_is_saved_as_it_was_and_previewed_before_it_is_complete(editor: Editor):
    for kind, _title in offered_kinds():
        with undone():
            question = editor.add(kind, f"About {kind}")
            below = f"question/{question.pk}/"
            typed = editor.opened(below)

            assert editor.post(below, typed).status_code == 302, kind
            renewed = FormQuestion.objects.get(pk=question.pk)
            assert (renewed.kind, renewed.settings, renewed.label) == (kind, {}, question.label)
            assert editor.get("preview/territory/").status_code == 200, kind
            assert editor.get("").status_code == 200


def test_repeated_group_gets_its_columns_and_limits_in_the_editor(editor: Editor):
    group = editor.add("group", "Bridges")
    below = f"question/{group.pk}/"
    add = f"section/{group.section_id}/add/?rows={group.pk}"
    assert [fault.text for fault in blocking(editor.draft)] == ["There is no column."]
    for words in ("Name", "Length"):
        kind = {"Name": "line", "Length": "number"}[words]
        editor.post(add, {"label_en": words, "label_fr": words, "kind": kind})
    length = group.columns.get(key="length")
    editor.post(below, {"press": f"question-{length.pk}-up"})
    typed = {"set_min_rows": "1", "set_most": "5", "set_row_label_en": "Bridge", "set_row_label_fr": "Pont"}
    assert editor.post(below, editor.opened(below) | typed).status_code == 302

    assert list(group.columns.order_by("position").values_list("key", flat=True)) == ["length", "name"]
    settings = FormQuestion.objects.get(pk=group.pk).settings
    assert settings == {"min_rows": 1, "most": 5, "row_label": {"en": "Bridge", "fr": "Pont"}}
    assert blocking(editor.draft) == []
    assert "Pont" in editor.get("preview/territory/?language=fr").content.decode()
    refused = editor.post(below, editor.opened(below) | {"kind": "text"})
    assert "Remove the columns before you choose another kind." in refused.content.decode()
    editor.post(f"question/{length.pk}/remove/", {})
    assert [row.position for row in group.columns.all()] == [1]


def test_options_of_a_dependent_choice_are_listed_by_the_earlier_answer(editor: Editor):
    river, town = editor.add("choice", "River"), editor.add("dependent_choice", "Town")
    options = f"question/{river.pk}/list/choices/"
    editor.post(options, editor.opened(options) | {"added_en": "Rhine", "added_fr": "Rhin"})
    below = f"question/{town.pk}/"
    editor.post(below, editor.opened(below) | {"set_depends_on": "river"})
    by_rhine = f"{below}list/choices_by.rhine/"
    editor.post(by_rhine, editor.opened(by_rhine) | {"added_en": "Kehl", "added_fr": "Kehl"})

    settings = FormQuestion.objects.get(pk=town.pk).settings
    assert settings["depends_on"] == "river"
    assert settings["choices_by"] == {"rhine": [{"key": "kehl", "label": {"en": "Kehl", "fr": "Kehl"}}]}
    assert "After “Rhine”" in editor.get(below).content.decode()
    assert blocking(editor.draft) == []
    assert "depends on this answer" in editor.get(f"question/{river.pk}/remove/").content.decode()


def test_keys_that_the_portal_takes_are_made_for_no_question(editor: Editor, monkeypatch: pytest.MonkeyPatch):
    purpose = purposes.purpose_of(editor.form.purpose)
    monkeypatch.setitem(
        purposes._registered, editor.form.purpose, replace(purpose, taken=frozenset({"status"}))
    )

    assert editor.add("line", "Status").key == "status_2"
    editor.draft.questions.filter(key="status_2").update(key="status")
    assert [fault.key for fault in blocking(editor.draft)] == ["status"]
