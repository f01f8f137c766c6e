"""`manage.py demo`: the whole portal on this machine, with demo data, from one command."""

import fcntl
import signal
import time
from argparse import ArgumentParser
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from impact.demo import check as main_job
from impact.demo.people import STAFF_EMAIL, STAFF_PASSWORD
from impact.local import running
from impact.local.parts import PartFailed
from impact.local.portal import NotOurData, Portal, port_is_free, throwaway_portal
from impact.local.processes import Household
from impact.local.service import ServiceDidNotStart

LOOK_EVERY_SECONDS = 0.5


class Command(BaseCommand):
    help = "Runs the portal on this machine with demo data; Ctrl-C stops it and keeps the data."
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--port", type=int, default=8000, help="of the web server (8000)")
        parser.add_argument(
            "--reset", action="store_true", help="throw the demo's data away and start afresh"
        )
        parser.add_argument(
            "--check",
            action="store_true",
            help="run the main job end to end on data of its own, print each step, and exit with 0 or 1",
        )

    def handle(self, *, port: int, reset: bool, check: bool, **options: Any) -> None:
        _end_like_ctrl_c(signal.SIGTERM, signal.SIGHUP)
        try:
            if check:
                self._check()
            else:
                self._serve(port, reset)
        except (PartFailed, ServiceDidNotStart, NotOurData) as error:
            raise CommandError(str(error)) from error
        except KeyboardInterrupt:
            self.stdout.write("\nEverything is stopped. The data is kept for the next start.")

    def _serve(self, port: int, reset: bool) -> None:
        folder = settings.LOCAL_DIR.resolve()
        with _only_one(folder), _household(folder) as household:
            if not port_is_free(port):
                raise CommandError(f"Port {port} is taken. Choose another: manage.py demo --port {port + 1}")
            portal = Portal(
                household,
                local_dir=folder,
                static_root=settings.STATIC_ROOT,
                port=port,
                may_use_given_services=True,
            )
            if reset:
                portal.delete_data()
            self._start(portal)
            with running.announced(folder, portal.environment_of_services):
                self._announce(portal)
                self._watch(portal)

    def _check(self) -> None:
        with throwaway_portal(settings.STATIC_ROOT) as portal:
            self._start(portal)
            if not main_job.run(portal.url, self.stdout.write):
                raise CommandError(
                    "The main job does not run end to end; the last step above says where it broke."
                )

    def _start(self, portal: Portal) -> None:
        began = time.monotonic()
        portal.start(self.stdout.write)
        self.stdout.write(f"Ready after {time.monotonic() - began:.0f} seconds.")

    def _announce(self, portal: Portal) -> None:
        self.stdout.write(
            f"""
  The portal   {portal.url}
  Staff        {portal.url}admin/   {STAFF_EMAIL}   {STAFF_PASSWORD}
  E-mails      {portal.url}demo/mail/   codes and receipts; nothing leaves this machine
  Logs         {portal.logs}

  Ctrl-C stops everything and keeps the data; --reset starts afresh.
"""
        )
        self.stdout.flush()

    def _watch(self, portal: Portal) -> None:
        while True:
            portal.raise_if_ended()
            time.sleep(LOOK_EVERY_SECONDS)


def _end_like_ctrl_c(*signals: signal.Signals) -> None:
    for number in signals:
        # Whoever started us with `nohup` has asked us to ignore it.
        if signal.getsignal(number) != signal.SIG_IGN:
            signal.signal(number, signal.default_int_handler)


@contextmanager
def _household(folder: Path) -> Iterator[Household]:
    household = Household(folder)
    try:
        yield household
    finally:
        household.end()


@contextmanager
def _only_one(folder: Path) -> Iterator[None]:
    """Hold a lock that the system frees when this process ends, in whatever way."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "demo.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise CommandError("The demo of this folder runs already. Stop it first, with Ctrl-C.") from None
        yield
