"""Every kind of which staff make questions: added, opened, saved as it is, given its parts, and previewed."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import quote

import pytest

from core.questionnaires import purposes
from core.questionnaires.actions import drafts
from core.questionnaires.actions.importing import take_over
from core.questionnaires.actions.publishing import publish, summary_of
from core.questionnaires.content import content_of
from core.questionnaires.enums import FormPurpose
from core.questionnaires.faults import blocking
from core.questionnaires.kind_settings import offered_kinds
from core.questionnaires.models import Form, FormQuestion
from core.questionnaires.transfer import DoesNotFit
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

            # Nobody answers what is calculated.
            assert ("is_required" in typed) == (kind != "computed"), kind
            assert editor.post(below, typed).status_code == 302, kind
            renewed = FormQuestion.objects.get(pk=question.pk)
            assert (renewed.kind, renewed.settings, renewed.label) == (kind, {}, question.label)
            assert renewed.is_required, kind
            assert editor.get("preview/territory/").status_code == 200, kind
            assert editor.get("").status_code == 200


def test_repeated_group_gets_its_columns_and_limits_in_the_editor(editor: Editor):
    group = editor.add("group", "Bridges")
    below = f"question/{group.pk}/"
    add = f"section/{group.section_id}/add/?rows={group.pk}"
    assert [fault.text for fault in blocking(editor.draft)] == ["There are no columns. Add at least one."]
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
    assert "Remove the columns before you choose another answer type." in refused.content.decode()
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

    for nowhere in ("__proto__", "x" * 3000, "loire", "rhine\x00"):
        assert editor.get(f"{below}list/choices_by.{quote(nowhere)}/").status_code in (302, 404), nowhere
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


def test_question_for_files_gets_its_limits_and_types_and_its_faults_are_told(editor: Editor):
    letters = editor.add("files", "Letters")
    below = f"question/{letters.pk}/"
    typed = {"set_least": "1", "set_most": "3", "set_accepts": ["image", "pdf"]}
    assert editor.post(below, editor.opened(below) | typed).status_code == 302

    settings = FormQuestion.objects.get(pk=letters.pk).settings
    assert settings == {"least": 1, "most": 3, "accepts": ["pdf", "image"]}
    assert blocking(editor.draft) == []
    drawn = editor.get("preview/territory/?language=fr").content.decode()
    assert "De 1 à 3 fichiers. PDF, image PNG, image JPEG" in drawn
    assert "Ajouter un fichier" in drawn
    editor.post(below, editor.opened(below) | {"set_least": "4", "set_most": "51"})
    assert [fault.text for fault in blocking(editor.draft)] == ["A question can take at most 50 files."]
    editor.post(below, editor.opened(below) | {"set_least": "", "set_most": "2"})
    publish(version_id=editor.draft.pk, by=editor.by, seen=summary_of(editor.draft).seen)
    # A question for files stays one: nothing else reads its answers.
    next_draft = drafts.begin(form_id=editor.form.pk, by=editor.by)
    next_draft.questions.filter(key="letters").update(kind="text", settings={})
    assert [
        "had a different answer type in an earlier version" in fault.text for fault in blocking(next_draft)
    ] == [True]


def test_files_are_offered_where_they_can_be_uploaded_only(editor: Editor):
    """In forms of calls, though not as a column; not in that of experts, whose CV has a page of its own."""
    group = editor.add("group", "Bridges")
    add = f"section/{group.section_id}/add/"
    experts = Form.objects.get(purpose=FormPurpose.EXPERT)
    drafts.begin(form_id=experts.pk, by=editor.by)
    section = experts.versions.latest("number").sections.first()
    of_experts = f"/admin/questionnaires/form/{experts.pk}/draft/section/{section.pk}/add/"

    offered = [
        dict(page.context["form"].fields["kind"].choices)
        for page in (editor.get(add), editor.get(f"{add}?rows={group.pk}"), editor.client.get(of_experts))
    ]

    assert ["files" in kinds for kinds in offered] == [True, False, False]
    content = content_of(experts.published_version)
    label = {"en": "Diplomas", "fr": "Diplômes"}
    content["sections"][0]["questions"].append({"key": "diplomas", "kind": "files", "label": label})
    with pytest.raises(DoesNotFit, match="The answer type “Files” cannot be used in this form"):
        take_over(form_id=experts.pk, content=content, by=None)
