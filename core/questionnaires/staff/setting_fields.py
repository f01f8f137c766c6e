"""A field for each setting of a question, made from what its kind lets staff set."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.widgets import INPUT_CLASSES

from core.forms.fields import MonthField
from core.phrases import labelled
from core.questionnaires.kind_settings import Setting, SettingShape
from core.reference.models import Language
from core.reference.words import VOCABULARIES
from core.sections.questions import Compared, Counted, Question
from core.staff.inputs import DayInput
from core.translated.forms import TranslatedFormField
from core.translated.texts import ENGLISH, TranslatedText
from core.uploads.kinds import FAMILIES

# So that a field is none of those of the question itself.
PREFIX = "set_"
OPERATION, SOURCES = "formula_operation", "formula_sources"
CHOOSE = ("", _("Choose…"))
COUNTED_LABELS = {Counted.CHARACTERS: _("Characters"), Counted.WORDS: _("Words")}
OPERATIONS = [CHOOSE, ("sum", _("Add up numbers")), ("count", _("Count rows or choices"))]
VOCABULARY_LABELS = {
    "challenges": _("Challenges"),
    "countries": _("Countries"),
    "expertise_areas": _("Expertise areas"),
    "languages": _("Languages"),
    "organisation_types": _("Types of organisation"),
}
MAX_WHOLE, MAX_DIGITS = 1_000_000_000, 20


@dataclass(frozen=True)
class SettingField:
    """How one setting is asked for.

    Args:
        make: returns its field.
        shown: returns what the field shows of the value that the settings have.
        kept: returns what the settings keep of the cleaned value; None removes it.
    """

    make: Callable[[Setting, Sequence[Question]], forms.Field]
    shown: Callable[[Any], Any] = lambda kept: kept
    kept: Callable[[Any], Any] = lambda cleaned: cleaned


def _words(setting: Setting) -> dict[str, Any]:
    # What is still to be set is listed as a problem: a draft may lack it.
    return {"label": setting.label, "help_text": setting.help_text, "required": False}


def _whole(setting: Setting, earlier: Sequence[Question]) -> forms.Field:
    return forms.IntegerField(min_value=0, max_value=MAX_WHOLE, **_words(setting))


def _number(setting: Setting, earlier: Sequence[Question]) -> forms.Field:
    return forms.DecimalField(max_digits=MAX_DIGITS, decimal_places=6, **_words(setting))


def kept_number(cleaned: Decimal | None) -> int | str | None:
    """Return a number as settings and clauses keep it: whole ones as such, others exact, as text."""
    if cleaned is None:
        return None
    return int(cleaned) if cleaned == cleaned.to_integral_value() else f"{cleaned.normalize():f}"


def _date(setting: Setting, earlier: Sequence[Question]) -> forms.Field:
    return forms.DateField(widget=DayInput, **_words(setting))


def _month(setting: Setting, earlier: Sequence[Question]) -> forms.Field:
    field = MonthField(**_words(setting))
    field.widget.attrs["class"] = " ".join(INPUT_CLASSES)
    return field


def _shown_date(kept: Any) -> date | None:
    try:
        return date.fromisoformat(kept) if kept else None
    except ValueError:
        return None


def _text(setting: Setting, earlier: Sequence[Question]) -> forms.Field:
    return TranslatedFormField(max_length=300, needed_in=(ENGLISH,), **_words(setting))


def _kept_text(cleaned: TranslatedText | None) -> dict[str, str] | None:
    return cleaned.by_language if cleaned else None


def _counted(setting: Setting, earlier: Sequence[Question]) -> forms.Field:
    return forms.ChoiceField(choices=list(COUNTED_LABELS.items()), **_words(setting))


def _vocabulary(setting: Setting, earlier: Sequence[Question]) -> forms.Field:
    choices = [CHOOSE, *((code, VOCABULARY_LABELS.get(code, code)) for code in VOCABULARIES)]
    return forms.ChoiceField(choices=choices, **_words(setting))


def _question(setting: Setting, earlier: Sequence[Question]) -> forms.Field:
    fitting = (question for question in earlier if question.choices)
    choices = [CHOOSE, *((question.name, str(question.heading)) for question in fitting)]
    return forms.ChoiceField(choices=choices, **_words(setting))


def _languages(setting: Setting, earlier: Sequence[Question]) -> forms.Field:
    choices = [(row.pk, str(row.name_texts)) for row in Language.objects.order_by("order", "pk")]
    return forms.MultipleChoiceField(choices=choices, widget=forms.CheckboxSelectMultiple, **_words(setting))


def _shown_codes(kept: Any) -> list[str]:
    return [option["key"] for option in kept or ()]


def _kept_languages(cleaned: Iterable[str]) -> list[dict[str, Any]] | None:
    names = dict(Language.objects.filter(pk__in=cleaned).values_list("pk", "name_texts"))
    return [{"key": code, "label": names[code].by_language} for code in cleaned if code in names] or None


def _file_types(setting: Setting, earlier: Sequence[Question]) -> forms.Field:
    choices = [(code, name) for code, (name, _types) in FAMILIES.items()]
    return forms.MultipleChoiceField(choices=choices, widget=forms.CheckboxSelectMultiple, **_words(setting))


def _in_their_order(codes: Iterable[str] | None) -> list[str]:
    return [code for code in FAMILIES if code in (codes or ())]


FIELDS: dict[SettingShape, SettingField] = {
    SettingShape.WHOLE: SettingField(_whole),
    SettingShape.NUMBER: SettingField(_number, kept=kept_number),
    SettingShape.DATE: SettingField(_date, _shown_date, lambda cleaned: cleaned and str(cleaned)),
    SettingShape.MONTH: SettingField(_month, _shown_date, lambda cleaned: cleaned and str(cleaned)),
    SettingShape.WORDS: SettingField(_text, kept=_kept_text),
    SettingShape.COUNTED: SettingField(_counted, lambda kept: kept or Counted.CHARACTERS),
    SettingShape.VOCABULARY: SettingField(_vocabulary),
    SettingShape.QUESTION: SettingField(_question),
    SettingShape.LANGUAGES: SettingField(_languages, _shown_codes, _kept_languages),
    SettingShape.FILE_TYPES: SettingField(_file_types, _in_their_order, _in_their_order),
}


def fields_for(settings: Iterable[Setting], earlier: Sequence[Question]) -> dict[str, forms.Field]:
    """Return the fields of settings, by name; lists and columns have pages of their own.

    Args:
        settings: of a kind.
        earlier: the questions before this one, from which some settings choose.
    """
    fields: dict[str, forms.Field] = {}
    for setting in settings:
        if setting.shape in FIELDS:
            fields[PREFIX + setting.key] = FIELDS[setting.shape].make(setting, earlier)
        elif setting.shape == SettingShape.FORMULA:
            fields |= _of_formula(setting, earlier)
    return fields


def shown(settings: Iterable[Setting], kept: Mapping[str, Any]) -> dict[str, Any]:
    """Return what those fields show of the settings of a question."""
    found: dict[str, Any] = {}
    for setting in settings:
        if setting.shape in FIELDS:
            found[PREFIX + setting.key] = FIELDS[setting.shape].shown(kept.get(setting.key))
        elif setting.shape == SettingShape.FORMULA:
            formula = kept.get("formula") or {}
            found |= {PREFIX + OPERATION: formula.get("operation", "")}
            found |= {PREFIX + SOURCES: formula.get("sources", [])}
    return found


def taken(settings: Iterable[Setting], kept: Mapping[str, Any], cleaned: Mapping[str, Any]) -> dict[str, Any]:
    """Return the settings of a question with what was entered; what is not entered is not there.

    Args:
        settings: of its kind.
        kept: as they were; lists and what other kinds have stay.
        cleaned: of the form.
    """
    found = dict(kept)
    for setting in settings:
        if setting.shape in FIELDS and PREFIX + setting.key in cleaned:
            entered, field = cleaned[PREFIX + setting.key], FIELDS[setting.shape]
            # What is left as it was, such as a default, is no edit.
            if entered != field.shown(kept.get(setting.key)):
                found[setting.key] = field.kept(entered)
        elif setting.shape == SettingShape.FORMULA and cleaned.get(PREFIX + OPERATION):
            sources = cleaned.get(PREFIX + SOURCES, [])
            found["formula"] = {"operation": cleaned[PREFIX + OPERATION], "sources": sources}
        elif setting.shape == SettingShape.FORMULA:
            found.pop("formula", None)
    return {name: value for name, value in found.items() if value not in (None, "", [], {})}


def _of_formula(setting: Setting, earlier: Sequence[Question]) -> dict[str, forms.Field]:
    sources = [(question.name, _source(question)) for question in earlier if _is_counted(question)]
    sources += [
        (question.cell(column.name), labelled(question.heading, _source(column)))
        for question in earlier
        for column in question.columns
        if _is_counted(column)
    ]
    return {
        PREFIX + OPERATION: forms.ChoiceField(choices=OPERATIONS, **_words(setting)),
        PREFIX + SOURCES: forms.MultipleChoiceField(
            label=_("Answers to use"),
            choices=sources,
            widget=forms.CheckboxSelectMultiple,
            required=False,
        ),
    }


def _source(question: Question) -> str:
    """Return what a source of a formula is called, and that it can be no part of a sum."""
    if question.kind.is_number:
        return str(question.heading)
    return gettext("%(question)s (can only be counted)") % {"question": question.heading}


def _is_counted(question: Question) -> bool:
    counted = (Compared.NUMBER, Compared.OPTIONS, Compared.ROWS)
    return question.kind.compared_as in counted
