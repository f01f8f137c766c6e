"""The containers of docker-compose.yml, built and started as an operator would, with data of their own.

Where no registry of images can be reached, their base is made by debootstrap, and the images of others
are replaced by stand-ins (deploy/stand_ins/). What belongs to this machine only, such as its certificates and
the index of its pip, is put into the base image and kept nowhere else.
"""

from __future__ import annotations

import re
import secrets
import shutil
import subprocess
import sys
import tempfile
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from impact.local.engine import CommandFailed, Engine, NoEngine, own_engine
from impact.local.processes import free_port, wait_until

ROOT = Path(__file__).resolve().parent.parent.parent
KEPT_BASE = ROOT / ".local" / "containers" / "bookworm.tar"
BASE_IMAGE = "python:3.11-slim-bookworm"
# nginx, too: its stand-in then needs no package of its own.
BASE_PACKAGES = "python3,python3-venv,ca-certificates,nginx-light"
MIRROR = "http://deb.debian.org/debian"
LEFT_OUT = ["proc/*", "sys/*", "var/cache/apt/archives/*", "var/lib/apt/lists/*", "usr/share/doc/*"]
CERTIFICATES = Path("/etc/ssl/certs/ca-certificates.crt")
STAND_INS = {
    "postgres": "postgres:18-alpine",
    "valkey": "valkey/valkey:9-alpine",
    "nginx": "nginx:1.28-alpine",
    "mail": "axllent/mailpit:v1.27",
}
PROJECT = "impact-try"
READY_TIMEOUT_SECONDS = 300
# pip's settings that mean the same inside a container.
PIP_SETTING = re.compile(
    r"^(?:global|install|:env:)\.(index-url|extra-index-url|trusted-host|proxy)='(.*)'$", re.M
)
Say = Callable[[str], object]


class Stack:
    """The running services of docker-compose.yml.

    Args:
        engine: runs them.
        folder: gets a copy of what Compose reads, and an .env as .env.example says for a trial.
    """

    def __init__(self, engine: Engine, folder: Path) -> None:
        self._engine, self._folder = engine, folder
        port, mail_port = free_port(), free_port()
        self.url, self.mail_url = f"http://127.0.0.1:{port}/", f"http://127.0.0.1:{mail_port}/"
        shutil.copytree(ROOT / "deploy", folder / "deploy")
        shutil.copy(ROOT / "docker-compose.yml", folder)
        # Whatever the umask here: the containers' own users read them.
        subprocess.run(["chmod", "-R", "a+rX", str(folder)], check=True)
        values = {"SITE_URL": self.url.rstrip("/"), "PUBLISHED_PORT": port, "PUBLISHED_MAIL_PORT": mail_port}
        (folder / ".env").write_text(trial_environment((ROOT / ".env.example").read_text(), values))

    def compose(self, *words: str) -> str:
        """Run docker-compose and return what it wrote.

        Raises:
            CommandFailed: with the end of what it wrote.
        """
        return self._engine.run(
            "docker-compose", "--ansi", "never", "--project-name", "impacttry", *words, cwd=self._folder
        )

    def manage(self, *words: str) -> str:
        """Run a management command in the container of the web server."""
        return self.compose("exec", "-T", "web", "python", "manage.py", *words)

    def up(self, *options: str) -> None:
        """Start everything, and return when all of it is ready.

        Raises:
            CommandFailed: with the end of the logs.
        """
        try:
            self.compose("up", "--detach", "--no-build", *options)
        except CommandFailed as failure:
            raise CommandFailed(f"{failure}\n{self.logs()}") from failure
        if not wait_until(lambda: self.is_ready() and self.are_healthy(), READY_TIMEOUT_SECONDS):
            raise CommandFailed(f"Not ready in time:\n{self.compose('ps', '--all')}\n{self.logs()}")

    def logs(self) -> str:
        """Return the end of what each container wrote."""
        return self.compose("logs", "--no-color", "--tail", "40")

    def is_ready(self) -> bool:
        """Whether the portal says so, asked through the proxy."""
        try:
            with urllib.request.urlopen(f"{self.url}health/ready/", timeout=20) as answer:
                return b'"status": "ok"' in answer.read()
        except OSError:
            return False

    def are_healthy(self) -> bool:
        """Whether every container with a health check has passed it."""
        shown = self._engine.run("docker", "ps", "--all", "--format", "{{.Status}}")
        return "starting)" not in shown and "unhealthy)" not in shown

    def inspect(self) -> str:
        """Return what the engine knows of all containers, as JSON."""
        return self._engine.run("docker", "inspect", *self._engine.run("docker", "ps", "-aq").split())

    def kill_one(self, service: str) -> None:
        """End one container of a service as a machine that loses power would."""
        names = self.compose("ps", "--quiet", service).split()
        self._engine.run("docker", "kill", names[0])

    def down(self) -> None:
        """Stop everything and forget all data."""
        self.compose("down", "--volumes", "--timeout", "20")


@contextmanager
def stack_of_containers(say: Say) -> Iterator[Stack]:
    """Build the image, start docker-compose.yml and give it once it is ready; at the end nothing is left.

    Args:
        say: takes a line before each stage.

    Raises:
        NoEngine: this machine lets no container start; the reason is the text.
        CommandFailed: the image cannot be built or the containers do not start.
    """
    folder = Path(tempfile.mkdtemp(prefix="impact-"))
    say("Starting a container engine …")
    with own_engine(folder) as engine:
        _build_images(engine, folder, say)
        (folder / "stack").mkdir()
        stack = Stack(engine, folder / "stack")
        say("Starting the containers …")
        try:
            stack.up()
            yield stack
        finally:
            say("Stopping the containers …")
            stack.down()


def trial_environment(example: str, values: dict[str, object]) -> str:
    """Fill in .env.example as its text says for a trial on one machine."""
    chosen = {
        "SECRET_KEY": secrets.token_urlsafe(50),
        "ALLOWED_HOSTS": "127.0.0.1",
        "POSTGRES_PASSWORD": secrets.token_hex(16),
        "REDIS_PASSWORD": secrets.token_hex(16),
        "COMPOSE_PROFILES": "trial",
        "SECURE_SSL_REDIRECT": "false",
        "COOKIE_SECURE": "false",
        "SECURE_HSTS_SECONDS": "0",
        **values,
    }
    for name, value in chosen.items():
        example, found = re.subn(rf"^#?{name}=.*$", f"{name}={value}", example, flags=re.M)
        if found != 1:
            raise CommandFailed(f".env.example has {found} lines for {name}")
    return example


def _build_images(engine: Engine, folder: Path, say: Say) -> None:
    say("Making the base image …")
    if not KEPT_BASE.exists():
        _make_base(engine, folder)
    engine.run("docker", "import", str(KEPT_BASE), "bookworm")
    _add_settings_of_this_machine(engine, folder / "base-image")
    say("Building the portal’s image …")
    _build(engine, "impact-portal", str(ROOT))
    say("Building stand-ins for PostgreSQL, Valkey, nginx and the mail catcher …")
    for target, image in STAND_INS.items():
        _build(engine, image, "--target", target, str(ROOT / "deploy" / "stand_ins"))


def _build(engine: Engine, image: str, *options: str) -> None:
    # pip asks its index over the network of this machine.
    engine.run("docker", "build", "--quiet", "--network", "host", "--tag", image, *options)


def _make_base(engine: Engine, folder: Path) -> None:
    """It takes a minute, so it is kept until somebody deletes it."""
    system = folder / "bookworm"
    try:
        engine.run(
            "debootstrap", "--variant=minbase", f"--include={BASE_PACKAGES}", "bookworm", str(system), MIRROR
        )
    except CommandFailed as failure:
        raise NoEngine(f"No base image could be made: {failure}") from failure
    KEPT_BASE.parent.mkdir(parents=True, exist_ok=True)
    unfinished = KEPT_BASE.with_suffix(".unfinished")
    excludes = [f"--exclude=./{pattern}" for pattern in LEFT_OUT]
    engine.run("tar", "-C", str(system), *excludes, "-cf", str(unfinished), ".")
    unfinished.rename(KEPT_BASE)


def _add_settings_of_this_machine(engine: Engine, context: Path) -> None:
    context.mkdir()
    (context / "pip.conf").write_text(_pip_settings())
    lines = ["FROM bookworm", "RUN ln -sf python3 /usr/bin/python", "COPY pip.conf /etc/pip.conf"]
    if CERTIFICATES.exists():
        shutil.copy(CERTIFICATES, context / CERTIFICATES.name)
        lines.append(f"COPY {CERTIFICATES.name} {CERTIFICATES}")
    (context / "Dockerfile").write_text("\n".join(lines))
    _build(engine, BASE_IMAGE, str(context))


def _pip_settings() -> str:
    """Return how pip reaches its index here; folders of this machine are not there inside."""
    pip = [str(Path(sys.base_prefix) / "bin" / "python3"), "-m", "pip", "config", "list"]
    listed = subprocess.run(pip, capture_output=True, text=True).stdout
    found = {name: value for name, value in PIP_SETTING.findall(listed) if "file://" not in value}
    lines = [f"{name} = {value}" for name, value in ({"cert": str(CERTIFICATES)} | found).items()]
    return "\n".join(["[global]", *lines, ""])
