"""Migrations to translated columns keep every text of rows and versions, and can be undone."""

from __future__ import annotations

from importlib import import_module

import pytest
from django.db import connection, migrations, models
from django.db.migrations.state import ProjectState

from applications.models import LetterTemplate
from core.translated.fields import TranslatedField
from core.translated.migrating import JoinLanguages, joined, parted

LETTERS = import_module("applications.migrations.0023_letters_in_every_language")
COLUMNS = "id, kind, language, subject, body, is_default, revision"
TITLE = {"en": "title_en", "fr": "title_fr"}
PAGE = migrations.CreateModel(
    "Page",
    [
        ("id", models.AutoField(primary_key=True)),
        ("title_en", models.CharField(max_length=20)),
        ("title_fr", models.TextField(blank=True)),
    ],
)
JOIN = JoinLanguages("Page", "title", TranslatedField(max_length=20), parts=TITLE)
# Whatever would change a row that is only added to.
NO_UPDATE = """
CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'no'; END $$;
CREATE TRIGGER fixed BEFORE UPDATE OR DELETE ON books_page FOR EACH ROW EXECUTE FUNCTION refuse()
"""


@pytest.mark.django_db
def test_columns_are_joined_and_parted_without_an_update():
    states = [ProjectState()]
    for step in (PAGE, JOIN):
        states.append(states[-1].clone())
        step.state_forwards("books", states[-1])
    before, after = states[1], states[2]
    texts = [("One", "Un"), ("Two", ""), ("“Three”, '3'", " \n")]
    with connection.schema_editor(atomic=False) as editor:
        PAGE.database_forwards("books", editor, states[0], before)
        editor.execute(NO_UPDATE)
        old = before.apps.get_model("books", "Page")
        old.objects.bulk_create(old(title_en=en, title_fr=fr) for en, fr in texts)

        JOIN.database_forwards("books", editor, before, after)
        new = after.apps.get_model("books", "Page").objects.order_by("pk")
        assert [page.title for page in new] == [
            {"en": "One", "fr": "Un"},
            {"en": "Two"},
            {"en": "“Three”, '3'"},
        ]

        JOIN.database_backwards("books", editor, after, before)
        kept = list(old.objects.order_by("pk").values_list("title_en", "title_fr"))
    assert kept == [("One", "Un"), ("Two", ""), ("“Three”, '3'", "")]


def test_noted_values_are_joined_and_parted():
    old = {"label_en": "Health", "label_fr": "Santé", "order": 10}
    names = {"label": {"en": "label_en", "fr": "label_fr"}}

    new = joined(old, names)

    assert new == {"label": {"en": "Health", "fr": "Santé"}, "order": 10}
    assert parted(new, names) == old
    assert joined({"order": 1}, names) == parted({"order": 1}, names) == {"order": 1}


def rows(query: str) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(query)
        return cursor.fetchall()


@pytest.mark.django_db
def test_letters_and_their_versions_are_parted_and_joined_again():
    letter = LetterTemplate.objects.get(kind="reserve")
    first = letter.subject
    with connection.schema_editor(atomic=False) as editor:
        editor.execute("ALTER TABLE applications_historicallettertemplate DISABLE TRIGGER USER")
        # The numbers that the rows had then: they are gone since.
        for table in (LETTERS.ROWS, LETTERS.VERSIONS):
            editor.execute(f"ALTER TABLE {table} ADD COLUMN revision integer NOT NULL DEFAULT 1")
        LETTERS.part(None, editor)
        one = f"SELECT language, subject FROM {LETTERS.ROWS} WHERE kind = 'reserve' ORDER BY language"
        assert rows(one) == [("en", first.get("en")), ("fr", first.get("fr"))]
        # First the French letter is edited, then the English one.
        for code, text in (("fr", "Neuf"), ("en", "New")):
            editor.execute(
                f"UPDATE {LETTERS.ROWS} SET subject = '{text}', revision = 2, is_default = {code == 'fr'} "
                f"WHERE kind = 'reserve' AND language = '{code}'"
            )
            editor.execute(
                f"INSERT INTO {LETTERS.VERSIONS} ({COLUMNS}, history_date, history_type) "
                f"SELECT {COLUMNS}, clock_timestamp(), '~' FROM {LETTERS.ROWS} "
                f"WHERE kind = 'reserve' AND language = '{code}'"
            )
        LETTERS.join(None, editor)
    letter = LetterTemplate.objects.get(kind="reserve")

    assert (letter.subject, letter.is_default) == ({"en": "New", "fr": "Neuf"}, True)
    assert rows(f"SELECT revision FROM {LETTERS.ROWS} WHERE kind = 'reserve'") == [(2,)]
    assert [(version.history_type, version.subject) for version in letter.history.all()] == [
        ("~", {"en": "New", "fr": "Neuf"}),
        ("~", {"en": first.get("en"), "fr": "Neuf"}),
        ("+", first),
    ]
    assert LetterTemplate.objects.count() == 4
