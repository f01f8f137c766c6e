"""The first start on a bare machine; the lock files are empty here, so that nothing is downloaded."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings

SCRIPT = """
import runpy, sys
from pathlib import Path
root = Path(__file__).resolve().parent
runpy.run_path(str(root / "impact" / "bootstrap.py"))["ensure_environment"](root, sys.argv)
print("runs in", sys.prefix)
"""


class Project:
    """A folder with a manage.py that says where it runs."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.venv = folder, folder / ".venv"
        (folder / "impact").mkdir()
        shutil.copy(settings.BASE_DIR / "impact" / "bootstrap.py", folder / "impact")
        (folder / "manage.py").write_text(SCRIPT)
        for lock in ("requirements.lock", "requirements-test.lock"):
            (folder / lock).write_text("# nothing to install\n")

    def manage(self, *arguments: str, **environment: str) -> str:
        """Run manage.py with the Python that our own .venv was made from."""
        finished = subprocess.run(
            [sys._base_executable, "manage.py", *arguments],
            cwd=self.folder,
            env=os.environ | {"PIP_NO_INDEX": "1"} | environment,
            capture_output=True,
            text=True,
        )
        assert finished.returncode == 0, finished.stderr
        return finished.stdout


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return Project(tmp_path.resolve())


def test_first_start_makes_the_environment_and_runs_in_it(project: Project) -> None:
    output = project.manage("demo")

    assert "Setting up" in output
    assert output.endswith(f"runs in {project.venv}\n")


def test_later_start_installs_nothing(project: Project) -> None:
    project.manage("demo")

    assert project.manage("demo") == f"runs in {project.venv}\n"


def test_environment_of_the_tests_serves_the_demo_too(project: Project) -> None:
    project.manage("test")

    assert project.manage("demo") == f"runs in {project.venv}\n"


def test_changed_lock_file_is_installed(project: Project) -> None:
    project.manage("demo")
    (project.folder / "requirements.lock").write_text("# another version of nothing\n")

    assert "Setting up" in project.manage("demo")


def test_interrupted_first_start_is_repaired(project: Project) -> None:
    project.manage("demo")
    half_a_package = project.venv / "half-a-package"
    half_a_package.touch()
    (project.folder / ".local" / "venv-unfinished").touch()

    project.manage("demo")

    assert not half_a_package.exists()


def test_environment_whose_python_is_gone_is_made_anew(project: Project) -> None:
    project.manage("demo")
    python = project.venv / "bin" / "python"
    python.unlink()
    python.symlink_to(project.folder / "uninstalled-python")

    assert project.manage("demo").endswith(f"runs in {project.venv}\n")


def test_other_commands_take_the_packages_of_an_image(project: Project) -> None:
    packages = project.folder / "packages"
    (packages / "django").mkdir(parents=True)
    (packages / "django" / "__init__.py").touch()

    output = project.manage("migrate", PYTHONPATH=str(packages))

    assert output == f"runs in {sys.base_prefix}\n"
    assert not project.venv.exists()


def test_other_commands_prefer_the_environment_that_is_there(project: Project) -> None:
    project.manage("demo")

    assert project.manage("shell") == f"runs in {project.venv}\n"
