"""Calls as staff set them up in the administration: open for ten days more, or closed since yesterday."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from contextlib import AbstractContextManager
from datetime import timedelta
from typing import Any

from django.utils import timezone

from applications.models import Call, Criterion
from impact.demo.clock import at

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
    for position, (code, weight) in enumerate((weights or {"need": 60, "partnership": 40}).items()):
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
    return call


def while_open(call: Call) -> AbstractContextManager[None]:
    """Let everything inside happen while the call is open: now, or an hour before it closed."""
    now = timezone.now()
    return at(now if call.is_open else (call.closes_at or now) - timedelta(hours=1))


def _call(fields: Mapping[str, Any]) -> Call:
    number = next(_number)
    title = {"en": f"Call {number}", "fr": f"Appel {number}"}
    return Call.objects.create(**{"slug": f"call-{number}", "number": number, "title": title} | fields)
