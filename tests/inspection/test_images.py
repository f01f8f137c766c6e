"""PNG and JPEG: large maps pass, small files that would fill the memory do not, damaged ones are named."""

from __future__ import annotations

import zlib

import pytest

from inspection.kinds import HEIC, JPEG, PNG
from inspection.refusals import Reason
from tests.inspection.samples import ALL_KINDS, photo, png, png_chunk, verdict

ORDINARY = {
    "photo": (photo, JPEG),
    "progressive photo": (lambda: photo(progressive=True), JPEG),
    "grey photo": (lambda: photo(mode="L"), JPEG),
    "photo for print": (lambda: photo(mode="CMYK"), JPEG),
    "photo with a second one behind": (lambda: photo() + photo(size=(8, 8)), JPEG),
    "photo with stray bytes between its parts": (lambda: photo()[:20] + b"\0\0" + photo()[20:], JPEG),
    "photo with a comment": (lambda: photo(comment=b"Map of the river"), JPEG),
    "large photo": (lambda: photo(size=(4000, 3000), mode="L"), JPEG),
    "colour": (lambda: photo("PNG"), PNG),
    "transparent": (lambda: photo("PNG", mode="RGBA"), PNG),
    "palette": (lambda: photo("PNG", mode="P"), PNG),
    "black and white": (lambda: photo("PNG", mode="1"), PNG),
    "sixteen bits": (lambda: photo("PNG", mode="I;16"), PNG),
    "185 megapixels, black and white": (lambda: png(14200, 13000, depth=1, colour=0), PNG),
    "poster of A0": (lambda: png(9933, 14043), PNG),
}


@pytest.mark.parametrize("case", ORDINARY)
def test_ordinary_picture_passes(case):
    make, kind = ORDINARY[case]

    found = verdict(make())

    assert (found.kind, found.reason) == (kind, "")


def interlaced() -> bytes:
    """Pillow writes none; nine pixels by nine, in seven passes."""
    passes = [(2, 2), (1, 2), (3, 1), (2, 3), (5, 2), (4, 5), (9, 4)]
    lines = b"".join(bytes(1 + 3 * width) * height for width, height in passes)
    header = (9).to_bytes(4, "big") * 2 + bytes([8, 2, 0, 0, 1])
    body = png_chunk(b"IHDR", header) + png_chunk(b"IDAT", zlib.compress(lines))
    return b"\x89PNG\r\n\x1a\n" + body + png_chunk(b"IEND", b"")


def test_interlaced_picture_passes_and_is_counted_by_its_passes():
    assert verdict(interlaced()).reason == ""


def spoilt(content: bytes, at: int) -> bytes:
    return content[:at] + bytes([content[at] ^ 0xFF]) + content[at + 1 :]


def huge_text() -> bytes:
    return png_chunk(b"zTXt", b"Comment\0\0" + zlib.compress(bytes(20_000_000)))


REFUSED = {
    "179 megapixels in colour": (lambda: png(13377, 13377), Reason.PIXELS),
    "a promise of four gigapixels": (lambda: png(65000, 65000, depth=1, colour=0, lines=1), Reason.PIXELS),
    "fewer lines than it says": (lambda: png(90, 90, lines=80), Reason.BROKEN),
    "nothing wide": (lambda: png(0, 9), Reason.BROKEN),
    "cut off": (lambda: photo("PNG")[:-20], Reason.BROKEN),
    "spoilt PNG": (lambda: spoilt(photo("PNG"), 90), Reason.BROKEN),
    "text of 20 MB in 20 kB": (lambda: png(9, 9, chunks=huge_text()), Reason.DEMANDING),
    "profile of 20 MB in 20 kB": (
        lambda: png(9, 9, chunks=huge_text().replace(b"zTXt", b"iCCP")),
        Reason.BROKEN,
    ),
    "photo that ends early": (lambda: photo(size=(400, 400))[:-900], Reason.BROKEN),
    "photo without a picture": (lambda: photo()[:20] + b"\xff\xd9", Reason.BROKEN),
    "photo of 65,000 × 65,000": (lambda: with_size(photo(), 65000, 65000), Reason.PIXELS),
}


def with_size(content: bytes, width: int, height: int) -> bytes:
    at = content.index(b"\xff\xc0") + 5
    return content[:at] + height.to_bytes(2, "big") + width.to_bytes(2, "big") + content[at + 4 :]


@pytest.mark.parametrize("case", REFUSED)
def test_picture_is_refused_with_its_reason(case):
    make, reason = REFUSED[case]

    assert verdict(make()).reason == reason


@pytest.mark.parametrize("brand", [b"heic", b"mif1", b"heix"])
def test_photo_of_an_iphone_is_known_for_what_it_is(brand):
    found = verdict(b"\0\0\0\x18ftyp" + brand + bytes(200), allowed=ALL_KINDS)

    assert (found.kind, found.reason) == (HEIC, Reason.KIND)
