"""The committed nginx.conf in a real nginx before a server of the test."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.conf import settings

from impact.local.processes import free_port

CONFIGURATION = settings.BASE_DIR / "deploy" / "nginx.conf"
WRAPPER = """
daemon off;
user root;
pid {folder}/pid;
error_log {folder}/start.log;
events {{ worker_connections 1024; }}
http {{
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    include {folder}/portal.conf;
}}
"""


def program() -> str:
    """Return where nginx is, or skip the test and say so."""
    found = shutil.which("nginx", path="/usr/sbin:/usr/local/sbin:/usr/bin")
    if found is None:
        pytest.skip("nginx is not installed here: deploy/nginx.conf was not run")
    return found


def adapted(folder: Path, port: int, upstream: int) -> str:
    """Return the committed configuration with the places of this test; fails if one of them is not in it."""
    text = CONFIGURATION.read_text()
    for committed, here in {
        "listen 8080;": f"listen 127.0.0.1:{port};",
        "http://web:8000": f"http://127.0.0.1:{upstream}",
        "/dev/stdout": f"{folder}/access.log",
        "/dev/stderr": f"{folder}/error.log",
    }.items():
        assert committed in text
        text = text.replace(committed, here)
    return text


@contextmanager
def proxy_before(upstream: int, folder: Path) -> Iterator[int]:
    """Run nginx before a port of this machine; yields its own port."""
    nginx, port = program(), free_port()
    (folder / "portal.conf").write_text(adapted(folder, port, upstream))
    (folder / "nginx.conf").write_text(WRAPPER.format(folder=folder))
    command = [nginx, "-e", str(folder / "start.log"), "-c", str(folder / "nginx.conf"), "-p", str(folder)]
    checked = subprocess.run([*command, "-t"], capture_output=True, text=True)
    assert checked.returncode == 0, checked.stderr
    process = subprocess.Popen(command)
    try:
        yield port
    finally:
        process.terminate()
        process.wait(timeout=20)
