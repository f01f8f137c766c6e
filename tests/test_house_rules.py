"""What holds for every file: style, types, import order, templates, dependencies, models, deployment."""

import ast
import os
import re
import runpy
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.db.models import CheckConstraint, Model, Q

from impact.celery import app
from impact.packages import packages
from tests.support import ours

ROOT = settings.BASE_DIR
CONSOLE = "import sys; from importlinter.cli import lint_imports_command as command; sys.exit(command())"
TOOLS = {
    "style": ["-m", "ruff", "check", "--no-cache", "."],
    "formatting": ["-m", "ruff", "format", "--check", "--no-cache", "."],
    "import contracts": ["-c", CONSOLE, "--no-cache"],
    "templates": ["-m", "djlint", "templates", "--check"],
    "translations are collected": ["manage.py", "messages", "--check"],
    "migrations are made": ["manage.py", "makemigrations", "--check", "--dry-run"],
}
PRODUCTION = {
    "DJANGO_SETTINGS_MODULE": "impact.settings.production",
    "SECRET_KEY": "Bp0x-" + "9aZ7kLq2" * 8,
    "ALLOWED_HOSTS": "portal.example.org",
    "SITE_URL": "https://portal.example.org",
    "EMAIL_URL": "smtp+tls://portal:secret@mail.example.org:587",
    "PATH": "/usr/bin:/bin",
}
# Mail programs know only inline styles; the administration has a policy of its own.
PUBLIC_TEMPLATES = [
    path for path in sorted(ROOT.glob("templates/**/*.html")) if not {"admin", "email"} & set(path.parts)
]
INLINE = re.compile(
    r"<style\b|\sstyle=|\son[a-z]+=|javascript:|<script(?![^>]*\b(?:src=|type=\"application/json\"))",
    re.IGNORECASE,
)
MACHINE_PATH = re.compile(r"(?<![\w.])/(?:work|root|home|Users)/\w")
NAMED_FILE = re.compile(
    rf"(?<![\w/.<-])((?:(?:{'|'.join([*packages(), 'tests'])})/[\w/-]+|test_\w+)\.(?:py|js|typ))\b"
)
NAMED_MODULE = re.compile(r"`((?:core|impact|engine|inspection)\.[a-z_]+)[.\w]*`")
REGISTRY = re.compile(r"\w+://|--(?:extra-)?index-url|--find-links")
FUNCTION_LINES_MAX = 40
FILE_LINES_MAX = 300
UNNAMED_QUERY = re.compile(r"\.objects\s*\.\s*(?:filter|exclude|annotate|create|update|raw|order_by)\b")
# A model that is found through another, so that no import shows who knows whom.
FOUND_BY_REFLECTION = re.compile(
    r"\.(?:rel|field|remote_field)\.related_model|_meta\.get_field\(.*related_model|\bget_model\(|_meta\.related_objects"
)
# What StaffPage, get_buttons, list_context and row_context are there for.
ROUND_STAFF_PAGES = re.compile(
    r"def (?:get_urls|changelist_view|changeform_view|render_change_form)\("
    r"|each_context\(|\bactions_(?:list|detail)\b"
)
READS_ENVIRONMENT = re.compile(r"env\.\w+\(\s*[\"'](\w+)[\"']")


@pytest.mark.parametrize("tool", TOOLS)
def test_tool_has_nothing_to_say(tool: str) -> None:
    finished = subprocess.run([sys.executable, *TOOLS[tool]], cwd=ROOT, capture_output=True, text=True)

    assert finished.returncode == 0, finished.stdout + finished.stderr


def test_production_settings_pass_the_deployment_check() -> None:
    command = [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING"]

    finished = subprocess.run(command, cwd=ROOT, env=PRODUCTION, capture_output=True, text=True)

    assert finished.returncode == 0, finished.stderr


@pytest.mark.parametrize("missing", ["SECRET_KEY", "ALLOWED_HOSTS", "SITE_URL", "EMAIL_URL"])
def test_production_does_not_start_without(missing: str) -> None:
    environment = {name: value for name, value in PRODUCTION.items() if name != missing}

    finished = subprocess.run(
        [sys.executable, "manage.py", "check"], cwd=ROOT, env=environment, capture_output=True, text=True
    )

    assert finished.returncode != 0
    assert missing in finished.stderr


@pytest.mark.parametrize("template", PUBLIC_TEMPLATES, ids=lambda path: str(path.relative_to(ROOT)))
def test_public_template_has_no_inline_script_or_style(template: Path) -> None:
    """The content security policy would block it without a word."""
    assert INLINE.findall(template.read_text()) == []


def test_templates_run_no_queries() -> None:
    assert [path for path in _files("*.html", "*.txt") if ".objects" in path.read_text()] == []


def test_views_use_named_querysets() -> None:
    views = [path for path in _files("*.py") if path.stem == "views" or path.parent.name == "views"]

    assert [path for path in views if UNNAMED_QUERY.search(path.read_text())] == []


def test_no_module_has_a_name_that_says_nothing() -> None:
    assert [
        path for path in _files("*.py") if path.stem in ("utils", "helpers", "misc", "common", "manager")
    ] == []


def test_no_function_is_longer_than_40_lines() -> None:
    long = [
        f"{path.relative_to(ROOT)}:{node.lineno} {node.name}"
        for path in ours.python_files()
        if "migrations" not in path.parts
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        if node.end_lineno - node.lineno + 1 > FUNCTION_LINES_MAX
    ]

    assert long == []


def test_no_file_is_longer_than_300_lines() -> None:
    long = [
        str(path.relative_to(ROOT))
        for path in ours.python_files()
        if "migrations" not in path.parts and path.parent != ROOT / "impact" / "settings"
        if len(path.read_text().splitlines()) > FILE_LINES_MAX
    ]

    assert long == []


def test_no_list_of_our_packages_or_apps_is_written_by_hand() -> None:
    """It would go blind with the next one; `packages()` and `tests/support/ours.py` find them all."""
    names = {*packages(), *ours.app_labels()}
    lists = {
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for path in [*ours.python_files(), *(ROOT / "tests").rglob("*.py")]
        if path != ROOT / "impact" / "settings" / "base.py" and "migrations" not in path.parts
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.List | ast.Tuple | ast.Set)
        if len({item.value for item in node.elts if isinstance(item, ast.Constant)} & names) > 2
    }

    assert lists == set()


def test_import_contracts_hold_for_every_package() -> None:
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]

    assert sorted(contracts["root_packages"]) == packages()


def test_no_app_reaches_a_model_by_reflection() -> None:
    """Whoever has the rows offers the question, or registers what the layer below should ask."""
    apps = {*packages()} & ours.app_labels() - {"core"}
    found = [
        f"{path.relative_to(ROOT)}: {line.strip()}"
        for path in _files(*(f"{app}/*.py" for app in apps))
        for line in path.read_text().splitlines()
        if FOUND_BY_REFLECTION.search(line)
    ]

    assert found == []


def test_pages_for_staff_are_made_in_one_way() -> None:
    """An app names its pages, buttons and context; the theme is met in the kernel alone."""
    own = (ROOT / "core" / "staff", ROOT / "impact" / "site.py")
    found = [
        path.relative_to(ROOT)
        for path in ours.python_files()
        if not any(path.is_relative_to(place) for place in own) and ROUND_STAFF_PAGES.search(path.read_text())
    ]

    assert found == []


def test_no_app_asks_for_rows_of_an_app_above_by_their_related_name() -> None:
    """A foreign key gives its target a name for the rows that point to it, whatever app these belong to."""
    foreign = {(home, name) for model in ours.models() for home, name in _names_given_from_above(model)}
    found = {
        f"{path.relative_to(ROOT)}:{node.lineno}: {asked}"
        for path in ours.python_files()
        if "migrations" not in path.parts
        for node in ast.walk(ast.parse(path.read_text()))
        if (asked := _asked_by(node)) and (path.relative_to(ROOT).parts[0], asked.split("__")[0]) in foreign
    }

    assert ("experts", "matches") in foreign
    assert found == set()


def test_files_and_modules_that_are_named_exist() -> None:
    """Code that moves leaves its old name in comments, where no tool looks."""
    known = {str(path.relative_to(ROOT)) for path in _files("*.py", "*.js", "*.typ")}
    missing = {
        f"{path.relative_to(ROOT)}: {named}"
        for path in _files("*.py", "*.js", "*.typ", "*.md", "*.html", "*.css", "*.toml", "*.yml")
        # Decisions tell how it was.
        if "decisions" not in path.parts
        for named in _named_in(_text(path))
        if not any(name == named or name.endswith(f"/{named}") for name in known)
        and not (ROOT / named).with_suffix("").is_dir()
    }

    assert missing == set()


def test_what_lies_beside_a_locked_row_is_read_after_the_lock() -> None:
    """PostgreSQL rereads only the row itself after it has waited: `core.locking.lock_row`, or a prefetch."""
    in_one_statement = [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for path in ours.python_files()
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Assign | ast.Return | ast.Expr)
        if {"select_for_update", "select_related"}
        <= {inner.attr for inner in ast.walk(node) if isinstance(inner, ast.Attribute)}
    ]

    assert in_one_statement == []


def test_picture_of_the_parts_is_drawn_from_the_code_of_today() -> None:
    script = runpy.run_path(str(ROOT / "docs" / "architecture_picture.py"))
    found, order = script["arcs"](), list(script["PARTS"])

    assert script["PICTURE"].read_text() == script["drawn"](found), "python3 docs/architecture_picture.py"
    assert [arc for arc in found if order.index(arc.above) >= order.index(arc.below)] == []


def test_no_file_names_a_place_of_one_machine() -> None:
    assert [path for path in _files("*") if MACHINE_PATH.search(_text(path))] == []


@pytest.mark.parametrize("lock", ["requirements.lock", "requirements-test.lock"])
def test_lock_file_pins_by_hash_and_names_no_registry(lock: str) -> None:
    content = (ROOT / lock).read_text()
    pins = re.split(r"\n(?=\S)", content.strip())

    assert not REGISTRY.search(content)
    assert [pin for pin in pins if "==" not in pin or "--hash=sha256:" not in pin] == []


def test_tests_run_with_the_packages_of_production() -> None:
    assert _pins("requirements.lock") <= _pins("requirements-test.lock")


def test_each_dependency_says_why_it_is_there() -> None:
    content = (ROOT / "pyproject.toml").read_text()
    project = tomllib.loads(content)
    groups = project["dependency-groups"].values()
    dependencies = [*project["project"]["dependencies"], *(entry for group in groups for entry in group)]

    named = [entry for entry in dependencies if isinstance(entry, str)]
    assert [entry for entry in named if not re.search(re.escape(f'"{entry}",') + r"\s+# \w", content)] == []


MODELS_WITH_STATUS = [
    model for model in ours.models() if any(field.name == "status" for field in model._meta.fields)
]


@pytest.mark.parametrize("model", MODELS_WITH_STATUS, ids=lambda model: model._meta.label)
def test_database_refuses_a_status_that_nobody_knows(model: type[Model]) -> None:
    rules = [rule.condition for rule in model._meta.constraints if isinstance(rule, CheckConstraint)]

    assert any(_names_every_status(rule) for rule in rules)


def test_task_ends_before_the_broker_offers_it_again() -> None:
    """Otherwise a healthy long task runs several times at once."""
    visible_again = settings.CELERY_BROKER_TRANSPORT_OPTIONS["visibility_timeout"]

    assert settings.CELERY_TASK_SOFT_TIME_LIMIT < settings.CELERY_TASK_TIME_LIMIT < visible_again


def test_beat_calls_only_tasks_that_a_worker_knows() -> None:
    app.loader.import_default_modules()

    assert {entry["task"] for entry in settings.CELERY_BEAT_SCHEDULE.values()} <= set(app.tasks)


def test_example_environment_names_every_variable_that_production_reads() -> None:
    sources = [ROOT / "impact" / "settings" / name for name in ("base.py", "production.py")]
    read = {name for source in sources for name in READS_ENVIRONMENT.findall(source.read_text())}
    # Parts of DATABASE_URL and REDIS_URL that only the demo and the tests set.
    read -= {"PGDATABASE", "PGUSER", "PGPASSWORD", "PGHOST", "PGPORT", "BROKER_DB", "CACHE_DB"}

    named = set(re.findall(r"^#?(\w+)=", (ROOT / ".env.example").read_text(), re.MULTILINE))

    assert read - named == set()


@pytest.mark.xdist_group("together")
def test_marked_tests_stay_in_one_process(request: pytest.FixtureRequest) -> None:
    """Where pytest and pytest-xdist do not fit together, the mark is ignored in silence."""
    if "PYTEST_XDIST_WORKER" in os.environ:
        assert request.node.nodeid.endswith("@together")


def _names_given_from_above(model: type[Model]) -> Iterator[tuple[str, str]]:
    """Yield the package of a model, with each name by which it would find rows of another package of ours."""
    home = model.__module__.partition(".")[0]
    for relation in model._meta.related_objects:
        above = relation.related_model.__module__.partition(".")[0]
        if above != home and above in packages():
            yield from ((home, name) for name in (relation.name, relation.get_accessor_name()) if name)


def _asked_by(node: ast.AST) -> str:
    """Return what a piece of code could name of a relation: an attribute, a lookup, or a path of lookups."""
    match node:
        case ast.Attribute(attr=name) | ast.keyword(arg=str(name)):
            return name
        case ast.Constant(value=str(text)) if re.fullmatch(r"\w+__\w+", text):
            return text
    return ""


def _names_every_status(condition: Q | tuple[str, object]) -> bool:
    """Whether only rows whose status is one of those listed fulfil the condition."""
    if isinstance(condition, tuple):
        return condition[0] in ("status", "status__in")
    parts = [_names_every_status(part) for part in condition.children]
    return not condition.negated and (all(parts) if condition.connector == Q.OR else any(parts))


def _files(*patterns: str) -> Iterator[Path]:
    """Files that are, or would be, in the repository; migrations are written by a tool."""
    listed = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard", "-z", "--", *patterns],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    paths = (ROOT / name for name in listed.stdout.split("\0") if name)
    return (path for path in paths if path.is_file() and "migrations" not in path.parts)


def _named_in(text: str) -> set[str]:
    files = NAMED_FILE.findall(text)
    return {*files, *(f"{module.replace('.', '/')}.py" for module in NAMED_MODULE.findall(text))}


def _text(path: Path) -> str:
    return path.read_text(errors="ignore")


def _pins(lock: str) -> set[str]:
    return set(re.findall(r"^([\w.-]+(?:\[[^\]]+\])?==[^\s;]+)", (ROOT / lock).read_text(), re.MULTILINE))
