"""The editor of a draft over HTTP: what staff see, press and type on pages without a script."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client

from core.accounts.enums import Role
from core.questionnaires.actions import drafts, editing, options
from core.questionnaires.models import Form, FormEdit, FormQuestion, FormVersion
from core.translated.texts import TranslatedText
from tests.builders.calls import open_call
from tests.builders.people import person
from tests.support.posting import posted
from tests.support.undoing import undone

pytestmark = pytest.mark.django_db


class Editor:
    """The draft of a new call's form, and the person who writes it."""

    def __init__(self) -> None:
        self.by = person(Role.MANAGER)
        self.form: Form = open_call().form
        self.draft: FormVersion = drafts.begin(form_id=self.form.pk, by=self.by)
        self.client = logged_in(self.by)
        self.address = f"/admin/questionnaires/form/{self.form.pk}/draft/"

    def get(self, below: str = "") -> Any:
        return self.client.get(self.address + below)

    def post(self, below: str, typed: dict[str, Any]) -> Any:
        return self.client.post(self.address + below, typed)

    def question(self, key: str) -> FormQuestion:
        return self.draft.questions.get(key=key, rows=None)

    def section(self, key: str) -> Any:
        return self.draft.sections.get(key=key)

    def add(self, kind: str = "line", label: str = "New", *, section: str = "territory") -> FormQuestion:
        return editing.add_question(
            section_id=self.section(section).pk,
            by=self.by,
            kind=kind,
            label=TranslatedText({"en": label, "fr": f"{label} (fr)"}),
        )

    def order(self, section: str = "territory") -> list[str]:
        rows = self.section(section).questions.filter(rows=None)
        return list(rows.order_by("position").values_list("key", flat=True))

    def opened(self, below: str) -> dict[str, Any]:
        """What a browser would post of a page on which nothing is changed."""
        form = self.get(below).context["form"]
        return posted(form) | {"opened": form.opened_text}

    def told(self) -> dict[str, list[str]]:
        """The problems on the page, by what they are about."""
        found: dict[str, list[str]] = {}
        for problem in self.get().context["draft"].problems:
            found.setdefault(problem.fault.key, []).append(problem.fault.text)
        return found


def condition(editor: Editor, below: str) -> dict[str, Any]:
    return posted(editor.get(below).context["form"])


def logged_in(user: Any) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def editor(settings: Any) -> Editor:
    settings.STAFF_SECOND_FACTOR_REQUIRED = False
    return Editor()


def test_page_shows_each_question_with_its_kind_key_and_whether_the_portal_needs_it(editor: Editor):
    page = editor.get().content.decode()
    shown = {
        key: re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", part))
        for part in re.split(r'<li id="question-', page)[1:]
        for key in re.findall(r'<code class="staff-hash">(\w+)</code>', part)[:1]
    }

    assert list(shown) == [key for s in editor.draft.sections.all() for key in editor.order(s.key)]
    assert "1.1" in shown["title"]
    assert "Short text (one line)" in shown["title"]
    assert "Needed by the portal" in shown["title"]
    assert "Remove" not in shown["title"]
    assert "Needed by the portal" not in shown["acronym"]
    assert "Remove" in shown["acronym"]
    assert "Optional" in shown["acronym"]
    assert "Required" in shown["title"]
    assert "Columns:" in shown["partners"]


def test_buttons_move_questions_through_sections_duplicate_and_keep_the_focus(editor: Editor):
    title, count = editor.question("title"), editor.question("population")

    answer = editor.post("", {"press": f"question-{title.pk}-down"})
    assert editor.order()[:2] == ["acronym", "title"]
    assert f'value="question-{title.pk}-down"' in editor.client.get(answer["Location"]).content.decode()
    assert re.search(
        rf'value="question-{title.pk}-down"[^>]*autofocus',
        editor.client.get(answer["Location"]).content.decode(),
    )
    # Past the last question of a section begins the next one.
    editor.post("", {"press": f"question-{count.pk}-down"})
    assert editor.order("partnership")[0] == "population"
    editor.post("", {"press": f"question-{count.pk}-up"})
    assert editor.order()[-1] == "population"
    editor.post("", {"press": f"question-{count.pk}-copy"})
    assert editor.order()[-2:] == ["population", "inhabitants_copy"]
    partnership = editor.section("partnership")
    editor.post("", {"press": f"section-{partnership.pk}-up"})
    assert editor.draft.sections.order_by("position").first() == partnership
    for odd in (
        "",
        "question",
        "question-x-up",
        "question-99999999-up",
        f"question-{title.pk}-fly",
        "a-1-up",
    ):
        assert editor.post("", {"press": odd}).status_code == 302


def test_question_is_added_with_a_key_from_its_english_words_that_never_changes(editor: Editor):
    section = editor.section("territory")
    typed = {"label_en": "Your <b>rivers</b> & lakes", "label_fr": "", "kind": "text"}
    answer = editor.post(f"section/{section.pk}/add/", typed)

    added = FormQuestion.objects.latest("pk")
    assert (added.key, added.kind) == ("your_briversb_lakes", "text")
    assert editor.order()[-1] == added.key
    page = editor.client.get(answer["Location"])
    assert "Your &lt;b&gt;rivers&lt;/b&gt; &amp; lakes" in page.content.decode()
    assert any("Missing in French" in text for text in editor.told()[added.key])
    renamed = editor.opened(f"question/{added.pk}/") | {"label_en": "Other", "label_fr": "Autre"}
    editor.post(f"question/{added.pk}/", renamed)
    again = editor.add("text", "Your <b>rivers</b> & lakes")
    renewed = FormQuestion.objects.get(pk=added.pk)
    assert (renewed.key, renewed.label.get("fr")) == (added.key, "Autre")
    assert again.key == f"{added.key}_2"
    assert editor.told().get(renewed.key) is None


def test_limits_of_a_question_are_asked_for_by_its_kind(editor: Editor):
    text, number = editor.add("text"), editor.add("number", "Number")
    fields = {q.kind: set(editor.get(f"question/{q.pk}/").context["form"].fields) for q in (text, number)}

    assert {"set_counts", "set_least", "set_most"} <= fields["text"]
    assert "set_counts" not in fields["number"]
    assert "set_most" in fields["number"]
    typed = editor.opened(f"question/{text.pk}/") | {
        "set_counts": "words",
        "set_least": "300",
        "set_most": "200",
        "help_en": "x" * 5000,
        "help_fr": "y" * 5000,
    }
    assert editor.post(f"question/{text.pk}/", typed).status_code == 302
    assert FormQuestion.objects.get(pk=text.pk).settings == {"counts": "words", "least": 300, "most": 200}
    assert "The minimum (300) is higher than the maximum (200)." in editor.told()[text.key]
    page = editor.post(f"question/{text.pk}/", typed | {"help_en": "x" * 5001})
    assert page.status_code == 200
    assert "x" * 5001 in page.content.decode()
    page = editor.post(
        f"question/{number.pk}/", editor.opened(f"question/{number.pk}/") | {"set_most": "many"}
    )
    assert page.context["form"].errors.keys() == {"set_most"}


def test_question_of_the_portal_keeps_its_kind_and_cannot_be_removed(editor: Editor):
    title = editor.question("title")
    typed = editor.opened(f"question/{title.pk}/") | {"kind": "text", "label_en": "Other words"}

    editor.post(f"question/{title.pk}/", typed)
    assert editor.post(f"question/{title.pk}/remove/", {}).status_code == 200
    assert editor.post(f"section/{title.section_id}/remove/", {}).status_code == 200
    editor.post("", {"press": f"question-{title.pk}-copy"})
    column = editor.question("partners").columns.get(key="name")
    assert editor.post(f"question/{column.pk}/remove/", {}).status_code == 200
    assert editor.get(f"question/{title.pk}/condition/").status_code == 302
    renewed = editor.question("title")
    assert (renewed.kind, renewed.label.get("en"), renewed.is_required) == ("line", "Other words", True)
    assert editor.draft.questions.filter(pk=column.pk).exists()
    assert editor.order().count("title") == 1
    assert len(editor.order()) == 5


def test_removing_asks_first_and_says_what_depends_on_it(editor: Editor):
    first, second = editor.add("number", "Bridges"), editor.add("text", "About the bridges")
    editor.post(f"question/{second.pk}/condition/", {"join": "all", "added": first.key, "seen": ""})
    page = editor.get(f"question/{first.pk}/remove/").content.decode()

    assert "“About the bridges” depends on this answer" in page
    assert editor.question("bridges")
    assert editor.post(f"question/{first.pk}/remove/", {}).status_code == 302
    assert "bridges" not in editor.order()
    assert any("not in this form" in text for text in editor.told()[second.key])
    assert editor.get(f"question/{first.pk}/").status_code == 302


def test_options_are_added_moved_renamed_and_removed_with_keys_that_stay(editor: Editor):
    choice = editor.add("choice", "River")
    below = f"question/{choice.pk}/list/choices/"
    told = editor.told()[choice.key]
    for words in ("Rhine", "Meuse"):
        typed = {"added_en": words, "added_fr": words, "stay": ""}
        editor.post(below, editor.opened(below) | typed)
    editor.post(below, editor.opened(below) | {"option_rhine_en": "The Rhine", "press": "down-rhine"})
    first, second = options.options_of(FormQuestion.objects.get(pk=choice.pk).settings, "choices")

    assert told == ["There are no options. Add at least one."]
    assert (first["key"], second["key"], second["label"]["en"]) == ("meuse", "rhine", "The Rhine")
    assert choice.key not in editor.told()
    editor.post(below, editor.opened(below) | {"option_meuse_en": "The Rhine"})
    assert "Two options have the same label: “The Rhine”." in editor.told()[choice.key]
    assert editor.get(f"{below}remove/meuse/").status_code == 200
    editor.post(f"{below}remove/meuse/", {})
    kept = options.options_of(FormQuestion.objects.get(pk=choice.pk).settings, "choices")
    assert [option["key"] for option in kept] == ["rhine"]
    refused = editor.post(below, editor.opened(below) | {"option_rhine_en": ""})
    assert refused.status_code == 200
    assert "option_rhine" in refused.context["form"].errors
    for gone in ("list/fixed_rows/", "list/choices.rhine/", "list/x/", "list/choices/remove/meuse/"):
        assert editor.get(f"question/{choice.pk}/{gone}").status_code == 302


def test_rows_of_a_table_are_called_rows(editor: Editor):
    table, choice = editor.add("table", "Budget"), editor.add("choice", "River")
    below = f"question/{table.pk}/list/fixed_rows/"

    assert "Rows of “Budget”" in editor.get(below).content.decode()
    assert "Options of “River”" in editor.get(f"question/{choice.pk}/list/choices/").content.decode()
    done = editor.post(below, editor.opened(below) | {"added_en": "Staff", "added_fr": "Personnel"})
    assert "Rows saved." in editor.client.get(done["Location"]).content.decode()


def test_draft_is_begun_once_and_discarded_after_asking(settings: Any):
    settings.STAFF_SECOND_FACTOR_REQUIRED = False
    manager = person(Role.MANAGER)
    client, form = logged_in(manager), open_call().form
    page = f"/admin/questionnaires/form/{form.pk}/"
    first = client.post(f"{page}decide/draft/", {})
    client.post(f"{page}decide/draft/", {})

    assert first["Location"] == f"{page}draft/"
    assert form.versions.filter(status="draft").count() == 1
    assert "Discard" in client.get(f"{page}decide/discard/").content.decode()
    assert form.versions.count() == 2
    client.post(f"{page}decide/discard/", {})
    assert form.versions.get() == form.published_version
    assert client.get(f"{page}draft/").status_code == 302
    assert list(form.edits.order_by("pk").values_list("verb", "by")) == [
        ("begun", manager.pk),
        ("discarded", manager.pk),
    ]


def test_every_edit_names_who_changed_what_from_what_to_what(editor: Editor):
    acronym = editor.question("acronym")
    was = acronym.label.by_language
    editor.post(f"question/{acronym.pk}/", editor.opened(f"question/{acronym.pk}/") | {"label_en": "Acronym"})

    edit = FormEdit.objects.latest("pk")
    assert (edit.by, edit.key, edit.verb, edit.version) == (editor.by, "acronym", "changed", 2)
    assert edit.before == {"label": was}
    assert edit.after == {"label": was | {"en": "Acronym"}}
    assert "Acronym" in editor.client.get(editor.address.replace("draft/", "change/")).content.decode()


def test_only_who_may_write_forms_changes_them_and_auditors_read(editor: Editor):
    title = editor.question("title")
    before = list(editor.draft.questions.order_by("pk").values())
    below = ("", f"question/{title.pk}/", f"question/{title.pk}/remove/", "section/add/")
    for role, read in ((Role.AUDITOR, 200), (Role.COMMUNICATIONS, 403), (Role.REVIEWER, 403)):
        client = logged_in(person(role))
        assert client.get(editor.address).status_code == read
        assert client.get(f"{editor.address}preview/territory/").status_code == read
        for address in below:
            client.post(editor.address + address, {"press": f"question-{title.pk}-down", "label_en": "X"})
        assert client.get(f"{editor.address}question/{title.pk}/").status_code == 403

    assert list(editor.draft.questions.order_by("pk").values()) == before


def test_preview_is_the_page_of_applicants_that_only_our_editor_shows_in_a_frame(editor: Editor):
    added = editor.add("choice", "River")
    with undone():
        french = editor.get("preview/territory/?language=fr").content.decode()
    page = editor.get("preview/territory/")

    assert page["X-Frame-Options"] == "SAMEORIGIN"
    assert "frame-ancestors 'self'" in page["Content-Security-Policy"]
    assert 'lang="fr"' in french
    assert "Nom du territoire transfrontalier" in french
    text = page.content.decode()
    assert "Name of the cross-border territory" in text
    assert "<fieldset disabled" in text
    # Without an option it cannot be drawn yet.
    assert f'name="{added.key}"' not in text
    shown = editor.get("?section=partnership&width=desktop").content.decode()
    assert f'src="{editor.address}preview/partnership/?language=en&amp;framed=1"' in shown
    assert "form-frame-desktop" in shown
    assert editor.get("preview/nowhere/").status_code == 404
    for slug in editor.draft.sections.values_list("key", flat=True):
        assert editor.get(f"preview/{slug}/").status_code == 200


def fill(editor: Editor, question: FormQuestion) -> None:
    """Give a new question what its kind cannot be asked without."""
    option = {"key": "rhine", "label": {"en": "Rhine", "fr": "Rhin"}}
    needed: dict[str, dict[str, Any]] = {
        "choice": {"choices": [option]},
        "choices": {"choices": [option, option | {"key": "meuse"}]},
        "term": {"vocabulary": "challenges"},
        "terms": {"vocabulary": "challenges"},
    }
    settings = needed.get(question.kind, {})
    editing.change_question(question_id=question.pk, by=editor.by, values={"settings": settings})


def test_another_kind_leaves_no_settings_of_the_former_one(editor: Editor):
    question = editor.add("choice", "River")
    fill(editor, question)
    typed = editor.opened(f"question/{question.pk}/") | {"kind": "text"}

    editor.post(f"question/{question.pk}/", typed)

    renewed = FormQuestion.objects.get(pk=question.pk)
    assert (renewed.kind, renewed.settings, renewed.key) == ("text", {}, "river")


def test_forms_stand_in_the_menu_and_on_the_page_of_their_call(editor: Editor):
    form = editor.address.replace("draft/", "change/")
    call = editor.client.get(f"/admin/applications/call/{editor.form.call.pk}/change/").content.decode()

    assert f'href="{form}"' in call
    assert 'href="/admin/questionnaires/form/"' in editor.client.get("/admin/").content.decode()
