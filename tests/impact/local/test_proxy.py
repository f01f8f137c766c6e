"""deploy/nginx.conf in a real nginx, before the real web server with its own settings."""

from __future__ import annotations

import http.client
import json
import os
import re
import socket
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from django.conf import settings

from impact.local.processes import free_port, wait_until
from tests.support.proxy import CONFIGURATION, proxy_before

START_TIMEOUT_SECONDS = 40
# Two processes of eight threads, as docker-compose.yml starts them.
PROCESSES, SLOW_VISITORS = 2, 16
PATIENCE_SECONDS = 4
SECRET = "c2lnbmVk:1abcde:Zm9yZ2VkLXNpZ25hdHVyZS1vZi1mb3J0eS1jaGFycw"
LINK = f"/newsletter/confirm/{SECRET}/"


@pytest.fixture(scope="module")
def web_log(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("web") / "log"


@pytest.fixture(scope="module")
def web(web_log: Path) -> Iterator[int]:
    """The web server as in production, with an application that says what it was asked."""
    port = free_port()
    environment = os.environ | {"PORT": str(port), "WEB_CONCURRENCY": str(PROCESSES)}
    log = web_log.open("wb")
    command = [sys.executable, "-m", "gunicorn", "tests.support.echo"]
    process = subprocess.Popen(command, cwd=settings.BASE_DIR, env=environment, stderr=log)
    try:
        assert wait_until(lambda: status_of(port, "/") == 200, START_TIMEOUT_SECONDS)
        yield port
    finally:
        process.terminate()
        process.wait(timeout=40)
        log.close()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path


@pytest.fixture
def proxy(web: int, folder: Path) -> Iterator[int]:
    with proxy_before(web, folder) as port:
        assert wait_until(lambda: status_of(port, "/") == 200, START_TIMEOUT_SECONDS)
        yield port


def ask(port: int, path: str, method: str = "GET", body: bytes = b"", **headers: str):
    """Ask once and return the answer, whose body is read."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE_SECONDS)
    with closing(connection):
        names = {name.replace("_", "-"): value for name, value in headers.items()}
        connection.request(method, path, body or None, names)
        response = connection.getresponse()
        response.text = response.read().decode()
        return response


def status_of(port: int, path: str, method: str = "GET", **headers: str) -> int | None:
    try:
        return ask(port, path, method, **headers).status
    except OSError:
        return None


def statuses(port: int, times: int, path: str, method: str = "GET", visitor: str = "203.0.113.7") -> Counter:
    """Ask often and at once, as one visitor behind the balancer."""
    with ThreadPoolExecutor(8) as pool:
        answers = [
            pool.submit(status_of, port, path, method, X_Forwarded_For=visitor) for _number in range(times)
        ]
    return Counter(answer.result() for answer in answers)


@contextmanager
def slow_visitors(port: int, count: int) -> Iterator[None]:
    """Visitors who have begun to ask and never end."""
    sockets = [socket.create_connection(("127.0.0.1", port)) for _number in range(count)]
    try:
        for slow in sockets:
            slow.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\nX-Slow: ")
        yield
    finally:
        for slow in sockets:
            slow.close()


def test_slow_visitors_stop_the_web_server_alone_and_not_behind_the_proxy(web, proxy):
    with slow_visitors(web, SLOW_VISITORS):
        alone = wait_until(lambda: status_of(web, "/") is None, 20)
    assert wait_until(lambda: status_of(web, "/") == 200, START_TIMEOUT_SECONDS)
    with slow_visitors(proxy, 10 * SLOW_VISITORS):
        behind = [status_of(proxy, "/") for _time in range(20)]

    assert alone
    assert behind == [200] * 20


def test_visitor_who_sends_a_form_slowly_takes_no_thread(web, proxy):
    start = b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000\r\n\r\nslow"
    sockets = [socket.create_connection(("127.0.0.1", proxy)) for _number in range(2 * SLOW_VISITORS)]
    for slow in sockets:
        slow.sendall(start)

    answers = [status_of(proxy, "/") for _time in range(10)]

    for slow in sockets:
        slow.close()
    assert answers == [200] * 10


def test_office_of_fifty_logs_in_at_once_and_a_guesser_is_slowed_down(proxy):
    office = statuses(proxy, 100, "/accounts/login/code/", "POST")
    guesser = statuses(proxy, 300, "/fr/accounts/login/password/", "POST", visitor="203.0.113.8")

    assert office == {200: 100}
    assert guesser[429] > 100
    assert status_of(proxy, "/", X_Forwarded_For="203.0.113.8") == 200
    assert status_of(proxy, "/accounts/login/", "POST", X_Forwarded_For="203.0.113.9") == 200


def test_many_pages_at_once_are_refused_by_address_and_files_never(proxy):
    pages = statuses(proxy, 900, "/calls/")
    files = statuses(proxy, 500, "/static/css/impact.css")

    assert pages[200] > 299
    assert pages[429] > 0
    assert files == {200: 500}
    assert status_of(proxy, "/calls/", X_Forwarded_For="203.0.113.99") == 200


def test_refusal_of_the_proxy_says_in_both_languages_what_to_do(proxy):
    statuses(proxy, 300, "/accounts/", "POST")
    busy = ask(proxy, "/accounts/", "POST", X_Forwarded_For="203.0.113.7")

    assert busy.status == 429
    assert_calm(busy, "Wait half a minute", "Attendez une demi-minute")
    assert int(busy.headers["Retry-After"]) > 0


def test_portal_that_is_away_is_said_to_come_back(folder):
    with proxy_before(free_port(), folder) as port:
        assert wait_until(lambda: status_of(port, "/") == 503, START_TIMEOUT_SECONDS)
        away = ask(port, "/")

    assert_calm(away, "It will be back soon", "Il sera bientôt de retour")
    assert int(away.headers["Retry-After"]) > 0


def test_upload_that_is_too_large_gets_a_page(proxy):
    large = ask(proxy, "/", "POST", body=b"x", Content_Length=str(61 * 1024 * 1024))

    assert large.status == 413
    assert_calm(large, "choose a smaller file", "choisissez un fichier plus petit")


def assert_calm(response, english: str, french: str) -> None:
    assert english in response.text
    assert french in response.text
    assert response.headers["Content-Type"] == "text/html; charset=utf-8"
    assert response.headers["Cache-Control"] == "private, no-store"
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["Content-Security-Policy"].startswith("default-src 'none'")
    assert response.headers["Server"] == "nginx"


@pytest.mark.parametrize("status", [403, 404, 429, 500, 503])
def test_page_of_the_portal_comes_through_as_it_is(proxy, status):
    answer = ask(proxy, "/", X_Answer=f"{status} Said")

    assert answer.status == status
    assert json.loads(answer.text)["path"] == "/"


def test_visitor_behind_the_balancer_is_who_the_balancer_says(proxy):
    """Whatever the visitor claims stands before it, and is not believed."""
    asked = json.loads(ask(proxy, "/", X_Forwarded_For="192.0.2.1, 203.0.113.7").text)

    assert asked["HTTP_X_FORWARDED_FOR"].split(", ")[-1] == "203.0.113.7"


def test_claimed_address_gives_no_limit_of_its_own(proxy):
    with ThreadPoolExecutor(8) as pool:
        answers = list(
            pool.map(
                lambda n: status_of(proxy, "/accounts/", "POST", X_Forwarded_For=f"192.0.2.{n}, 203.0.113.7"),
                range(250),
            )
        )

    assert Counter(answers)[429] > 50


def test_logs_of_the_proxy_hold_no_address(proxy, folder):
    statuses(proxy, 300, f"/accounts/{SECRET}/", "POST")
    ask(proxy, LINK, Referer=f"http://localhost{LINK}")
    ask(proxy, LINK, "POST", body=b"x", Content_Length=str(61 * 1024 * 1024))
    with proxy_before(free_port(), make(folder / "away")) as away:
        assert wait_until(lambda: status_of(away, LINK) == 503, START_TIMEOUT_SECONDS)

    logs = [path.read_text() for path in folder.rglob("*.log")]
    assert any(" 429 POST " in log for log in logs)
    assert [log for log in logs if SECRET in log or "newsletter" in log] == []


def test_log_of_the_web_server_names_a_fault_without_its_link(web, web_log):
    assert status_of(web, LINK, X_Fail="yes") == 500

    assert wait_until(lambda: "Could not answer" in web_log.read_text(), 20)
    assert "[removed]" in web_log.read_text()
    assert SECRET not in web_log.read_text()


def make(folder: Path) -> Path:
    folder.mkdir()
    return folder


def test_log_in_pages_of_every_language_are_counted():
    (pattern,) = re.findall(r"location ~ (\S+accounts\S*)", CONFIGURATION.read_text())

    assert all(re.match(pattern, f"{prefix}/accounts/login/") for prefix in ("", "/fr"))
    assert re.match(pattern, "/calls/accounts/") is None
