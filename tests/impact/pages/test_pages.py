"""The pages about IMPACT: they answer, in both languages, with little work and no other host."""

import re
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from django.conf import settings
from django.contrib.auth import get_user_model
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation

from applications.models import Call
from core.reference.enums import BorderKind
from core.reference.models import Country, CountryBorder
from impact.pages.urls import urlpatterns

pytestmark = pytest.mark.django_db
PAGES = ["home", "about", "contact", "privacy", "how_long", "accessibility", "open_data"]
LANGUAGES = [code for code, _name in settings.LANGUAGES]


def address(page: str, language: str = "en") -> str:
    with translation.override(language):
        return reverse(f"pages:{page}")


def test_list_of_pages_is_complete() -> None:
    own = {pattern.name for pattern in urlpatterns}

    assert own - set(PAGES) == {
        "open_data_live",
        "open_data_reference",
        "me",
        "demo_mail",
        "demo_mail_detail",
        "demo_components",
    }


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("page", PAGES)
def test_page_answers_in_its_language_with_one_heading(client: Client, page: str, language: str) -> None:
    response = client.get(address(page, language))
    html = response.content.decode()

    assert response.status_code == 200
    assert f'<html lang="{language}">' in html
    assert html.count("<h1") == 1
    assert html.count("<main") == 1


def test_home_page_is_kept_for_visitors_and_for_nobody_else(
    client: Client, django_assert_num_queries: Any
) -> None:
    first = client.get("/").content
    with django_assert_num_queries(0):
        assert client.get("/").content == first

    client.force_login(get_user_model().objects.create(email="ana@example.org"))
    assert "My page" in client.get("/").content.decode()
    client.logout()
    assert "My page" not in client.get("/").content.decode()


@pytest.mark.parametrize("page", PAGES)
def test_page_asks_no_other_host_and_carries_no_inline_code(client: Client, page: str) -> None:
    html = client.get(address(page)).content.decode()

    loaded = re.findall(r'<(?:img|script|link|iframe|source)[^>]*(?:src|href)="([^"]+)"', html)
    assert [url for url in loaded if not url.startswith("/")] == []
    assert re.findall(r"<style|\sstyle=|\son[a-z]+=|<script(?![^>]*\ssrc=)", html) == []


@pytest.mark.parametrize("page", PAGES)
def test_page_is_light(client: Client, page: str, django_assert_max_num_queries: Any) -> None:
    with django_assert_max_num_queries(2):
        response = client.get(address(page))

    assert len(response.content) < 15_000


@pytest.mark.parametrize("page", PAGES)
def test_headings_skip_no_level(client: Client, page: str) -> None:
    html = client.get(address(page)).content.decode()

    levels = [int(level) for level in re.findall(r"<h([1-6])[\s>]", html)]
    assert levels[0] == 1
    assert [step for step in zip(levels, levels[1:], strict=False) if step[1] > step[0] + 1] == []


def test_switch_leads_to_the_same_page_in_the_other_language(client: Client) -> None:
    html = client.get(address("about") + "?from=mail").content.decode()

    assert 'href="/fr/about/?from=mail"' in html


def test_switch_of_a_page_without_translation_leads_home(client: Client) -> None:
    response = client.get("/there-is-no-such-page/")

    assert response.status_code == 404
    assert 'href="/fr/"' in response.content.decode()


def test_home_leads_with_the_open_call(client: Client) -> None:
    now = timezone.now()
    call = Call.objects.get(number=2)
    call.opens_at, call.closes_at = now - timedelta(days=1), now + timedelta(days=9)
    call.save()

    response = client.get(address("home"))

    assert response.context["open_call"] == call
    assert re.search(rf'class="button"\s+href="{call.get_absolute_url()}"', response.content.decode())
    assert "(Brussels time)" in response.content.decode()


def test_home_without_open_call_claims_none(client: Client) -> None:
    Call.objects.update(closes_at=None)

    html = client.get(address("home")).content.decode()

    assert "a call is open" not in html
    assert html.count("The date will be announced here.") == Call.objects.count()


def test_home_counts_the_land_borders_that_the_reference_data_has(client: Client) -> None:
    eligible = Country.objects.eligible()
    borders = CountryBorder.objects.filter(kind=BorderKind.LAND, a__in=eligible, b__in=eligible).count()

    html = client.get(address("home")).content.decode()

    assert re.search(rf"<dd>\s*{borders}\s*</dd>", html)
    assert f"between the {eligible.count()} countries" in html


def test_about_names_every_eligible_country_with_the_notes(client: Client) -> None:
    html = unescape(client.get(address("about")).content.decode())

    assert [country.name for country in Country.objects.eligible() if country.name not in html] == []
    assert "Kosovo*" in html
    assert "Resolution 1244" in html


def test_my_page_is_for_people_who_are_logged_in(client: Client) -> None:
    response = client.get(reverse("pages:me"))

    assert response.status_code == 302
    assert response["Location"] == f"{reverse(settings.LOGIN_URL)}?next=/me/"

    client.force_login(get_user_model().objects.create_user(email="ana@example.org"))
    assert "ana@example.org" in client.get(reverse("pages:me")).content.decode()


def test_navigation_marks_where_the_reader_is(client: Client) -> None:
    html = client.get(address("about")).content.decode()

    assert re.findall(r'<a href="([^"]+)"\s+aria-current="true"', html) == ["/about/"] * 2


def test_robots_and_sitemap_show_public_pages_only(client: Client) -> None:
    robots = client.get("/robots.txt").content.decode()
    sitemap = client.get("/sitemap.xml").content.decode()

    assert "Disallow: /admin/" in robots
    assert f"Sitemap: {settings.SITE_URL}/sitemap.xml" in robots
    assert "/fr/about/</loc>" in sitemap
    assert "/me/" not in sitemap


def test_csrf_failure_is_explained() -> None:
    response = Client(enforce_csrf_checks=True).post(
        reverse("account_request_login_code"), {"email": "a@b.eu"}
    )

    assert response.status_code == 403
    assert "We could not check this form" in response.content.decode()


def test_fault_page_needs_nothing_that_may_be_broken(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*args: Any, **kwargs: Any) -> None:
        raise RuntimeError("broken")

    monkeypatch.setattr("impact.pages.views.HomeView.get_context_data", broken)
    client.raise_request_exception = False

    response = client.get("/")

    assert response.status_code == 500
    assert "Something went wrong on our side" in response.content.decode()


def test_page_that_does_not_exist_does_not_repeat_its_address(client):
    """A path of 60,000 characters came back five times over."""
    page = client.get("/" + "x" * 60_000 + "/").content.decode()

    assert "xxx" not in page
    assert len(page) < 20_000
    assert 'href="/fr/"' in page


def test_page_does_not_repeat_what_nobody_typed_behind_its_address(client):
    page = client.get("/about/?q=" + "x" * 60_000).content.decode()

    assert "xxx" not in page
