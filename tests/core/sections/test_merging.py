"""The three-way merge: nothing that somebody else saved is overwritten unseen."""

from itertools import product

import pytest

from core.sections.merging import EditConflict, digest, digests, merge
from core.sections.questions import Rule

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


STATES = (None, "", "A", "B", [], 0, False)


@pytest.mark.parametrize("seen", STATES)
def test_merge_of_every_pair_of_states_is_what_the_three_say(seen):
    """Whoever changed it wins; if both did, and not to the same, the person is asked."""
    for mine, saved in product(STATES, repeat=2):
        result = merge(base={"x": digest(seen)}, mine={"x": mine}, saved={"x": saved}, choices={})
        # Python takes False for 0; what is stored does not.
        same = {name: digest(value) for name, value in (("seen", seen), ("mine", mine), ("saved", saved))}
        if mine == saved or same["mine"] == same["seen"]:
            expected = ({}, [])
        elif same["saved"] == same["seen"]:
            expected = ({"x": mine}, [])
        else:
            expected = ({}, [(mine, saved)])
        assert (result.values, [(c.mine, c.saved) for c in result.conflicts]) == expected, (mine, saved)


def _ends_after_start(cells):
    return not (cells.get("first") and cells.get("last")) or cells["first"] <= cells["last"]


RULE = Rule(("first", "last"), _ends_after_start, "The last is before the first.", at="last")


def test_rule_that_two_people_break_only_together_is_asked_about_and_nothing_of_it_written():
    base = digests({"first": None, "last": None, "title": ""})
    mine, saved = {"first": 5, "last": None, "title": "Mine"}, {"first": None, "last": 3, "title": ""}

    merged = merge(base=base, mine=mine, saved=saved, choices={}, rules=[RULE])

    assert merged.values == {"title": "Mine"}
    assert {conflict.cell for conflict in merged.conflicts} == {"first", "last"}
    assert merged.broken == [RULE]
    choices = {conflict.cell: conflict.keep_mine for conflict in merged.conflicts}
    again = merge(base=base, mine=mine, saved=saved, choices=choices, rules=[RULE])
    assert (again.values, again.conflicts) == (mine, [])


def test_rule_is_not_asked_about_where_nobody_touches_it():
    saved = {"first": 5, "last": 3, "title": ""}

    merged = merge(base=digests(saved), mine={"title": "Mine"}, saved=saved, choices={}, rules=[RULE])

    assert (merged.values, merged.broken) == ({"title": "Mine"}, [])
