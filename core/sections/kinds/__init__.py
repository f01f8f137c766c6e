"""Kinds of answers: each one class that knows how it is asked, read, checked, kept in a version and told."""

from __future__ import annotations

from core.sections.kinds.base import KINDS, Kind
from core.sections.kinds.files import Files
from core.sections.kinds.plain import Choice, Level, Line, Mail, Month, Number, PersonName, Text, Tick, Web
from core.sections.kinds.rows import KeyedRows, OrderedRows, Rows, RowsByColumn
from core.sections.kinds.terms import Choices, Region, Regions, Term, Terms

LINE, TEXT, MAIL, WEB, NUMBER, MONTH, TICK = Line(), Text(), Mail(), Web(), Number(), Month(), Tick()
PERSON_NAME, CHOICE, LEVEL, CHOICES = PersonName(), Choice(), Level(), Choices()
TERM, TERMS = Term(), Terms()
REGION, REGIONS, ROWS, FILES = Region(), Regions(), Rows(), Files()

__all__ = [
    "CHOICE",
    "CHOICES",
    "FILES",
    "KINDS",
    "LEVEL",
    "LINE",
    "MAIL",
    "MONTH",
    "NUMBER",
    "PERSON_NAME",
    "REGION",
    "REGIONS",
    "ROWS",
    "TERM",
    "TERMS",
    "TEXT",
    "TICK",
    "WEB",
    "Choice",
    "Choices",
    "Files",
    "KeyedRows",
    "Kind",
    "Level",
    "Line",
    "Mail",
    "Month",
    "Number",
    "OrderedRows",
    "PersonName",
    "Region",
    "Regions",
    "Rows",
    "RowsByColumn",
    "Term",
    "Terms",
    "Text",
    "Tick",
    "Web",
]
