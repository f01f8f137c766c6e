"""Why a version of a form cannot be published as it is: sentences about its sections and questions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from core.questionnaires.content import Content, content_of
from core.questionnaires.models import FormQuestion, FormVersion
from core.questionnaires.purposes import Purpose, purpose_of
from core.sections.kinds import KINDS
from core.translated.forms import language_name
from core.translated.texts import TO_PUBLISH, TranslatedText

# Names of hidden fields of every page, and of what a section's form has itself.
RESERVED_KEYS = frozenset(
    {"again", "base", "csrfmiddlewaretoken", "form_version", "key", "nonce", "opened", "save_exit"}
)


@dataclass(frozen=True)
class Fault:
    """What is wrong.

    Args:
        key: of the question or section; "" for the form as a whole.
        text: for staff.
        blocks: as long as it is there, nothing is published.
    """

    key: str
    text: str
    blocks: bool = True


def blocking(version: FormVersion) -> list[Fault]:
    """Return what must be put right before a version is published."""
    return [fault for fault in faults(version) if fault.blocks]


def faults(version: FormVersion) -> list[Fault]:
    """Return all that is wrong with a version, in the order of the form."""
    content = content_of(version)
    # Answers to whatever was ever asked are kept under its key.
    asked = FormQuestion.objects.filter(version__form=version.form_id, rows=None).exclude(version=version)
    kinds = dict(asked.order_by("version__number").values_list("key", "kind"))
    purpose = purpose_of(version.form.purpose)
    return [*_of_whole(content, purpose), *_of_questions(content, purpose, kinds)]


def _of_whole(content: Content, purpose: Purpose) -> Iterator[Fault]:
    asked = _questions(content)
    for name in purpose.core:
        if not asked.get(name, {}).get("core"):
            yield Fault("", _("The portal needs the question “%(key)s”, which is missing.") % {"key": name})
    places = {q["key"]: section["key"] for section in content["sections"] for q in section["questions"]}
    for rule in purpose.rules:
        if len({places[name] for name in rule.names if name in places}) > 1:
            names = "”, “".join(rule.names)
            yield Fault(rule.at, _("“%(names)s” must stay in one section.") % {"names": names})
    for section in content["sections"]:
        yield from _of_section(section, purpose)


def _of_section(section: Mapping[str, Any], purpose: Purpose) -> Iterator[Fault]:
    key, names = section["key"], {question["key"] for question in section["questions"]}
    if key in purpose.reserved:
        yield Fault(key, _("“%(key)s” is the address of another page: choose another key.") % {"key": key})
    if (key in purpose.pages) != bool(names & purpose.pages) or (key in purpose.pages and names != {key}):
        yield Fault(
            key, _("The section “%(key)s” has a page of its own and asks nothing else.") % {"key": key}
        )
    yield from _untranslated(key, section, ("title", "intro"))


def _of_questions(content: Content, purpose: Purpose, kinds: Mapping[str, str]) -> Iterator[Fault]:
    """Yield what is wrong with questions; `kinds` are those with which their keys were asked before."""
    for key, question in _questions(content).items():
        yield from _of_question(key, question, purpose, kinds.get(key, question["kind"]))


def _of_question(key: str, question: Mapping[str, Any], purpose: Purpose, before: str) -> Iterator[Fault]:
    kind, core = question["kind"], purpose.core.get(key)
    if kind not in KINDS:
        yield Fault(key, _("There is no kind of answer “%(kind)s”.") % {"kind": kind})
    if key in RESERVED_KEYS or (core is None and key in purpose.taken):
        yield Fault(key, _("The key “%(key)s” is taken by the portal: choose another one.") % {"key": key})
    if bool(question.get("core")) != (core is not None):
        yield Fault(key, _("“%(key)s” cannot be made a question that the portal needs.") % {"key": key})
    elif core is not None and core.kind.code != kind:
        yield Fault(
            key, _("The kind of answer of “%(key)s” cannot change: the portal needs it.") % {"key": key}
        )
    if key in purpose.private and question.get("public"):
        yield Fault(
            key, _("The answer to “%(key)s” is for staff only: people were promised that.") % {"key": key}
        )
    if before != kind and kind not in KINDS[before].converts_to:
        words = _("“%(key)s” cannot become another kind of answer: add a new question and remove this one.")
        yield Fault(key, words % {"key": key})
    yield from _untranslated(key, question, ("label", "short_label", "help", "example"))
    for column in question.get("columns", ()):
        yield from _untranslated(key, column, ("label", "help"))


def _untranslated(key: str, row: Mapping[str, Any], names: tuple[str, ...]) -> Iterator[Fault]:
    """Yield what is missing in a language without which nothing is published."""
    for name in names:
        text = TranslatedText(row.get(name, {}))
        for code in text.missing(TO_PUBLISH) if text else ():
            words = {"text": text, "language": language_name(code)}
            yield Fault(key, _("“%(text)s” is missing in %(language)s.") % words)


def _questions(content: Content) -> dict[str, Mapping[str, Any]]:
    return {question["key"]: question for section in content["sections"] for question in section["questions"]}
