"""Kinds of answers: each one class that knows how it is asked, read, checked, kept in a version and told."""

from core.sections.kinds.base import KINDS, Kind
from core.sections.kinds.files import Files
from core.sections.kinds.plain import Choice, Level, Line, Mail, Month, Number, PersonName, Text, Tick, Web
from core.sections.kinds.rows import KeyedRows, OrderedRows, Rows, RowsByColumn
from core.sections.kinds.terms import Choices, Region, Regions, Term, Terms

LINE, PERSON_NAME, MAIL, WEB, TEXT = Line(), PersonName(), Mail(), Web(), Text()
NUMBER, MONTH, TICK, CHOICE, LEVEL, CHOICES = Number(), Month(), Tick(), Choice(), Level(), Choices()
TERM, TERMS, REGION, REGIONS, ROWS, FILES = Term(), Terms(), Region(), Regions(), Rows(), Files()

__all__ = ["KINDS", "KeyedRows", "Kind", "Number", "OrderedRows", "Region", "RowsByColumn", "Term"]
