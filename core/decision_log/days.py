"""A filter by days, the last one included."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from django.contrib import admin
from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.views.main import ChangeList
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.formats import date_format
from django.utils.translation import gettext as _


class DaysFilter(admin.FieldListFilter):
    """From one day to another, in Brussels time; what is no day is refused, and hides nothing silently."""

    template = "admin/_days_filter.html"

    def expected_parameters(self) -> list[str | None]:
        return [f"{self.field_path}_from", f"{self.field_path}_to"]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        for end, lookup in (("from", "gte"), ("to", "lte")):
            if text := self._typed(end):
                queryset = queryset.filter(**{f"{self.field_path}__date__{lookup}": _day(text)})
        return queryset

    def choices(self, changelist: ChangeList) -> Iterator[Any]:
        yield {
            "days": [
                {"name": f"{self.field_path}_{end}", "value": self._typed(end), "is_first": end == "from"}
                for end in ("from", "to")
            ],
            "selected": any(self._typed(end) for end in ("from", "to")),
            "display": ", ".join(self._in_words()),
        }

    def _in_words(self) -> Iterator[str]:
        if first := self._typed("from"):
            yield _("from %(day)s") % {"day": date_format(_day(first))}
        if last := self._typed("to"):
            yield _("to %(day)s (included)") % {"day": date_format(_day(last))}

    def _typed(self, end: str) -> str:
        given: Any = self.used_parameters.get(f"{self.field_path}_{end}", "")
        return str(given[-1] if isinstance(given, list) else given)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise IncorrectLookupParameters(error) from error
