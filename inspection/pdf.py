"""PDF: whether it opens, and what in it runs or hides something."""

from __future__ import annotations

import io
from typing import Any

from pypdf import PdfReader
from pypdf.generic import ArrayObject, DictionaryObject, IndirectObject, NullObject

from inspection.refusals import Reason, Refused

# No actions can stand below these: texts, fonts, pictures, tags, and the way back up.
WITHOUT_ACTIONS = frozenset(
    {
        "/StructTreeRoot",
        "/Resources",
        "/Contents",
        "/Metadata",
        "/Thumb",
        "/PieceInfo",
        "/AP",
        "/OCProperties",
    }
)
OBJECTS_MAX = 300_000
BY_KEY = {
    "/JS": Reason.JAVASCRIPT,
    "/JavaScript": Reason.JAVASCRIPT,
    "/XFA": Reason.XFA,
    "/EmbeddedFiles": Reason.ATTACHMENT,
    "/EF": Reason.ATTACHMENT,
    "/RichMediaContent": Reason.MEDIA,
}
BY_VALUE = {
    ("/S", "/JavaScript"): Reason.JAVASCRIPT,
    ("/S", "/Launch"): Reason.LAUNCH,
    ("/S", "/ImportData"): Reason.LAUNCH,
    ("/S", "/GoToE"): Reason.ATTACHMENT,
    ("/S", "/Rendition"): Reason.MEDIA,
    ("/S", "/Movie"): Reason.MEDIA,
    ("/S", "/Sound"): Reason.MEDIA,
    ("/S", "/RichMediaExecute"): Reason.MEDIA,
    ("/Subtype", "/FileAttachment"): Reason.ATTACHMENT,
    ("/Subtype", "/RichMedia"): Reason.MEDIA,
    ("/Subtype", "/3D"): Reason.MEDIA,
    ("/Subtype", "/Movie"): Reason.MEDIA,
    ("/Subtype", "/Screen"): Reason.MEDIA,
    ("/Subtype", "/Sound"): Reason.MEDIA,
}
# What may happen without a click, when the file is opened or a page is turned: it stays inside the file.
# Everything else reaches for another file or computer, or is known to no standard.
MAY_START = frozenset({"/GoTo", "/GoTo3DView", "/Hide", "/Named", "/ResetForm", "/SetOCGState", "/Trans"})
Seen = set[tuple[int, int]]


def check(content: bytes) -> None:
    """Open a PDF, as somebody without its password, and look through all that may act.

    Raises:
        Refused: damaged, protected against reading, or it holds what runs or hides something.
    """
    reader = PdfReader(io.BytesIO(content))
    # Printing or copying may be restricted; whoever reads it needs no password then.
    if reader.is_encrypted and not reader.decrypt(""):
        raise Refused(Reason.ENCRYPTED)
    _look_through(reader)
    if not len(reader.pages):
        raise Refused(Reason.BROKEN)


def _look_through(reader: PdfReader) -> None:
    """Visit everything that the catalogue leads to, once, without recursion."""
    seen: Seen = set()
    started: Seen = set()
    waiting: list[Any] = [reader.trailer.raw_get("/Root")]
    count = 0
    while waiting:
        count += 1
        if count > OBJECTS_MAX:
            raise Refused(Reason.DEMANDING)
        found = waiting.pop()
        if isinstance(found, IndirectObject):
            key = (found.idnum, found.generation)
            if key in seen:
                continue
            seen.add(key)
            found = found.get_object()
        if isinstance(found, DictionaryObject):
            waiting += _judge(found)
            _judge_starts(found, started)
        elif isinstance(found, ArrayObject):
            waiting += [each for each in list.__iter__(found) if _leads_on(each)]


def _judge(found: DictionaryObject) -> list[Any]:
    """Refuse a dictionary that acts; return what it leads to."""
    for key in found.keys() & BY_KEY.keys():
        if _is_something(found.raw_get(key)):
            raise Refused(BY_KEY[key])
    for key in found.keys() & {"/S", "/Subtype"}:
        reason = BY_VALUE.get((key, str(found.get(key))))
        if reason:
            raise Refused(reason)
    return [
        found.raw_get(key) for key in found if key not in WITHOUT_ACTIONS and _leads_on(found.raw_get(key))
    ]


def _judge_starts(found: DictionaryObject, started: Seen) -> None:
    """Refuse a dictionary if something that leaves the file starts with it, be it after other actions."""
    opening, events = _resolved(found.get("/OpenAction")), _resolved(found.get("/AA"))
    # A list on opening is no action: it says at which page.
    waiting: list[Any] = [opening] if isinstance(opening, DictionaryObject) else []
    if isinstance(events, DictionaryObject):
        waiting += [events.raw_get(event) for event in events]
    while waiting:
        action = waiting.pop()
        if isinstance(action, IndirectObject):
            key = (action.idnum, action.generation)
            if key in started:
                continue
            started.add(key)
            action = action.get_object()
        if isinstance(action, ArrayObject):
            waiting += list.__iter__(action)
        elif isinstance(action, DictionaryObject):
            waiting += _next_actions(action)


def _next_actions(action: DictionaryObject) -> list[Any]:
    """Return what follows an action that may start by itself; refuse any other."""
    kind = str(action.get("/S", ""))
    if kind and kind not in MAY_START:
        raise Refused(BY_VALUE.get(("/S", kind), Reason.STARTS))
    return [action.raw_get("/Next")] if "/Next" in action else []


def _is_something(value: Any) -> bool:
    """Whether a value is there at all: programs leave empty lists of attachments and scripts behind."""
    value = _resolved(value)
    if value is None or isinstance(value, NullObject):
        return False
    if isinstance(value, ArrayObject):
        return len(value) > 0
    is_tree = type(value) is DictionaryObject and value.keys() <= {"/Names", "/Limits", "/Kids"}
    return not is_tree or any(value.get(name) for name in ("/Names", "/Kids"))


def _resolved(value: object) -> Any:
    return value.get_object() if isinstance(value, IndirectObject) else value


def _leads_on(value: object) -> bool:
    return isinstance(value, IndirectObject | DictionaryObject | ArrayObject)
