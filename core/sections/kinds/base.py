"""What every kind of answer can do; a kind overrides what is its own."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar

from crispy_forms.layout import LayoutObject
from django import forms
from django.utils.translation import get_language, gettext, override

from core.reference.models import NutsUnit
from core.reference.units import units
from core.reference.words import Words
from core.sections.questions import Answers, Choice, Question, Rule

if TYPE_CHECKING:
    from core.forms.forms import PublicFormSet
    from core.sections.forms import SectionFormMixin

LANGUAGES = ("en", "fr")
UNANSWERED: tuple[Any, ...] = (None, "", [], {}, False)
# By their code, with which versions name them.
KINDS: dict[str, Kind] = {}

Heading = Mapping[str, Any]
Row = list[tuple[str, str]]


@dataclass(frozen=True)
class Told:
    """An answer as people read it: a text, a list, or rows of label and text; all empty if there is none."""

    text: str = ""
    items: list[str] = field(default_factory=list)
    rows: list[Row] = field(default_factory=list)

    @property
    def lines(self) -> list[str]:
        """All of it, a line for each part."""
        return (
            self.text.splitlines()
            or self.items
            or ["; ".join(text for _label, text in row) for row in self.rows]
        )


@dataclass(frozen=True)
class Offer:
    """What may be chosen for a question, or for a column of its rows, named by `of`."""

    of: str
    terms: list[str]


class Labels:
    """What stands beside codes: the words of the vocabularies, and the regions, read once for many."""

    def __init__(self, regions: Iterable[str] = ()) -> None:
        self._regions = dict(units(regions))

    @cached_property
    def words(self) -> Words:
        return Words()

    def region(self, code: str) -> NutsUnit | None:
        if code not in self._regions:
            self._regions |= units([code])
        return self._regions.get(code)


class Kind:
    """A kind of answer, without state: one object serves every question of the kind.

    A cell's value is plain (see `core.sections.questions`); `snapshot` puts it into a version, with the words
    of its codes in both languages; `told` reads it from there.
    """

    code: ClassVar[str] = ""
    # As which kind a version names it: one that only asks in another way is told as the other.
    stored_as: ClassVar[str] = ""
    asks_for_places: ClassVar[bool] = False
    # Two of them differ by single words.
    is_prose: ClassVar[bool] = False

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if "code" in cls.__dict__:
            assert cls.code not in KINDS, cls.code
            KINDS[cls.code] = cls()

    @property
    def blank(self) -> Any:
        """The value of a cell without an answer."""
        return ""

    # Asked ------------------------------------------------------------------------------------------------

    def field(self, question: Question) -> forms.Field | None:
        """Return the field that asks a question; None if it is asked by rows or on a page of its own."""
        return None

    def prepare(self, form: SectionFormMixin, question: Question) -> None:
        """Give the form what the question needs of this request, such as the choices of today."""

    def prepare_rows(self, rows: Sequence[forms.BaseForm], question: Question) -> None:
        """Do the same for a column, once for all rows."""

    def choices_now(self, question: Question) -> list[Choice] | None:
        """Return what may be chosen today, in one query; None where nothing of a vocabulary is chosen."""
        return None

    def rows_class(self, question: Question) -> type[PublicFormSet] | None:
        """Return the class of the rows that ask a question; None if one field does."""
        return None

    def layout(self, question: Question) -> Sequence[str | LayoutObject]:
        """Return where the question stands on the page."""
        return [question.name]

    def shown(self, question: Question, cells: Answers) -> Any:
        """Return what the field shows of the saved cells."""
        return self.shown_all(question, [cells.get(question.name)])[0]

    def shown_all(self, question: Question, values: Sequence[Any]) -> Sequence[Any]:
        """Return what fields of many rows show; a kind that looks something up does it once for all."""
        return values

    def hint(self, question: Question) -> str:
        """Return what is said beforehand about the length of an answer."""
        return ""

    def offered(self, question: Question) -> list[str]:
        """Return what can be chosen, in words; empty where one writes."""
        return []

    def offers(self, question: Question) -> list[Offer]:
        """Return the same as it is announced beforehand, for each column of rows."""
        terms = self.offered(question)
        return [Offer("", terms)] if terms else []

    def name_of(self, question: Question, cell: str, value: Any, labels: Labels) -> str:
        """Return what a cell is called: its question, or which row it is."""
        return str(question.label or question.heading)

    # Read and kept ----------------------------------------------------------------------------------------

    def take(self, form: SectionFormMixin, question: Question) -> Answers:
        """Return the cells of a bound form whose typed value is valid."""
        cleaned = form.cleaned_data
        return {question.name: self.plain(cleaned[question.name])} if question.name in cleaned else {}

    def plain(self, cleaned: Any) -> Any:
        """Return the cleaned value of a field as its cell keeps it."""
        return cleaned

    def cells(self, question: Question, value: Any) -> Answers:
        """Return the cells of a value as a store hands it out."""
        return {question.name: value}

    def key_name(self, question: Question) -> str:
        """Return under which name a row of a value carries its key; "" where a row has none."""
        return ""

    def besides(self, question: Question, written: Answers, saved: Answers) -> Answers:
        """Return what a save says of other cells of the question as well; they are judged like those sent."""
        return {}

    # Checked ----------------------------------------------------------------------------------------------

    def rules(self, question: Question, mine: Mapping[str, Any], saved: Answers) -> Iterable[Rule]:
        """Return what must hold of several cells of the question together, after a save as well."""
        return ()

    def is_answered(self, question: Question, value: Any) -> bool:
        return value not in UNANSWERED

    def is_begun(self, question: Question, cells: Answers) -> bool:
        """Whether somebody has answered anything of it."""
        return any(value and value != question.initial for value in question.own(cells).values())

    def missing(self, question: Question, cells: Answers) -> Iterator[tuple[str, str]]:
        """Yield what a complete form lacks of it: the id of the field on its page, and what to do."""
        if question.is_required and not self.is_answered(question, cells.get(question.name)):
            yield self.anchor(question), str(question.missing_text or question.label)

    def anchor(self, question: Question) -> str:
        """Return the id of its place on the page."""
        return f"id_{question.name}"

    # Told -------------------------------------------------------------------------------------------------

    def heading(self, question: Question) -> dict[str, Any]:
        """Return the question as a version repeats it."""
        return {
            "name": question.name,
            "kind": self.stored_as or self.code,
            "label": in_both(question.label),
        }

    def regions(self, question: Question, value: Any) -> Iterable[str]:
        """Return the codes of regions in a value, which `Labels` then reads at once."""
        return ()

    def snapshot(self, question: Question, value: Any, labels: Labels) -> Any:
        """Return a value as a version keeps it."""
        return value

    def told(self, heading: Heading, value: Any, language: str) -> Told:
        """Return a value of a version in a language that it holds; of versions of every age."""
        if isinstance(value, list):
            return Told(items=[self.text(item, language) for item in value])
        return Told(text=self.text(value, language))

    def text(self, value: Any, language: str) -> str:
        """Return one value of a version as text; "" if there is none."""
        return readable(value, language)

    def lines(self, question: Question, value: Any, labels: Labels) -> list[str]:
        """Return the value of a cell as people read it in the language of the page, a line for each part."""
        return self.told({}, self.snapshot(question, value, labels), spoken()).lines

    def line(self, question: Question, value: Any, labels: Labels) -> str:
        """Return the same in one line; a long text as it is."""
        told = self.told({}, self.snapshot(question, value, labels), spoken())
        return told.text or "; ".join(told.items)

    def line_in_row(self, question: Question, value: Any, labels: Labels) -> str:
        """Return what a row says in this column."""
        return self.line(question, value, labels)


def kind_of(heading: Heading) -> Kind:
    """Return the kind of a question of a version; of one that there is no longer, what all kinds can do."""
    return KINDS.get(heading["kind"]) or Kind()


def readable(value: Any, language: str) -> str:
    """Return a value of a version as text, whatever its kind; "" if there is none."""
    if isinstance(value, bool):
        return gettext("Yes") if value else gettext("No")
    if isinstance(value, dict):
        return f"{value['name']} ({value['code']})" if "name" in value else str(value[language])
    return "" if value is None else str(value)


def in_both(text: Any) -> dict[str, str]:
    """Return a translatable text in every language of the portal."""
    said = {}
    for language in LANGUAGES:
        with override(language):
            said[language] = str(text)
    return said


def spoken(language: str | None = None) -> str:
    """Return a language that versions hold: this one, or that of the page, else English."""
    language = language or get_language() or ""
    return language if language in LANGUAGES else LANGUAGES[0]
