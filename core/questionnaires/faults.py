"""What is wrong with a version of a form: what keeps it from being published, and what to look at."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

from django.utils.translation import gettext as _

from core.questionnaires.arrangement import arranged
from core.questionnaires.fitting import former_questions
from core.questionnaires.keys import is_taken_by_pages
from core.questionnaires.loading import TEXTS, read_version
from core.questionnaires.models import FormQuestion, FormSection, FormVersion
from core.questionnaires.purposes import Criteria, Purpose, purpose_of
from core.sections import condition_faults
from core.sections.kinds import KINDS
from core.sections.kinds.compatible import keeps_answers
from core.sections.questions import Questionnaire
from core.translated.forms import language_name
from core.translated.gaps import further_languages, translated_fields
from core.translated.texts import TO_PUBLISH, TranslatedText

# Lists of a question whose entries have words.
LISTS = ("choices", "fixed_rows")
# Parts of a question that are no text of its own.
ANSWER, CONDITION, ENTRIES = "answer", "condition", "lists"


@dataclass(frozen=True)
class Fault:
    """Something wrong with a version.

    Args:
        key: of the question, of a column as `question.column`, or of the section that it is about; empty
            if it is about the form.
        text: a sentence, in the language of the page.
        blocks: whether the version cannot be published with it.
        can_wait: whether a draft may take over, from a file or another form, what is at fault.
        part: what of it: the name of a text, `settings.` before it for one of its settings, or one of the
            parts above; empty if it is about all of it.
        language: in which the text is missing.
        is_of_section: a section may have the key of a question.
    """

    key: str
    text: str
    blocks: bool = True
    can_wait: bool = False
    part: str = ""
    language: str = ""
    is_of_section: bool = False


def faults(version: FormVersion) -> list[Fault]:
    """Return what is wrong with a version, in a number of queries that does not grow with it."""
    sections = list(version.sections.order_by("position", "pk"))
    questions = list(version.questions.order_by("position", "pk"))
    purpose = purpose_of(version.form.purpose)
    # What cannot be asked at all is said first: the rest of the form is judged once it can.
    if unknown := [fault for row in questions for fault in _of_kind(row, purpose)]:
        return unknown
    return faults_in(version, sections, questions, read_version(version))


def blocking(version: FormVersion) -> list[Fault]:
    """Return what keeps a version from being published."""
    return [fault for fault in faults(version) if fault.blocks]


def faults_in(
    version: FormVersion,
    sections: Sequence[FormSection],
    questions: Sequence[FormQuestion],
    asked: Questionnaire,
) -> list[Fault]:
    """Return the same for a version whose rows were read already."""
    purpose = purpose_of(version.form.purpose)
    keys, found = {row.pk: row.key for row in questions}, arranged(questions)
    criteria = purpose.criteria_of(version.form) if any(row.criterion for row in questions) else None
    return [
        *_of_form(asked, purpose),
        *(
            fault
            for section in sections
            for fault in _of_section(section, found.asked.get(section.pk, ()), purpose)
        ),
        *(fault for row in questions for fault in _of_row(row, keys, purpose)),
        *(fault for row in questions for fault in _of_criterion(row, criteria)),
        *(
            Fault(question.name, text, part=ANSWER)
            for place, question in enumerate(asked.questions)
            for text in question.kind.faults(question, asked.questions[:place])
        ),
        *(Fault(fault.question, fault.text, part=CONDITION) for fault in condition_faults.faults(asked)),
        *_of_former_kinds(version, asked),
    ]


def _of_kind(row: FormQuestion, purpose: Purpose) -> Iterator[Fault]:
    core = purpose.core.get(row.key) if row.rows_id is None else None
    kind = KINDS.get(row.kind)
    if kind is None or not (kind.title or row.is_core):
        yield Fault(row.key, _("There is no answer type “%(kind)s”.") % {"kind": row.kind})
    elif not row.is_core and row.kind in purpose.without:
        words = _("The answer type “%(kind)s” cannot be used in this form.")
        yield Fault(row.key, words % {"kind": kind.title})
    if row.rows_id is None and row.is_core != (core is not None):
        words = _("You cannot change whether the portal needs “%(key)s”.")
        yield Fault(row.key, words % {"key": row.key})
    elif core is not None and row.kind != core.kind.code:
        yield Fault(row.key, _("The portal needs this question to have a different answer type."))


def _of_former_kinds(version: FormVersion, asked: Questionnaire) -> Iterator[Fault]:
    """Yield the questions whose key was asked before in a way whose answers they cannot read."""
    former = former_questions(version)
    for question in asked.questions:
        if not keeps_answers(former.get(question.name, question), question):
            words = _(
                "“%(key)s” had a different answer type in an earlier version. Add a new question instead."
            )
            yield Fault(question.name, words % {"key": question.name})


def _of_form(asked: Questionnaire, purpose: Purpose) -> Iterator[Fault]:
    names = {question.name: question for question in asked.questions}
    for name, core in purpose.core.items():
        here = names.get(name)
        if here is None or not here.is_core:
            yield Fault(
                "",
                _("The portal needs the question “%(name)s”, which is missing from the form.")
                % {"name": name},
            )
        elif gone := {each.name for each in core.columns} - {each.name for each in here.columns}:
            words = _("The portal needs these columns, which are missing: %(names)s.")
            yield Fault(name, words % {"names": ", ".join(sorted(gone))})
    for rule in purpose.rules:
        at = [asked.section_of(name) for name in rule.names]
        if None not in at and len({section.slug for section in at if section}) > 1:
            labels = "”, “".join(str(names[name].heading) for name in rule.names)
            words = _(
                "The portal compares the answers to “%(questions)s”. Put these questions in the same section."
            )
            yield Fault(rule.at, words % {"questions": labels})
    if not asked.sections:
        yield Fault("", _("The form has no sections yet. Add a section."))


def _of_section(section: FormSection, asked: Sequence[FormQuestion], purpose: Purpose) -> Iterator[Fault]:
    for fault in _untranslated(section.key, _texts_of(section)):
        yield replace(fault, is_of_section=True)
    if not asked:
        yield Fault(section.key, _("This section has no questions yet."), is_of_section=True)
    if section.key in purpose.reserved:
        words = _("The key “%(key)s” is already the address of another page.")
        yield Fault(section.key, words % {"key": section.key}, is_of_section=True)
    if section.key in purpose.pages and all(row.key != section.key for row in asked):
        words = _(
            "This section has the same address as the page of “%(page)s”, so nobody could open "
            "it. Move that question back here, or move these questions to another section."
        )
        yield Fault(section.key, words % {"page": purpose.core[section.key].name}, is_of_section=True)
    alone = [row for row in asked if row.key in purpose.pages]
    if alone and len(asked) > 1:
        words = _("“%(question)s” needs its own page. Move it to a section with no other questions.")
        yield Fault(alone[0].key, words % {"question": alone[0].label})


def _of_row(row: FormQuestion, keys: dict[int, str], purpose: Purpose) -> Iterator[Fault]:
    key = f"{keys.get(row.rows_id, '')}.{row.key}" if row.rows_id else row.key
    yield from _untranslated(key, [*_texts_of(row), *_texts_in(row.settings)])
    is_taken = row.rows_id is None and not row.is_core and row.key in purpose.taken
    if is_taken or is_taken_by_pages(row.key):
        yield Fault(key, _("The key “%(key)s” is used by the portal’s own pages.") % {"key": row.key})
    core = purpose.core.get(row.key)
    if core is None or row.rows_id or not row.is_core:
        return
    if row.is_public and row.key in purpose.private:
        yield Fault(key, _("People were told that only staff see this answer. Do not show it to others."))
    most = row.settings.get("most")
    if isinstance(most, int) and isinstance(core.limit, int) and most > core.limit:
        words = _("The portal accepts at most %(most)s here, even if you set a higher limit.")
        yield Fault(key, words % {"most": core.limit}, blocks=False, part=ANSWER)


def _of_criterion(row: FormQuestion, criteria: Criteria) -> Iterator[Fault]:
    if criteria is None or row.rows_id or not row.criterion:
        return
    if row.criterion not in dict(criteria):
        words = _(
            "The call has no criterion “%(code)s”. Choose another criterion for this question, or none."
        )
        yield Fault(row.key, words % {"code": row.criterion}, can_wait=True)


class Named(NamedTuple):
    """A text, what it is called, and the part of the row that it is."""

    name: str
    text: TranslatedText
    part: str


def _texts_of(row: FormSection | FormQuestion) -> list[Named]:
    texts = [(field, getattr(row, field.attname)) for field in translated_fields(row)]
    return [
        Named(str(field.verbose_name), text, field.name) for field, text in texts if text or not field.blank
    ]


def _texts_in(settings: dict[str, Any]) -> Iterator[Named]:
    """Yield the words among the settings of a question."""
    names = {
        "unit": _("unit"),
        "missing_text": _("message when the answer is missing"),
        "row_label": _("name of a row"),
        "add_label": _("text of the button that adds a row"),
        "twice_text": _("message about duplicate rows"),
    }
    for name in TEXTS:
        if settings.get(name):
            yield Named(names[name], TranslatedText(settings[name]), f"settings.{name}")
    lists = [settings.get(name) or [] for name in LISTS]
    lists += (settings.get("choices_by") or {}).values()
    words = (TranslatedText(option["label"]) for each in lists for option in each)
    yield from (Named(_("options"), text, ENTRIES) for text in words)


def _untranslated(key: str, texts: Sequence[Named]) -> Iterator[Fault]:
    for code in TO_PUBLISH:
        if lacking := _without(texts, code):
            words = _("Missing in %(language)s: %(texts)s.") % _named(code, lacking)
            yield Fault(key, words, part=lacking[0].part, language=code)
    for code in further_languages():
        if lacking := _without(texts, code):
            words = _("Not yet translated into %(language)s, so shown in English: %(texts)s.")
            words %= _named(code, lacking)
            yield Fault(key, words, blocks=False, part=lacking[0].part, language=code)


def _without(texts: Sequence[Named], code: str) -> list[Named]:
    return [each for each in texts if each.text.missing([code])]


def _named(code: str, lacking: Sequence[Named]) -> dict[str, str]:
    names = ", ".join(dict.fromkeys(each.name for each in lacking))
    return {"language": language_name(code), "texts": names}
