"""Types: what mypy finds, and that it looks everywhere."""

import ast
import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

from django.conf import settings

from impact.packages import packages
from tests.support import ours

ROOT = settings.BASE_DIR
MYPY = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["mypy"]
# Parameters of which everybody knows what they are.
KNOWN_PARAMETERS = {
    "application",
    "applications",
    "by",
    "call",
    "expert",
    "file",
    "form",
    "model",
    "people",
    "person",
    "queryset",
    "request",
    "review",
    "section",
    "selection",
    "targets",
    "user",
    "version",
}
# What would spare a module, or what it imports, a finding.
SPARING = {"disable_error_code", "follow_imports", "ignore_errors", "ignore_missing_imports"}
REASON = re.compile(r"# type: ignore\[[\w-]+(?:, [\w-]+)*\]  # \S")


def test_mypy_has_nothing_to_say() -> None:
    """Slow without .mypy_cache: alone in finding a value of the wrong type before somebody meets it."""
    finished = _mypy()
    if finished.returncode:
        # What Django's plugin kept may be at fault, and not the code.
        finished = _mypy("--cache-dir", os.devnull)

    assert finished.returncode == 0, finished.stdout + finished.stderr


def test_mypy_checks_all_code_of_ours() -> None:
    told_otherwise = {
        pattern
        for override in MYPY["overrides"]
        if SPARING & override.keys()
        for pattern in override["module"]
        if pattern.partition(".")[0] in packages()
    }
    in_files = {str(path.relative_to(ROOT)) for path in _files() if "# mypy:" in path.read_text()}

    assert told_otherwise | in_files == set()
    assert set(MYPY["files"]) == set(packages())
    assert MYPY["exclude"] == ["/migrations/"]


def test_imports_for_types_alone_go_from_querysets_to_their_models() -> None:
    """The import contracts do not see them: they may only name what a queryset returns.

    A library may name its own parts, which it loads when they are asked for. The kernel lies below all that
    are not libraries, and no contract holds inside of it.
    """
    imported = {
        (_module_of(path), name)
        for path in _files()
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"
        for name in _imported_by(node)
        if name.split(".")[0] in packages()
    }

    allowed = (_is_of_queryset, _is_of_kernel, _is_own_part)
    assert {pair for pair in imported if not any(is_allowed(*pair) for is_allowed in allowed)} == set()


def test_parameters_that_everybody_knows_have_their_types() -> None:
    """With `Any` for the person who acts, or for a row, mypy finds nothing."""
    vague = {
        f"{path.relative_to(ROOT)}:{argument.lineno} {argument.arg}"
        for path in _files()
        for argument in ast.walk(ast.parse(path.read_text()))
        if isinstance(argument, ast.arg) and argument.arg in KNOWN_PARAMETERS and argument.annotation
        if ast.unparse(argument.annotation) in ("Any", "Any | None")
    }

    assert vague == set()


def test_what_mypy_is_told_to_ignore_has_a_kind_and_a_reason() -> None:
    told = [
        f"{path.relative_to(ROOT)}:{number}"
        for path in _files()
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if "# type: ignore" in line and not REASON.search(line)
    ]

    assert told == []


def _mypy(*options: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-m", "mypy", *options], cwd=ROOT, capture_output=True, text=True)


def _files() -> list[Path]:
    return [path for path in ours.python_files() if "migrations" not in path.parts]


def _module_of(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


def _imported_by(node: ast.If) -> set[str]:
    return {found.module or "" for found in ast.walk(node) if isinstance(found, ast.ImportFrom)}


def _is_of_queryset(module: str, imported: str) -> bool:
    package, querysets, _name = f"{module}.".partition(".querysets.")
    return bool(querysets) and f"{imported}.".startswith(f"{package}.models.")


def _is_own_part(module: str, imported: str) -> bool:
    return module.partition(".")[0] == "engine" and imported.startswith(f"{module}.")


def _is_of_kernel(module: str, imported: str) -> bool:
    return imported.startswith("core.") and not module.startswith(("engine", "inspection"))
