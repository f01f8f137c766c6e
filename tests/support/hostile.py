"""Requests that no browser of ours would send: each field of a page with a value that breaks things."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from functools import cache
from html import unescape
from typing import Any

from django.http.response import HttpResponseBase
from django.test import Client

from tests.support.ours import python_files

VALUES = [
    "",
    "\x00",
    "a\x00b",
    "%",
    "'\"><script>alert(1)</script>",
    "((((",
    "-1",
    "0",
    "9" * 30,
    "1e400",
    "NaN",
    "99999999999999999999999-01-01",
    "0027-13-45",
    "2026-02-30T25:61",
    "𝟙२",
    "x" * 20_000,
    "[" * 2000,
    '{"a":' * 500,
    "../../etc/passwd",
    "DE131",
    "None",
    "true",
    "00000000-0000-0000-0000-000000000000",
    "{}",
    "[]",
    "null",
]
# Python knows some that are no charset of a text, and some that take more than one byte.
CHARSETS = ("nonsense", "utf-16", "utf-7", "hex", "base64", "idna", "undefined", "rot13", "x" * 500)
ONE_PART = b'--x\r\nContent-Disposition: form-data; name="email"\r\n\r\n\xff\xfe\r\n--x--\r\n'
# Lookups that Django's lists would hand to the database.
LOOKUPS = ["pk__exact", "id__in", "status__exact", "created_at__year", "title__regex", "call__id__exact"]
PARAMETERS = re.compile(r"GET(?:\.get|\.getlist)?[(\[]\"([a-z_]+)\"")
NAMED = re.compile(r"<(?:input|select|textarea|button)\b[^>]*?\bname=\"([^\"]+)\"")


@cache
def parameters_in_code() -> set[str]:
    """Return every name that a view reads from an address."""
    return {name for file in python_files() for name in PARAMETERS.findall(file.read_text())}


def names_on(html: str) -> list[str]:
    """Return the names of all fields and buttons of a page."""
    names = dict.fromkeys(unescape(name) for name in NAMED.findall(html))
    return [name for name in names if name != "csrfmiddlewaretoken"]


def requests_to(client: Client, address: str, *, seed: str, rounds: int) -> Iterator[tuple[str, int]]:
    """Ask for an address in hostile ways; yield what was sent, in short, and the status of the answer.

    Args:
        client: of whoever asks.
        address: with a row behind it.
        seed: the name of the address: so a failure repeats, and another page gets other values.
        rounds: how often it is asked for, and how often something is sent to it.
    """
    chance = random.Random(seed)
    page = client.get(address)
    names = [] if page.streaming else names_on(page.content.decode(errors="replace"))
    status_of(page)
    asked = sorted({*names, *parameters_in_code(), "q", "p", "o", "e", "next", *LOOKUPS})
    for _round in range(rounds):
        query = _drawn(chance, chance.sample(asked, min(6, len(asked))))
        yield f"GET {_short(query)}", status_of(client.get(address, query))
        # Also where no form stands: its own page may be another one.
        sent = _drawn(chance, names or asked)
        yield f"POST {_short(sent)}", status_of(client.post(address, sent))


def odd_bodies_to(client: Client, address: str) -> Iterator[tuple[str, int]]:
    """Send what is no form at all."""
    for opened in ("[", '{"a":'):
        nested = client.post(address, opened * 10_000, content_type="application/json")
        yield f"POST json {opened}", status_of(nested)
    charset = "application/x-www-form-urlencoded; charset=nonsense"
    yield "POST charset", status_of(client.generic("POST", address, b"a=%FF%FE", charset))
    broken = client.generic("POST", address, b"--x\r\nbroken", "multipart/form-data; boundary=x")
    yield "POST broken parts", status_of(broken)


def odd_forms_to(client: Client, address: str) -> Iterator[tuple[str, int]]:
    """Send forms in charsets that no browser uses, and with more fields than any page has."""
    for charset in CHARSETS:
        form = f"application/x-www-form-urlencoded; charset={charset}"
        yield f"POST {form}", status_of(client.generic("POST", address, b"a=%FF%FE&topics=x", form))
        parts = f"multipart/form-data; boundary=x; charset={charset}"
        yield f"POST {parts}", status_of(client.generic("POST", address, ONE_PART, parts))
    # More than Django reads, which then has to be said, not to be an error of ours.
    for count in (900, 5_000):
        many = "&".join(f"field{number}={number}" for number in range(count))
        form = client.generic("POST", address, many, "application/x-www-form-urlencoded")
        yield f"POST {count} fields", status_of(form)
        yield f"GET {count} fields", status_of(client.get(f"{address}?{many}"))


def status_of(answer: HttpResponseBase) -> int:
    """Return the status of an answer, read to its end: a file stays open until then."""
    if answer.streaming:
        list(answer.streaming_content)
    return answer.status_code


def _drawn(chance: random.Random, names: list[str]) -> dict[str, str]:
    return {name: chance.choice(VALUES) for name in names}


def _short(sent: dict[str, Any]) -> dict[str, str]:
    return {name: value[:40] for name, value in sent.items()}
