"""Which dates make sense here: a slip of the finger must not be stored as the year 27 or 2207."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.formats import date_format
from django.utils.translation import gettext as _

# The programme runs in 2026 and 2027; what follows it still fits. Defaults to confirm.
FIRST_MONTH, LAST_MONTH = date(2026, 1, 1), date(2030, 12, 1)
FIRST_TIME, LAST_TIME = datetime(2025, 1, 1, tzinfo=UTC), datetime(2035, 1, 1, tzinfo=UTC)
CENTURY = 2000
_YEAR_AND_MONTH = re.compile(r"(?P<year>\d{1,4})\s*[-/.]\s*(?P<month>\d{1,2})")
_MONTH_AND_YEAR = re.compile(r"(?P<month>\d{1,2})\s*[-/.]\s*(?P<year>\d{4})")


def month_constraint(field: str, *, name: str) -> models.CheckConstraint:
    """Return the rule that a column holds the first day of a month that makes sense, or nothing."""
    return models.CheckConstraint(
        condition=models.Q(**{f"{field}__range": (FIRST_MONTH, LAST_MONTH), f"{field}__day": 1}), name=name
    )


def time_constraint(field: str, *, name: str) -> models.CheckConstraint:
    """Return the rule that a column holds a time that makes sense, or nothing."""
    return models.CheckConstraint(
        condition=models.Q(**{f"{field}__range": (FIRST_TIME, LAST_TIME)}), name=name
    )


def validate_month(value: date) -> None:
    """Refuse a month that nobody can have meant, in words."""
    if not FIRST_MONTH <= value <= LAST_MONTH:
        raise ValidationError(
            _("Enter a month from %(first)s to %(last)s.")
            % {"first": date_format(FIRST_MONTH, "F Y"), "last": date_format(LAST_MONTH, "F Y")},
            code="range",
        )


def validate_time(value: datetime) -> None:
    """Refuse a date that nobody can have meant, in words."""
    if not FIRST_TIME <= value <= LAST_TIME:
        raise ValidationError(
            _("Enter a date from %(first)s to %(last)s.")
            % {"first": FIRST_TIME.year, "last": LAST_TIME.year - 1},
            code="range",
        )


def read_month(typed: str) -> date | None:
    """Return the month that somebody typed, as its first day; None if it is no month.

    A year of two digits, which a browser's month picker sends as `0027`, is one of this century.
    """
    found = _YEAR_AND_MONTH.fullmatch(typed.strip()) or _MONTH_AND_YEAR.fullmatch(typed.strip())
    if found is None:
        return None
    year, month = int(found["year"]), int(found["month"])
    if not 1 <= month <= 12 or not year:
        return None
    return date(year + CENTURY if year < 100 else year, month, 1)
