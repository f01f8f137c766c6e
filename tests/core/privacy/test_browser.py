"""What the portal stores in browsers: the register against every answer, the settings, and the scripts."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import unfold
from django.conf import settings
from django.http import HttpResponse
from django.test import Client
from django.urls import NoReverseMatch, get_resolver, reverse

from core.accounts.enums import Role
from core.privacy import browser
from tests.builders.people import make_person, person
from tests.core.privacy.people import ADDRESS
from tests.support import demo_world
from tests.support.admin_pages import pages
from tests.support.logging_in import log_in_by_code
from tests.support.ours import python_files

COOKIES = {cookie.name: cookie for cookie in browser.cookies()}
KEYS = [key.begins for key in browser.storage()]
WRITES = re.compile(r"(?:(?:local|session)Storage|store\(\))\.setItem\(\s*([^,]+),")
OTHER_STORES = re.compile(r"indexedDB|caches\.open|document\.cookie\s*=")
# One of each kind that sets something; that no code sets a cookie elsewhere is tested below.
STAFF_PAGES = {"index", "changelist"}
# The theme's search by keyboard and htmx's list of former pages, which the administration uses neither of.
NEVER_RUN = {"commandHistory", "htmx-history-cache", "htmx:localStorageTest"}


def seen_in(response: HttpResponse) -> dict[str, object]:
    if response.streaming:
        assert b"".join(response.streaming_content)
    return {name: morsel["max-age"] for name, morsel in response.cookies.items()}


@pytest.mark.django_db
def test_every_cookie_of_every_page_is_in_the_register_and_lives_as_it_says(settings):
    settings.STAFF_SECOND_FACTOR_REQUIRED = False
    demo_world.load()
    seen: dict[str, object] = {}
    administrator = person(Role.ADMINISTRATOR)
    for client, addresses in (
        (Client(), public_addresses()),
        (as_(administrator), [page.address for page in pages(administrator) if page.kind in STAFF_PAGES]),
    ):
        for address in addresses:
            seen |= seen_in(client.get(address))
    seen |= cookies_of_a_person_who_does_things()

    # A cookie that is taken away again has a life of 0.
    assert {name for name, life in seen.items() if life != 0} <= COOKIES.keys()
    assert COOKIES.keys() == {*seen}
    ages = {
        settings.SESSION_COOKIE_NAME: settings.SESSION_COOKIE_AGE,
        settings.CSRF_COOKIE_NAME: settings.CSRF_COOKIE_AGE,
        "known_browser": 180 * 24 * 60 * 60,
    }
    assert {name: seen[name] for name in ages} == ages
    for name, age in ages.items():
        assert browser.duration_in_words(age) in str(COOKIES[name].life)


def public_addresses() -> list[str]:
    """Every address of the public pages that needs nothing filled in."""
    resolver = get_resolver()
    names = [name for name in resolver.reverse_dict if isinstance(name, str)]
    for space in set(resolver.namespace_dict) - {"admin"}:
        inner = resolver.namespace_dict[space][1].reverse_dict
        names += [f"{space}:{name}" for name in inner if isinstance(name, str)]
    return [address for name in names if (address := _plain(name))]


def _plain(name: str) -> str:
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""


def as_(user) -> Client:
    client = Client(raise_request_exception=False)
    client.force_login(user)
    return client


def cookies_of_a_person_who_does_things() -> dict[str, object]:
    """Log in, say something on the next page, choose the language of the administration."""
    client, seen = Client(), {}
    make_person(ADDRESS)
    response = log_in_by_code(client, ADDRESS)
    seen |= seen_in(response)
    seen |= seen_in(client.get(reverse("account_email")))
    seen |= seen_in(client.post(reverse("account_end_sessions")))
    return seen | seen_in(client.post(reverse("set_language"), {"language": "fr"}))


def test_no_code_of_ours_sets_a_cookie_elsewhere():
    places = {
        str(path.relative_to(settings.BASE_DIR))
        for path in python_files()
        if re.search(r"\.set_(?:signed_)?cookie\(|\.cookies\[", path.read_text())
    }

    assert places == {"core/accounts/known_browsers.py"}


def written_keys(source: str) -> list[str]:
    """Return what is written under which key: the beginning of the text, or of what the name stands for."""
    keys = []
    for key in WRITES.findall(source):
        name = key.strip()
        while found := re.search(rf"(?:const|let)\s+{re.escape(name)}\s*=\s*(\w+|[\"'`][^;]*)", source):
            name = found[1]
        keys.append(name.strip("\"'`").partition("${")[0])
    return keys


def test_every_key_that_our_scripts_write_is_in_the_register():
    scripts = {path.name: path.read_text() for path in (settings.BASE_DIR / "static").rglob("*.js")}

    keys = {key for source in scripts.values() for key in written_keys(source)}

    assert keys == {browser.TEXT_PREFIX, browser.SENT}
    assert [name for name, source in scripts.items() if OTHER_STORES.search(source)] == []
    assert browser.TEXT_PREFIX in scripts["logout.js"]


def test_every_key_that_the_theme_writes_is_in_the_register():
    root = Path(unfold.__file__).parent
    files = [
        *(root / "static" / "unfold" / "js").glob("*.js"),
        *(root / "static" / "unfold" / "js" / "htmx").glob("*.js"),
        *(root / "templates").rglob("*.html"),
    ]
    sources = [path.read_text() for path in files]

    written = {key for source in sources for key in written_keys(source) if len(key) > 1}
    persisted = {key for source in sources for key in re.findall(r"\$persist\(.*?\)\.as\('(\w+)'\)", source)}

    assert (written | persisted) - NEVER_RUN == set(KEYS) - {browser.TEXT_PREFIX, browser.SENT}


@pytest.mark.django_db
def test_privacy_page_shows_each_cookie_and_each_key(client):
    page = client.get(reverse("pages:privacy")).content.decode()

    assert [name for name in COOKIES if f"<code>{name}</code>" not in page] == []
    assert [key for key in KEYS if key not in page] == []
    assert [cookie.name for cookie in COOKIES.values() if str(cookie.life) not in page] == []


@pytest.mark.django_db
def test_every_way_to_log_out_asks_about_unsent_text():
    """Without the mark the script would leave the text of a person behind on a shared computer."""
    templates = settings.BASE_DIR / "templates"
    forms = [
        form
        for path in templates.rglob("*.html")
        for form in re.findall(r"<form[^>]*logout'[^>]*>.*?</form>", path.read_text(), re.DOTALL)
        # Nobody is logged in yet: staff who have not passed the second factor.
        if path.name != "authenticate.html"
    ]

    assert len(forms) == 2
    assert [form for form in forms if "data-log-out" not in form or "data-keep-text" not in form] == []
