"""How French is set: a no-break space before a colon and inside quotation marks, and one apostrophe (’)."""

import re
from pathlib import Path

from babel.messages import pofile
from django.conf import settings
from django.utils.safestring import mark_safe
from django.utils.translation import override

from core.phrases import labelled_in_html

WRONG = re.compile(
    r"(?P<breaks> [:;?!»](?=\W|$)|« )"
    # Words and placeholders; an entity of HTML ends with a semicolon of its own.
    r"|(?P<straight>(?<=[A-Za-zÀ-ÿ])'(?=[A-Za-zÀ-ÿ«%]))"
    r"|(?P<lacks>(?<![\s&])(?<!&nbsp)(?<!&amp)[\w)’][:;?!](?=\s|$))"
)
# The name of a key that browsers keep.
NAMES = ("impact:",)


def faults_in(text: str) -> list[str]:
    for name in NAMES:
        text = text.removeprefix(name)
    return [match[0] for match in WRONG.finditer(text)]


def test_faults_of_french_typesetting_are_found():
    assert [faults_in(text) for text in ("Ici :", "Ici:", "« ici »", "Quoi ?", "%(a)s: %(b)s", "d'ici")] == [
        [" :"],
        ["i:"],
        ["« ", " »"],
        [" ?"],
        ["s:"],
        ["'"],
    ]
    right = ("Ici\N{NO-BREAK SPACE}:", "«\N{NO-BREAK SPACE}ici\N{NO-BREAK SPACE}»", "https://x.eu", "17:00")
    assert [faults_in(text) for text in right] == [[]] * 4


def test_french_catalogue_has_a_no_break_space_wherever_french_has_one():
    path = Path(settings.LOCALE_PATHS[0]) / "fr/LC_MESSAGES/django.po"
    with path.open("rb") as file:
        texts = {m.id: m.string for m in pofile.read_po(file, locale="fr") if m.id}
    said = [(key, [text] if isinstance(text, str) else text) for key, text in texts.items()]

    assert [(key, faults_in(each)) for key, text in said for each in text if faults_in(each)] == []


def test_choice_between_two_texts_is_set_as_french_is_and_escapes_what_people_typed():
    with override("fr"):
        said = labelled_in_html("Garder <ceci>", mark_safe("<mark>a</mark>"), tag="span")

    assert said == "<span>Garder &lt;ceci&gt;\N{NO-BREAK SPACE}: <mark>a</mark></span>"
