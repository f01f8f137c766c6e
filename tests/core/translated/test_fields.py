"""Columns of translated text: what PostgreSQL refuses, how rows are found and sorted, what is kept."""

from __future__ import annotations

import json

import pytest
from django.apps import apps
from django.conf import settings
from django.core.exceptions import FieldError
from django.db import IntegrityError, connection, transaction
from django.db.models import Model
from django.utils.translation import override

from applications.models import Call
from core.reference.models import Challenge, Country
from core.translated.fields import TranslatedField
from core.translated.texts import TranslatedText

pytestmark = pytest.mark.django_db


def fields() -> list[TranslatedField]:
    models = apps.get_models(include_auto_created=True)
    return [f for model in models for f in model._meta.concrete_fields if isinstance(f, TranslatedField)]


def write(field: TranslatedField, stored: object) -> None:
    """Write straight into the table, past every form and model."""
    table, pk = field.model._meta.db_table, Challenge.objects.first().pk
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            f'UPDATE {table} SET "{field.column}" = %s::jsonb WHERE code = %s', [json.dumps(stored), pk]
        )


def test_no_model_has_a_column_or_a_row_for_each_language():
    codes = tuple(f"_{code}" for code, _name in settings.LANGUAGES)
    columns = [
        f"{model._meta.label}.{field.name}"
        for model in apps.get_models()
        for field in model._meta.get_fields()
        if field.name.endswith(codes)
    ]

    assert columns == []
    assert len(fields()) == 34


def test_every_column_has_its_rule_in_postgresql():
    wrong = [str(field) for field in fields() if not has_rule(field)]

    assert wrong == []


def has_rule(field: TranslatedField) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_get_constraintdef(oid) FROM pg_constraint "
            "WHERE contype = 'c' AND conrelid = %s::regclass",
            [field.model._meta.db_table],
        )
        rules = [rule for (rule,) in cursor.fetchall()]
    fits = f"translated_text_fits({field.column}, {field.max_length})"
    return any(fits in rule and ("? 'en'" in rule) is not field.blank for rule in rules)


NO_TEXTS = [
    "Health",
    ["Health"],
    None,
    {},
    {"fr": "Santé"},
    {"en": ""},
    {"en": " \n"},
    {"en": 1},
    {"en": None},
    {"en": {"en": "Health"}},
    {"en": "Health", "EN": "Health"},
    {"en": "Health", "": "Health"},
    {"en": "Health", "label": "x", "x": "y"},
    {"en": "Health", "fr": "é" * 121},
]


def test_postgresql_refuses_what_is_no_text_by_language():
    field, before = Challenge._meta.get_field("label"), Challenge.objects.first().label

    for stored in NO_TEXTS:
        with pytest.raises(IntegrityError):
            write(field, stored)

    assert Challenge.objects.first().label == before


def test_language_is_added_without_a_migration():
    field = Challenge._meta.get_field("label")
    texts = {"en": "Health", "fr": "é" * 120, "de": "Gesundheit", "pt-br": "Saúde"}

    write(field, texts)

    assert Challenge.objects.first().label == texts


def test_rows_are_found_by_words_in_any_language_and_sorted_by_what_the_reader_gets():
    Challenge.objects.exclude(code__in=["health", "labour", "energy"]).delete()
    # The keys of the JSON, its quotes and its escapes are no words of a text.
    Challenge.objects.filter(code="energy").update(label={"en": 'A "green"\nturn'})
    Challenge.objects.filter(code="health").update(label={"en": "Zoo", "fr": "Abeille"})
    Challenge.objects.filter(code="labour").update(label={"en": "Mine", "fr": "Zone 100%"})

    def found(words: str) -> list[str]:
        return sorted(Challenge.objects.filter(label__icontains=words).values_list("code", flat=True))

    assert [found(w) for w in ("abeille", "ZOO", "fr", '"', "0%", "_")] == [
        ["health"], ["health"], [], ["energy"], ["labour"], []
    ]  # fmt: skip
    order = {}
    for language in ("en", "fr"):
        with override(language):
            order[language] = list(Challenge.objects.order_by("label__shown").values_list("code", flat=True))
    assert order == {"en": ["energy", "labour", "health"], "fr": ["energy", "health", "labour"]}
    assert list(Challenge.objects.order_by("code").values_list("label__fr", flat=True)) == [
        None,
        "Abeille",
        "Zone 100%",
    ]
    with pytest.raises(FieldError):
        Challenge.objects.filter(label__xx="Zoo").exists()


def test_texts_are_texts_however_they_are_written_and_read():
    texts = {"en": "Health", "fr": "Santé"}
    row = Challenge.objects.create(code="new", label=texts)
    Challenge.objects.bulk_update([row], ["label"])
    row.label = row.label.updated({"fr": "Soins"})
    row.save()

    assert (row.history.earliest().label, row.history.latest().label) == (texts, texts | {"fr": "Soins"})
    (label,) = Challenge.objects.filter(pk="new").values_list("label", flat=True)
    assert isinstance(label, TranslatedText)
    assert list(Challenge.objects.filter(label=label)) == [row]
    with pytest.raises(TypeError):
        Challenge(code="other", label="Health")


def test_reader_of_another_language_gets_babels_name_of_a_country():
    with override("de"):
        names = [row.name for row in Country.objects.filter(pk__in=["DE", "XK"]).order_by("pk")]

    assert names == ["Deutschland", "Kosovo*"]


def test_page_that_falls_back_says_in_which_language(client):
    call: Model = Call.objects.get(number=1)
    Call.objects.filter(pk=call.pk).update(
        title={"en": "First call"}, summary={"en": "For all"}, guidance={"en": "*Ask* early"}
    )

    address = call.get_absolute_url()
    page = client.get(f"/fr{address}").content.decode()

    assert '<h1><span lang="en">First call</span></h1>' in page
    assert '<span lang="en">For all</span>' in page
    assert '<div lang="en"><p><em>Ask</em> early</p>' in page.replace("\n", "")
    assert 'lang="en">First call' not in client.get(address).content.decode()
