"""What one version of a form asks otherwise than another, question by question, in words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from core.questionnaires.content import Content
from core.questionnaires.kind_settings import is_computed
from core.translated.texts import TranslatedText, language_codes


class ChangeKind(StrEnum):
    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"
    MOVED = "moved"


# What of a question may change, in the order in which it is told.
PARTS = {
    "kind": gettext_lazy("the answer type"),
    "label": gettext_lazy("the wording"),
    "short_label": gettext_lazy("the answer heading"),
    "help": gettext_lazy("the help text"),
    "example": gettext_lazy("the example"),
    "required": gettext_lazy("whether an answer is required"),
    "condition": gettext_lazy("when it is asked"),
    "criterion": gettext_lazy("the related criterion"),
    "public": gettext_lazy("who sees the answer"),
    "listed": gettext_lazy("whether it is a column in the staff list"),
    "columns": gettext_lazy("the columns"),
}
SETTINGS = {
    "least": gettext_lazy("the minimum"),
    "most": gettext_lazy("the maximum"),
    "counts": gettext_lazy("what the limit counts"),
    "choices": gettext_lazy("the options"),
    "choices_by": gettext_lazy("the options"),
    "vocabulary": gettext_lazy("the portal list"),
    "fixed_rows": gettext_lazy("the rows"),
    "formula": gettext_lazy("how it is calculated"),
    "accepts": gettext_lazy("the accepted file types"),
}
# What only staff see of a question.
OF_STAFF = {"criterion", "listed"}


@dataclass(frozen=True)
class Change:
    """What became of one question.

    Args:
        kind: of the change.
        key: of the question.
        label: as it is asked now, or was.
        section: where.
        parts: what is other, for one that was changed.
        became_required: it needs an answer now, and did not before.
        is_conditional: it is asked only if others are answered in some way.
        is_computed: nobody answers it.
    """

    kind: ChangeKind
    key: str
    label: TranslatedText
    section: TranslatedText
    parts: tuple[str, ...] = ()
    became_required: bool = False
    is_conditional: bool = False
    is_computed: bool = False

    def __str__(self) -> str:
        words = {"question": self.label, "section": self.section, "parts": ", ".join(self._part_names())}
        return self._sentence() % words

    def _sentence(self) -> str:
        match self.kind:
            case ChangeKind.ADDED if self.is_computed:
                return _("New in “%(section)s”: “%(question)s”, calculated from other answers.")
            case ChangeKind.ADDED if self.became_required and self.is_conditional:
                return _(
                    "New in “%(section)s”: “%(question)s”. An answer is required if the question is shown."
                )
            case ChangeKind.ADDED if self.became_required:
                return _("New in “%(section)s”: “%(question)s”. An answer is required.")
            case ChangeKind.ADDED:
                return _("New in “%(section)s”: “%(question)s”. The answer is optional.")
            case ChangeKind.REMOVED:
                return _("No longer asked: “%(question)s”.")
            case ChangeKind.MOVED:
                return _("“%(question)s” has moved to “%(section)s”.")
        return self._sentence_on_parts()

    def _sentence_on_parts(self) -> str:
        if not self.became_required:
            return _("“%(question)s” has changed. What is different: %(parts)s.")
        has_more = bool(self._part_names())
        if self.is_conditional and has_more:
            return _("“%(question)s” is now required if it is shown. Also changed: %(parts)s.")
        if self.is_conditional:
            return _("“%(question)s” is now required if it is shown.")
        if has_more:
            return _("“%(question)s” is now required. Also changed: %(parts)s.")
        return _("“%(question)s” is now required.")

    @property
    def is_for_applicants(self) -> bool:
        """Whether who fills in the form should know of it."""
        return self.kind != ChangeKind.CHANGED or bool(set(self.parts) - OF_STAFF)

    def in_words(self) -> dict[str, str]:
        """Return the sentence in every language of the portal."""
        said = {}
        for language in language_codes():
            with override(language):
                said[language] = str(self)
        return said

    def _part_names(self) -> list[str]:
        told = [part for part in self.parts if part != "required" or not self.became_required]
        names = [str((PARTS | SETTINGS).get(part, _("other settings"))) for part in told]
        return list(dict.fromkeys(names))


def changes(before: Content, after: Content) -> list[Change]:
    """Return what the later version asks otherwise, in its order; what it does not ask comes last."""
    old, new = dict(_questions(before)), dict(_questions(after))
    found = [change for key in new if (change := _change(key, old.get(key), new[key]))]
    gone = [key for key in old if key not in new]
    return found + [Change(ChangeKind.REMOVED, key, *_names(*old[key])) for key in gone]


Asked = tuple[Mapping[str, Any], Mapping[str, Any]]


def _questions(content: Content) -> Iterator[tuple[str, Asked]]:
    for section in content["sections"]:
        for question in section["questions"]:
            yield question["key"], (section, question)


def _names(section: Mapping[str, Any], question: Mapping[str, Any]) -> tuple[TranslatedText, TranslatedText]:
    return TranslatedText(question["label"]), TranslatedText(section["title"])


def _change(key: str, old: Asked | None, new: Asked) -> Change | None:
    names, question = _names(*new), new[1]
    how: dict[str, Any] = {
        "is_conditional": bool(question.get("condition")),
        "is_computed": is_computed(question["kind"]),
    }
    if old is None:
        return Change(ChangeKind.ADDED, key, *names, became_required=_needs_answer(question), **how)
    became = _needs_answer(question) and not _needs_answer(old[1])
    if parts := _parts(old[1], question):
        return Change(ChangeKind.CHANGED, key, *names, parts=parts, became_required=became, **how)
    if old[0]["key"] != new[0]["key"]:
        return Change(ChangeKind.MOVED, key, *names)
    return None


def _needs_answer(question: Mapping[str, Any]) -> bool:
    return bool(question.get("required", True)) and not is_computed(question["kind"])


def _parts(old: Mapping[str, Any], new: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the names of what differs; a settings' name stands for itself."""
    plain = [name for name in PARTS if old.get(name) != new.get(name)]
    if "required" in plain and is_computed(new["kind"]):
        plain.remove("required")
    before, after = old.get("settings", {}), new.get("settings", {})
    settings = [name for name in {**before, **after} if before.get(name) != after.get(name)]
    return (*plain, *settings)
