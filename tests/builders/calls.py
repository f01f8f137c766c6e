"""Calls as staff set them up in the administration: open for ten days more, or closed since yesterday."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from contextlib import AbstractContextManager
from datetime import timedelta
from typing import Any

from django.utils import timezone

from applications.models import Call, CriteriaVersion, Criterion
from applications.reviewing.actions.criteria import change_criteria
from applications.reviewing.criteria import fingerprint
from applications.reviewing.criteria_versions import criteria_values
from impact.demo.clock import at
from tests.builders.people import the_manager

_number = itertools.count(101)


def open_call(**fields: Any) -> Call:
    """A call that opened ten days ago and closes in ten."""
    now = timezone.now()
    return _call({"opens_at": now - timedelta(days=10), "closes_at": now + timedelta(days=10)} | fields)


def closed_call(*, weights: Mapping[str, int] | None = None, **fields: Any) -> Call:
    """A call that closed yesterday, with criteria scored from 0 to 5."""
    now = timezone.now()
    span = {"opens_at": now - timedelta(days=60), "closes_at": now - timedelta(days=1)}
    call = _call(span | {"reviews_wanted": 2} | fields)
    add_criteria(call, weights or {"need": 60, "partnership": 40})
    return call


def add_criteria(call: Call, weights: Mapping[str, int]) -> None:
    """Add criteria scored from 0 to 5, by their code."""
    for position, (code, weight) in enumerate(weights.items()):
        Criterion.objects.create(
            call=call,
            code=code,
            title={"en": code.capitalize(), "fr": code.capitalize()},
            guidance={"en": f"How to score the {code}.", "fr": f"Comment noter : {code}."},
            weight=weight,
            max_score=5,
            threshold=3,
            position=position,
        )


def with_other_criteria(
    call: Call, changes: Mapping[str, Mapping[str, Any]], *, reason: str = "The panel requested it."
) -> CriteriaVersion:
    """Change values of criteria, by their code, of a call that is being scored."""
    rows = [{**row, **changes.get(row["code"], {})} for row in criteria_values(call)]
    seen = fingerprint(call.criteria.all())
    return change_criteria(call_id=call.pk, by=the_manager(), rows=rows, reason=reason, seen=seen)


def while_open(call: Call) -> AbstractContextManager[None]:
    """Let everything inside happen while the call is open: now, or an hour before it closed."""
    now = timezone.now()
    return at(now if call.is_open else (call.closes_at or now) - timedelta(hours=1))


def _call(fields: Mapping[str, Any]) -> Call:
    number = next(_number)
    title = {"en": f"Call {number}", "fr": f"Appel {number}"}
    return Call.objects.create(**{"slug": f"call-{number}", "number": number, "title": title} | fields)
