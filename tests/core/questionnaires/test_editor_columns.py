"""When a column of a group is asked, as staff set it in the editor; and which columns always are."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import ValidationError

from core.questionnaires.actions import arranging, conditions, editing, options
from core.questionnaires.actions.importing import take_over
from core.questionnaires.content import content_of
from core.questionnaires.faults import blocking
from core.questionnaires.models import FormQuestion
from core.questionnaires.transfer import content_as_text, path_of, read_content
from core.translated.texts import TranslatedText
from tests.core.questionnaires.test_editor import Editor, condition, editor
from tests.support.posting import posted

__all__ = ["editor"]

pytestmark = pytest.mark.django_db


def add_column(editor: Editor, of: FormQuestion, kind: str, label: str) -> FormQuestion:
    return editing.add_question(
        section_id=of.section_id,
        by=editor.by,
        kind=kind,
        label=TranslatedText({"en": label, "fr": label}),
        rows_id=of.pk,
    )


def group(editor: Editor) -> tuple[FormQuestion, FormQuestion, FormQuestion]:
    links = editor.add("group", "Links")
    kind, reason = add_column(editor, links, "choice", "Kind"), add_column(editor, links, "line", "Reason")
    for option in ("Road", "Other"):
        added = TranslatedText({"en": option, "fr": option})
        options.save_options(question_id=kind.pk, by=editor.by, name="choices", texts={}, added=added)
    return links, kind, reason


def clauses_of(column: FormQuestion) -> list[dict[str, Any]]:
    return FormQuestion.objects.get(pk=column.pk).condition["clauses"]


def test_condition_of_a_column_is_built_told_copied_and_taken_along(editor: Editor):
    links, kind, reason = group(editor)
    below = f"question/{reason.pk}/condition/"
    assert below in editor.get(f"question/{reason.pk}/").content.decode()
    opened = editor.get(below).context["form"].fields["added"].choices
    assert ("links.kind", "Kind (in the same row)") in opened
    assert {"title", "links.kind"} <= dict(opened).keys()
    assert dict(opened).keys().isdisjoint({"links", "links.reason", "reason"})

    editor.post(below, condition(editor, below) | {"added": "links.kind"})
    editor.post(below, condition(editor, below) | {"operator_0": "is", "value_0": "other"})

    assert clauses_of(reason) == [{"question": "links.kind", "operator": "is", "value": "other"}]
    told = "“Reason”, in each row: Asked only if “Kind” is “Other”."
    assert told in editor.get().content.decode()
    assert "Asked only if “Kind” is “Other”." in editor.get(f"question/{reason.pk}/").content.decode()
    shown = editor.get("preview/territory/").content.decode()
    assert "Asked only if “Kind” is “Other”." in shown
    assert 'name="links-0-reason"' in shown
    asked = editor.get(f"question/{kind.pk}/remove/").content.decode()
    assert "“Reason” depends on this answer. You will need to change it too." in asked

    # A copy looks at its own rows, and a file says the same.
    copy = editing.duplicate_question(question_id=links.pk, by=editor.by)
    assert clauses_of(copy.columns.get(key="reason"))[0]["question"] == f"{copy.key}.kind"
    assert [fault.text for fault in blocking(editor.draft) if "links" in fault.key] == []
    content = content_of(editor.draft)
    again = take_over(
        form_id=editor.form.pk, content=read_content(content_as_text(content).encode()), by=editor.by
    )
    assert content_of(again) == content
    place = path_of(content, "links.reason")
    assert place.endswith(".columns[1]")

    reason, kind = (again.questions.get(rows__key="links", key=key) for key in ("reason", "kind"))
    editing.remove_question(question_id=kind.pk, by=editor.by)
    assert any("not in this form (links.kind)" in text for text in editor_faults(editor)["links.reason"])
    conditions.set_condition(question_id=reason.pk, by=editor.by, join="all", clauses=[])
    assert FormQuestion.objects.get(pk=reason.pk).condition is None


def editor_faults(editor: Editor) -> dict[str, list[str]]:
    editor.draft = editor.form.versions.get(status="draft")
    found: dict[str, list[str]] = {}
    for fault in blocking(editor.draft):
        found.setdefault(fault.key, []).append(fault.text)
    return found


def test_columns_that_are_always_asked_have_no_such_page_and_no_condition(editor: Editor):
    table = editor.add("table", "Budget")
    links, _kind, _reason = group(editor)
    always = {
        "of a table": add_column(editor, table, "number", "First year"),
        "calculated": add_column(editor, links, "computed", "Total"),
        "of the portal": editor.question("partners").columns.get(key="website"),
    }
    clause = {"question": "title", "operator": "filled"}
    for column in always.values():
        below = f"question/{column.pk}/condition/"
        assert below not in editor.get(f"question/{column.pk}/").content.decode()
        assert editor.get(below).status_code == 302
        with pytest.raises(ValidationError):
            conditions.set_condition(question_id=column.pk, by=editor.by, join="all", clauses=[clause])
        assert FormQuestion.objects.get(pk=column.pk).condition is None
    # What is calculated in a row can be compared with nothing.
    reason = links.columns.get(key="reason")
    arranging.move_question(question_id=always["calculated"].pk, by=editor.by, direction="up")
    offered = editor.get(f"question/{reason.pk}/condition/").context["form"].fields["added"].choices
    assert "links.total" not in dict(offered)


def test_condition_on_several_options_is_exported_and_imported(editor: Editor):
    themes, about = editor.add("choices", "Themes"), editor.add("text", "About")
    for option in ("Water", "Rail"):
        added = TranslatedText({"en": option, "fr": option})
        options.save_options(question_id=themes.pk, by=editor.by, name="choices", texts={}, added=added)
    below = f"question/{about.pk}/condition/"
    editor.post(below, condition(editor, below) | {"added": "themes"})
    typed = posted(editor.get(below).context["form"])
    editor.post(below, typed | {"operator_0": "contains", "value_0": ["water", "rail"]})
    content = content_of(editor.draft)

    assert clauses_of(about)[0]["value"] == ["water", "rail"]
    assert read_content(content_as_text(content).encode()) == content
