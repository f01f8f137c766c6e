#!/usr/bin/env python3
"""`python3 manage.py demo` runs the whole portal, `test` tests it; both need only Python 3.11 and pip."""

import os
import runpy
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent


def main() -> None:
    # By path, not by import: the package `impact` needs Celery, which is not there before the first start.
    bootstrap = runpy.run_path(str(ROOT / "impact" / "bootstrap.py"))
    bootstrap["ensure_environment"](ROOT, sys.argv)
    if sys.argv[1:2] == ["test"]:
        _test(sys.argv[2:])
    _manage(sys.argv)


def _test(arguments: list[str]) -> None:
    # The services must run before Django reads its settings, hence no management command.
    os.environ["DJANGO_SETTINGS_MODULE"] = "impact.settings.test"
    from impact.local.testing import run_tests

    raise SystemExit(run_tests(arguments))


def _manage(argv: list[str]) -> None:
    if argv[1:2] == ["demo"]:
        os.environ["DJANGO_SETTINGS_MODULE"] = "impact.settings.local"
    elif os.environ.setdefault("DJANGO_SETTINGS_MODULE", "impact.settings.local") == "impact.settings.local":
        from impact.local.running import join

        join(Path(os.environ.get("IMPACT_LOCAL_DIR", ROOT / ".local")))
    from django.core.management import execute_from_command_line

    execute_from_command_line(argv)


if __name__ == "__main__":
    main()
