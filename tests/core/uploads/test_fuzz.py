"""Damaged files of every kind: accepted or refused with a reason, and never an error."""

from __future__ import annotations

import random

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile

from core.uploads import ODS, ODT, check_upload, read_table
from inspection.kinds import CSV
from inspection.refusals import Reason
from tests.inspection.samples import ALL_KINDS, docx, odf, pdf, photo, somebody, verdict, xlsx

SEED = 20_261_129
KINDS = {
    "docx": docx,
    "xlsx": lambda: xlsx([["Code", "Weight"], ["need", 50]]),
    "odt": lambda: odf(ODT),
    "ods": lambda: odf(ODS),
    "pdf": lambda: pdf(user_password="", owner_password="owner", algorithm="RC4-128"),
    "png": lambda: photo("PNG", (30, 20)),
    "jpg": lambda: photo("JPEG", (30, 20)),
    "csv": lambda: b"Code;Weight\nneed;50\n",
}
TIMES = 120
TIMES_THROUGH_A_CHILD = 6


def mutated(content: bytes, chance: random.Random) -> bytes:
    """Change some bytes, cut, double or drop a piece."""
    spoilt = bytearray(content)
    for _change in range(chance.randint(1, 6)):
        at = chance.randrange(len(spoilt) or 1)
        end = at + chance.randint(1, 40)
        match chance.randrange(5):
            case 0:
                spoilt[at : at + 1] = bytes([chance.randrange(256)])
            case 1:
                spoilt[at:end] = chance.randbytes(end - at)
            case 2:
                del spoilt[at:end]
            case 3:
                spoilt[at:at] = spoilt[at:end]
            case 4 if len(spoilt) > 60:
                del spoilt[chance.randint(30, len(spoilt)) :]
    return bytes(spoilt)


def mutations(kind: str, times: int) -> list[bytes]:
    chance = random.Random(f"{SEED}{kind}")
    original = KINDS[kind]()
    return [mutated(original, chance) for _time in range(times)]


@pytest.mark.parametrize("kind", KINDS)
def test_damaged_file_gets_a_verdict(kind):
    asked = {"allowed": [CSV]} if kind == "csv" else {"wants_rows": kind == "xlsx"}

    found = [verdict(content, **asked) for content in mutations(kind, TIMES)]

    assert {each.reason for each in found} <= {*Reason, ""}
    assert kind == "csv" or sum(1 for each in found if each.reason) > TIMES / 10


@pytest.mark.parametrize("kind", KINDS)
def test_damaged_file_is_accepted_or_refused_in_words(kind):
    texts = []
    for content in mutations(kind, TIMES_THROUGH_A_CHILD):
        file = SimpleUploadedFile(f"a.{kind}", content)
        try:
            read_table(file, by=somebody()) if kind in ("csv", "xlsx") else check_upload(
                file, allowed=ALL_KINDS, by=somebody()
            )
        except ValidationError as refusal:
            texts += refusal.messages

    assert all(texts)
