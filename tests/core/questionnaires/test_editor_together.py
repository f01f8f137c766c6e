"""Two who write the same draft at once: nothing of either is overwritten unseen, and nothing is lost."""

from __future__ import annotations

from typing import Any

import pytest

from core.questionnaires.actions import arranging, drafts, editing
from core.questionnaires.models import FormQuestion, FormSection
from core.translated.texts import TranslatedText
from tests.core.questionnaires.test_editor import Editor, condition, editor
from tests.support.at_once import at_once
from tests.support.posting import posted

__all__ = ["editor"]


@pytest.mark.django_db
def test_second_editor_of_a_question_sees_both_texts_and_keeps_other_fields(editor: Editor):
    question = editor.question("acronym")
    below = f"question/{question.pk}/"
    stale = editor.opened(below)
    editor.post(below, stale | {"label_en": "Theirs", "help_en": "Their help", "help_fr": "Leur aide"})
    page = editor.post(below, stale | {"label_en": "Mine", "label_fr": "Le mien"})

    text = page.content.decode()
    assert "The saved version is “English: Theirs”" in text
    assert 'value="Mine"' in text
    form = page.context["form"]
    again = posted(form) | {"opened": form.opened_text}
    assert editor.post(below, again).status_code == 302
    saved = FormQuestion.objects.get(pk=question.pk)
    assert saved.label == {"en": "Mine", "fr": "Le mien"}
    assert saved.help == {"en": "Their help", "fr": "Leur aide"}


@pytest.mark.django_db
def test_second_editor_of_limits_options_and_condition_overwrites_nothing(editor: Editor):
    choice, text = editor.add("choice", "River"), editor.add("text", "Story")
    below = f"question/{choice.pk}/list/choices/"
    editor.post(below, editor.opened(below) | {"added_en": "Rhine", "added_fr": "Rhin"})
    stale, limits = editor.opened(below), editor.opened(f"question/{text.pk}/")
    editor.post(below, stale | {"added_en": "Meuse", "added_fr": "Meuse", "option_rhine_en": "The Rhine"})
    refused = editor.post(below, stale | {"option_rhine_en": "River Rhine"})
    editor.post(f"question/{text.pk}/", limits | {"set_most": "100"})
    both = editor.post(f"question/{text.pk}/", limits | {"set_most": "200"})

    assert "The saved version is “English: The Rhine”" in refused.content.decode()
    assert "The saved version is “100”" in both.content.decode()
    assert FormQuestion.objects.get(pk=text.pk).settings["most"] == 100
    kept = FormQuestion.objects.get(pk=choice.pk).settings["choices"]
    assert [option["key"] for option in kept] == ["rhine", "meuse"]

    below = f"question/{text.pk}/condition/"
    opened = condition(editor, below)
    editor.post(below, opened | {"added": "river"})
    late = editor.post(below, opened | {"added": "title"})
    assert "Somebody else has changed this condition since you opened the page." in late.content.decode()
    clauses = FormQuestion.objects.get(pk=text.pk).condition["clauses"]
    assert [clause["question"] for clause in clauses] == ["river"]


@pytest.mark.django_db
def test_what_was_removed_or_discarded_meanwhile_gives_back_what_was_typed(editor: Editor):
    question = editor.add("text", "Going")
    below = f"question/{question.pk}/"
    opened = editor.opened(below) | {"label_en": "A long text that I typed"}
    editing.remove_question(question_id=question.pk, by=editor.by)
    removed = editor.post(below, opened)
    drafts.discard(form_id=editor.form.pk, by=editor.by)
    discarded = editor.post(below, opened)

    for page in (removed, discarded):
        assert "A long text that I typed" in page.content.decode()
    assert not FormQuestion.objects.filter(label__en="A long text that I typed").exists()


@pytest.mark.django_db(transaction=True)
def test_adding_moving_and_removing_at_once_loses_no_question(settings: Any):
    settings.STAFF_SECOND_FACTOR_REQUIRED = False
    editor = Editor()
    section, by = editor.section("territory"), editor.by
    acronym, gone = editor.question("acronym"), editor.add("line", "Gone")
    before = set(editor.order())

    def add() -> None:
        label = TranslatedText({"en": "Same words"})
        editing.add_question(section_id=section.pk, by=by, kind="line", label=label)

    def move() -> None:
        arranging.move_question(question_id=acronym.pk, by=by, direction="down")

    def copy() -> None:
        editing.duplicate_question(question_id=acronym.pk, by=by)

    def remove() -> None:
        editing.remove_question(question_id=gone.pk, by=by)

    acts = [add, add, move, move, copy, remove]
    at_once(len(acts), lambda place: acts[place]())

    rows = list(FormSection.objects.get(pk=section.pk).questions.filter(rows=None).order_by("position"))
    assert [row.position for row in rows] == list(range(1, len(rows) + 1))
    assert {row.key for row in rows} == before - {"gone"} | {"same_words", "same_words_2", "short_name_copy"}


@pytest.mark.django_db
def test_stale_condition_on_the_same_questions_keeps_what_was_entered(editor: Editor):
    bridges, about = editor.add("number", "Bridges"), editor.add("text", "Story")
    below = f"question/{about.pk}/condition/"
    editor.post(below, condition(editor, below) | {"added": bridges.key})
    opened = condition(editor, below) | {"operator_0": "over"}
    editor.post(below, opened | {"value_0": "5"})
    page = editor.post(below, opened | {"value_0": "7"})

    assert "Asked only if “Bridges” is over 5." in page.content.decode()
    assert page.context["form"]["value_0"].value() == "7"
    editor.post(below, posted(page.context["form"]))
    clauses = FormQuestion.objects.get(pk=about.pk).condition["clauses"]
    assert [clause["value"] for clause in clauses] == [7]


@pytest.mark.django_db
def test_columns_are_moved_from_the_page_of_their_question(editor: Editor):
    partners = editor.question("partners")
    first = partners.columns.order_by("position").first()
    answer = editor.post(f"question/{partners.pk}/", {"press": f"question-{first.pk}-down"})

    assert answer["Location"].startswith(f"{editor.address}question/{partners.pk}/?pressed=")
    assert list(partners.columns.order_by("position").values_list("pk", flat=True))[1] == first.pk


@pytest.mark.django_db
def test_preview_is_drawn_anew_after_an_edit_elsewhere_and_only_then(editor: Editor):
    def frame() -> tuple[str, str]:
        preview = editor.get(f"question/{editor.question('title').pk}/").context["preview"]
        return preview["url"], preview["state"]

    before = frame()
    assert before == frame()

    # In another tab: the number and the names of the sections are other ones now.
    editor.post("section/add/", {"title_en": "More", "title_fr": "Plus", "intro_en": "", "intro_fr": ""})

    after = frame()
    assert (after[0], after[1] != before[1]) == (before[0], True)
    assert f'data-state="{after[1]}"' in editor.get("").content.decode()
