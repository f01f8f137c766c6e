"""What holds for every test: its size, its place, and how it comes by what it looks at."""

from __future__ import annotations

import ast
import tomllib
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings

from impact.packages import packages

TESTS = settings.BASE_DIR / "tests"
MAX_LINES = 400
# What is no package of ours, and why it has tests of its own.
BESIDE_THE_TREE = {
    "builders": "bring things to a stage",
    "support": "what tests share",
    "journeys": "people who pass through several apps, in a browser",
    "faults": "processes that die and servers that hang",
    "containers": "the image and its services",
}
WRITES = {"update", "create", "bulk_create", "get_or_create", "update_or_create"}
# Begins the comment that says why a test writes a row as no action does.
EXCUSE = "# No action leads here"


def files() -> list[Path]:
    return sorted(TESTS.rglob("*.py"))


def test_no_file_of_tests_is_too_large_to_find_ones_way_in() -> None:
    lengths = {path.relative_to(TESTS): len(path.read_text().splitlines()) for path in files()}

    assert {path: lines for path, lines in lengths.items() if lines > MAX_LINES} == {}


def test_tests_stand_where_their_code_does() -> None:
    folders = {path.parent.relative_to(TESTS) for path in files() if path.parent != TESTS}
    mirrored = [folder for folder in folders if folder.parts[0] not in BESIDE_THE_TREE]

    assert [folder for folder in mirrored if not (settings.BASE_DIR / folder).is_dir()] == []
    assert {*packages()} == {folder.parts[0] for folder in mirrored}


def test_coverage_is_measured_in_every_package_and_has_a_floor() -> None:
    coverage = tomllib.loads((settings.BASE_DIR / "pyproject.toml").read_text())["tool"]["coverage"]

    assert sorted(coverage["run"]["source"]) == packages()
    assert coverage["run"]["branch"]
    assert coverage["report"]["fail_under"] >= 50


def test_every_stage_is_reached_by_the_actions_that_lead_there() -> None:
    """A row with a status that nobody gave it can be one that the portal never makes."""
    found = [
        f"{path.relative_to(TESTS)}:{line}" for path in files() for line in written_by_hand(path.read_text())
    ]

    assert found == []


def test_statuses_written_by_hand_are_found() -> None:
    source = """
Thing.objects.update(status="sent")
thing.changes.create(to_status="sent")
ThingChange.objects.create(target=thing)
thing.status = "sent"
# No action leads here: the database refuses it.
Thing.objects.update(status="sent")
Thing.objects.filter(status="sent").update(name="x")
"""
    assert sorted(written_by_hand(source)) == [2, 3, 4, 5]


def written_by_hand(source: str) -> Iterator[int]:
    """Yield the lines that give a row a status, or invent a step of its history."""
    lines = source.splitlines()
    for node in ast.walk(ast.parse(source)):
        if (_writes_status(node) or _invents_history(node)) and EXCUSE not in lines[node.lineno - 2]:
            yield node.lineno


def _writes_status(node: ast.AST) -> bool:
    match node:
        case ast.Call(func=ast.Attribute(attr=verb), keywords=keywords) if verb in WRITES:
            return any(keyword.arg == "status" for keyword in keywords)
        case ast.Assign(targets=[ast.Attribute(attr="status")]):
            return True
    return False


def _invents_history(node: ast.AST) -> bool:
    match node:
        case ast.Call(func=ast.Attribute(attr="create" | "bulk_create", value=rows)):
            return ast.unparse(rows).endswith((".changes", "Change.objects"))
    return False
