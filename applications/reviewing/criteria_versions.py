"""Versions of the criteria of a call: what they hold, and what differs between two, in words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from django.db.models import F, JSONField, QuerySet, Window
from django.db.models.functions import Lag
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from applications.models import Call, CriteriaVersion, Criterion, ReviewScore
from applications.models.criteria import VERSIONED
from core.questionnaires.enums import VersionStatus
from core.questionnaires.models import FormQuestion
from core.sections.differences import marked
from core.translated.forms import language_name
from core.translated.texts import TranslatedText

# A criterion as a version holds it: its fields by name, texts by language.
CriterionValues = Mapping[str, Any]
TEXTS = ("title", "guidance")
# What totals, flags and the range of scores follow from.
NUMBERS = ("weight", "max_score", "threshold")


class CriteriaChange(NamedTuple):
    """One difference between two versions.

    Args:
        text: a sentence, in the language of the page.
        before, after: of a text of staff, to be read side by side.
    """

    text: str
    before: str = ""
    after: str = ""

    @property
    def marked_before(self) -> str | SafeString:
        return marked(self.before, self.after)

    @property
    def marked_after(self) -> str | SafeString:
        return marked(self.after, self.before)


def criterion_values(criterion: Criterion) -> dict[str, Any]:
    """Return a criterion as a version holds it."""
    values = {name: getattr(criterion, name) for name in VERSIONED}
    return values | {name: values[name].by_language for name in TEXTS}


def criteria_values(call: Call) -> list[dict[str, Any]]:
    """Return the criteria of a call, in their order, as a version holds them."""
    return [criterion_values(criterion) for criterion in call.criteria.all()]


def is_scoring_begun(call: Call) -> bool:
    """Whether a reviewer has opened a score sheet of the call: from then on a change needs a reason."""
    return ReviewScore.objects.filter(criterion__call=call).exists()


def newest(call: Call) -> CriteriaVersion | None:
    return call.criteria_versions.order_by("-number").first()


def with_before(versions: QuerySet[CriteriaVersion]) -> QuerySet[CriteriaVersion]:
    """Add `before`: what the version before held; None with the first. Ask for all versions of a call."""
    lag = Lag("content", output_field=JSONField())
    return versions.annotate(before=Window(lag, partition_by=F("call"), order_by=F("number").asc()))


def told_to_reviewers(call: Call) -> list[tuple[datetime, list[CriteriaChange]]]:
    """Return when the criteria changed since scoring began, and how, the newest first; why is for staff."""
    versions = with_before(call.criteria_versions.order_by("-number"))
    return [(version.made_at, changes_of(version)) for version in versions if version.is_after_scoring]


def changes_of(version: CriteriaVersion) -> list[CriteriaChange]:
    """Return what a version of `with_before` changed."""
    return list(differences(getattr(version, "before", None) or [], version.content))


def alters_scores(before: Sequence[CriterionValues], after: Sequence[CriterionValues]) -> bool:
    """Whether totals or flags may differ: texts and order alone mean nothing to them."""
    return _numbers(before) != _numbers(after)


def differences(
    before: Sequence[CriterionValues], after: Sequence[CriterionValues]
) -> Iterator[CriteriaChange]:
    """Yield what differs, in the order of the later criteria; what is gone comes last."""
    old, new = _by_code(before), _by_code(after)
    for code, row in new.items():
        if code in old:
            yield from _changed(old[code], row)
        else:
            words = _("“%(title)s” added: %(numbers)s.")
            yield CriteriaChange(words % {"title": title_of(row), "numbers": _in_words(row)})
    for code, row in old.items():
        if code not in new:
            yield CriteriaChange(_("“%(title)s” removed.") % {"title": title_of(row)})
    kept = [code for code in new if code in old]
    if kept != [code for code in old if code in new]:
        titles = ", ".join(title_of(row) for row in after)
        yield CriteriaChange(_("New order: %(titles)s.") % {"titles": titles})


def title_of(row: CriterionValues) -> str:
    return str(TranslatedText(row["title"]))


def questions_naming(call: Call, codes: Iterable[str]) -> list[str]:
    """Return the questions, of the form as it is asked or written, that name criteria by their codes."""
    named = FormQuestion.objects.filter(
        version__form=call.form_id,
        version__status__in=[VersionStatus.PUBLISHED, VersionStatus.DRAFT],
        criterion__in=list(codes),
    )
    rows = named.order_by("version__number", "section__position", "position")
    return list(dict.fromkeys(str(row.label) for row in rows))


def codes_named(call: Call) -> set[str]:
    """Return the codes of criteria that questions of the form, as it is asked or written, name."""
    statuses = [VersionStatus.PUBLISHED, VersionStatus.DRAFT]
    named = FormQuestion.objects.filter(version__form=call.form_id, version__status__in=statuses)
    return set(named.exclude(criterion="").values_list("criterion", flat=True))


def words_on_orphans(call: Call, rows: Sequence[CriterionValues]) -> str:
    """Say which questions name a criterion that is not among these; nothing if none does."""
    orphans = questions_naming(call, codes_named(call) - {row["code"] for row in rows})
    if not orphans:
        return ""
    words = _(
        "These questions refer to a criterion that does not exist, so the score sheet does not "
        "show their answers next to a criterion: %(questions)s. Choose another criterion for "
        "them in the call’s form."
    )
    return words % {"questions": ", ".join(f"“{label}”" for label in orphans)}


def _by_code(rows: Sequence[CriterionValues]) -> dict[str, CriterionValues]:
    return {row["code"]: row for row in rows}


def _numbers(rows: Sequence[CriterionValues]) -> dict[str, list[int]]:
    return {row["code"]: [row[name] for name in NUMBERS] for row in rows}


def _changed(before: CriterionValues, after: CriterionValues) -> Iterator[CriteriaChange]:
    title = title_of(after)
    for name in NUMBERS:
        if before[name] != after[name]:
            words = _("“%(title)s”: %(what)s %(before)s → %(after)s.")
            told = {"title": title, "what": _label(name), "before": before[name], "after": after[name]}
            yield CriteriaChange(words % told)
    for name in TEXTS:
        for code in dict.fromkeys([*before[name], *after[name]]):
            old, new = before[name].get(code, ""), after[name].get(code, "")
            if old != new:
                words = _("“%(title)s”: %(what)s changed (%(language)s).")
                told = {"title": title, "what": _label(name), "language": language_name(code)}
                yield CriteriaChange(words % told, old, new)


def _in_words(row: CriterionValues) -> str:
    return ", ".join(f"{_label(name)} {row[name]}" for name in NUMBERS)


def _label(name: str) -> str:
    return str(Criterion._meta.get_field(name).verbose_name)  # type: ignore[union-attr]  # all are fields
