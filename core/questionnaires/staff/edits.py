"""Edits of a form in words: what was changed, from what to what."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from django.core.exceptions import FieldDoesNotExist
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from core.phrases import labelled
from core.questionnaires.enums import EditVerb, VersionStatus
from core.questionnaires.kind_settings import MISSING, Setting, of_kind, offered_kinds
from core.questionnaires.loading import condition_of, read_version
from core.questionnaires.models import Form, FormEdit, FormQuestion, FormSection, name_of
from core.questionnaires.purposes import purpose_of
from core.questionnaires.staff import sides
from core.questionnaires.staff.setting_fields import COUNTED_LABELS, OPERATIONS, VOCABULARY_LABELS
from core.sections.condition_words import condition_in_words
from core.sections.conditions import source_of
from core.sections.questions import Question, Questionnaire
from core.translated.texts import TranslatedText, language_codes
from core.uploads.kinds import FAMILIES

# So that a long text leaves room for the others.
SHOWN_LENGTH = 300
NOTHING = "–"


class EditWords:
    """How the edits of one form are told: by the words that its questions have today.

    Args:
        form: all of whose edits they are.
    """

    def __init__(self, form: Form) -> None:
        self._form, self._parts = form, sides.words_of(form).parts
        latest = form.versions.order_by("-number").first()
        draft = form.versions.filter(status=VersionStatus.DRAFT).first() or latest
        self._asked = read_version(draft) if draft else Questionnaire(())
        self._shown: dict[str, Callable[[Any], str]] = {
            "kind": lambda code: str(of_kind(code).title),
            "criterion": self._criterion,
            "condition": lambda given: condition_in_words(condition_of(given), self._asked),
            "section": self._section,
        }

    def tell(self, edit: FormEdit) -> SafeString:
        """Return a line for each part that an edit changed."""
        return format_html_join("", "<p>{}</p>", ((line,) for line in self._lines(edit)))

    def _lines(self, edit: FormEdit) -> Iterator[str]:
        if edit.verb not in (EditVerb.CHANGED, EditVerb.MOVED):
            label = (edit.after or edit.before).get("label") or (edit.after or edit.before).get("title")
            yield from [_short(label)] if label else []
            return
        for part in {**edit.before, **edit.after}:
            was, now = edit.before.get(part), edit.after.get(part)
            if part == "settings":
                yield from self._settings(edit.key, was or {}, now or {})
            else:
                name, shown = self._parts.get(part) or _name(part), self._shown.get(part, _plain)
                yield _became(
                    str(name), shown(was) if was else _plain(was), shown(now) if now else _plain(now)
                )

    def _settings(self, key: str, was: Mapping[str, Any], now: Mapping[str, Any]) -> Iterator[str]:
        question = source_of(self._asked, key)
        names = _names_of_settings(question.kind.code if question else "")
        for each in {**was, **now}:
            if was.get(each) != now.get(each):
                before, after = (self._setting(question, each, given.get(each)) for given in (was, now))
                yield _became(names.get(each, each), before, after)

    def _setting(self, question: Question | None, name: str, value: Any) -> str:
        match name:
            case "counts" if value in COUNTED_LABELS:
                return str(COUNTED_LABELS[value])
            case "vocabulary" if value in VOCABULARY_LABELS:
                return str(VOCABULARY_LABELS[value])
            case "accepts":
                return ", ".join(str(FAMILIES[code][0]) for code in value or () if code in FAMILIES)
            case "depends_on" if value:
                return self._question(value)
            case "choices_by" if value:
                earlier = {str(code): words for code, words in (question.choices if question else ())}
                given = ((earlier.get(code, code), _plain(options)) for code, options in value.items())
                return "; ".join(labelled(after, options) for after, options in given)
            case "formula" if value:
                sources = ", ".join(self._question(source) for source in value["sources"])
                return labelled(dict(OPERATIONS).get(value["operation"], value["operation"]), sources)
        return _plain(value)

    def _question(self, path: str) -> str:
        question = source_of(self._asked, path)
        return str(question.heading) if question else path

    def _section(self, key: str) -> str:
        section = self._asked.section(key)
        return str(section.title) if section else key

    def _criterion(self, code: str) -> str:
        return dict(purpose_of(self._form.purpose).criteria_of(self._form) or ()).get(code, code)


def _became(name: str, before: str, after: str) -> str:
    words = _("%(part)s: changed from “%(before)s” to “%(after)s”")
    return words % {"part": name, "before": _short(before) or NOTHING, "after": _short(after) or NOTHING}


def _names_of_settings(kind: str) -> dict[str, str]:
    """Return what settings are called: of a kind, and where it has none of a name, of any other kind."""
    kinds = [code for code, _title in offered_kinds()]
    settings: list[Setting] = [setting for code in kinds for setting in of_kind(code).settings]
    own = of_kind(kind).settings if kind else ()
    return {setting.key: str(setting.label) for setting in (*settings, MISSING, *own)}


def _name(part: str) -> str:
    for model in (FormQuestion, FormSection):
        try:
            return name_of(model, part)
        except FieldDoesNotExist:
            continue
    return part


def _short(value: object) -> str:
    return Truncator(_plain(value)).chars(SHOWN_LENGTH)


def _plain(value: object) -> str:
    """Return a value as people read it: texts in all languages, options by their words."""
    match value:
        case None:
            return ""
        case bool():
            return _("Yes") if value else _("No")
        case dict() if value and value.keys() <= {*language_codes()}:
            return " / ".join(value.values())
        case {"label": label}:
            return str(TranslatedText(label))
        case dict():
            return "; ".join(labelled(name, _plain(each)) for name, each in value.items())
        case list():
            return ", ".join(_plain(each) for each in value)
    return str(value)
