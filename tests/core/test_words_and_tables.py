"""What people see is words: statuses in histories, tables in Markdown, bars with a name."""

from django.contrib import admin
from django.db import models

from core.history import StatusChange
from core.markdown import to_html

TABLE = "| Call | Places |\n| --- | ---: |\n| First | 10 |\n"


def test_table_in_markdown_is_a_table_and_nothing_else_comes_with_it():
    html = to_html(TABLE + '\n<table onclick="x"><tr><td>a</td></tr></table>')

    assert "<th>Call</th>" in html
    assert "<td>First</td>" in html
    assert "onclick=" not in html.replace("&quot;", '"').split("&lt;table")[0]
    assert "style=" not in html


def test_every_status_of_every_history_is_shown_in_words():
    changes = [model for model in StatusChange.__subclasses__() if not model._meta.abstract]
    raw = []
    for model in changes:
        target = model._meta.get_field("target").related_model
        for code, label in target._meta.get_field("status").flatchoices:
            change = model(from_status="", to_status=code)
            if str(change) != f" → {label}" or change.in_words(code) != str(label):
                raw.append(f"{model.__name__}: {code}")

    assert len(changes) > 8
    assert raw == []
    assert changes[0](to_status="gone").in_words("gone") == "gone"


def test_no_page_of_the_administration_shows_codes_or_json():
    shown = []
    for page in admin.site._registry.values():
        for maker in [page, *page.inlines]:
            names = {*(maker.readonly_fields or ()), *(getattr(maker, "list_display", None) or ())}
            columns = {field.name: field for field in maker.model._meta.fields} if maker.model else {}
            for name in names & columns.keys():
                field = columns[name]
                if isinstance(field, models.JSONField) or name in ("from_status", "to_status"):
                    shown.append(f"{maker}: {name}")

    assert shown == []
