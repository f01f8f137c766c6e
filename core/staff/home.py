"""What the home page of the administration is made of: work that waits, deadlines, figures."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.formats import date_format

from core.counts import Count
from core.phrases import StrOrPromise


@dataclass(frozen=True)
class Waiting:
    """Something on the staff's home page that waits for this person.

    Attributes:
        counted: how many; the home page asks for all of its numbers together.
        leads_to: the address behind it, or a function that finds it out for the case that something waits.
        says_when: words around the `date` of the first of them, where its count knows one: “due %(date)s”.
    """

    label: Any
    counted: Count
    leads_to: str | Callable[[], str]
    is_urgent: bool = False
    says_when: StrOrPromise = ""

    @property
    def when(self) -> str:
        """The date of the first of them, in words; empty if it has none."""
        earliest = self.counted.earliest
        if not (earliest and self.says_when):
            return ""
        return self.says_when % {"date": date_format(timezone.localtime(earliest), "j F Y")}

    @property
    def count(self) -> int:
        return self.counted.number

    @property
    def url(self) -> str:
        return self.leads_to() if callable(self.leads_to) else self.leads_to


@dataclass(frozen=True)
class Deadline:
    """A time to come that this person should know of, with where to look."""

    label: Any
    at: datetime
    url: str


@dataclass(frozen=True)
class Figure:
    """A number on the staff's home page, and what it counts."""

    label: Any
    value: Any
