"""Kinds of answers: each one class that knows how it is asked, read, checked, kept in a version and told."""

from core.sections.kinds.base import KINDS, Kind
from core.sections.kinds.choices import Choice, Choices, Tick, YesNo
from core.sections.kinds.computed import Computed
from core.sections.kinds.dependent import DependentChoice
from core.sections.kinds.files import Files
from core.sections.kinds.groups import Group
from core.sections.kinds.languages import Texts
from core.sections.kinds.numbers import Amount, Number
from core.sections.kinds.places import Place
from core.sections.kinds.plain import Line, Mail, Phone, Text, Web
from core.sections.kinds.rows import KeyedRows, OrderedRows, Rows, RowsByColumn
from core.sections.kinds.tables import Table
from core.sections.kinds.terms import Region, Regions, Term, Terms
from core.sections.kinds.times import Date, Month

LINE, TEXT, MAIL, WEB, NUMBER, MONTH = Line(), Text(), Mail(), Web(), Number(), Month()
TICK, CHOICE, CHOICES, TERM, TERMS = Tick(), Choice(), Choices(), Term(), Terms()
REGION, REGIONS, ROWS, FILES = Region(), Regions(), Rows(), Files()


# Those of which staff can make questions, in the order of their list; others are asked by code only.
FOR_STAFF: tuple[Kind, ...] = (
    *(
        LINE,
        TEXT,
        NUMBER,
        Amount(),
        Date(),
        MONTH,
        YesNo(),
        TICK,
        CHOICE,
        CHOICES,
        TERM,
        TERMS,
        REGION,
        REGIONS,
    ),
    *(Place(), MAIL, Phone(), WEB, FILES, Texts(), DependentChoice(), Table(), Computed(), Group()),
)

__all__ = [
    "FOR_STAFF",
    "KINDS",
    "KeyedRows",
    "Kind",
    "Number",
    "OrderedRows",
    "Region",
    "RowsByColumn",
    "Term",
]
