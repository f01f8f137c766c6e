"""PNG: every byte is checked, and no picture is ever held in memory."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from typing import NamedTuple

from inspection.pictures import PictureLimits
from inspection.refusals import Reason, Refused

SIGNATURE = b"\x89PNG\r\n\x1a\n"
CHUNK_HEAD = struct.Struct(">L4s")
HEADER = struct.Struct(">2L5B")
CHANNELS = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}
DEPTHS = {0: {1, 2, 4, 8, 16}, 2: {8, 16}, 3: {1, 2, 4, 8}, 4: {8, 16}, 6: {8, 16}}
HIGHEST_FILTER = 4
# First column, first row, step of columns, step of rows of each pass of an interlaced picture.
PASSES = [(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)]
PIECE_BYTES = 64 * 1024
PACKED_TEXTS = {b"zTXt", b"iTXt", b"iCCP"}
# Colour profiles and texts: bytes as they stand in the file, and unpacked.
TEXT_MAX_BYTES = 4 * 1024 * 1024


class Header(NamedTuple):
    width: int
    height: int
    depth: int
    colour: int
    compression: int
    filtering: int
    interlace: int

    def line_bytes(self, width: int) -> int:
        """Return the length of a line of so many pixels, without the byte of its filter."""
        return (width * CHANNELS[self.colour] * self.depth + 7) // 8


def check(content: bytes, limits: PictureLimits) -> None:
    """Read a PNG to its end.

    Raises:
        Refused: damaged, or larger than the limits.
    """
    chunks = _chunks(content)
    header = _header(next(chunks, (b"", b"")))
    limits.check(header.width, header.height, bytes_=header.height * header.line_bytes(header.width))
    pixels = _Pixels(header)
    for kind, data in chunks:
        if kind == b"IDAT":
            pixels.read(data)
        elif kind in PACKED_TEXTS or kind in (b"tEXt", b"eXIf"):
            _check_text(kind, data)
    pixels.end()


def _chunks(content: bytes) -> Iterator[tuple[bytes, memoryview]]:
    if not content.startswith(SIGNATURE):
        raise Refused(Reason.BROKEN)
    view, at = memoryview(content), len(SIGNATURE)
    while True:
        if at + CHUNK_HEAD.size > len(content):
            raise Refused(Reason.BROKEN)
        length, kind = CHUNK_HEAD.unpack_from(content, at)
        start = at + CHUNK_HEAD.size
        data = view[start : start + length]
        at = start + length + 4
        if (
            at > len(content)
            or zlib.crc32(data, zlib.crc32(kind)) != struct.unpack_from(">L", content, at - 4)[0]
        ):
            raise Refused(Reason.BROKEN)
        if kind == b"IEND":
            return
        yield kind, data


def _header(chunk: tuple[bytes, memoryview | bytes]) -> Header:
    kind, data = chunk
    if kind != b"IHDR" or len(data) != HEADER.size:
        raise Refused(Reason.BROKEN)
    header = Header(*HEADER.unpack(data))
    is_known = header.colour in CHANNELS and header.depth in DEPTHS[header.colour]
    if not is_known or not header.width or not header.height or header.interlace > 1:
        raise Refused(Reason.BROKEN)
    return header


def _check_text(kind: bytes, data: memoryview) -> None:
    if len(data) > TEXT_MAX_BYTES:
        raise Refused(Reason.DEMANDING)
    packed = _packed(kind, bytes(data))
    if packed is None:
        return
    inflater = zlib.decompressobj()
    try:
        inflater.decompress(packed, TEXT_MAX_BYTES)
    except zlib.error:
        # A broken comment hurts nobody; programs leave it out.
        return
    if inflater.unconsumed_tail:
        raise Refused(Reason.DEMANDING)


def _packed(kind: bytes, data: bytes) -> bytes | None:
    """Return the compressed part of a chunk, None if there is none."""
    _name, _zero, rest = data.partition(b"\0")
    if kind in (b"zTXt", b"iCCP"):
        return rest[1:]
    if kind == b"iTXt" and rest[:1] == b"\x01":
        _language, _zero, rest = rest[2:].partition(b"\0")
        return rest.partition(b"\0")[2]
    return None


class _Pixels:
    """Unpacks the picture line by line and forgets each: counts them, and looks at their filters."""

    def __init__(self, header: Header) -> None:
        self._inflater = zlib.decompressobj()
        self._lines = _lines(header)
        self._left = 0  # bytes of the line that has begun

    def read(self, data: memoryview) -> None:
        try:
            for at in range(0, len(data), PIECE_BYTES):
                waiting = bytes(data[at : at + PIECE_BYTES])
                while waiting and not self._inflater.eof:
                    self._count(self._inflater.decompress(waiting, PIECE_BYTES))
                    waiting = self._inflater.unconsumed_tail
        except zlib.error as error:
            raise Refused(Reason.BROKEN) from error

    def end(self) -> None:
        """Refuse a picture that has fewer lines than it says."""
        while not self._inflater.eof and (rest := self._inflater.decompress(b"", PIECE_BYTES)):
            self._count(rest)
        if self._left or next(self._lines, None) is not None:
            raise Refused(Reason.BROKEN)

    def _count(self, unpacked: bytes) -> None:
        at = 0
        while at < len(unpacked):
            if not self._left:
                length = next(self._lines, None)
                # Some programs write a little more than the picture; nobody reads it.
                if length is None:
                    return
                if unpacked[at] > HIGHEST_FILTER:
                    raise Refused(Reason.BROKEN)
                self._left = length + 1
            step = min(self._left, len(unpacked) - at)
            self._left -= step
            at += step


def _lines(header: Header) -> Iterator[int]:
    """Return the length in bytes of each line in the order of the file."""
    passes = PASSES if header.interlace else [(0, 0, 1, 1)]
    for left, top, across, down in passes:
        width = (header.width - left + across - 1) // across
        height = (header.height - top + down - 1) // down
        for _line in range(height if width > 0 else 0):
            yield header.line_bytes(width)
