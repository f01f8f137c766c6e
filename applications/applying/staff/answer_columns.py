"""A column of an export for each question: what the last version of each application answers, in words."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from typing import Any

from django.utils.translation import override

from applications.applying import snapshots
from applications.models import Application, Call, Submission
from core.export_columns import ExportColumn, nothing
from core.questionnaires.enums import FormPurpose, VersionStatus
from core.questionnaires.staff.listed import asked_questions
from core.sections.kinds.base import kind_of
from core.sections.reading import spoken_in
from core.translated.texts import active_language

# Versions in memory at once: each has all answers.
AT_ONCE = 50
EVER_ASKED = (VersionStatus.PUBLISHED, VersionStatus.REPLACED)


def answer_columns(applications: Iterable[Application]) -> list[ExportColumn]:
    """Return the columns of whatever the last versions were asked, in one query."""
    titles: dict[str, str] = {}
    cells: dict[int, dict[str, Any]] = defaultdict(dict)
    versions = Submission.objects.latest_versions().filter(application__in=list(applications))
    rows = versions.values_list("application", "snapshot")
    for key, snapshot in rows.iterator(chunk_size=AT_ONCE):
        language = spoken_in(snapshot, active_language())
        with override(language):
            for question in snapshots.questions(snapshot):
                name = question["name"]
                titles.setdefault(name, question["label"][language])
                cells[key][name] = kind_of(question).told(question, question["value"], language).cell
    return [ExportColumn(title, _answer(cells, name), key_of(name)) for name, title in titles.items()]


def answers_to_choose(calls: Iterable[Call]) -> list[ExportColumn]:
    """Return the same columns without values, by the forms of some calls; in two queries."""
    asked = asked_questions(
        FormPurpose.APPLICATION, version__status__in=EVER_ASKED, version__form__call__in=calls
    )
    return [ExportColumn(str(q.heading), nothing, key_of(q.name)) for q in asked.values()]


def key_of(name: str) -> str:
    """Return by which name a choice of columns knows a question."""
    return f"answer.{name}"


def _answer(cells: dict[int, dict[str, Any]], name: str) -> Callable[[Application], Any]:
    return lambda application: cells[application.pk].get(name)
