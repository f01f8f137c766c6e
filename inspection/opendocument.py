"""ODT and ODS: what their XML and folders say that runs or loads by itself."""

from __future__ import annotations

import re
from collections.abc import Mapping
from itertools import chain

from inspection.addresses import is_remote
from inspection.archives import Archive
from inspection.kinds import ODS, ODT, OLE_START, PROGRAM_START, ZIP, ZIP_START
from inspection.refusals import Reason, Refused
from inspection.xml_parts import attribute, local, read_xml

MIMETYPE = "mimetype"
MIMETYPE_MAX_BYTES = 100
CONTENT = "content.xml"
# LibreOffice finds Python, JavaScript and BeanShell in this folder, and nowhere else.
SCRIPTS_FOLDER = "scripts/"
XML_NAME = re.compile(r"\.(?:xml|rdf|xlb|xba)$", re.IGNORECASE)
SCRIPT_NAMESPACES = ("http://openoffice.org/2000/script", "http://openoffice.org/2000/dialog")
SCRIPT_ADDRESS = re.compile(r"(?:vnd\.sun\.star\.(?:script|expand|hier|pkg)|macro|javascript|service):", re.I)
DDE = frozenset({"dde-source", "dde-connection", "dde-connection-decl", "dde-link"})
PROGRAMS = frozenset({"plugin", "applet"})
# Addresses that are followed only when a person asks for it.
ON_REQUEST = frozenset({"a", "area-rectangle", "area-circle", "area-polygon", "template", "form", "button"})


def kind_of(archive: Archive) -> str:
    """Return the kind that the package says it is, `ZIP` if it is no OpenDocument of ours."""
    if MIMETYPE not in archive:
        return ZIP
    said = archive.read(MIMETYPE, most=MIMETYPE_MAX_BYTES).decode("ascii", "replace").strip()
    return said if said in (ODT, ODS) else ZIP


def check(archive: Archive) -> None:
    """Read every part of a package.

    Raises:
        Refused: damaged, encrypted, or it holds what runs or loads by itself.
    """
    if CONTENT not in archive:
        raise Refused(Reason.BROKEN)
    for name in archive.entries:
        if name.endswith("/"):
            continue
        if name.lower().startswith(SCRIPTS_FOLDER):
            raise Refused(Reason.MACROS)
        _check_part(archive, name)


def _check_part(archive: Archive, name: str) -> None:
    chunks = archive.chunks(name)
    first = next(chunks, b"")
    if first.startswith((OLE_START, PROGRAM_START, ZIP_START)):
        raise Refused(Reason.PROGRAM)
    whole = chain([first], chunks)
    if (
        first
        and (XML_NAME.search(name) or first.lstrip().startswith(b"<?xml"))
        and ".svg" not in name.lower()
    ):
        read_xml(whole, _judge)
        return
    for _chunk in whole:
        pass


def _judge(name: str, attributes: Mapping[str, str]) -> None:
    bare, namespace = local(name), name.rpartition(" ")[0]
    if bare == "encryption-data":
        raise Refused(Reason.ENCRYPTED)
    # A library that lists nothing is in every file that OpenOffice 3 wrote.
    if _is_script(namespace, bare):
        raise Refused(Reason.MACROS)
    if bare in DDE:
        raise Refused(Reason.DDE)
    if bare in PROGRAMS or bare == "object-ole":
        raise Refused(Reason.PROGRAM)
    address = attribute(attributes, "href")
    if SCRIPT_ADDRESS.match(address):
        raise Refused(Reason.MACROS)
    if bare not in ON_REQUEST and is_remote(address):
        raise Refused(Reason.REMOTE, address=address[:200])


def _is_script(namespace: str, bare: str) -> bool:
    if namespace in SCRIPT_NAMESPACES:
        return bare in ("module", "window")
    if namespace == "http://openoffice.org/2000/library":
        return bare == "element"
    return bare == "script" and "text:1.0" in namespace
