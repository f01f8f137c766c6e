"""Who makes which kind of file: each maker registers itself under the name of its kind."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from core.accounts.models import User
from core.files.models import PreparedFile


class Made(NamedTuple):
    name: str  # of the file, with its ending
    content_type: str
    content: bytes


class MakingRefused(Exception):
    """Raised by a maker when the person may not have the file any more; its text is for people."""


Maker = Callable[[PreparedFile, Any], Made]
MayHave = Callable[[PreparedFile, Any], bool]
_MAKERS: dict[str, Maker] = {}
_MAY_HAVE: dict[str, MayHave] = {}


def maker(kind: str, *, may_have: MayHave) -> Callable[[Maker], Maker]:
    """Register a function that makes the files of a kind.

    It is given the row and the person, as both are when the worker comes to it, and judges then
    what the person may see. It may run twice, if a worker dies.

    Args:
        kind: of the files.
        may_have: whether the person may still see what such a file is about; asked when it is fetched.
    """

    def register(function: Maker) -> Maker:
        _MAKERS[kind], _MAY_HAVE[kind] = function, may_have
        return function

    return register


def make(file: PreparedFile) -> Made:
    """Return the content of a file for the person who asked, with the rights of this moment."""
    return _MAKERS[file.kind](file, file.requested_by)


def may_have(file: PreparedFile, person: User) -> bool:
    """Whether a person may still see what a file is about."""
    return _MAY_HAVE[file.kind](file, person)
