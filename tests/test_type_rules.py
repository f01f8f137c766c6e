"""Types: what mypy finds, and what holds wherever it checks."""

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
KNOWN_PARAMETERS = {"application", "by", "expert", "form", "person", "queryset", "request", "user"}
# What a page of the administration is called after may be called rules as well.
ACTS = re.compile(r"(?!.*\.(?:admin|staff)\.).*\.(?:actions|rules)(?:\..*)?")
BUILT_ON = re.compile(r"(core|engine|inspection)(\..*)?")
REASON = re.compile(r"# type: ignore\[[\w-]+(?:, [\w-]+)*\]  # \S")


def test_mypy_has_nothing_to_say() -> None:
    """Slow without .mypy_cache: alone in finding a value of the wrong type before somebody meets it."""
    finished = _mypy()
    if finished.returncode:
        # What Django's plugin kept may be at fault, and not the code.
        finished = _mypy("--cache-dir", os.devnull)

    assert finished.returncode == 0, finished.stdout + finished.stderr


def test_mypy_checks_all_that_acts_and_all_that_apps_build_on() -> None:
    modules = {_module_of(path) for path in _files()}

    assert {m for m in modules if (ACTS.match(m) or BUILT_ON.match(m)) and not _is_checked(m)} == set()


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
        if _is_checked(_module_of(path))
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


def _is_checked(module: str) -> bool:
    is_ignored = module.split(".")[0] not in MYPY["files"]
    # Of the patterns that fit, the later one counts; those with a star in the middle stand behind the others.
    for override in MYPY["overrides"]:
        if any(_fits(module, pattern) for pattern in override["module"]):
            is_ignored = override.get("ignore_errors", is_ignored)
    return not is_ignored


def _fits(module: str, pattern: str) -> bool:
    parts = re.escape(pattern).replace(r"\.\*", r"(?:\.\w+)*").replace(r"\*\.", r"(?:\w+\.)*")
    return re.fullmatch(parts, module) is not None
