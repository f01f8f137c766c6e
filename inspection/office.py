"""DOCX and XLSX: what their relationships and content types say, whatever the parts are called."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Mapping
from itertools import chain
from typing import NamedTuple
from urllib.parse import unquote

from inspection.addresses import is_remote
from inspection.archives import Allowance, Archive
from inspection.kinds import DOCX, OLE_START, PROGRAM_START, XLSX, ZIP, ZIP_START
from inspection.refusals import Reason, Refused
from inspection.xml_parts import attribute, local, read_xml

CONTENT_TYPES = "[Content_Types].xml"
ROOT_RELATIONS = "_rels/.rels"
# The parts that say what the others are; real ones have some hundred kilobytes.
DIRECTORY_MAX_BYTES = 16 * 1024 * 1024
EMBEDDED_MAX_DEPTH = 3


class Family(NamedTuple):
    """A kind of document: how its content types are called, where its parts stand."""

    kind: str
    content_type: re.Pattern[str]
    folder: str
    main: str  # when no relationship names it


FAMILIES = [
    Family(DOCX, re.compile(r"wordprocessingml|ms-word", re.IGNORECASE), "word/", "word/document.xml"),
    Family(
        XLSX, re.compile(r"spreadsheetml|ms-excel\.sheet\.macro", re.IGNORECASE), "xl/", "xl/workbook.xml"
    ),
]
# Content types that some programs give to every part.
VAGUE_TYPES = frozenset({"", "application/xml", "text/xml"})
# Type of a relationship or content type of a part, as a pattern → why it is refused.
FORBIDDEN = [
    (re.compile(r"vbaproject|wordvbadata|macroenabled", re.IGNORECASE), Reason.MACROS),
    (re.compile(r"(?:intl)?macrosheet", re.IGNORECASE), Reason.EXCEL4),
    (re.compile(r"oleobject|activex|/control$", re.IGNORECASE), Reason.PROGRAM),
]
# What is fetched only when a person asks for it.
ON_REQUEST = re.compile(r"/(?:hyperlink|externalLinkPath|externalLinkLongPath|xl\w+)$", re.IGNORECASE)
XML_NAME = re.compile(r"\.(?:xml|rels)$", re.IGNORECASE)
# Excel 2007 wrote drawings of comments that are not well-formed.
LENIENT_NAME = re.compile(r"\.vml$", re.IGNORECASE)
# Web pages and drawings that programs keep as they came.
FOREIGN_NAME = re.compile(r"\.(?:svg|x?html?|mht|txt|xsl)$", re.IGNORECASE)
DDE_FIELD = re.compile(r"\s*DDE(?:AUTO)?\b", re.IGNORECASE)


class Relation(NamedTuple):
    type: str
    target: str
    is_external: bool


def kind_of(archive: Archive) -> str:
    """Return the kind that the package's relationships and content types name, `ZIP` if none."""
    main = _main_part(archive)
    content_type = _ContentTypes(archive).of(main)
    if content_type.lower() in VAGUE_TYPES:
        return next((family.kind for family in FAMILIES if main.startswith(family.folder)), ZIP)
    return next((family.kind for family in FAMILIES if family.content_type.search(content_type)), ZIP)


def check(archive: Archive, allowance: Allowance, depth: int = 1) -> None:
    """Read every part and relationship of a package.

    Args:
        archive: a DOCX or XLSX, or what stands inside one.
        allowance: of bytes, shared with the packages inside.
        depth: how many packages it stands in, itself included.

    Raises:
        Refused: damaged, or it holds what runs or loads by itself.
    """
    if depth > EMBEDDED_MAX_DEPTH:
        raise Refused(Reason.DEMANDING)
    types = _ContentTypes(archive)
    relations = [name for name in archive.entries if name.lower().endswith(".rels")]
    parts = [name for name in archive.entries if not name.endswith("/") and name not in set(relations)]
    # First what says most: a macro is called a macro, not an unknown object.
    for relation in chain.from_iterable(_relations(archive, name) for name in relations):
        _check_relation(relation)
    for name in parts:
        _refuse_type(types.of(name))
        _refuse_type(name)
    for name in parts:
        _check_part(archive, name, allowance, depth)


def _check_part(archive: Archive, name: str, allowance: Allowance, depth: int) -> None:
    chunks = archive.chunks(name)
    first = next(chunks, b"")
    whole = chain([first], chunks)
    if first.startswith((OLE_START, PROGRAM_START)):
        raise Refused(Reason.PROGRAM)
    if first.startswith(ZIP_START):
        check(Archive(b"".join(whole), allowance), allowance, depth + 1)
    elif LENIENT_NAME.search(name):
        _read_leniently(whole)
    elif XML_NAME.search(name) or (_looks_like_xml(first) and not FOREIGN_NAME.search(name)):
        watch = _Watch()
        read_xml(whole, watch.element, watch.text)
        watch.end()
    else:
        _exhaust(whole)


class _Watch:
    """Looks at the elements of a part for what asks or runs something without a relationship."""

    def __init__(self) -> None:
        self._fields: list[str] = []
        self._is_field = False

    def element(self, name: str, attributes: Mapping[str, str]) -> None:
        bare = local(name)
        self._is_field = bare == "instrText"
        if bare in ("fldChar", "p"):
            self.end()
        elif bare == "fldSimple":
            self._judge(attribute(attributes, "instr"))
        elif bare == "ddeLink":
            raise Refused(Reason.DDE)
        elif bare == "macrosheet":
            raise Refused(Reason.EXCEL4)
        elif bare in ("connection", "queryTable") and attribute(attributes, "refreshOnLoad") in ("1", "true"):
            raise Refused(Reason.REFRESH)

    def text(self, text: str) -> None:
        # The words of a field may be spread over several runs.
        if self._is_field and len(self._fields) < 1000:
            self._fields.append(text)

    def end(self) -> None:
        """Judge the field that has been read."""
        self._judge("".join(self._fields))
        self._fields = []

    def _judge(self, instruction: str) -> None:
        if DDE_FIELD.match(instruction):
            raise Refused(Reason.DDE)


class _ContentTypes:
    """`[Content_Types].xml`: the type of each part, by its name or by its ending."""

    def __init__(self, archive: Archive) -> None:
        self._by_name: dict[str, str] = {}
        self._by_ending: dict[str, str] = {}
        name = next((each for each in archive.entries if each.lower() == CONTENT_TYPES.lower()), None)
        if name:
            read_xml(archive.chunks(name, most=DIRECTORY_MAX_BYTES), self._note)

    def of(self, part: str) -> str:
        """Return the content type of a part, "" if none is said."""
        ending = posixpath.splitext(part)[1].lstrip(".").lower()
        return self._by_name.get(part.lower()) or self._by_ending.get(ending, "")

    def _note(self, name: str, attributes: Mapping[str, str]) -> None:
        content_type = attribute(attributes, "ContentType")
        if local(name) == "Override":
            self._by_name[attribute(attributes, "PartName").lstrip("/").lower()] = content_type
        elif local(name) == "Default":
            self._by_ending[attribute(attributes, "Extension").lower()] = content_type


def _main_part(archive: Archive) -> str:
    """Return the part that the package is about, "" if it has none."""
    if ROOT_RELATIONS in archive:
        for relation in _relations(archive, ROOT_RELATIONS):
            if relation.type.endswith("/officeDocument") and not relation.is_external:
                return _present(archive, unquote(relation.target).lstrip("/"))
    return next((family.main for family in FAMILIES if family.main in archive), "")


def _present(archive: Archive, name: str) -> str:
    wanted = posixpath.normpath(name).casefold()
    for each in archive.entries:
        if each.casefold() == wanted:
            return each
    raise Refused(Reason.BROKEN)


def _relations(archive: Archive, name: str) -> list[Relation]:
    found: list[Relation] = []

    def note(element: str, attributes: Mapping[str, str]) -> None:
        if local(element) == "Relationship":
            is_external = attribute(attributes, "TargetMode").lower() == "external"
            target = attribute(attributes, "Target")
            found.append(Relation(attribute(attributes, "Type"), target, is_external))

    read_xml(archive.chunks(name, most=DIRECTORY_MAX_BYTES), note)
    return found


def _check_relation(relation: Relation) -> None:
    if not relation.is_external:
        return _refuse_type(relation.type)
    if ON_REQUEST.search(relation.type) or not is_remote(relation.target):
        return None
    if relation.type.endswith("/attachedTemplate"):
        raise Refused(Reason.REMOTE_TEMPLATE, address=relation.target[:200])
    raise Refused(Reason.REMOTE, address=relation.target[:200])


def _refuse_type(type_: str) -> None:
    for pattern, reason in FORBIDDEN:
        if pattern.search(type_):
            raise Refused(reason)


def _looks_like_xml(first: bytes) -> bool:
    return first.removeprefix(b"\xef\xbb\xbf").lstrip()[:5] == b"<?xml" or first[:2] in (
        b"\xff\xfe",
        b"\xfe\xff",
    )


def _read_leniently(chunks: Iterable[bytes]) -> None:
    waiting = iter(chunks)
    try:
        read_xml(waiting)
    except Refused as refusal:
        if refusal.reason is not Reason.BROKEN:
            raise
        _exhaust(waiting)


def _exhaust(chunks: Iterable[bytes]) -> None:
    """Unpack to the end: only then are size and checksum known to be true."""
    for _chunk in chunks:
        pass
