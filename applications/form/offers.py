"""What each question offers to choose from, in words: for the page and the PDF of all questions."""

from __future__ import annotations

from dataclasses import dataclass

from applications.form.sections import SECTIONS, Kind, Question


@dataclass(frozen=True)
class Offer:
    """What may be chosen for a question, or for a column of its rows, named by `of`."""

    of: str
    terms: list[str]


def offers() -> dict[str, list[Offer]]:
    """Return what may be chosen by the name of the question; those where one writes are absent.

    One query for each vocabulary.
    """
    asked = [question for section in SECTIONS for question in section.questions]
    found = {question.name: list(_of(question)) for question in asked}
    return {name: several for name, several in found.items() if several}


def _of(question: Question) -> list[Offer]:
    columns = [Offer(str(column.label), terms) for column in question.columns if (terms := _terms(column))]
    return columns or ([Offer("", terms)] if (terms := _terms(question)) else [])


def _terms(question: Question) -> list[str]:
    if question.kind is Kind.CHOICE:
        return [str(label) for _code, label in question.choices]
    if question.kind not in (Kind.TERM, Kind.TERMS):
        return []
    rows = question.source.related_model.objects.active()
    if hasattr(rows, "as_grouped_choices"):
        return [f"{group}: {label}" for group, terms in rows.as_grouped_choices() for _code, label in terms]
    return [label for _code, label in rows.as_choices()]
