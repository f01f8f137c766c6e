"""Text is cleaned at the door: whatever people paste can be stored, compared, found and read."""

import unicodedata

import pytest
from django.http import QueryDict
from hypothesis import given
from hypothesis import strategies as st

from core.text import clean, clean_query
from tests.builders.applications import lead_of, started
from tests.builders.people import make_administrator, make_person
from tests.support.applicant_forms import logged_in, send

ANY_TEXT = st.text(st.characters(codec=None), max_size=60) | st.text(
    "ae\u200d\u200f\ue000中م\u212a\u0301\U0001f3f4\U000e0067 ", max_size=10
)


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("two\r\nlines\rand\x0bmore\u2028and more", "two\nlines\nand\nmore\nand more"),
        ("\uf0b7 a bullet pasted from Word", "• a bullet pasted from Word"),
        ("\ufeffbegins with a mark", "begins with a mark"),
        ("zero\u200bwidth", "zerowidth"),
        ("e\u0301te\u0301", "été"),
        ("control \x00\x07 character", "control  character"),
        ("\u202ereversed\u202c", "reversed"),
        ("half \ud83d of a character", "half  of a character"),
        ("hidden \U000e0041\U000e0042 letters", "hidden  letters"),
        ("a tab\tstays", "a tab\tstays"),
    ],
)
def test_clean_takes_away_what_nobody_can_see_or_mean(typed, stored):
    assert clean(typed) == stored


@pytest.mark.parametrize(
    "typed",
    [
        "A green border 🌱",
        "Flag 🇫🇷",
        "🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f",
        "1️⃣ first",
        "👩‍👩‍👧",
        "می\u200cخواهم",
        "می\u200c رود",
        "ന്\u200d",
        "שלום\u200f!",
        "中文",
        "Ελληνικά, українська, ქართული",
        "5\u202f000\u00a0€",
    ],
)
def test_clean_keeps_emoji_flags_and_every_script(typed):
    assert clean(typed) == typed


@pytest.mark.parametrize(
    "unit", ["\u200d", "\u200da", "中\u200d", "\U000e0041", "\ue000\u200d", "e\u200d\u0301"]
)
def test_clean_takes_no_longer_than_the_text_is_long(unit):
    """Went through the text again for every two joiners once: hours for what one form may hold."""
    assert len(clean("a" + unit * 300_000 + "b")) <= 600_002


@given(ANY_TEXT)
def test_clean_text_is_composed_printable_and_stays_as_it_is(text):
    cleaned = clean(text)

    assert clean(cleaned) == cleaned == unicodedata.normalize("NFC", cleaned)
    assert not {unicodedata.category(c) for c in cleaned.replace("\n", "").replace("\t", "")} & {
        "Cc",
        "Cs",
        "Co",
    }
    cleaned.encode()


def test_clean_reaches_every_value_of_a_form():
    sent = QueryDict("a=x%00&a=y&b=%EF%BB%BFz")
    assert dict(clean_query(sent).lists()) == {"a": ["x", "y"], "b": ["z"]}


@pytest.mark.django_db
def test_section_stores_pasted_text_clean():
    application = started()
    lead = logged_in(lead_of(application))

    send(lead, application, "territory", title="\ufeffUpper\u200b Rhine\x00 e\u0301")

    application.refresh_from_db()
    assert application.title == "Upper Rhine é"


@pytest.mark.django_db
@pytest.mark.parametrize(
    "address", ["/calls/2026-2/check/?regions=%00&save=1", "/map/regions/?q=%00", "/?next=%00"]
)
def test_character_that_the_database_cannot_take_breaks_no_page(client, address):
    assert client.get(address).status_code in (200, 302)


@pytest.mark.django_db
def test_search_of_staff_finds_what_is_pasted_with_invisible_characters(client, settings):
    settings.STAFF_SECOND_FACTOR_REQUIRED = False
    person = make_person("findme@example.org")
    client.force_login(make_administrator())

    page = client.get("/admin/accounts/user/", {"q": "find\u200bme\x00"})

    assert list(page.context["cl"].result_list) == [person]
