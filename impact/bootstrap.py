"""Make .venv from the hash-locked requirements and run the command in it; standard library only."""

import fcntl
import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

OLDEST_PYTHON = (3, 11)
# These promise to work on a bare machine; every other command takes the packages that are there.
SELF_INSTALLING = {"demo": "requirements.lock", "test": "requirements-test.lock"}


def ensure_environment(root: Path, argv: list[str]) -> None:
    """Return when the packages that the command needs can be imported; may start it again, in .venv.

    Args:
        root: the folder of manage.py.
        argv: as in sys.argv.
    """
    command = argv[1] if len(argv) > 1 else ""
    venv = root / ".venv"
    if command not in SELF_INSTALLING and _packages_are_there(venv):
        return
    if sys.version_info < OLDEST_PYTHON:
        sys.exit(f"The portal needs Python 3.11 or newer; this is {sys.version.split()[0]}.")
    install(root, root / SELF_INSTALLING.get(command, "requirements.lock"))
    if not _runs_in(venv):
        os.execve(_python(venv), [str(_python(venv)), *argv], _activated(venv))


def install(root: Path, lock: Path) -> None:
    """Bring .venv to the state of the lock file; quick when it is there already.

    An installation that was cut short may have left half a package, so the next one starts from nothing.
    """
    venv, unfinished = root / ".venv", root / ".local" / "venv-unfinished"
    unfinished.parent.mkdir(exist_ok=True)
    with _one_at_a_time(root / ".local" / "venv.lock"):
        if unfinished.exists() or not _python(venv).exists():
            shutil.rmtree(venv, ignore_errors=True)
        # What the tests need includes what everything else needs.
        if _is_installed(venv, lock) or _is_installed(venv, root / "requirements-test.lock"):
            return
        print(f"Setting up {venv} from {lock.name}; this happens once …", flush=True)
        unfinished.touch()
        _make_venv(venv)
        _install_packages(venv, lock)
        _stamp(venv, lock).write_text(_digest(lock))
        unfinished.unlink()


def _packages_are_there(venv: Path) -> bool:
    """An image has them without .venv; beside .venv, a Django of the system may be another version."""
    return _runs_in(venv) or (not venv.exists() and importlib.util.find_spec("django") is not None)


def _runs_in(venv: Path) -> bool:
    return Path(sys.prefix).resolve() == venv.resolve()


def _python(venv: Path) -> Path:
    return venv / "bin" / "python"


def _stamp(venv: Path, lock: Path) -> Path:
    return venv / f".{lock.name}.sha256"


def _digest(lock: Path) -> str:
    return hashlib.sha256(lock.read_bytes()).hexdigest()


def _is_installed(venv: Path, lock: Path) -> bool:
    stamp = _stamp(venv, lock)
    return stamp.exists() and lock.exists() and stamp.read_text() == _digest(lock)


def _make_venv(venv: Path) -> None:
    """Without its own pip: Debian's Python cannot give it one unless python3-venv is installed."""
    if not _python(venv).exists():
        _run(sys.executable, "-m", "venv", "--without-pip", str(venv))


def _install_packages(venv: Path, lock: Path) -> None:
    options = ["install", "-q", "--require-hashes", "-r", str(lock)]
    uv = shutil.which("uv")
    if uv and _succeeds(uv, "pip", *options, "--python", str(_python(venv))):
        return
    if importlib.util.find_spec("pip") is None:
        sys.exit("pip is missing. Install it (Debian, Ubuntu: apt install python3-pip) and start again.")
    pip = [sys.executable, "-m", "pip", "--python", str(_python(venv)), "--disable-pip-version-check"]
    _run(*pip, "--no-input", *options)


def _succeeds(*command: str) -> bool:
    return subprocess.run(command).returncode == 0


def _run(*command: str) -> None:
    if not _succeeds(*command):
        sys.exit(f"This did not work, see the message above: {' '.join(command)}")


def _activated(venv: Path) -> dict[str, str]:
    path = os.pathsep.join([str(venv / "bin"), os.environ.get("PATH", os.defpath)])
    return {**os.environ, "VIRTUAL_ENV": str(venv), "PATH": path}


@contextmanager
def _one_at_a_time(path: Path) -> Iterator[None]:
    """Two first starts at once wait for each other; the system frees the lock of a process that dies."""
    with path.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
