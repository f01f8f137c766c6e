"""Nothing is kept that nobody uses: names, templates, static files, styles, functions of scripts.

A name counts as used when it stands anywhere else: in code, in a template, or as a word of a dotted path in a
string. So a name that many things share hides one that is dead; none is called dead that is not.
"""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

from django.apps import apps
from django.conf import settings

from impact.packages import packages
from tests.support import ours

ROOT = Path(settings.BASE_DIR)
Definition = ast.FunctionDef | ast.ClassDef | ast.Assign | ast.AnnAssign
# A string of such signs may name something: a dotted path, a column of a list, a file.
NAMING = re.compile(r"[\w.:/-]+")
IN_TEMPLATE = re.compile(r"\{[{%](.*?)[%}]\}", re.DOTALL)
# These only change what they stand on; any other decorator registers it.
CHANGES_ONLY = {
    "cache",
    "cached_property",
    "classmethod",
    "contextmanager",
    "dataclass",
    "property",
    "staticmethod",
    "transaction.atomic",
}
# What a framework finds by its name.
BY_NAME = {
    r"Command": "manage.py",
    r"\w+Config": "INSTALLED_APPS",
    r"app_name|urlpatterns|handler\d+": "Django's addresses",
    r"[A-Z_]+_FORMAT": "Django's formats of a language",
    r"clean_\w+": "Django's forms call it for the field",
    r"process_view|process_exception": "Django asks a middleware whether it has it",
    r"create_superuser": "manage.py createsuperuser",
    r"on_solution_callback": "OR-Tools, for each solution",
    r"from_db_value": "Django asks a field whether it has it",
    r"_proxy____cast": "Django asks a lazy text for its words",
    r"http_response": "urllib asks a handler whether it has it",
    r"__getattr__": "Python asks a module for a name that it lacks",
}
# Used by their documentation's reader, or by tests alone, and meant for them.
FOR_OTHERS = {
    "score_team": "the engine is a library: docs/matching.md",
    "close_all": "tests begin with no breaker open",
    "forget_all": "tests begin with nothing kept in the process",
    "find_or_fetch": "the browser of the tests",
    "ARGUMENTS": "the browser of the tests",
    "kill_one": "the tests of containers",
    "PROJECT": "the tests of containers",
    "KEPT_STATIC_FILES": "where tests find them",
    "kept_dump": "the migrated database of the tests",
    "ensure_environment": "manage.py, which is in no package",
    "run_tests": "manage.py, which is in no package",
    "EvenWorker": "gunicorn.conf.py, which is in no package",
}
# crispy-forms looks for it in our pack by this name.
OF_THE_PACK = {"templates/impact/whole_uni_form.html"}
# Pages of theirs take our styles.
DRAWN_BY_PACKAGES = ("django", "unfold", "crispy_forms", "allauth")


class Defined(NamedTuple):
    name: str
    path: Path
    node: Definition
    owner: str


def test_no_name_is_unused() -> None:
    used, methods = words_used(), names_of_frameworks()
    unused = {
        f"{defined.path.relative_to(ROOT)}:{defined.node.lineno} {defined.name}"
        for defined in definitions()
        if not (defined.owner and defined.name in methods.get(defined.owner, ()))
        if not is_by_name(defined) and defined.name not in FOR_OTHERS
        if used[defined.name] <= words_in(defined.node)[defined.name]
    }

    assert unused == set()


def test_lists_of_names_for_others_hold_no_other() -> None:
    assert FOR_OTHERS.keys() <= {defined.name for defined in definitions()}


def test_no_template_is_unused() -> None:
    texts = [*texts_of("*.py"), *texts_of("*.html", "*.txt")]
    replaced = {path for path in templates() if replaces_one_of_a_package(path)}
    unused = {
        str(path.relative_to(ROOT))
        for path in templates() - replaced
        if not is_named(path, texts) and not re.fullmatch(r"\d{3}\.html", path.name)
    }

    assert unused == OF_THE_PACK


def test_no_static_file_is_unused() -> None:
    texts = [*texts_of("*.py"), *texts_of("*.html", "*.txt"), *texts_of("*.css", "*.js", "*.webmanifest")]
    files = [path for path in (ROOT / "static").rglob("*") if path.is_file()]

    assert [path for path in files if not any(path.name in text for text in texts)] == []


def test_no_class_of_a_style_is_unused() -> None:
    drawn = "\n".join(
        [*texts_of("*.py"), *texts_of("*.html", "*.txt"), *texts_of("*.js"), *drawn_by_packages()]
    )
    words = set(re.findall(r"[\w-]+", drawn))
    composed = set(re.findall(r"([\w-]+-)\{", drawn))
    unused = {
        f"{path.name} .{name}"
        for path in (ROOT / "static").rglob("*.css")
        for name in classes_of(path.read_text())
        if name not in words and not any(name.startswith(start) for start in composed)
    }

    assert unused == set()


def test_no_function_of_a_script_is_unused() -> None:
    unused = {
        f"{path.name} {name}"
        for path in (ROOT / "static").rglob("*.js")
        for name in re.findall(r"(?:function|const|let)\s+(\w+)", path.read_text())
        if len(re.findall(rf"\b{name}\b", path.read_text())) < 2
    }

    assert unused == set()


def definitions() -> Iterator[Defined]:
    """Yield what our modules define: names of modules, and methods and properties of classes."""
    for path, tree in trees().items():
        if {"migrations", "settings"} & set(path.parts):
            continue
        for node in tree.body:
            yield from (Defined(name, path, node, "") for name in names_of(node))
        for owner in (node for node in ast.walk(tree) if isinstance(node, ast.ClassDef)):
            methods = (node for node in owner.body if isinstance(node, ast.FunctionDef))
            yield from (
                Defined(node.name, path, node, owner.name) for node in methods if not is_special(node.name)
            )


def names_of(node: ast.stmt) -> list[str]:
    if isinstance(node, ast.FunctionDef | ast.ClassDef):
        return [node.name]
    if not isinstance(node, ast.Assign | ast.AnnAssign):
        return []
    targets = node.targets if isinstance(node, ast.Assign) else [node.target]
    found = (part.id for target in targets for part in ast.walk(target) if isinstance(part, ast.Name))
    return [name for name in found if not is_special(name)]


def is_by_name(defined: Defined) -> bool:
    marks = [ast.unparse(mark).partition("(")[0] for mark in getattr(defined.node, "decorator_list", [])]
    is_registered = any(mark not in CHANGES_ONLY and not mark.endswith(".setter") for mark in marks)
    return is_registered or any(re.fullmatch(pattern, defined.name) for pattern in BY_NAME)


@cache
def names_of_frameworks() -> dict[str, set[str]]:
    """Return, for each class of ours, what the classes of packages that it is mixed with call by name."""
    found: dict[str, set[str]] = {}
    for cls in ours.classes():
        strange = [base for base in cls.__mro__ if not ours.is_ours(base.__module__) and base is not object]
        names = {name for base in strange for name in dir(base)}
        # A mixin serves the package's class beside it.
        for own in (base for base in cls.__mro__ if ours.is_ours(base.__module__)):
            found.setdefault(own.__name__, set()).update(names)
    return found


@cache
def words_used() -> Counter[str]:
    words: Counter[str] = Counter()
    for tree in trees().values():
        words += words_in(tree)
    for text in texts_of("*.html", "*.txt"):
        words.update(word for inside in IN_TEMPLATE.findall(text) for word in re.findall(r"\w+", inside))
    return words


def words_in(tree: ast.AST) -> Counter[str]:
    """Count the names that code uses, those of dotted paths in strings among them; not what it defines."""
    silent = {id(part) for node in ast.walk(tree) for part in ast.walk(silent_part(node))}
    words: Counter[str] = Counter()
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
            words[node.id] += 1
        elif isinstance(node, ast.Attribute) and not isinstance(node.ctx, ast.Store):
            words[node.attr] += 1
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in silent:
            words.update(re.findall(r"\w+", node.value) if NAMING.fullmatch(node.value) else [])
    return words


def silent_part(node: ast.AST) -> ast.AST:
    """Return what of a node uses nothing: `__all__`."""
    is_list = isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") == "__all__"
    return node.value if is_list else ast.Pass()


@cache
def trees() -> dict[Path, ast.Module]:
    """Return every file of ours; those of settings and migrations use names, and define none."""
    return {path: ast.parse(path.read_text()) for path in ours.python_files()}


@cache
def texts_of(*patterns: str) -> list[str]:
    """Return the templates, static files and modules whose names fit."""
    folders = [ROOT / "templates", ROOT / "static", *(ROOT / name for name in packages())]
    return [
        path.read_text(errors="ignore")
        for folder in folders
        for pattern in patterns
        for path in sorted(folder.rglob(pattern))
        if "migrations" not in path.parts
    ]


def templates() -> set[Path]:
    return {path for path in (ROOT / "templates").rglob("*") if path.is_file()}


def replaces_one_of_a_package(path: Path) -> bool:
    name = path.relative_to(ROOT / "templates")
    strange = [config for config in apps.get_app_configs() if not ours.is_ours(config.name)]
    return any((Path(config.path) / "templates" / name).is_file() for config in strange)


def is_named(path: Path, texts: list[str]) -> bool:
    """Whether it is named, by parts of its name put together, or (an e-mail) by its message."""
    name = str(path.relative_to(ROOT / "templates"))
    if path.parent.parent.name == "email":
        message = str(Path(name).parent)
        # allauth names its own messages, and the adapter posts them.
        is_own = (ROOT / "templates" / "account" in path.parents) or (
            ROOT / "templates" / "mfa" in path.parents
        )
        return is_own or any(message in text or f'"{path.parent.name}"' in text for text in texts)
    # “section_{slug}.html”, “{verb}.html”: a name put together of the words that may stand there.
    stem = path.stem.partition("_")[0]
    composed = re.compile(rf"{re.escape(str(Path(name).parent))}/(?:{stem}_)?\{{")
    return any(name in text or composed.search(text) for text in texts)


@cache
def drawn_by_packages() -> list[str]:
    """Return the templates and scripts of the packages that draw pages of ours."""
    paths = {Path(config.path) for config in apps.get_app_configs() if not ours.is_ours(config.name)}
    patterns = ("*.html", "*.js", "*.py")
    return [
        path.read_text(errors="ignore")
        for folder in paths
        if set(folder.parts) & set(DRAWN_BY_PACKAGES)
        for pattern in patterns
        for path in folder.rglob(pattern)
    ]


def classes_of(style: str) -> set[str]:
    bare = re.sub(r"/\*.*?\*/", "", style, flags=re.DOTALL)
    return set(re.findall(r"\.([a-zA-Z][\w-]*)", re.sub(r"\{[^{}]*\}", "{}", bare)))


def is_special(name: str) -> bool:
    return name.startswith("__") and name.endswith("__")
