"""Kinds of answers: each one class that knows how it is asked, read, checked, kept in a version and told."""

from core.sections.kinds.base import KINDS, Kind
from core.sections.kinds.choices import DEPENDENT_CHOICE, Choice, Choices, Tick, YesNo
from core.sections.kinds.computed import Computed
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

LINE, TEXT, MAIL, WEB, PHONE, TEXTS = Line(), Text(), Mail(), Web(), Phone(), Texts()
NUMBER, AMOUNT, COMPUTED, TABLE, DATE, MONTH = Number(), Amount(), Computed(), Table(), Date(), Month()
TICK, YES_NO, CHOICE, CHOICES = Tick(), YesNo(), Choice(), Choices()
TERM, TERMS, REGION, REGIONS, PLACE = Term(), Terms(), Region(), Regions(), Place()
ROWS, GROUP, FILES = Rows(), Group(), Files()


def kinds_for_staff() -> list[Kind]:
    """Return the kinds of which staff can make questions; others are asked by code."""
    return [kind for kind in KINDS.values() if "title" in type(kind).__dict__]


__all__ = [
    "DEPENDENT_CHOICE",
    "KINDS",
    "KeyedRows",
    "Kind",
    "Number",
    "OrderedRows",
    "Region",
    "RowsByColumn",
    "Term",
]
