"""Every part of a draft is written in the list itself: its address draws the draft with that part opened."""

from __future__ import annotations

import re
from html import unescape
from urllib.parse import urlencode

import pytest
from django.db import connection
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext

from core.accounts.enums import Role
from core.questionnaires.actions import editing
from core.questionnaires.actions.publishing import publish, summary_of
from core.questionnaires.models import FormEdit, FormQuestion
from core.questionnaires.staff import writing
from core.rate_limits import RateLimit
from core.translated.texts import TranslatedText
from tests.builders.people import person
from tests.core.questionnaires.test_editor import Editor, editor, logged_in
from tests.core.questionnaires.test_editor_faults import enlarge
from tests.support.undoing import undone

__all__ = ["editor"]

pytestmark = pytest.mark.django_db
# Links of a page to itself, by what follows the question mark.
LINK_HERE = re.compile(r'href="\?([^"#]*)#preview"')
# A heading says what it is by itself.
TAKES_FOCUS = re.compile(r"<(?:div|section|li|p|iframe)\b[^>]*tabindex=\"-?\d\"[^>]*>")


def lines_of(html: str) -> list[str]:
    """The ids of the lines of the list, in their order."""
    return re.findall(r'<(?:li|div|p) id="((?:question|after|end|section-head|sections)-[\w-]+)"', html)


def text(html: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", html))


def test_every_part_opens_at_its_place_in_the_whole_list(editor: Editor):
    title, partners = editor.question("title"), editor.question("partners")
    column, section = partners.columns.first(), editor.section("territory")
    choice = editor.add("choice", "River")
    closed = lines_of(editor.get().content.decode())
    assert column
    places = {
        f"question/{title.pk}/": f"question-{title.pk}",
        f"question/{column.pk}/": f"question-{partners.pk}",
        f"question/{title.pk}/move/": f"question-{title.pk}",
        f"question/{choice.pk}/remove/": f"question-{choice.pk}",
        f"question/{choice.pk}/condition/": f"question-{choice.pk}",
        f"question/{choice.pk}/list/choices/": f"question-{choice.pk}",
        f"section/{section.pk}/": f"section-head-{section.pk}",
        f"section/{section.pk}/remove/": f"section-head-{section.pk}",
        f"section/{section.pk}/add/": f"end-{section.pk}",
        f"section/{section.pk}/add/?after={title.pk}": f"after-{title.pk}",
        f"section/{partners.section_id}/add/?rows={partners.pk}": f"question-{partners.pk}",
        "section/add/": "sections-end",
    }
    for below, place in places.items():
        html = editor.get(below).content.decode()
        lines = lines_of(html)
        assert html.count('id="opened"') == 1, below
        assert html.count(f'action="{editor.address}{below}"'.replace("&", "&amp;")) == 2, below
        assert lines[lines.index(place)] == place
        assert [line for line in lines if line in closed] == closed, below
        assert html.index(f'id="{place}"') < html.index('id="opened"'), below
        following = lines[lines.index(place) + 1 :]
        assert not following or html.index('id="opened"') < html.index(f'id="{following[0]}"'), below


def test_question_is_added_below_any_other_and_at_the_end_if_that_is_gone(editor: Editor):
    section, acronym = editor.section("territory"), editor.question("acronym")
    for words in ("First", "Second"):
        typed = {"label_en": words, "label_fr": words, "kind": "line"}
        editor.post(f"section/{section.pk}/add/?after={acronym.pk}", typed)

    assert editor.order()[:4] == ["title", "acronym", "second", "first"]
    assert list(
        section.questions.filter(rows=None).order_by("position").values_list("position", flat=True)
    ) == [*range(1, len(editor.order()) + 1)]
    label = TranslatedText({"en": "Last"})
    editing.add_question(section_id=section.pk, by=editor.by, kind="line", label=label, after_id=10**9)
    assert editor.order()[-1] == "last"
    elsewhere = editor.question("partners")
    assert (
        f"end-{section.pk}" in editor.get(f"section/{section.pk}/add/?after={elsewhere.pk}").content.decode()
    )
    assert editor.get(f"section/{section.pk}/add/?after=9").status_code == 302


def test_buttons_to_lists_columns_and_condition_save_the_question_first(editor: Editor):
    choice = editor.add("choice", "River")
    below = f"question/{choice.pk}/"
    for then in (f"{below}list/choices/", f"{below}condition/"):
        typed = editor.opened(below) | {"help_en": then, "help_fr": then, "then": editor.address + then}
        assert editor.post(below, typed)["Location"] == f"{editor.address}{then}#opened"
        assert FormQuestion.objects.get(pk=choice.pk).help.get("en") == then
    typed = editor.opened(below) | {"then": "https://example.org/"}
    assert editor.post(below, typed)["Location"] == f"{editor.address}?pressed=question-{choice.pk}-open"
    refused = editor.post(below, editor.opened(below) | {"label_en": "", "then": f"{editor.address}{below}"})
    assert refused.context["form"].errors.keys() == {"label"}
    assert (
        editor.post(below, editor.opened(below) | {"stay": ""})["Location"]
        == f"{editor.address}{below}#opened"
    )


def test_saved_question_is_closed_and_says_so_at_its_line(editor: Editor):
    title = editor.question("title")
    below = f"question/{title.pk}/"
    page = editor.client.get(editor.post(below, editor.opened(below))["Location"]).content.decode()

    line = page[page.index(f'<li id="question-{title.pk}"') :]
    line = line[: line.index("</li>\n") if "</li>\n" in line else None]
    assert "Question saved." in text(line)
    assert re.search(rf'href="{editor.address}{below}#opened" autofocus', line)
    assert 'id="opened"' not in page
    # What is pressed beside an opened question leaves it open.
    pressed = editor.post(below, {"press": f"question-{title.pk}-down"})
    assert pressed["Location"] == f"{editor.address}{below}?pressed=question-{title.pk}-down"
    shown = editor.get("?pressed=question-1-open").content.decode()
    assert 'id="opened"' not in shown


def test_links_of_the_preview_keep_what_is_opened(editor: Editor):
    partners, title = editor.question("partners"), editor.question("title")
    adds = {
        f"section/{partners.section_id}/add/": {"rows": str(partners.pk)},
        f"section/{title.section_id}/add/": {"after": str(title.pk)},
        f"question/{title.pk}/": {},
        "": {},
    }
    for below, given in adds.items():
        asked = {**given, "pressed": f"question-{title.pk}-down"}
        page = editor.get(f"{below}?{urlencode(asked)}")
        queries = [QueryDict(unescape(each)).dict() for each in LINK_HERE.findall(page.content.decode())]
        sections = {section.slug for section in page.context["preview"]["sections"]}

        assert {query["section"] for query in queries} == sections, below
        assert {name for query in queries for name in query} == {"section", "width", "language", *given}
        assert all(query.items() >= given.items() for query in queries), below


def test_whatever_takes_the_focus_on_the_page_of_the_draft_says_what_it_is(editor: Editor):
    choice, partners = editor.add("choice", "River"), editor.question("partners")
    below = f"question/{choice.pk}/"
    pages = [editor.get(path) for path in ("", below, f"question/{partners.pk}/")]
    pages.append(editor.post(below, editor.opened(below) | {"label_en": ""}))

    found = {
        tag for page in pages for tag in TAKES_FOCUS.findall(page.content.decode()) if "iframe" not in tag
    }
    ids = {name for tag in found for name in re.findall(r' id="([\w-]+)"', " ".join(tag.split()))}
    nameless = {tag for tag in found if not ("role=" in tag and "aria-label" in tag)}
    assert nameless == set()
    assert ids >= {
        "editor-head",
        "opened",
        "opened-errors",
        "opened-lists",
        "opened-columns",
        "opened-condition",
    }


def test_each_problem_leads_to_the_field_at_fault_also_of_a_column_and_a_section(editor: Editor):
    texts, group = editor.add("text", "Story"), editor.add("group", "Bridges")
    words = TranslatedText({"en": "Only English"})
    settings = {"most": 5, "least": 9, "unit": {"en": "km"}}
    column = editing.add_question(
        section_id=group.section_id, by=editor.by, kind="number", label=words, rows_id=group.pk
    )
    values = {"help": words, "settings": settings, "condition": {"join": "all", "clauses": []}}
    values["condition"]["clauses"] = [{"question": "ambition", "operator": "filled"}]
    editing.change_question(question_id=texts.pk, by=editor.by, values=values)
    # Of a section and a question that have the same key, each has its own.
    documents = editor.section("documents")
    editing.change_section(section_id=documents.pk, by=editor.by, values={"intro": words})
    page = editor.get().content.decode()
    problems = page[page.index('id="editor-problems"') : page.index('id="editor-sections"')]
    found = re.findall(rf'href="{editor.address}([^"]+)"', problems)

    assert sorted(found) == sorted(
        [
            f"question/{texts.pk}/#id_help_fr",
            f"question/{texts.pk}/#opened-answer",
            f"question/{texts.pk}/#opened-condition",
            f"question/{column.pk}/#id_label_fr",
            f"section/{documents.pk}/#id_intro_fr",
        ]
    )
    for address in found:
        opened, _mark, anchor = address.partition("#")
        assert f'id="{anchor}"' in editor.get(opened).content.decode(), address
    line = page[page.index(f'id="question-{editor.question("documents").pk}"') :].partition("</li>")[0]
    assert "Missing in French" not in line


def test_what_is_typed_is_drawn_and_not_saved(editor: Editor, monkeypatch: pytest.MonkeyPatch):
    title, section, edits = editor.question("title"), editor.section("territory"), FormEdit.objects.count()
    below, add = f"question/{title.pk}/", f"section/{section.pk}/add/"
    preview = {"preview": "territory"}
    typed = editor.opened(below) | preview | {"label_en": "What is it <b>called</b>?", "help_fr": "Le nom"}
    drawn = editor.post(below, typed)
    added = editor.post(add, preview | {"label_en": "Of which river?", "kind": "line"})
    titled = editor.post(f"section/{section.pk}/", editor.opened(f"section/{section.pk}/") | preview)

    assert "What is it &lt;b&gt;called&lt;/b&gt;?" in drawn.content.decode()
    assert drawn["X-Frame-Options"] == "SAMEORIGIN"
    assert "Of which river?" in added.content.decode()
    assert "Of which river?" not in titled.content.decode()
    # What cannot be saved is not drawn, and what no page draws is not saved.
    assert editor.post(below, typed | {"label_en": ""}).status_code == 204
    assert editor.post(below, typed | {"preview": "nowhere"}).status_code == 204
    for other in (f"{below}move/", f"question/{editor.question('acronym').pk}/remove/", ""):
        assert editor.post(other, preview | {"place": str(section.pk)}).status_code == 204
    assert editor.order()[:2] == ["title", "acronym"]
    assert FormEdit.objects.count() == edits
    assert editor.question("title").label == title.label
    monkeypatch.setattr(writing, "PREVIEWS", RateLimit("previews of a test", 1, 60))
    assert [editor.post(below, typed).status_code for _again in range(2)] == [200, 429]
    auditor = logged_in(person(Role.AUDITOR))
    assert auditor.post(editor.address + below, typed).status_code == 403


def test_markdown_in_a_question_is_shown_as_it_was_typed(editor: Editor):
    """Labels and help are plain text to all who read them: staff, applicants and, published, visitors."""
    texts = {"label": "**Bold** and [a link](https://example.org)", "help": "# Heading\n- item with `code`"}
    below = f"question/{editor.question('title').pk}/"
    typed = {f"{name}_{code}": words for name, words in texts.items() for code in ("en", "fr")}
    drawn = editor.post(below, editor.opened(below) | typed | {"preview": "territory"}).content.decode()
    editor.post(below, editor.opened(below) | typed)

    shown = {"drawn": drawn, "listed": editor.get().content.decode()}
    shown["preview"] = editor.get("preview/territory/").content.decode()
    publish(version_id=editor.draft.pk, by=editor.by, seen=summary_of(editor.draft).seen, tells=False)
    shown["visitor"] = editor.client.get(f"{editor.form.call.get_absolute_url()}questions/").content.decode()
    for place, page in shown.items():
        assert texts["label"] in text(page), place
        assert "https://example.org" not in "".join(re.findall(r"<a\b[^>]*>", page)), place
        if place != "listed":
            assert "# Heading - item with `code`" in text(page), place


def test_script_gets_the_draft_alone_and_no_cache_takes_it_for_the_page(editor: Editor):
    part = editor.client.get(editor.address, headers={"X-Form-Editor": "1"})
    whole = editor.get()

    assert part.content.decode().strip().startswith('<div id="editor"')
    assert "<html" not in part.content.decode()
    assert "X-Form-Editor" in whole["Vary"]
    assert "X-Form-Editor" in part["Vary"]


def test_preview_stays_as_wide_and_in_the_language_that_was_chosen(editor: Editor):
    title, partners = editor.question("title"), editor.question("partners")
    editor.get("?width=desktop")
    editor.get("?language=fr&section=partnership")
    shown = editor.get(f"question/{title.pk}/").context["preview"]

    assert (shown["width"], shown["language"], shown["section"].slug) == ("desktop", "fr", "territory")
    assert 'lang="fr"' in editor.get("preview/territory/").content.decode()
    beside = editor.get(f"?pressed=question-{partners.pk}-open").context["preview"]
    assert beside["section"].slug == "partnership"
    editor.get("?width=huge&language=xx")
    assert editor.get().context["preview"]["width"] == "desktop"


def test_opened_question_asks_the_database_no_more_often_in_a_larger_form(editor: Editor):
    title, section = editor.question("title"), editor.section("territory")
    paths = [
        f"question/{title.pk}/",
        f"section/{section.pk}/add/?after={title.pk}",
        f"question/{title.pk}/move/",
    ]

    def queries(path: str) -> int:
        with CaptureQueriesContext(connection) as asked:
            assert editor.get(path).status_code == 200
        return len(asked)

    before = [queries(path) for path in [*paths, *paths]][len(paths) :]
    with undone():
        enlarge(editor)
        assert [queries(path) for path in paths] == before
