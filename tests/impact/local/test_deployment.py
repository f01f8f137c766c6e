"""The commands of Dockerfile and docker-compose.yml, run with the packages of the image on real services.

No container engine is needed, so they run with every change; tests/containers/ starts the containers.
"""

import json
import os
import re
import runpy
import shlex
import socket
import subprocess
import urllib.error
import urllib.request
from collections.abc import Iterator
from email.message import Message
from pathlib import Path

import psycopg
import pytest
from django.conf import settings

from impact.local.postgres import LOCALE, SETTING
from impact.local.processes import Household, free_port, wait_until
from impact.local.testing import MIGRATED_DATABASE
from impact.packages import packages
from tests.support.image import compose, image_command, image_environment, instructions, make_environment

START_TIMEOUT_SECONDS = 60
HOST = "portal.example.org"
DATABASE = "impact_deployed"
SERVICES = compose()["services"]
# Written by a compressor of its own, in the umask of the image.
COMPRESSED = (".gz", ".br")
STORE = (
    "from django.core.files.base import ContentFile; from django.core.files.storage import default_storage; "
    "default_storage.save('documents/text', ContentFile(b'text'))"
)
SHOW = (
    "from django.db import connection; cursor = connection.cursor()\n"
    "for name in ('statement_timeout', 'lock_timeout', 'idle_in_transaction_session_timeout'):\n"
    "    print(cursor.execute(f'SHOW {name}').fetchone()[0])"
)


class Deployment:
    """Runs commands as a container would: the image's packages, production settings, one database."""

    def __init__(self, folder: Path, programs: Path) -> None:
        self.folder = folder
        self.port = free_port()
        self.household = Household(folder)
        self.environment = image_environment() | {
            "PATH": f"{programs}:{os.environ['PATH']}",
            "IMPACT_LOCAL_DIR": str(folder),
            "STATIC_ROOT": str(folder / "static"),
            "MEDIA_ROOT": str(folder / "media"),
            "SECRET_KEY": "Bp0x-" + "9aZ7kLq2" * 8,
            "ALLOWED_HOSTS": HOST,
            "SITE_URL": f"https://{HOST}",
            "EMAIL_URL": f"smtp://127.0.0.1:{free_port()}",
            "HOSTNAME": socket.gethostname(),
            "HOME": str(folder),
            "PORT": str(self.port),
            "PGDATABASE": DATABASE,
            **{name: os.environ[name] for name in ("PGHOST", "PGPORT", "PGUSER", "REDIS_URL")},
            # Other tests use the first ones on the same server.
            "BROKER_DB": "60",
            "CACHE_DB": "61",
        }

    def run(self, command: str) -> None:
        """Run a command to its end; it must succeed."""
        self.output(command, {})

    def output(self, command: str, environment: dict[str, str]) -> str:
        """Run a command, which must succeed, and return what it wrote to its standard output."""
        finished = subprocess.run(
            ["sh", "-c", command],
            cwd=settings.BASE_DIR,
            env=self.environment | environment,
            capture_output=True,
            text=True,
        )
        assert finished.returncode == 0, finished.stdout + finished.stderr
        return finished.stdout

    def start(self, name: str) -> Path:
        """Start a service of docker-compose.yml; returns its log."""
        log = self.folder / f"{name}.log"
        # Both workers run on one host here, where each container has a name of its own.
        command = SERVICES[name]["command"].replace("/data", str(self.folder))
        command = command.replace("celery -A impact worker", f"celery -A impact worker -n {name}@%h")
        self.household.start(shlex.split(command), env=self.environment, log=log, cwd=settings.BASE_DIR)
        return log

    def get(self, path: str, scheme: str = "https") -> tuple[int, Message]:
        """Ask the web server as the proxy would; returns status and headers, and follows no redirect."""
        headers = {"Host": HOST, "X-Forwarded-Proto": scheme}
        request = urllib.request.Request(f"http://127.0.0.1:{self.port}{path}", headers=headers)
        try:
            with urllib.request.build_opener(_NoRedirect).open(request, timeout=20) as response:
                return response.status, response.headers
        except urllib.error.HTTPError as answer:
            with answer:
                return answer.code, answer.headers

    def answers(self, path: str) -> bool:
        try:
            return self.get(path)[0] == 200
        except OSError:
            return False


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *args: object) -> None:
        return None


@pytest.fixture(scope="module")
def deployment(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Deployment]:
    folder = tmp_path_factory.mktemp("deployment")
    (folder / "beat").mkdir()
    with psycopg.connect(dbname="postgres", autocommit=True) as server:
        server.execute(f"DROP DATABASE IF EXISTS {DATABASE}")
        server.execute(f"CREATE DATABASE {DATABASE} TEMPLATE {MIGRATED_DATABASE}")
        deployed = Deployment(folder, make_environment(folder / "venv"))
        collect = next(line for line in instructions("RUN") if "collectstatic" in line)
        # The image collects them as root, whatever the umask, and serves them as another user.
        deployed.run(f"umask 077; {collect}")
        deployed.run(SERVICES["migrate"]["command"])
        yield deployed
        deployed.household.end()
        server.execute(f"DROP DATABASE {DATABASE} WITH (FORCE)")


@pytest.mark.xdist_group("deployment")
def test_web_serves_the_portal_with_production_settings(deployment: Deployment) -> None:
    """Slow: alone in serving a page with the settings of production, as the web container does."""
    log = deployment.start("web")

    assert wait_until(lambda: deployment.answers("/health/ready/"), START_TIMEOUT_SECONDS), log.read_text()
    status, headers = deployment.get("/")
    assert status == 200
    assert int(re.findall(r"max-age=(\d+)", headers["Strict-Transport-Security"])[0]) > 0
    status, headers = deployment.get("/calls/", scheme="http")
    assert (status, headers["Location"]) == (301, f"https://{HOST}/calls/")
    deployment.run(shlex.join(SERVICES["web"]["healthcheck"]["test"][1:]))


@pytest.mark.xdist_group("deployment")
def test_static_files_are_readable_by_all_and_uploads_by_the_portal_only(deployment: Deployment) -> None:
    deployment.run(f"python manage.py shell --no-imports -c {shlex.quote(STORE)}")

    collected = deployment.folder / "static"
    assert json.loads((collected / "staticfiles.json").read_text())["paths"]
    unreadable = [path for path in collected.rglob("*") if not path.stat().st_mode & 0o004]
    assert [path for path in unreadable if path.suffix not in COMPRESSED] == []
    stored = deployment.folder / "media" / "documents" / "text"
    assert [path.stat().st_mode & 0o777 for path in (stored.parent, stored)] == [0o700, 0o600]


@pytest.mark.xdist_group("deployment")
def test_web_waits_for_the_database_within_limits_and_a_migration_without(deployment: Deployment) -> None:
    web = dict(pair.split("=") for pair in runpy.run_path("gunicorn.conf.py")["raw_env"])

    for environment, expected in ((web, ["30s", "10s", "1min"]), ({}, ["0", "0", "0"])):
        shown = deployment.output(f"python manage.py shell --no-imports -c {shlex.quote(SHOW)}", environment)
        assert shown.split() == expected


@pytest.mark.xdist_group("deployment")
def test_worker_mailer_and_beat_do_the_work_of_their_queues(deployment: Deployment) -> None:
    worker, mailer, beat = (deployment.start(name) for name in ("worker", "mailer", "beat"))

    def have_swept() -> bool:
        return all("sweep" in log.read_text() and "succeeded" in log.read_text() for log in (worker, mailer))

    assert wait_until(have_swept, START_TIMEOUT_SECONDS), worker.read_text() + beat.read_text()
    assert "core.mail.tasks.sweep" in re.findall(r"Task (\S+?)\[", mailer.read_text())
    assert "core.mail.tasks.sweep" not in re.findall(r"Task (\S+?)\[", worker.read_text())
    kind, command = SERVICES["worker"]["healthcheck"]["test"]
    assert kind == "CMD-SHELL"
    for name in ("worker", "mailer"):
        deployment.run(command.replace("$$", "$").replace("celery@", f"{name}@"))


def test_image_runs_what_compose_runs_as_web() -> None:
    assert shlex.join(image_command()) == SERVICES["web"]["command"]


def test_image_does_not_run_as_root() -> None:
    assert instructions("USER") == ["portal"]


def test_portal_containers_are_of_one_image_and_cannot_write_but_to_their_data() -> None:
    portal = {name: service for name, service in SERVICES.items() if service["image"] == "impact-portal"}

    assert sorted(portal) == ["beat", "mailer", "migrate", "web", "worker"]
    assert all(service["read_only"] and service["cap_drop"] == ["ALL"] for service in portal.values())


def test_nothing_but_the_proxy_and_the_mail_catcher_is_reachable_and_only_from_the_host() -> None:
    published = {name: service["ports"] for name, service in SERVICES.items() if "ports" in service}

    assert sorted(published) == ["mail", "proxy"]
    assert all(port.startswith("127.0.0.1:") for ports in published.values() for port in ports)


def test_everything_that_others_wait_for_has_a_health_check() -> None:
    awaited = {
        name
        for service in SERVICES.values()
        for name, how in service.get("depends_on", {}).items()
        if how["condition"] == "service_healthy"
    }

    assert sorted(awaited) == ["db", "redis", "web"]
    assert [name for name in awaited if "healthcheck" not in SERVICES[name]] == []


def test_example_environment_names_every_variable_of_compose() -> None:
    asked = set(re.findall(r"\$\{(\w+)", (settings.BASE_DIR / "docker-compose.yml").read_text()))
    named = set(re.findall(r"^#?(\w+)=", (settings.BASE_DIR / ".env.example").read_text(), re.MULTILINE))

    assert asked - named == set()


def test_image_holds_every_package_of_ours() -> None:
    ignored = (settings.BASE_DIR / ".dockerignore").read_text().splitlines()
    assert {f"!{name}" for name in packages()} - set(ignored) == set()


def test_database_is_made_and_started_as_in_the_demo_and_the_tests() -> None:
    """Those read its settings here; how it is made is written down twice."""
    database = SERVICES["db"]
    settings_of_both = dict(SETTING.findall((settings.BASE_DIR / "docker-compose.yml").read_text()))

    assert database["environment"]["POSTGRES_INITDB_ARGS"].split() == LOCALE
    assert database["command"] == ["postgres", *(f"--{name}={v}" for name, v in settings_of_both.items())]


def test_every_service_has_limits_of_memory_processes_and_logs() -> None:
    for name, service in SERVICES.items():
        assert service["mem_limit"] == service["memswap_limit"], name
        assert service["pids_limit"], name
        assert service["logging"]["options"] == {"max-size": "10m", "max-file": "5"}, name


def test_temporary_files_of_the_portal_have_a_limit_below_its_memory() -> None:
    for name, service in SERVICES.items():
        for mount in service.get("tmpfs", []):
            size = re.fullmatch(r"/tmp:size=(\d+)m", mount)
            assert size, name
            assert int(size[1]) <= _megabytes(service["mem_limit"]) / 2, name


def _megabytes(limit: str) -> int:
    return int(limit[:-1]) * {"m": 1, "g": 1024}[limit[-1]]
