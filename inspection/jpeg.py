"""JPEG: its structure is walked to the end, then it is decoded at an eighth of its size."""

from __future__ import annotations

import io
import re
import struct
from typing import NamedTuple

from PIL import Image

from inspection.pictures import PictureLimits
from inspection.refusals import Reason, Refused

END, SCAN = 0xD9, 0xDA
FRAMES = set(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
PROGRESSIVE = {0xC2, 0xC6, 0xCA, 0xCE}
FRAME = struct.Struct(">BHHB")
# The next marker: inside a scan, a zero or a restart after 0xFF belongs to the picture; elsewhere, cameras
# leave stray bytes before it.
MARKER = re.compile(rb"\xff[^\x00\x01\xd0-\xd7\xff]")
SCANS_MAX = 200
SEGMENTS_MAX = 5_000
# A progressive picture is held whole while it is decoded, two bytes for each value.
PROGRESSIVE_MAX_VALUES = 60_000_000


class Frame(NamedTuple):
    width: int
    height: int
    channels: int
    is_progressive: bool


def check(content: bytes, limits: PictureLimits) -> None:
    """Read a JPEG.

    Raises:
        Refused: damaged, or larger than the limits.
    """
    frame = _walk(content)
    values = frame.width * frame.height * frame.channels
    limits.check(frame.width, frame.height, bytes_=values)
    if not frame.is_progressive or values <= PROGRESSIVE_MAX_VALUES:
        _decode(content, frame)


def _walk(content: bytes) -> Frame:
    frame, at, scans = None, 2, 0
    for _segment in range(SEGMENTS_MAX):
        marker, at = _marker(content, at)
        if marker == END:
            break
        body, at = _segment_at(content, at)
        if marker in FRAMES:
            frame = _frame(marker, body)
        elif marker == SCAN:
            scans += 1
        if scans > SCANS_MAX:
            raise Refused(Reason.DEMANDING)
    else:
        raise Refused(Reason.DEMANDING)
    if frame is None or not scans:
        raise Refused(Reason.BROKEN)
    return frame


def _marker(content: bytes, at: int) -> tuple[int, int]:
    """Return the next marker, and where what belongs to it begins."""
    found = MARKER.search(content, at)
    if not found:
        raise Refused(Reason.BROKEN)
    return found[0][1], found.end()


def _segment_at(content: bytes, at: int) -> tuple[bytes, int]:
    length = int.from_bytes(content[at : at + 2], "big")
    if length < 2 or at + length > len(content):
        raise Refused(Reason.BROKEN)
    return content[at + 2 : at + length], at + length


def _frame(marker: int, body: bytes) -> Frame:
    if len(body) < FRAME.size:
        raise Refused(Reason.BROKEN)
    _precision, height, width, channels = FRAME.unpack_from(body)
    if not width or not height or not channels:
        raise Refused(Reason.BROKEN)
    return Frame(width, height, channels, marker in PROGRESSIVE)


def _decode(content: bytes, frame: Frame) -> None:
    # Our own limits have been asked already.
    Image.MAX_IMAGE_PIXELS = None
    with Image.open(io.BytesIO(content), formats=["JPEG"]) as image:
        image.draft(image.mode, (max(frame.width // 8, 1), max(frame.height // 8, 1)))
        image.load()
