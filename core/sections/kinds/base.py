"""What every kind of answer can do; a kind overrides what is its own."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar, Self

from crispy_forms.layout import LayoutObject
from django import forms
from django.utils.translation import override

from core.phrases import StrOrPromise, labelled
from core.reference.models import NutsUnit
from core.reference.units import units
from core.reference.words import VocabularyWords
from core.sections.kinds.settings import Setting
from core.sections.kinds.telling import Heading, Offer, Told, ToldFile, readable
from core.sections.questions import Answers, Compared, OfferedOption, Question, Rule
from core.translated.texts import ENGLISH, active_language, language_codes

if TYPE_CHECKING:
    from core.forms.forms import PublicFormSet
    from core.sections.forms import SectionFormMixin

UNANSWERED: tuple[Any, ...] = (None, "", [], {}, False)
KINDS: dict[str, Kind] = {}  # by the code with which versions name them


class Labels:
    """What stands beside codes: the words of the vocabularies, and the regions, read once for many."""

    def __init__(self, regions: Iterable[str] = ()) -> None:
        self._regions = dict(units(regions))

    @cached_property
    def words(self) -> VocabularyWords:
        return VocabularyWords()

    def read(self, regions: Iterable[str]) -> None:
        """Read regions at once that will be asked for one by one."""
        self._regions |= units(regions)

    def region(self, code: str) -> NutsUnit | None:
        if code not in self._regions:
            self._regions |= units([code])
        return self._regions.get(code)


class Kind:
    """A kind of answer, without state: one object serves every question of the kind.

    A cell's value is plain (see `core.sections.questions`); `snapshot` puts it into a version, with the words
    of its codes in every language; `told` reads it from there.
    """

    code: ClassVar[str] = ""
    # As which kind a version names it: one that only asks in another way is told as the other.
    stored_as: ClassVar[str] = ""
    # As staff choose it for a question; kinds that only code asks have none.
    title: ClassVar[StrOrPromise] = ""
    # What staff may set of a question of it, besides its words.
    settings: ClassVar[tuple[Setting, ...]] = ()
    # Codes of the kinds that read its answers as they are kept: a later version of a form may ask in those.
    converts_to: ClassVar[tuple[str, ...]] = ()
    asks_for_places: ClassVar[bool] = False
    # It is declared by pressing a button, never by a page that saves itself.
    is_declared: ClassVar[bool] = False
    # Two of them differ by single words.
    is_prose: ClassVar[bool] = False
    # Worked out from other answers; nobody types it, and no cell holds it.
    is_computed: ClassVar[bool] = False
    is_number: ClassVar[bool] = False
    can_be_column: ClassVar[bool] = True
    # Of rows: whether one can hold an answer that another has no need of.
    columns_can_have_conditions: ClassVar[bool] = False
    # In conditions of later questions.
    compared_as: ClassVar[Compared] = Compared.ANYTHING

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if "code" in cls.__dict__:
            assert cls.code not in KINDS, cls.code
            KINDS[cls.code] = cls()

    def __new__(cls) -> Self:
        """Return the one object of the kind."""
        known = KINDS.get(cls.code) if "code" in cls.__dict__ else None
        return known if isinstance(known, cls) else super().__new__(cls)

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

    def choices_now(self, question: Question) -> list[OfferedOption] | None:
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

    def value(self, question: Question, cells: Mapping[str, Any]) -> Any:
        """Return the value among the cells of a form: the way back from `cells`."""
        return cells.get(question.name, self.blank)

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

    def compared(self, question: Question, cells: Mapping[str, Any]) -> Any:
        """Return the answer among the cells of a form, as conditions compare it."""
        return self.value(question, cells)

    def is_begun(self, question: Question, cells: Answers) -> bool:
        """Whether somebody has answered anything of it."""
        return any(value and value != question.initial for value in question.own(cells).values())

    def missing(self, question: Question, cells: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
        """Yield what a complete form lacks of it: the id of the field on its page, and what to do."""
        value = self.value(question, cells)
        if self.is_answered(question, value):
            for text in self.misfits(question, value, cells):
                yield self.anchor(question), labelled(str(question.heading), text)
        elif question.is_required:
            yield self.anchor(question), str(question.missing_text or question.label)

    def misfits(self, question: Question, value: Any, cells: Mapping[str, Any]) -> Iterator[str]:
        """Yield why a kept answer will not do: it is too short yet, or was given when other limits held.

        Args:
            question: as it is asked now.
            value: an answer.
            cells: all of the form, or of the row; an earlier answer may decide.
        """
        yield from ()

    def faults(self, question: Question, earlier: Sequence[Question] = ()) -> Iterator[str]:
        """Yield what is wrong with a question as staff have set it, in sentences.

        Args:
            question: of this kind.
            earlier: those before it in the form; of a column, those before it in the row.
        """
        yield from ()

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
            **self.details(question),
        }

    def details(self, question: Question) -> dict[str, Any]:
        """Return what a version repeats of a question besides, to tell its answer by."""
        return {}

    def files(self, value: Any) -> Iterable[ToldFile]:
        """Return the files that a value of a version lists."""
        return ()

    def regions(self, question: Question, value: Any) -> Iterable[str]:
        """Return the codes of regions in a value, which `Labels` then reads at once."""
        return ()

    def snapshot(self, question: Question, value: Any, labels: Labels) -> Any:
        """Return a value as a version keeps it."""
        return value

    def restored(self, question: Question, value: Any) -> Any:
        """Return a value of a version as a cell keeps it: the way back from `snapshot`."""
        return value

    def cells_of_version(self, question: Question, value: Any) -> Answers:
        """Return the cells of a value of a version, so that conditions and sums can be judged by them."""
        return self.cells(question, self.restored(question, value))

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
        return self._told_now(question, value, labels).lines

    def line(self, question: Question, value: Any, labels: Labels) -> str:
        """Return the same in one line; a long text as it is."""
        told = self._told_now(question, value, labels)
        return told.text or "; ".join(told.lines)

    def line_in_row(self, question: Question, value: Any, labels: Labels) -> str:
        """Return what a row says in this column."""
        return self.line(question, value, labels)

    def _told_now(self, question: Question, value: Any, labels: Labels) -> Told:
        return self.told(self.details(question), self.snapshot(question, value, labels), spoken())


def kind_of(heading: Heading) -> Kind:
    """Return the kind of a question of a version; of one that there is no longer, what all kinds can do."""
    return KINDS.get(heading["kind"]) or Kind()


def in_both(text: Any) -> dict[str, str]:
    """Return a translatable text in every language of the portal."""
    said = {}
    for language in language_codes():
        with override(language):
            said[language] = str(text)
    return said


def spoken() -> str:
    """Return the language of the page, else English: one in which what is made now has its words."""
    language = active_language()
    return language if language in language_codes() else ENGLISH
