"""What the page of components shows: one of everything."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.utils.translation import gettext_lazy as _

from core.forms.fields import AddressField, MonthField
from core.forms.forms import PublicForm, rows_of

LEVELS = [("A2", "A2"), ("B1", "B1"), ("B2", "B2"), ("C1", "C1")]
SIDES = [("river", _("Along a river")), ("mountain", _("Across mountains")), ("sea", _("Across the sea"))]


class ShowcaseLanguageForm(PublicForm):
    language = forms.ChoiceField(
        label=_("Language"), choices=[("", "---------"), ("de", _("German")), ("fr", _("French"))]
    )
    level = forms.ChoiceField(label=_("Level"), choices=LEVELS)


class ShowcaseForm(PublicForm):
    submit_label = _("Save and continue")
    row_sets = {
        "languages": rows_of(
            ShowcaseLanguageForm,
            label=_("Language"),
            add_label=_("Add a language"),
            help_text=_("Add every language in which you can lead a workshop."),
            min_num=1,
            max_num=5,
        )
    }
    name = forms.CharField(label=_("Name of your organisation"), max_length=150)
    email = AddressField(
        label=_("E-mail"), help_text=_("We will only use this address to contact you about this form.")
    )
    vision = forms.CharField(
        label=_("What would you like to do together?"), max_length=300, widget=forms.Textarea({"rows": 5})
    )
    side = forms.ChoiceField(label=_("Where does the border run?"), choices=SIDES, widget=forms.RadioSelect)
    areas = forms.MultipleChoiceField(
        label=_("Topics"),
        required=False,
        choices=[
            (_("Economy"), [("jobs", _("Jobs")), ("tourism", _("Tourism"))]),
            (_("Life"), [("health", _("Health care")), ("transport", _("Transport"))]),
        ],
    )
    starts = forms.DateField(label=_("First day"), required=False)
    month = MonthField(label=_("First month"), required=False)
    letter = forms.FileField(
        label=_("Letter of commitment"), required=False, help_text=_("PDF, up to 10 MB.")
    )
    agreed = forms.BooleanField(label=_("All partners have agreed to take part."))


AT = datetime(2026, 4, 10, 15, 0, tzinfo=UTC)
SAMPLES: dict[str, Any] = {
    "at": AT,
    "tones": ["info", "success", "warning", "danger"],
    "tasks": [
        {"label": _("Territory"), "url": "#tasks", "status": _("Complete"), "tone": "success"},
        {
            "label": _("Partnership"),
            "url": "#tasks",
            "status": _("In progress"),
            "tone": "info",
            "hint": _("2 of 3 partners have confirmed."),
        },
        {"label": _("Documents"), "url": "#tasks", "status": _("Not started")},
        {"label": _("Submit"), "status": _("Cannot start yet")},
    ],
    "answers": [
        {"label": _("Territory"), "value": _("The upper valley, on both banks"), "url": "#answers"},
        {"label": _("Partners"), "value": ""},
    ],
    "headers": [_("Call"), _("Opens"), _("Places")],
    "rows": [[_("First"), "2 February 2026", "10"], [_("Second"), "1 April 2026", "10"]],
    "files": [
        {"name": "Letter – Grenzland.pdf", "url": "#files", "note": "214 kB", "remove_url": "#files"},
        {"name": "Χάρτης.png", "note": "1.2 MB"},
    ],
    "steps": [_("Check"), _("Write"), _("Submit"), _("Decision")],
    "tabs": [
        {"url": "#tabs", "label": _("Overview"), "is_current": True},
        {"url": "#tabs", "label": _("Messages"), "is_current": False},
    ],
    "page_obj": Paginator(range(200), 10).page(4),
}
