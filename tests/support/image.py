"""What Dockerfile and docker-compose.yml say, and an environment with the packages of the image only."""

import json
import re
import sys
import venv
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path
from typing import Any

import yaml
from django.conf import settings

ROOT = settings.BASE_DIR
DEFAULT = re.compile(r"\$\{\w+:-([^}]*)\}")
PIN = re.compile(r"^([\w.-]+)(?:\[[^\]]+\])?==", re.MULTILINE)


def compose() -> dict[str, Any]:
    """docker-compose.yml with its anchors resolved, and with the default of each variable that has one."""
    return yaml.safe_load(DEFAULT.sub(r"\1", (ROOT / "docker-compose.yml").read_text()))


def instructions(name: str) -> list[str]:
    """The arguments of each instruction of that name in the Dockerfile, continued lines joined."""
    text = (ROOT / "Dockerfile").read_text().replace("\\\n", " ")
    return re.findall(rf"^{name} (.+)$", text, re.MULTILINE)


def image_environment() -> dict[str, str]:
    """The variables that the image sets."""
    return dict(pair.split("=", 1) for line in instructions("ENV") for pair in re.findall(r"\w+=\S+", line))


def image_command() -> list[str]:
    """What a container of the image runs."""
    return json.loads(instructions("CMD")[-1])


def make_environment(folder: Path) -> Path:
    """Make a virtual environment with the installed packages that requirements.lock names, and no other.

    Nothing is downloaded: the packages are linked. Returns the folder of its programs.
    """
    venv.create(folder, symlinks=True)
    version = f"python{sys.version_info.major}.{sys.version_info.minor}"
    packages, programs = folder / "lib" / version / "site-packages", folder / "bin"
    for name in PIN.findall((ROOT / "requirements.lock").read_text()):
        try:
            found = distribution(name)
        except PackageNotFoundError:  # for another system
            continue
        _link(found, packages)
        _write_programs(found, programs)
    return programs


def _link(found: Distribution, packages: Path) -> None:
    for part in {file.parts[0] for file in found.files or [] if file.parts[0] not in ("..", "__pycache__")}:
        link = packages / part
        if not link.exists():
            link.symlink_to(found.locate_file(part))


def _write_programs(found: Distribution, programs: Path) -> None:
    for entry in found.entry_points.select(group="console_scripts"):
        program = programs / entry.name
        body = f"import sys\nfrom {entry.module} import {entry.attr} as main\nsys.exit(main())\n"
        program.write_text(f"#!{programs / 'python'}\n{body}")
        program.chmod(0o755)
