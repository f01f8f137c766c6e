"""An application as it is submitted: canonical JSON with readable labels, and its SHA-256.

Schema 1. `sections` repeats the form as it was asked; an answer stands beside its labels in every
language, so that the version can be read when questions, terms or codes have long changed:

* a text, number, tick or month as it is;
* `{"code", "en", "fr"}` for a choice or a term, `{"code", "name", "country"}` for a region;
* a list of these; for rows a list of `{column: answer}`; for files name, type, size and SHA-256.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from typing import Any
from uuid import UUID

from applications.applying.clarified import Clarified
from applications.form import answers
from applications.form.asked import asked_of
from applications.models import Application
from core.sections.conditions import is_judged
from core.sections.kinds.base import Labels, in_both, kind_of
from core.sections.questions import Answers, Question, Questionnaire
from core.translated.texts import in_every_language

SCHEMA = 1

Snapshot = dict[str, Any]


def make(application: Application) -> Snapshot:
    """Return the snapshot of the working copy; load it with `call` and `answers.with_answers`."""
    form = answers.asked_now(application)
    values = answers.values(application, form)
    labels = _labels(form.questions, values)
    return _around(application) | {
        "sections": [
            section | {"questions": [_entry(q, head, values, labels) for q, head in given]}
            for section, asked in _words_of(asked_of(application))
            if (given := [(q, head) for q, head in asked if q.name in values]) or not asked
        ],
    }


def answering(application: Application, answer: Clarified) -> Snapshot:
    """Return what answers staff: what may change as it is now, all else that is asked as it was submitted."""
    form, now = asked_of(application), answer.asked
    taken = [q for q in now.questions.values() if answer.former(q) is None]
    values = {q.name: q.kind.value(q, now.cells) for q in form.questions if is_judged(q)}
    values = answers.kept(application, taken) | values
    labels = _labels(taken, values)
    before = {section["slug"]: section for section in answer.submitted["sections"]}
    sections = []
    for section, asked in _words_of(form):
        given = [(q, head) for q, head in asked if q.name in now.questions]
        told = [_answer_of(q, head, answer, values, labels) for q, head in given]
        former = before.get(section["slug"], section)
        words = section if section["slug"] in answer.slugs else former
        if told or not asked:
            sections.append({"slug": section["slug"], "title": words["title"], "questions": told})
    return _around(application) | {"sections": sections}


def _answer_of(
    question: Question, head: Mapping[str, Any], answer: Clarified, values: Answers, labels: Labels
) -> dict[str, Any]:
    """Return a question with its answer; the very one of the version before, unless it may change."""
    former = answer.former(question)
    if former is None:
        entry = _entry(question, head, values, labels)
        return {**entry, "value": answer.with_settled(question, entry["value"])}
    if question.kind.is_computed:
        return {**former, "value": values[question.name]}
    return dict(answer.rows_as_asked(question, former))


def _entry(question: Question, head: Mapping[str, Any], values: Answers, labels: Labels) -> dict[str, Any]:
    return {**head, "value": question.kind.snapshot(question, values[question.name], labels)}


def _labels(questions: Iterable[Question], values: Answers) -> Labels:
    return Labels(code for q in questions for code in q.kind.regions(q, values[q.name]))


def _around(application: Application) -> Snapshot:
    """Return what a version says besides the answers."""
    call = application.call
    return {
        "schema": SCHEMA,
        "reference": application.reference,
        "language": application.language,
        "call": {
            "number": call.number,
            "slug": call.slug,
            "title": in_every_language(call.title),
        },
    }


def canonical(snapshot: Mapping[str, Any]) -> bytes:
    """Return the one spelling of a snapshot: UTF-8, sorted keys, no blanks between."""
    text = json.dumps(snapshot, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return text.encode()


def sha256_of(snapshot: Mapping[str, Any]) -> str:
    """Return the SHA-256 of the canonical spelling, 64 hexadecimal digits."""
    return hashlib.sha256(canonical(snapshot)).hexdigest()


def questions(snapshot: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    for section in snapshot["sections"]:
        yield from section["questions"]


def answers_by_name(snapshot: Mapping[str, Any]) -> dict[str, Any]:
    """Return every answer under the name of its question."""
    return {question["name"]: question["value"] for question in questions(snapshot)}


def value(snapshot: Mapping[str, Any], name: str) -> Any:
    """Return the answer to a question as the snapshot keeps it; None if it was not asked then."""
    return next((q["value"] for q in questions(snapshot) if q["name"] == name), None)


def is_in_version(application: Application, document: UUID) -> bool:
    """Whether any submitted version lists a file: for all but the members, no other is there."""
    return str(document) in documents_in_versions(application)


def documents_in_versions(application: Application) -> set[str]:
    """Return the public ids of the files that any submitted version lists, of all its questions."""
    versions = application.submissions.values_list("snapshot", flat=True)
    # One at a time: there may be many, each with all answers.
    return {
        file.id
        for version in versions.iterator(chunk_size=1)
        for question in questions(version)
        for file in kind_of(question).files(question["value"])
    }


def codes(snapshot: Mapping[str, Any], name: str) -> list[str]:
    """Return the codes of an answer that is one or several terms or regions."""
    given = value(snapshot, name) or []
    return [term["code"] for term in ([given] if isinstance(given, dict) else given)]


def partners(snapshot: Mapping[str, Any]) -> list[dict[str, Any]]:
    return value(snapshot, "partners") or []


def identity_of(row: Mapping[str, Any]) -> tuple[str, str | None, str | None]:
    """Return who a partner of a version is and where it stands, as `Partner.identity` has it."""
    kind, unit = row["type"], row["unit"]
    return row["name"], kind and kind["code"], unit and unit["code"]


def partner_units(snapshot: Mapping[str, Any]) -> list[str | None]:
    """Return the region's code of each partner, None where it is missing."""
    return [row["unit"]["code"] if row["unit"] else None for row in partners(snapshot)]


# Of a version that was published it is the same object each time.
@lru_cache(maxsize=64)
def _words_of(form: Questionnaire) -> list[tuple[dict[str, Any], list[tuple[Question, dict[str, Any]]]]]:
    """Return each section and question of a form with its words in every language.

    Snapshots share these words; nobody changes a snapshot.
    """
    return [
        ({"slug": s.slug, "title": in_both(s.title)}, [(q, q.kind.heading(q)) for q in s.questions])
        for s in form
    ]
