"""The three-way merge: nothing that somebody else saved is overwritten unseen."""

import pytest

from core.sections.merging import EditConflict, digest, digests, merge

SAVED = {"title": "Theirs", "acronym": "UR", "partners.a1": {"name": "Town"}}


def merged(mine, *, base=None, choices=None):
    result = merge(base=base or {}, mine=mine, saved=SAVED, choices=choices or {})
    return result.values, [conflict.cell for conflict in result.conflicts]


@pytest.mark.parametrize(
    ("seen", "mine", "expected"),
    [
        ("Theirs", "Mine", ({"title": "Mine"}, [])),  # nobody else changed it
        ("Old", "Old", ({}, [])),  # only they changed it: theirs stays
        ("Old", "Theirs", ({}, [])),  # both changed it in the same way
        ("Old", "Mine", ({}, ["title"])),  # both changed it
    ],
)
def test_merge_decides_by_what_the_person_had_seen(seen, mine, expected):
    assert merged({"title": mine}, base={"title": digest(seen)}) == expected


def test_merge_without_base_overwrites_nothing():
    assert merged({"title": "Mine"}) == ({}, ["title"])


def test_merge_adds_a_row_that_nobody_had():
    assert merged({"partners.b2": {"name": "New"}}) == ({"partners.b2": {"name": "New"}}, [])


def test_merge_removes_a_row_that_nobody_changed():
    assert merged({"partners.a1": None}, base=digests(SAVED)) == ({"partners.a1": None}, [])


def test_merge_asks_before_removing_a_row_that_was_changed_meanwhile():
    base = {"partners.a1": digest({"name": "Village"})}
    assert merged({"partners.a1": None}, base=base) == ({}, ["partners.a1"])


def test_merge_asks_before_writing_a_row_that_was_removed_meanwhile():
    base = {"partners.gone": digest({"name": "Village"})}
    mine = {"partners.gone": {"name": "City"}}
    assert merged(mine, base=base) == ({}, ["partners.gone"])


def test_merge_follows_the_choice_of_the_person():
    conflict = EditConflict("title", "Mine", "Theirs")
    base = {"title": digest("Old")}
    assert merged({"title": "Mine"}, base=base, choices={"title": conflict.keep_mine}) == (
        {"title": "Mine"},
        [],
    )
    assert merged({"title": "Mine"}, base=base, choices={"title": conflict.keep_saved}) == ({}, [])


@pytest.mark.parametrize("way", ["keep_mine", "keep_saved"])
def test_merge_asks_again_when_the_choice_was_made_on_an_older_value(way):
    older = EditConflict("title", "Mine", "Theirs before")
    assert merged(
        {"title": "Mine"}, base={"title": digest("Old")}, choices={"title": getattr(older, way)}
    ) == (
        {},
        ["title"],
    )
