"""Staff write a text in every language on one page; readers see them all; gaps are named."""

from __future__ import annotations

import re

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse

from core.accounts.enums import Role
from core.reference.models import Challenge, Country
from core.translated.forms import TranslatedFormField
from tests.builders.calls import closed_call
from tests.builders.people import person
from tests.support.posting import forms_of, posted

pytestmark = pytest.mark.django_db
THREE = [("en", "English"), ("fr", "French"), ("de", "German")]


@pytest.fixture(autouse=True)
def _no_second_factor(settings):
    settings.STAFF_SECOND_FACTOR_REQUIRED = False


def client_of(role):
    client = Client()
    client.force_login(person(role))
    return client


def change(row):
    return reverse(f"admin:{row._meta.app_label}_{row._meta.model_name}_change", args=[row.pk])


def test_each_language_has_a_labelled_box():
    page = client_of(Role.MANAGER).get(change(closed_call())).content.decode()

    for name, kind in (("title", "input"), ("guidance", "textarea"), ("criteria-0-guidance", "textarea")):
        for code, language in (("en", "English"), ("fr", "French")):
            box = re.search(rf'<{kind}[^>]*name="{name}_{code}"[^>]*>', page)[0]
            assert f'lang="{code}"' in box
            assert re.search(rf'<label[^>]*for="id_{name}_{code}"[^>]*>.*?: </span>{language}</label>', page)


def test_new_call_makes_its_address_of_the_english_title():
    page = client_of(Role.MANAGER).get(reverse("admin:applications_call_add")).content.decode()

    assert "#id_title_en" in page


@pytest.mark.parametrize(
    ("typed", "errors"),
    [
        (["Health", "Santé"], []),
        (["Health", ""], ["French: This field is required."]),
        (["", "Santé"], ["English: This field is required."]),
        (
            ["", "é" * 11],
            ["English: This field is required.", "French: Ensure this value has at most 10 characters"],
        ),
        (None, ["English: This field is required.", "French: This field is required."]),
    ],
)
def test_errors_name_the_language(typed, errors):
    field = TranslatedFormField(max_length=10)
    try:
        field.clean(typed)
        found = []
    except Exception as refusal:
        found = refusal.messages

    assert [text[: len(error)] for text, error in zip(found, errors, strict=True)] == errors


def test_optional_text_is_empty_or_complete():
    field = TranslatedFormField(required=False)

    assert not field.clean(["", " "])
    with pytest.raises(ValidationError) as refused:
        field.clean(["Health", ""])
    # That it "is required" would not be true: it may be left out.
    assert refused.value.messages == [
        "French: Enter the text in this language too, or leave it empty in all languages."
    ]


def test_save_keeps_what_is_typed_and_warns_of_further_languages(settings):
    settings.LANGUAGES = THREE
    call, client = closed_call(), client_of(Role.MANAGER)
    data = posted(*forms_of(client.get(change(call))))

    refused = client.post(change(call), data | {"title_fr": "", "title_de": "Aufruf"})
    answer = client.post(change(call), data | {"title_de": "Aufruf", "summary_en": "A", "summary_fr": "B"})

    assert 'value="Aufruf"' in refused.content.decode()
    assert refused.context["errors"]
    told = [str(message) for message in client.get(answer["Location"]).context["messages"]]
    assert "Not yet translated, so shown in English: German: summary." in told
    call.refresh_from_db()
    assert call.title == {"en": call.title.get("en"), "fr": call.title.get("fr"), "de": "Aufruf"}


def test_language_that_the_portal_no_longer_has_keeps_its_text():
    row, client = Challenge.objects.get(pk="health"), client_of(Role.ADMINISTRATOR)
    Challenge.objects.filter(pk=row.pk).update(label={"en": "A", "fr": "B", "de": "C"})

    data = posted(*forms_of(client.get(change(row))))
    client.post(change(row), data | {"label_en": "Z"})

    row.refresh_from_db()
    assert row.label == {"en": "Z", "fr": "B", "de": "C"}


@pytest.mark.parametrize(("model", "key"), [(Challenge, "health"), (Country, "DE")])
def test_whoever_only_reads_sees_every_language(model, key):
    row = model.objects.get(pk=key)
    page = client_of(Role.MANAGER).get(change(row)).content.decode()

    for code, text in getattr(row, "label", None) or row.name_texts:
        assert f'lang="{code}">{text}</p>' in page


def test_list_is_sorted_by_what_the_reader_sees():
    client = client_of(Role.ADMINISTRATOR)
    lists = {path: client.get(f"{path}/admin/reference/challenge/?o=0").context["cl"] for path in ("", "/fr")}

    english = [row.label.get("en") for row in lists[""].result_list]
    french = [row.label.get("fr") for row in lists["/fr"].result_list]
    assert english == sorted(english)
    assert french[0] == min(french)
    assert [row.pk for row in lists[""].result_list] != [row.pk for row in lists["/fr"].result_list]
