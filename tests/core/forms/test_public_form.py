"""Public forms: drafts, rows without JavaScript, words of errors, and where links lead."""

import re
from typing import Any

import pytest
from django import forms
from django.http import QueryDict
from django.template import Context, Template

from core.forms.fields import AddressField, HoneypotField, MonthField
from core.forms.forms import PublicForm, rows_of
from core.templatetags.impact_forms import error_links
from core.text import clean_query


class LanguageForm(PublicForm):
    always_required = ["language"]
    language = forms.ChoiceField(choices=[("", "---------"), ("de", "German"), ("fr", "French")])
    level = forms.ChoiceField(choices=[("B2", "B2"), ("C1", "C1")], widget=forms.RadioSelect)


class ProfileForm(PublicForm):
    row_sets = {"languages": rows_of(LanguageForm, label="Language", add_label="Add", min_num=1, max_num=3)}
    name = forms.CharField(label="Name", max_length=20, help_text="As on your passport")
    story = forms.CharField(label="Story", max_length=10, required=False, widget=forms.Textarea)
    start = MonthField(label="Start", required=False)
    areas = forms.MultipleChoiceField(label="Areas", choices=[("a", "A"), ("b", "B")])
    agreed = forms.BooleanField(label="Agreed")
    website = HoneypotField()


GOOD = {
    "name": "Ana",
    "story": "",
    "start": "2026-04",
    "areas": ["a"],
    "agreed": "on",
    "website": "",
    "languages-TOTAL_FORMS": "1",
    "languages-INITIAL_FORMS": "0",
    "languages-0-language": "fr",
    "languages-0-level": "C1",
}


def sent(**changes: Any) -> QueryDict:
    """Return `GOOD` as a browser sends it, with changes; None leaves a field out."""
    query = QueryDict(mutable=True)
    for name, value in (GOOD | {name.replace("__", "-"): value for name, value in changes.items()}).items():
        if value is not None:
            query.setlist(name, value if isinstance(value, list) else [value])
    return query


def shown(form: PublicForm) -> str:
    return Template("{% load crispy_forms_tags %}{% crispy form %}").render(Context({"form": form}))


def test_complete_form_is_valid_and_gives_its_rows() -> None:
    form = ProfileForm(sent())

    assert form.is_valid()
    assert form.cleaned_data["start"].isoformat() == "2026-04-01"
    assert form.rows["languages"].kept == [{"language": "fr", "level": "C1"}]


def test_missing_answers_are_told_in_words_of_their_kind() -> None:
    form = ProfileForm(sent(name="", areas=None, agreed=None, languages__0__level=None))

    assert [(link.anchor, link.text) for link in error_links(form)] == [
        ("id_name", "Name: Enter an answer."),
        ("id_areas_0", "Areas: Choose at least one."),
        ("id_agreed", "Agreed: Tick this box to continue."),
        ("id_languages-0-level_0", "Language 1 – Level: Choose an answer."),
    ]


class AddressForm(PublicForm):
    email = AddressField(label="E-mail")
    site = forms.URLField(label="Website", assume_scheme="https")
    own = forms.URLField(label="Own", assume_scheme="https", error_messages={"invalid": "Own words."})


def test_wrong_addresses_are_told_what_to_type() -> None:
    form = AddressForm({"email": "nonsense", "site": "not a site", "own": "also not"})

    assert [link.text for link in error_links(form)] == [
        "E-mail: Enter an e-mail address, such as name@example.org.",
        "Website: Enter a website address, such as https://example.org.",
        "Own: Own words.",
    ]


def test_every_link_of_the_summary_leads_to_something_on_the_page() -> None:
    form = ProfileForm(sent(name="", areas=None, agreed=None, start="spring", languages__0__level=None))
    html = shown(form)

    links = error_links(form)
    assert len(links) == 5
    assert [link.anchor for link in links if f'id="{link.anchor}"' not in html] == []


def test_descriptions_name_only_ids_that_exist() -> None:
    html = shown(ProfileForm(sent(name="", story="much too long for it", areas=None)))

    named = {name for part in html.split('aria-describedby="')[1:] for name in part.split('"')[0].split()}
    assert {
        "id_name_helptext",
        "id_name_error",
        "id_story_error",
        "id_story_counter",
        "id_areas_error",
    } <= named
    assert [name for name in named if f'id="{name}"' not in html] == []


def test_refused_form_keeps_what_was_typed() -> None:
    html = shown(ProfileForm(sent(name="Ana <3", agreed=None, languages__0__level=None)))

    assert 'value="Ana &lt;3"' in html
    assert '<option value="fr" selected>' in html


def test_draft_may_be_incomplete_but_not_wrong() -> None:
    incomplete = ProfileForm(sent(name="", areas=None, agreed=None, languages__0__language=""), is_draft=True)
    wrong = ProfileForm(sent(start="spring"), is_draft=True)

    assert not incomplete.is_valid()  # the row has a level, and a language is always required
    assert [link.anchor for link in error_links(incomplete)] == ["id_languages-0-language"]
    assert [link.anchor for link in error_links(wrong)] == ["id_start"]


def test_draft_without_rows_is_valid_and_says_what_it_lacks() -> None:
    empty_row = {"languages__0__language": "", "languages__0__level": None}
    form = ProfileForm(sent(name="", agreed=None, **empty_row), is_draft=True)

    assert form.is_valid()
    assert form.rows["languages"].kept == []
    assert [field.html_name for field in form.missing_fields()] == [
        "name",
        "agreed",
        "languages-0-language",
        "languages-0-level",
    ]


def test_draft_marks_as_optional_only_what_stays_optional() -> None:
    html = shown(ProfileForm(is_draft=True))

    assert html.count('class="optional"') == 2  # story and start


def test_final_form_wants_the_least_number_of_rows() -> None:
    form = ProfileForm(sent(languages__0__DELETE="on"))

    assert [(link.anchor, link.text) for link in error_links(form)] == [
        ("rows-languages", "Language: Add at least 1 row.")
    ]


def test_add_row_gives_a_blank_row_and_judges_nothing() -> None:
    form = ProfileForm(sent(name="", add_row="languages", languages__0__level=None))

    assert not form.is_valid()
    assert error_links(form) == []
    html = shown(form)
    assert '<option value="fr" selected>' in html
    assert 'name="languages-1-language" autofocus' in html
    assert 'name="languages-TOTAL_FORMS" value="2"' in html


@pytest.mark.parametrize("total", ["3", "many", "-1", ""])
def test_add_row_stops_at_the_most_and_survives_nonsense(total: str) -> None:
    rows = ProfileForm(sent(add_row="languages", languages__TOTAL_FORMS=total)).rows["languages"]

    assert len(rows.forms) <= 3
    assert not rows.is_valid()


def test_removed_row_is_not_kept() -> None:
    two = {"languages__TOTAL_FORMS": "2", "languages__1__language": "de", "languages__1__level": "B2"}
    form = ProfileForm(sent(**two, languages__0__DELETE="on"))

    assert form.is_valid()
    assert form.rows["languages"].kept == [{"language": "de", "level": "B2"}]


def test_unchanged_initial_row_is_kept() -> None:
    form = ProfileForm(
        sent(languages__INITIAL_FORMS="1"), initial={"languages": [{"language": "fr", "level": "C1"}]}
    )

    assert form.is_valid()
    assert form.rows["languages"].kept == [{"language": "fr", "level": "C1"}]


def test_line_break_counts_once_against_the_limit() -> None:
    form = ProfileForm(clean_query(sent(story="12345\r\n789")))

    assert form.is_valid()
    assert form.cleaned_data["story"] == "12345\n789"
    assert not ProfileForm(clean_query(sent(story="12345\r\n78901"))).is_valid()


def test_long_text_is_counted_not_cut() -> None:
    html = shown(ProfileForm())

    assert "maxlength" not in html.split("<textarea")[1].split(">")[0]
    assert 'data-counter="10"' in html


def test_honeypot_is_hidden_from_people_until_it_is_filled_in() -> None:
    form = ProfileForm(sent(website="https://spam.example"))

    assert "nothing was sent" in form.errors["website"][0]
    assert "trap" not in shown(form)
    assert 'tabindex="-1"' not in re.search(r'<input[^>]*name="website"[^>]*>', shown(form))[0]
    assert '<div class="trap" aria-hidden="true">' in shown(ProfileForm())


def test_enter_presses_the_button_that_saves_not_the_one_that_adds_a_row() -> None:
    first_button = shown(ProfileForm()).split("<button")[1].split(">")[0]

    assert 'name="save"' in first_button


def test_forms_do_not_share_what_is_set_on_one() -> None:
    draft = ProfileForm(is_draft=True)
    final = ProfileForm()

    assert not draft.fields["name"].required
    assert final.fields["name"].required
    assert draft.helper is not final.helper


def test_message_from_a_form_is_escaped() -> None:
    class Refusing(PublicForm):
        name = forms.CharField()

        def clean(self) -> None:
            raise forms.ValidationError(f"No: {self.cleaned_data['name']}")

    html = shown(Refusing({"name": "<script>x</script>"}))

    assert "<script>" not in html
    assert "No: &lt;script&gt;" in html


@pytest.mark.parametrize(
    "typed", ["a@localhost", "a@[127.0.0.1]", "a%b@example.org", '"a b"@example.org', "a!b@example.org"]
)
def test_address_that_no_person_has_is_refused_beside_the_field(typed: str) -> None:
    form = MailForm({"email": typed})

    assert form.errors["email"] == ["Enter an e-mail address, such as name@example.org."]


@pytest.mark.parametrize("typed", ["a+b@example.org", "o'neil@example.org", "ana@bücher.example"])
def test_address_that_people_have_is_taken(typed: str) -> None:
    assert MailForm({"email": typed}).is_valid()


class MailForm(PublicForm):
    email = AddressField()
