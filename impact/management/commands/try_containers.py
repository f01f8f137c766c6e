"""`manage.py try_containers`: the deployment of docker-compose.yml on this machine, until Ctrl-C."""

import signal
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from impact.local.containers import stack_of_containers
from impact.local.engine import CommandFailed, NoEngine

READY = """
  The portal      {0.url}
  E-mails         {0.mail_url}api/v1/messages
  Administrator   admin@example.org, by the code in the e-mail

  Ctrl-C stops everything and deletes it."""


class Command(BaseCommand):
    help = "Builds the image and starts docker-compose.yml in an engine of its own, until Ctrl-C. As root."
    requires_system_checks = []

    def handle(self, **options: Any) -> None:
        signal.signal(signal.SIGTERM, signal.default_int_handler)
        try:
            with stack_of_containers(self._say) as stack:
                stack.manage("create_administrator", "admin@example.org")
                self._say(READY.format(stack))
                signal.pause()
        except (NoEngine, CommandFailed) as error:
            raise CommandError(str(error)) from error
        except KeyboardInterrupt:
            self._say("\nEverything is stopped and deleted.")

    def _say(self, line: str) -> None:
        self.stdout.write(line)
        self.stdout.flush()
