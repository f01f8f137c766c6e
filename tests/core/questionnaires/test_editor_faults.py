"""What is wrong with a draft, in sentences; each case is made as staff would make it, or an import could."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core.questionnaires.actions import arranging, editing
from core.questionnaires.actions.conditions import set_condition
from core.questionnaires.faults import blocking, faults
from core.questionnaires.keys import HIDDEN_FIELDS, is_taken_by_pages
from core.questionnaires.models import FormQuestion, FormSection
from core.translated.texts import TranslatedText
from tests.core.questionnaires.test_editor import Editor, editor
from tests.support.undoing import undone

__all__ = ["editor"]

pytestmark = pytest.mark.django_db


def set_(editor: Editor, key: str, **settings: Any) -> None:
    question = editor.question(key)
    editing.change_question(
        question_id=question.pk, by=editor.by, values={"settings": question.settings | settings}
    )


def option(key: str, words: str) -> dict[str, Any]:
    return {"key": key, "label": {"en": words, "fr": words}}


def without_french(editor: Editor) -> None:
    question = editor.question("acronym")
    values = {"label": TranslatedText({"en": "Only English"}), "help": TranslatedText({"fr": "Aide"})}
    editing.change_question(question_id=question.pk, by=editor.by, values=values)


def apart(editor: Editor) -> None:
    until, other = editor.question("support_until"), editor.section("territory")
    arranging.place_question(question_id=until.pk, by=editor.by, section_id=other.pk)


def beside_documents(editor: Editor) -> None:
    acronym, documents = editor.question("acronym"), editor.question("documents")
    arranging.place_question(question_id=acronym.pk, by=editor.by, section_id=documents.section_id)


def without_core(editor: Editor) -> None:
    editor.draft.questions.filter(key="title").delete()


def empty_section(editor: Editor) -> None:
    words = TranslatedText({"en": "Empty", "fr": "Vide"})
    editing.add_section(version_id=editor.draft.pk, by=editor.by, title=words)


def reserved_keys(editor: Editor) -> None:
    editor.draft.questions.filter(key="acronym").update(key="nonce")
    FormSection.objects.filter(version=editor.draft, key="territory").update(key="check")


def names_of_the_page(editor: Editor) -> None:
    editor.draft.questions.filter(key="acronym").update(key="add_row")
    editor.draft.questions.filter(key="ambition").update(key="units_search")


def left_by_documents(editor: Editor) -> None:
    """The question with a page of its own in a new section, another one under the address of that page."""
    words = TranslatedText({"en": "Attachments", "fr": "Annexes"})
    new = editing.add_section(version_id=editor.draft.pk, by=editor.by, title=words)
    arranging.place_question(question_id=editor.question("documents").pk, by=editor.by, section_id=new.pk)
    editor.add(section="documents")


def other_kind(editor: Editor) -> None:
    editor.draft.questions.filter(key="title").update(kind="text")


def asked_otherwise(editor: Editor) -> None:
    """As one kind in the published version, and as another that cannot read its answers in the draft."""
    editor.draft.questions.filter(key="acronym").update(kind="number", settings={})


def never_asked(editor: Editor) -> None:
    clauses = [
        {"question": "population", "operator": "over", "value": 5},
        {"question": "population", "operator": "under", "value": 5},
    ]
    question = editor.question("ambition")
    set_condition(question_id=question.pk, by=editor.by, join="all", clauses=clauses)


CASES = {
    "French": (without_french, {"acronym": "Missing in French: question."}),
    "English of help": (without_french, {"acronym": "Missing in English: help text."}),
    "limits": (
        lambda editor: set_(editor, "population", least=10, most=5),
        {"population": "The minimum (10) is higher than the maximum (5)."},
    ),
    "options twice": (
        lambda editor: set_(editor, "governance_form", choices=[option("a", "One"), option("a", "Two")]),
        {"governance_form": "The option “a” appears more than once."},
    ),
    "same words": (
        lambda editor: set_(editor, "governance_form", choices=[option("a", "One"), option("b", "One")]),
        {"governance_form": "Two options have the same label: “One”."},
    ),
    "no options": (
        lambda editor: set_(editor, "governance_form", choices=[]),
        {"governance_form": "There are no options. Add at least one."},
    ),
    "rules apart": (apart, {"support_until": "Put these questions in the same section."}),
    "page of its own": (beside_documents, {"documents": "needs its own page"}),
    "core missing": (
        without_core,
        {"": "The portal needs the question “title”, which is missing from the form."},
    ),
    "empty section": (empty_section, {"empty": "This section has no questions yet."}),
    "reserved": (reserved_keys, {"nonce": "used by the portal", "check": "the address of another page"}),
    "names of the page": (
        names_of_the_page,
        {"add_row": "used by the portal", "units_search": "used by the portal"},
    ),
    "left by documents": (left_by_documents, {"documents": "so nobody could open it."}),
    "kind": (other_kind, {"title": "to have a different answer type"}),
    "asked otherwise": (asked_otherwise, {"acronym": "had a different answer type in an earlier version"}),
    "never asked": (
        never_asked,
        {"ambition": "the question will never be asked because its condition can never be true."},
    ),
}


def test_each_fault_is_told_at_its_question_and_keeps_the_draft_from_being_published(editor: Editor):
    assert blocking(editor.draft) == []
    for case, (make, expected) in CASES.items():
        with undone():
            make(editor)
            found = [(fault.key, fault.text) for fault in blocking(editor.draft)]
            for key, text in expected.items():
                assert any(key == at and text in said for at, said in found), (case, found)
            # The editor says no less than what keeps the draft from being published.
            told = {(key, text) for key, texts in editor.told().items() for text in texts}
            assert case == "kind" or told >= set(found), case


def test_limit_above_what_the_portal_can_take_and_another_language_only_warn(editor: Editor, settings: Any):
    settings.LANGUAGES = [*settings.LANGUAGES, ("de", "German")]
    set_(editor, "title", most=5000)
    # People may have written more already: the summary of publishing counts them.
    set_(editor, "territory_description", most=1)

    assert blocking(editor.draft) == []
    found = {(fault.key, fault.text) for fault in faults(editor.draft)}
    assert ("title", "The portal accepts at most 150 here, even if you set a higher limit.") in found
    assert any(key == "title" and "German" in text for key, text in found)


def test_keys_made_from_words_are_never_those_of_hidden_fields_or_used_before(editor: Editor):
    names = {name: editor.add("line", name.replace("_", " ")).key for name in sorted(HIDDEN_FIELDS)}

    assert not HIDDEN_FIELDS & set(names.values())
    assert editor.add("line", "Ελλάδα").key == "question"
    assert editor.add("line", "30 regions").key == "question_30_regions"
    assert editor.add("line", "x" * 90).key == "x" * 50
    assert editor.add("line", "x" * 91).key == f"{'x' * 48}_2"
    # The published version asks it: its answers must not come back with another meaning.
    acronym = editor.question("acronym")
    editing.remove_question(question_id=acronym.pk, by=editor.by)
    assert editor.add("line", "Acronym").key == "acronym_2"
    assert editor.add("line", "Title").key == "title_2"


def test_editor_and_preview_ask_the_database_no_more_often_for_a_larger_form(editor: Editor):
    def queries(below: str = "") -> int:
        with CaptureQueriesContext(
            connection,
        ) as asked:
            assert editor.get(below).status_code == 200
        return len(asked)

    queries(), queries("preview/territory/")
    small = queries(), queries("preview/territory/")
    enlarge(editor)
    large = queries(), queries("preview/territory/")

    assert editor.draft.questions.filter(rows=None).count() >= 150
    assert large == small


def enlarge(editor: Editor) -> None:
    """Bring the draft to 150 questions in 12 sections, 25 of them in the first."""
    words = TranslatedText({"en": "Words", "fr": "Mots"})
    sections = list(editor.draft.sections.order_by("position"))
    sections += FormSection.objects.bulk_create(
        FormSection(version=editor.draft, key=f"more-{n}", position=n, title=words)
        for n in range(len(sections) + 1, 13)
    )
    kinds = ["line", "text", "number", "month", "tick", "web", "mail"]
    FormQuestion.objects.bulk_create(
        FormQuestion(
            version=editor.draft,
            section=sections[0] if n < 21 else sections[n % 12],
            key=f"more_{n}",
            position=10 + n,
            kind=kinds[n % len(kinds)],
            label=words,
            condition={"join": "all", "clauses": [{"question": "population", "operator": "filled"}]},
        )
        for n in range(130)
    )


def test_no_label_makes_a_key_that_pages_use(editor: Editor):
    labels = ("Add row", "Nonce", "Units search", "First choice", "Detailed map", "Choice- of words")
    keys = [editor.add(label=label).key for label in labels]

    assert [key for key in keys if is_taken_by_pages(key)] == []
    assert blocking(editor.draft) == []
