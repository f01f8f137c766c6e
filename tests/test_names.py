"""One word, one meaning: a public class is alone with its name, unless the name says the same of both."""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from pathlib import Path

from django.conf import settings

from tests.support import ours

ROOT = Path(settings.BASE_DIR)
# What a room has of the same kind is called alike in each: `ConfirmForm` confirms what the room is about.
IN_ROOMS = re.compile(r"\w+(?:Filter|Form|Page|View)")
SAME_ROLE = {
    "AddressField": "of a form and of a model, as Django calls both of its own",
    "Command": "of manage.py",
    "EmailBackend": "Django's word",
    "Expert": "as the portal and as the engine know the same person",
    "Place": "a town or village, and the answer type that is one",
    "Region": "what an answer is, or what the engine finds a team for",
}


def test_public_class_has_its_name_alone():
    found: dict[str, set[Path]] = defaultdict(set)
    for path in ours.python_files():
        if "migrations" not in path.parts:
            for name in _public_classes(path):
                found[name].add(path.relative_to(ROOT))
    twice = {name: paths for name, paths in found.items() if len(paths) > 1}
    confusing = {name: paths for name, paths in twice.items() if not _says_the_same(name, paths)}

    assert {name: sorted(map(str, paths)) for name, paths in confusing.items()} == {}
    assert set(SAME_ROLE) <= set(twice)


def _public_classes(path: Path) -> list[str]:
    body = ast.parse(path.read_text()).body
    return [node.name for node in body if isinstance(node, ast.ClassDef) and not node.name.startswith("_")]


def _says_the_same(name: str, paths: set[Path]) -> bool:
    rooms = {path.parts[:2] for path in paths}
    return name in SAME_ROLE or (IN_ROOMS.fullmatch(name) is not None and len(rooms) == len(paths))
