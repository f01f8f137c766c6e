"""Decisions in words of the reader's language; what is kept are codes."""

from __future__ import annotations

import json

from django.utils.translation import gettext as _

from core.checklists import words_of
from core.decision_log.sources import source_of
from core.phrases import labelled


def kind_in_words(kind: str) -> str:
    """Return what was decided; a kind that no source knows any more by its code."""
    source, verb = source_of(kind)
    if source is None:
        return kind
    words = str(source.verbs().get(verb, verb))
    return labelled(source.noun, words) if source.noun else words


def detail_in_words(kind: str, detail: str) -> str:
    source, _verb = source_of(kind)
    return source.detail_words(detail) if source and detail else detail


def unfinished_in_words(detail: str) -> str:
    """Return what was unfinished when a stage began, and why it did; nothing if nothing was."""
    said = json.loads(detail)
    if not said["unfinished"]:
        return ""
    lines = " ".join(words_of(code, count) for code, count in said["unfinished"])
    return _("Unfinished: %(lines)s Continued because: %(reason)s") % {
        "lines": lines,
        "reason": said["reason"],
    }
