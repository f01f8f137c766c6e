"""A version of a form as the pages use it, made of its rows; one that was published is kept in memory."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from core.questionnaires.arrangement import Arranged, arranged
from core.questionnaires.enums import VersionStatus
from core.questionnaires.models import FormQuestion, FormVersion
from core.questionnaires.purposes import Purpose, purpose_of
from core.reference.words import VOCABULARIES
from core.sections.kinds import KINDS
from core.sections.kinds.computed import SUM
from core.sections.kinds.numbers import EURO
from core.sections.questions import (
    ROW_MARK,
    Clause,
    Condition,
    Counted,
    Formula,
    OfferedOption,
    Operator,
    Question,
    Questionnaire,
    Section,
)
from core.translated.texts import TranslatedText, language_codes

# Each call has a few; more are only of old applications that somebody opens again.
MAX_KEPT = 64

_kept: dict[int, Questionnaire] = {}


def questionnaire(version_id: int) -> Questionnaire:
    """Return what a version asks; of one that was published the same object each time.

    Raises:
        FormVersion.DoesNotExist: there is no such version.
    """
    kept = _kept.get(version_id)
    if kept is None:
        version = FormVersion.objects.select_related("form").get(pk=version_id)
        kept = read_version(version)
        if not version.is_draft:
            if len(_kept) >= MAX_KEPT:
                _kept.clear()
            _kept[version_id] = kept
    return kept


def questionnaire_of_page(version_id: int, drawn_on: int | None) -> Questionnaire:
    """Return what a page asked that may have been drawn before its form changed.

    Args:
        version_id: of the form, as it is asked now.
        drawn_on: the version that the page carries; without one, or with that of another form, it counts as
            drawn now. So does a draft, which nobody outside reads.
    """
    if drawn_on is None or drawn_on == version_id:
        return questionnaire(version_id)
    versions = FormVersion.objects.filter(pk=drawn_on, form__versions=version_id)
    versions = versions.exclude(status=VersionStatus.DRAFT)
    return questionnaire(drawn_on if versions.exists() else version_id)


def read_version(version: FormVersion) -> Questionnaire:
    """Return what a version asks, as it is now; in three queries."""
    purpose = purpose_of(version.form.purpose)
    rows = list(version.questions.order_by("position", "pk"))
    found = arranged(rows)
    options = {row.key: row.settings.get("choices", []) for row in rows if row.rows_id is None}
    by_key = {row.key: row for row in rows if row.rows_id is None}
    gone = _gone_options(version)
    for row in rows:
        if row.rows_id is None and row.key in gone:
            row.settings = row.settings | {"gone_choices": _without(gone[row.key], options[row.key])}
        # The options go with those of an earlier question, which are their groups.
        if earlier := row.settings.get("depends_on"):
            row.settings = row.settings | {"choices": options.get(earlier, [])}
        if _adds_up_amounts(row, found, by_key):
            row.settings = {"unit": dict.fromkeys(language_codes(), EURO)} | row.settings
    sections = [
        Section(
            section.key,
            section.title,
            section.intro,
            questions := tuple(
                question_of(row, found.columns.get(row.pk, ()), purpose)
                for row in found.asked.get(section.pk, ())
            ),
            rules=_rules(purpose, questions),
            saves_itself=not any(question.kind.is_declared for question in questions),
        )
        for section in version.sections.order_by("position", "pk")
    ]
    return Questionnaire(tuple(sections))


def _gone_options(version: FormVersion) -> dict[str, list[Mapping[str, Any]]]:
    """Return the options that people were offered in other versions, by question; the latest come first."""
    asked = FormQuestion.objects.filter(version__form=version.form_id, rows=None, settings__has_key="choices")
    others = asked.exclude(version=version).exclude(version__published_at=None)
    found: dict[str, list[Mapping[str, Any]]] = {}
    for key, settings in others.order_by("-version__number").values_list("key", "settings"):
        found.setdefault(key, []).extend(settings["choices"])
    return found


def _adds_up_amounts(row: FormQuestion, rows: Arranged, by_key: Mapping[str, FormQuestion]) -> bool:
    """Whether a question is a sum of amounts in euro, and of nothing else."""
    formula = row.settings.get("formula")
    if not formula or formula["operation"] != SUM:
        return False
    return all(_kinds_at(source, row, rows, by_key) == {"amount"} for source in formula["sources"])


def _kinds_at(source: str, row: FormQuestion, rows: Arranged, by_key: Mapping[str, FormQuestion]) -> set[str]:
    """Return of which kinds the numbers are that a source of a formula names; in a row, of its columns."""
    if row.rows_id:
        return {each.kind for each in rows.columns[row.rows_id] if each.key == source}
    name, _mark, column = source.partition(ROW_MARK)
    asked = by_key.get(name)
    columns = rows.columns.get(asked.pk, ()) if asked else ()
    inside = {each.kind for each in columns if column in ("", each.key)}
    return inside or ({asked.kind} if asked else set())


def _without(
    gone: Iterable[Mapping[str, Any]], offered: Iterable[Mapping[str, Any]]
) -> list[Mapping[str, Any]]:
    """Return options once each that are not among those offered."""
    known = {option["key"] for option in offered}
    latest = {option["key"]: option for option in reversed([*gone])}
    return [option for key, option in latest.items() if key not in known]


def question_of(row: FormQuestion, columns: Iterable[FormQuestion], purpose: Purpose) -> Question:
    """Return a question as forms ask it; of one that the portal needs, kind and widest limits are its own."""
    core = purpose.core.get(row.key) if row.is_core else None
    return _question(row, columns, core)


def _question(row: FormQuestion, columns: Iterable[FormQuestion], core: Question | None) -> Question:
    own = {column.name: column for column in core.columns} if core else {}
    words: dict[str, Any] = {
        "label": row.label,
        "short_label": row.short_label,
        "help_text": row.help,
        "example": row.example,
        "is_required": row.is_required,
        "condition": condition_of(row.condition),
        "criterion": row.criterion,
        "is_public": row.is_public,
        "columns": tuple(_question(column, (), own.get(column.key)) for column in columns),
    } | _settings(row.settings)
    if core is None:
        return Question(row.key, KINDS[row.kind], **words)
    if core.limit is not None:
        most = words.get("limit")
        words["limit"] = min(most, core.limit) if isinstance(most, int) and most else core.limit
    return replace(core, **words, is_core=True)


def _settings(settings: Mapping[str, Any]) -> dict[str, Any]:
    """Return the settings of a row as attributes of a question."""
    found = {
        name: settings[name]
        for name in ("least", "decimals", "initial", "depends_on", "min_rows")
        if name in settings
    }
    found |= {name: TranslatedText(settings[name]) for name in TEXTS if name in settings}
    found |= {name: _choices(settings[name]) for name in LISTS if name in settings}
    if "most" in settings:
        found["limit"] = settings["most"]
    if "counts" in settings:
        found["counts"] = Counted(settings["counts"])
    if "vocabulary" in settings:
        found["vocabulary"] = VOCABULARIES[settings["vocabulary"]]
    if "accepts" in settings:
        found["accepts"] = tuple(settings["accepts"])
    if "choices_by" in settings:
        found["choices_by"] = {code: _choices(given) for code, given in settings["choices_by"].items()}
    if "formula" in settings:
        formula = settings["formula"]
        found["formula"] = Formula(formula["operation"], tuple(formula["sources"]))
    return found


# Settings that are options.
LISTS = ("choices", "gone_choices", "fixed_rows")
# Settings that are words.
TEXTS = ("unit", "missing_text", "row_label", "add_label", "twice_text")


def _choices(given: Iterable[Mapping[str, Any]]) -> tuple[OfferedOption, ...]:
    return tuple((option["key"], TranslatedText(option["label"])) for option in given)


def condition_of(given: Mapping[str, Any] | None) -> Condition | None:
    """Return a condition as a question has it, of what its row keeps."""
    if not given:
        return None
    clauses = tuple(
        Clause(clause["question"], Operator(clause["operator"]), clause.get("value"))
        for clause in given["clauses"]
    )
    return Condition(clauses, needs_all=given["join"] == "all")


def _rules(purpose: Purpose, questions: Iterable[Question]) -> tuple[Any, ...]:
    """Return the rules of the portal on answers of a section; said where one of them is asked."""
    asked = {question.name for question in questions}
    return tuple(rule for rule in purpose.rules if asked.issuperset(rule.names))
