"""Files as ordinary people have them, and as attackers make them; made anew by each test."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Mapping
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

from openpyxl import Workbook
from PIL import Image
from pypdf import PdfWriter

from inspection.judging import Task, Verdict, judge
from inspection.kinds import DOCX, JPEG, ODS, ODT, PDF, PNG, XLSX
from inspection.pictures import PictureLimits

LIMITS = PictureLimits(pixels=250_000_000, unpacked_bytes=500_000_000)
ALL_KINDS = (PDF, PNG, JPEG, DOCX, XLSX, ODT, ODS)
OLE = bytes.fromhex("d0cf11e0a1b11ae1") + bytes(504)
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
MICROSOFT = "http://schemas.microsoft.com/office/2006/relationships"
WORD_MAIN = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
EXCEL_MAIN = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
WORDS = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
Parts = Mapping[str, str | bytes]


def somebody() -> SimpleNamespace:
    """A person who has not sent a file yet."""
    return SimpleNamespace(pk=uuid4().hex)


def verdict(content: bytes, **changes: Any) -> Verdict:
    """Judge in this process, which is quicker than a child."""
    return judge(content, Task(**({"allowed": ALL_KINDS, "limits": LIMITS} | changes)))


def archive(parts: Parts, *, method: int = zipfile.ZIP_DEFLATED) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as made:
        for name, content in parts.items():
            made.writestr(name, content)
    return buffer.getvalue()


def relations(*rows: tuple[str, str] | tuple[str, str, str]) -> str:
    """Each row: type, target, and "External" if it leads out of the package."""
    lines = "".join(
        f'<Relationship Id="r{number}" Type="{row[0]}" Target="{row[1]}"'
        + (f' TargetMode="{row[2]}"/>' if len(row) > 2 else "/>")
        for number, row in enumerate(rows)
    )
    space = "http://schemas.openxmlformats.org/package/2006/relationships"
    return f'<?xml version="1.0"?><Relationships xmlns="{space}">{lines}</Relationships>'


def content_types(**overrides: str) -> str:
    """Part, with `__` for a slash and `_` for the dot before its ending → its content type."""
    space = "http://schemas.openxmlformats.org/package/2006/content-types"
    lines = "".join(
        f'<Override PartName="{part}" ContentType="{type_}"/>' for part, type_ in overrides.items()
    )
    default = '<Default Extension="xml" ContentType="application/xml"/>'
    return f'<?xml version="1.0"?><Types xmlns="{space}">{default}{lines}</Types>'


def docx_parts(
    body: str = "<w:p><w:r><w:t>Letter</w:t></w:r></w:p>",
    *,
    main: str = "word/document.xml",
    main_type: str = WORD_MAIN,
    types: Mapping[str, str] | None = None,
    links: tuple[Any, ...] = (),
    more: Parts | None = None,
) -> dict[str, str | bytes]:
    folder, _slash, name = main.rpartition("/")
    return {
        "[Content_Types].xml": content_types(**{f"/{main}": main_type, **(types or {})}),
        "_rels/.rels": relations((f"{OFFICE}/officeDocument", main)),
        main: f'<?xml version="1.0"?><w:document xmlns:w="{WORDS}"><w:body>{body}</w:body></w:document>',
        f"{folder}/_rels/{name}.rels": relations(*links),
        **(more or {}),
    }


def docx(*args: Any, **kwargs: Any) -> bytes:
    return archive(docx_parts(*args, **kwargs))


def xlsx(rows: list[list[Any]] | None = None) -> bytes:
    book = Workbook()
    for row in rows or [["a", 1]]:
        book.active.append(row)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def with_parts(package: bytes, parts: Parts) -> bytes:
    """Return a package with parts added, or put in place of those of the same name."""
    with zipfile.ZipFile(io.BytesIO(package)) as opened:
        present = {name: opened.read(name) for name in opened.namelist()}
    return archive({**present, **parts})


def odf(kind: str = ODT, content: str = "<office:text/>", more: Parts | None = None) -> bytes:
    spaces = {
        "office": "urn:oasis:names:tc:opendocument:xmlns:office:1.0",
        "text": "urn:oasis:names:tc:opendocument:xmlns:text:1.0",
        "table": "urn:oasis:names:tc:opendocument:xmlns:table:1.0",
        "draw": "urn:oasis:names:tc:opendocument:xmlns:drawing:1.0",
        "script": "urn:oasis:names:tc:opendocument:xmlns:script:1.0",
        "xlink": "http://www.w3.org/1999/xlink",
    }
    declared = " ".join(f'xmlns:{name}="{space}"' for name, space in spaces.items())
    body = f'<?xml version="1.0"?><office:document-content {declared}>{content}</office:document-content>'
    manifest = '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"/>'
    return archive({"mimetype": kind, "content.xml": body, "META-INF/manifest.xml": manifest, **(more or {})})


def pdf(change: Any = None, **encryption: Any) -> bytes:
    """A PDF of one page; `change` gets its writer."""
    writer = PdfWriter()
    writer.add_blank_page(200, 200)
    if change:
        change(writer)
    if encryption:
        writer.encrypt(**encryption)
    buffer = io.BytesIO()
    writer.write(buffer)
    return buffer.getvalue()


def photo(kind: str = "JPEG", size: tuple[int, int] = (64, 48), mode: str = "RGB", **options: Any) -> bytes:
    picture = Image.effect_noise(size, 60).convert(mode)
    buffer = io.BytesIO()
    picture.save(buffer, kind, **options)
    return buffer.getvalue()


def png(
    width: int, height: int, *, depth: int = 8, colour: int = 2, lines: int | None = None, chunks: bytes = b""
) -> bytes:
    """A black PNG of any size, written without holding it; `lines` fewer than its header says."""
    channels = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}[colour]
    line = bytes(1 + (width * channels * depth + 7) // 8)
    packer = zlib.compressobj(9)
    packed = b"".join(packer.compress(line) for _line in range(height if lines is None else lines))
    header = struct.pack(">2L5B", width, height, depth, colour, 0, 0, 0)
    body = png_chunk(b"IHDR", header) + chunks + png_chunk(b"IDAT", packed + packer.flush())
    return b"\x89PNG\r\n\x1a\n" + body + png_chunk(b"IEND", b"")


def png_chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">L", len(data)) + kind + data + struct.pack(">L", zlib.crc32(kind + data))
