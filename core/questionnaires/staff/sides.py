"""What the pages of forms need of the app whose forms they are: registered by its pages for staff."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse

from core.phrases import StrOrPromise
from core.questionnaires import names
from core.questionnaires.models import Form
from core.sections.questions import Questionnaire, Section


@dataclass(frozen=True)
class Words:
    """How the pages of forms speak of those who fill in a form, and of what they write.

    Args:
        parts: what a question says of itself, by the name of its column, where that depends on the form.
        is_public: in the list of questions, of one whose answer others see.
        owner: the link to what the form belongs to.
        preview: what the preview shows.
        begin: what starting a draft does.
        former: what undoing a publication does.
        usage: how much is written, with %(drafts)s and %(submissions)s, and what becomes of it.
        drafts: the heading above how many are being filled in.
        submissions: the heading above how many were submitted.
        write: the box that lets them be written to.
        tells: who gets an e-mail.
        try_out: what a test is.
    """

    parts: Mapping[str, StrOrPromise]
    is_public: StrOrPromise
    owner: StrOrPromise
    preview: StrOrPromise
    begin: StrOrPromise
    former: StrOrPromise
    usage: StrOrPromise
    drafts: StrOrPromise
    submissions: StrOrPromise
    write: StrOrPromise
    tells: StrOrPromise
    try_out: StrOrPromise


@dataclass(frozen=True)
class StaffSide:
    """How an app shows its forms to staff.

    Args:
        name_of: what a form is called, such as by its call; "" for one that nothing uses.
        related: what `name_of` and `url_of` need, for `select_related`.
        url_of: the page, in the administration, of what the form belongs to; "" if there is none.
        preview: the page of a section as those see it who fill in the form, with nothing to send.
        words: how pages speak of it.
    """

    name_of: Callable[[Form], str]
    related: Sequence[str]
    url_of: Callable[[Form], str]
    preview: Callable[[HttpRequest, Form, Questionnaire, Section], HttpResponse]
    words: Words


_registered: dict[str, StaffSide] = {}


def register(purpose: str, side: StaffSide) -> None:
    _registered[purpose] = side
    names.register(purpose, side.name_of)


def side_of(form: Form) -> StaffSide:
    """Return how the app of a form shows it."""
    return _registered[form.purpose]


def related() -> list[str]:
    """Return what the names of all forms need."""
    return sorted({name for side in _registered.values() for name in side.related})


def words_of(form: Form) -> Words:
    """Return how pages speak of a form."""
    return side_of(form).words
