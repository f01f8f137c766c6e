"""The virus scanner: a stand-in that speaks its protocol, well and badly."""

from __future__ import annotations

import socket
import struct
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile

from applications.models import Document
from core.uploads import DOCX, PDF, check_upload
from tests.applications.applying.test_documents import add
from tests.builders.applications import started
from tests.inspection.samples import docx, pdf, somebody

VIRUS = b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE"
Answer = Callable[[socket.socket, bytes], None]


def honest(client: socket.socket, content: bytes) -> None:
    client.sendall(b"stream: Eicar-Test-Signature FOUND\0" if VIRUS in content else b"stream: OK\0")


def garbage(client: socket.socket, content: bytes) -> None:
    client.sendall(b"HTTP/1.1 200 OK\r\n\r\n\0")


def over_its_limit(client: socket.socket, content: bytes) -> None:
    client.sendall(b"INSTREAM size limit exceeded. ERROR\0")


def cut_off(client: socket.socket, content: bytes) -> None:
    client.sendall(b"stream: O")


def silent(client: socket.socket, content: bytes) -> None:
    client.recv(1)


def dripping(client: socket.socket, content: bytes) -> None:
    for _drop in range(100):
        client.sendall(b"s")
        time.sleep(0.05)


def never_ending(client: socket.socket, content: bytes) -> None:
    client.sendall(b"s" * 100_000)


def dropping(client: socket.socket, content: bytes) -> None:
    """Ends without a word."""


@contextmanager
def stand_in(answer: Answer, place: Path | None = None) -> Iterator[str]:
    """A server that reads `zINSTREAM` as clamd does; yields its address."""
    with socket.socket(socket.AF_UNIX if place else socket.AF_INET) as server:
        server.bind(str(place) if place else ("127.0.0.1", 0))
        server.listen()
        thread = threading.Thread(target=_serve, args=(server, answer), daemon=True)
        thread.start()
        yield f"unix:{place}" if place else f"tcp:127.0.0.1:{server.getsockname()[1]}"
        server.shutdown(socket.SHUT_RDWR)
    thread.join()


def _serve(server: socket.socket, answer: Answer) -> None:
    while True:
        try:
            client, _address = server.accept()
        except OSError:
            return
        with client:
            try:
                answer(client, _content(client))
            except OSError:
                continue


def _content(client: socket.socket) -> bytes:
    with client.makefile("rb") as sent:
        assert sent.read(10) == b"zINSTREAM\0"
        content = b""
        while length := struct.unpack(">L", sent.read(4))[0]:
            content += sent.read(length)
    return content


def check(content: bytes) -> None:
    check_upload(SimpleUploadedFile("letter.docx", content), allowed=[DOCX, PDF], by=somebody())


@pytest.mark.parametrize("is_unix", [True, False], ids=["unix", "tcp"])
def test_clean_file_passes_and_a_virus_is_named(settings, tmp_path, is_unix):
    with stand_in(honest, tmp_path / "clamd" if is_unix else None) as settings.CLAMD_ADDRESS:
        check(docx(more={"word/a.txt": "x" * 300_000}))
        with pytest.raises(ValidationError, match=r"contains a virus \(Eicar-Test-Signature\)") as refusal:
            check_upload(SimpleUploadedFile("cv.pdf", pdf() + b"\n%" + VIRUS), allowed=[PDF], by=somebody())

    assert refusal.value.code == "virus"


@pytest.mark.parametrize(
    "answer",
    [garbage, over_its_limit, cut_off, silent, dripping, never_ending, dropping],
    ids=lambda a: a.__name__,
)
def test_file_is_not_taken_unchecked(settings, answer):
    settings.CLAMD_TIMEOUT_SECONDS = 0.5
    with stand_in(answer) as settings.CLAMD_ADDRESS, pytest.raises(ValidationError) as refusal:
        check(docx())

    assert refusal.value.code == "unchecked"
    assert "could not be checked for viruses" in refusal.value.messages[0]


@pytest.mark.parametrize("address", ["tcp:127.0.0.1:1", "unix:/nowhere/clamd", "nonsense", "tcp:127.0.0.1:x"])
def test_scanner_that_is_away_refuses_the_file(settings, address):
    settings.CLAMD_ADDRESS = address

    with pytest.raises(ValidationError) as refusal:
        check(docx())

    assert refusal.value.code == "unchecked"


def test_scanner_is_off_without_an_address(settings):
    assert settings.CLAMD_ADDRESS == ""

    check(docx())


@pytest.mark.django_db
def test_nothing_is_stored_while_the_scanner_is_silent(settings):
    settings.CLAMD_ADDRESS = "tcp:127.0.0.1:1"
    application = started()

    with pytest.raises(ValidationError):
        add(application)

    assert not Document.objects.exists()
