"""A form as a file: what is exported can be imported, and what does not fit changes nothing."""

from __future__ import annotations

import json
from copy import deepcopy
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction

from core.questionnaires.content import content_of
from core.questionnaires.models import FormVersion
from core.questionnaires.transfer import MAX_BYTES, SCHEMA_FILE
from core.uploads.kinds import FAMILIES
from experts.asked import published_version
from tests.builders.calls import open_call
from tests.experts.test_form_of_experts import ask
from tests.support.default_form import CONTENT

pytestmark = pytest.mark.django_db

FIRST = ("sections", 0, "questions", 0)
PLACE = "$.sections[0].questions[0]"


def exported(call: Any, file: Path) -> dict[str, Any]:
    call_command("form", "export", call.slug, str(file), verbosity=0)
    content: dict[str, Any] = json.loads(file.read_text())
    return content


def imported(call: Any, file: Path, content: Any, *options: str) -> int:
    file.write_bytes(content if isinstance(content, bytes) else json.dumps(content).encode())
    try:
        call_command("form", "import", call.slug, str(file), *options, verbosity=0)
    except SystemExit as end:
        return int(str(end.code))
    return 0


def test_export_is_imported_as_the_same_and_published(tmp_path, capsys):
    call = open_call()
    content = exported(call, tmp_path / "form.json")

    assert imported(call, tmp_path / "form.json", content, "--publish") == 0

    version = call.form.published_version
    assert version.number == 2
    assert content_of(version) == content
    assert "Version 2 is published." in capsys.readouterr().out


def test_default_form_is_what_a_new_call_asks(tmp_path):
    assert without_defaults(exported(open_call(), tmp_path / "form.json")) == without_defaults(CONTENT)


def without_defaults(content: dict[str, Any]) -> list[Any]:
    return [
        (s["key"], s["title"], [(q["key"], q["kind"], q["label"]) for q in s["questions"]])
        for s in content["sections"]
    ]


def at(content: Any, path: tuple[Any, ...], value: Any) -> Any:
    """Return a copy with another value at a place; `...` removes what is there."""
    copy = deepcopy(content)
    place = copy
    for step in path[:-1]:
        place = place[step]
    if value is ...:
        del place[path[-1]]
    else:
        place[path[-1]] = value
    return copy


def twice(content: Any) -> Any:
    copy = deepcopy(content)
    copy["sections"][1]["questions"].append(deepcopy(copy["sections"][0]["questions"][3]))
    return copy


FAULTS: dict[str, Any] = {
    "another schema": (lambda c: c | {"schema": 2}, "$.schema"),
    "no sections": (lambda c: {"schema": 1}, "$: “sections” is missing"),
    "unknown name": (lambda c: at(c, (*FIRST, "colour"), "red"), "$.sections[0].questions[0]: “colour”"),
    "key": (lambda c: at(c, (*FIRST, "key"), "Title!"), "$.sections[0].questions[0].key"),
    "no English": (lambda c: at(c, (*FIRST, "label"), {"fr": "Nom"}), "$.sections[0].questions[0].label"),
    "kind": (
        lambda c: at(c, (*FIRST[:3], 3, "kind"), "hologram"),
        "$.sections[0].questions[3]",
    ),
    "core kind": (lambda c: at(c, (*FIRST, "kind"), "text"), "$.sections[0].questions[0]"),
    "core gone": (lambda c: at(c, FIRST, ...), "$: The portal needs the question “title”"),
    "key twice": (twice, "$.sections[1].questions[3].key"),
    "list": (lambda c: [], "$"),
    "not JSON": (lambda c: b"{", "$: not JSON"),
    "not UTF-8": (lambda c: b'{"a": "\xff"}', "$: not JSON"),
    "NaN": (lambda c: b'{"schema": NaN}', "$: not JSON"),
    "deep": (lambda c: b"[" * 100_000, "$: nested too deeply"),
    "huge": (lambda c: b" " * (MAX_BYTES + 1), "$: larger than"),
    "long help": (
        lambda c: at(c, (*FIRST, "help"), {"en": "x" * 5001}),
        f"{PLACE}.help.en",
    ),
    "long label": (lambda c: at(c, (*FIRST, "label"), {"en": "x" * 301, "fr": "x"}), f"{PLACE}.label.en"),
    "long heading": (lambda c: at(c, (*FIRST, "short_label"), {"en": "x" * 151}), f"{PLACE}.short_label.en"),
    "long title": (
        lambda c: at(c, ("sections", 0, "title"), {"en": "x" * 151, "fr": "x"}),
        "$.sections[0].title.en",
    ),
    "long introduction": (
        lambda c: at(c, ("sections", 0, "intro"), {"en": "x" * 3001}),
        "$.sections[0].intro.en",
    ),
    "NUL in a key": (
        lambda c: at(c, (*FIRST, "settings"), {"choices_by": {"a\x00": []}}),
        f"{PLACE}.settings.choices_by",
    ),
    "half a character in a name": (
        lambda c: json.dumps(at(c, (*FIRST, "zz"), 1)).replace("zz", "\\ud800").encode(),
        PLACE.removesuffix(".kind"),
    ),
    "most is a list": (
        lambda c: at(c, (*FIRST, "settings"), {"most": []}),
        f"{PLACE}.settings.most",
    ),
    "unknown type of file": (
        lambda c: at(c, (*FIRST, "settings"), {"accepts": ["pdf", "film"]}),
        f"{PLACE}.settings.accepts[1]: this should be: pdf, word, excel, image",
    ),
    "line break in a key": (
        lambda c: at(c, (*FIRST[:3], 3, "key"), "acronym\n"),
        "$.sections[0].questions[3].key",
    ),
    "no number": (
        lambda c: json.dumps(at(c, (*FIRST, "settings"), {"least": 7.5})).replace("7.5", "1e999").encode(),
        "$: not JSON",
    ),
    "reserved section": (lambda c: at(c, ("sections", 0, "key"), "check"), "$.sections[0]"),
    "no French": (lambda c: at(c, (*FIRST, "label"), {"en": "Name"}), "$.sections[0].questions[0]"),
}


@pytest.mark.parametrize("name", FAULTS)
def test_file_that_does_not_fit_is_refused_with_its_place_and_changes_nothing(name, tmp_path, capsys):
    call = open_call()
    content = exported(call, tmp_path / "form.json")
    spoil, place = FAULTS[name]

    assert imported(call, tmp_path / "form.json", spoil(content), "--publish") == 2

    said = capsys.readouterr().err
    assert said.startswith(place), said
    assert said.count("\n") == 1
    assert FormVersion.objects.filter(form=call.form).count() == 1
    assert content_of(call.form.published_version) == content


def test_form_of_experts_is_exported_imported_and_refused_as_one_of_a_call(tmp_path, capsys):
    form = published_version().form
    experts = SimpleNamespace(slug="experts")
    content = exported(experts, tmp_path / "form.json")
    assert content == content_of(form.published_version)

    spoilt = at(deepcopy(content), (*FIRST, "kind"), "hologram")
    assert imported(experts, tmp_path / "form.json", spoilt, "--publish") == 2
    assert capsys.readouterr().err == f"{PLACE}: There is no answer type “hologram”.\n"
    of_call = content_of(open_call().form.published_version)
    assert imported(experts, tmp_path / "form.json", of_call) == 2
    assert form.versions.count() == 1

    assert imported(experts, tmp_path / "form.json", ask(deepcopy(content))) == 0
    assert form.versions.get(status="draft").questions.filter(key="bridge").exists()
    assert imported(experts, tmp_path / "form.json", content, "--publish") == 0
    assert content_of(form.published_version) == content


def test_no_call_takes_the_address_of_the_form_of_experts():
    call = open_call()
    call.slug = "experts"

    with pytest.raises(ValidationError) as refusal:
        call.full_clean()
    assert list(refusal.value.message_dict) == ["slug"]
    with pytest.raises(IntegrityError), transaction.atomic():
        call.save()


def test_unknown_call_is_named(tmp_path):
    with pytest.raises(CommandError, match="no form “2099-9”. Forms: .*experts") as refusal:
        call_command("form", "export", "2099-9", str(tmp_path / "form.json"))
    assert refusal.value.returncode == 2


def test_types_of_files_are_those_that_the_portal_takes():
    settings = json.loads(SCHEMA_FILE.read_text())["$defs"]["settings"]["properties"]

    assert settings["accepts"]["items"]["enum"] == [*FAMILIES]
    assert settings["accepts"]["maxItems"] == len(FAMILIES)
