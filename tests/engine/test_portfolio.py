"""The optimiser against brute force, its prices, its contradictions, its independence of the order."""

import random
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.portfolio import (
    AtLeast,
    AtMost,
    AtMostEach,
    Candidate,
    Clock,
    Exclude,
    Include,
    OutOfTime,
    Places,
    Threshold,
    best,
    contradiction,
    prices,
)

GROUPS = [("country", "FR"), ("country", "DE"), ("border", "DE-FR"), ("kind", "maritime")]


def clock() -> Clock:
    return Clock(60)


def included(limits) -> set[int]:
    return {limit.key for limit in limits if isinstance(limit, Include)}


def keeps(chosen, limits, named) -> bool:
    """The meaning of each limit, written once more; `named` may be chosen without a score."""
    keys = {row.key for row in chosen}

    def count(group):
        return sum(group in row.groups for row in chosen)

    for limit in limits:
        match limit:
            case Places(number):
                kept = len(chosen) <= number
            case AtMostEach(family, number, taken):
                before = dict(taken)
                groups = {g for row in chosen for g in row.groups if g[0] == family}
                kept = all(before.get(g, 0) + count(g) <= number for g in groups)
            case AtMost(group, number):
                kept = count(group) <= number
            case AtLeast(group, number, taken):
                kept = taken + count(group) >= number
            case Threshold(score):
                kept = all(row.score is not None and row.score >= score for row in chosen)
            case Include(key):
                kept = key in keys
            case Exclude(key):
                kept = key not in keys
        if not kept:
            return False
    return all(row.score is not None or row.key in named for row in chosen)


def by_brute_force(candidates, limits, named=frozenset()):
    """The one answer by the three rules, out of every possible choice; None if none keeps the limits."""
    wished = included(limits)
    ordered = sorted(candidates, key=lambda row: (-(row.score or 0), row.reference))
    answers = []
    for size in range(len(ordered) + 1):
        for chosen in combinations(ordered, size):
            if keeps(chosen, limits, wished | named):
                free = [row.value for row in chosen if row.key not in wished]
                places = tuple(row in chosen for row in ordered if row.key not in wished)
                rank = (sum(row.value for row in chosen), min(free, default=10_000), places)
                answers.append((rank, tuple(row.key for row in chosen)))
    return max(answers)[1] if answers else None


SCORES = st.one_of(st.none(), st.sampled_from([0, 5000, 7000, 9000]), st.integers(0, 10_000))


@st.composite
def instances(draw):
    size = draw(st.integers(0, 8))
    candidates = [
        Candidate(key, f"R-{(key * 7) % 11:02}", draw(SCORES), draw(st.frozensets(st.sampled_from(GROUPS))))
        for key in range(size)
    ]
    some = st.integers(0, 4)
    taken = st.dictionaries(st.sampled_from(GROUPS), st.integers(1, 3)).map(lambda d: frozenset(d.items()))
    kinds = [
        st.builds(AtMostEach, st.sampled_from(["country", "border"]), some, taken),
        st.builds(AtMost, st.sampled_from(GROUPS), some),
        st.builds(AtLeast, st.sampled_from(GROUPS), some, st.integers(0, 2)),
        st.builds(Threshold, st.sampled_from([5000, 8000])),
    ]
    if size:
        key = st.integers(0, size - 1)
        kinds += [st.builds(Include, key), st.builds(Exclude, key)]
    limits = [Places(draw(some)), *draw(st.lists(st.one_of(kinds), max_size=5, unique=True))]
    return candidates, limits


@settings(max_examples=300, deadline=None)
@given(instances(), st.randoms(use_true_random=False))
def test_answer_is_that_of_brute_force_in_any_order_of_rows(instance, shuffle):
    candidates, limits = instance
    expected = by_brute_force(candidates, limits)
    shuffle.shuffle(candidates)
    shuffle.shuffle(limits)

    answer = best(candidates, limits, clock())

    assert (answer and answer.keys) == expected
    assert answer is None or answer.is_proven


@settings(max_examples=60, deadline=None)
@given(instances())
def test_price_of_a_limit_is_that_of_brute_force(instance):
    candidates, limits = instance
    answer = best(candidates, limits, clock())
    if answer is None:
        return

    found = prices(candidates, limits, answer, clock())

    value = {row.key: row.value for row in candidates}
    prices_left = list(found)
    for place, limit in enumerate(limits):
        without = [*limits[:place], *limits[place + 1 :]]
        if isinstance(limit, Places):
            without.append(Places(limit.number + 1))
        free = by_brute_force(candidates, without)
        if free is None:
            assert isinstance(limit, Include), "only to include somebody can be what makes a choice possible"
            continue
        price = prices_left.pop(0)
        assert price.limit == limit
        assert price.points == sum(value[key] for key in free) - answer.points
        assert (set(answer.keys) | set(price.added)) - set(price.removed) == set(free)
        assert price.is_proven
    assert not prices_left


@settings(max_examples=120, deadline=None)
@given(instances())
def test_contradiction_is_a_smallest_one(instance):
    candidates, limits = instance
    if best(candidates, limits, clock()) is not None:
        return

    named = contradiction(candidates, limits, clock())

    # Whom one of the limits includes may be chosen although another set lacks that limit.
    wished = included(limits)
    assert by_brute_force(candidates, named, wished) is None
    for fewer in combinations(limits, len(named) - 1):
        assert by_brute_force(candidates, fewer, wished) is not None


def test_limit_that_somebody_without_a_score_is_to_meet_is_not_blamed():
    candidates = [Candidate(0, "R-00", None, frozenset({("country", "FR")})), Candidate(1, "R-07", None)]
    limits = [Places(0), Include(0), AtLeast(("country", "FR"), 1)]
    assert contradiction(candidates, limits, clock()) == (Places(0), Include(0))


def row(key, score, *groups):
    return Candidate(key, f"R-{key}", score, frozenset(groups))


def test_better_lowest_score_wins_among_equal_sums():
    candidates = [row(1, 9000), row(2, 7000), row(3, 8000), row(4, 8000)]

    assert best(candidates, [Places(2), AtMost(("country", "FR"), 2), Exclude(9)], clock()).keys == (1, 3)
    assert best(candidates, [Places(2), Exclude(3), Exclude(1)], clock()).keys == (4, 2)


def test_lowest_score_is_raised_before_the_order_counts():
    north, south = ("side", "north"), ("side", "south")
    candidates = [row(1, 9000, north), row(2, 7000, south), row(3, 8000, south), row(4, 8000, north)]
    limits = [Places(2), AtMost(north, 1), AtMost(south, 1), Exclude(5)]

    assert best(candidates, limits, clock()).keys == (1, 3)
    # 90 + 70 and 80 + 80 have the same sum where 90 and 80 may not stand together.
    apart = [row(1, 9000, ("x", "1")), row(2, 7000), row(3, 8000, ("x", "1")), row(4, 8000)]
    assert best(apart, [Places(2), AtMostEach("x", 1)], clock()).keys == (1, 4)


def test_nobody_without_a_score_is_chosen_unless_named():
    candidates = [row(1, None), row(2, 5000)]

    assert best(candidates, [Places(2)], clock()).keys == (2,)
    assert best(candidates, [Places(2), Include(1)], clock()).keys == (2, 1)


def test_contradiction_of_many_is_named_without_the_rest():
    sea = ("kind", "maritime")
    candidates = [row(key, 9000 - key) for key in range(40)] + [row(99, 100, sea)]
    limits = [Places(30), AtMostEach("country", 2), AtLeast(sea, 1), Threshold(6000), Exclude(3)]

    assert best(candidates, limits, clock()) is None
    assert contradiction(candidates, limits, clock()) == (AtLeast(sea, 1), Threshold(6000))


def test_more_included_than_places_names_them_all():
    candidates = [row(key, 9000) for key in range(6)]
    limits = [Places(3), *(Include(key) for key in range(4)), AtMostEach("country", 1)]

    assert contradiction(candidates, limits, clock()) == tuple(limits[:5])


@pytest.mark.parametrize(
    ("candidates", "limits"),
    [
        ([row(1, 1), row(1, 2)], []),
        ([Candidate(1, "R", 1), Candidate(2, "R", 1)], []),
        ([row(1, 1)], [Include(2)]),
    ],
)
def test_what_is_ambiguous_is_refused(candidates, limits):
    with pytest.raises(ValueError, match="twice|no candidate"):
        best(candidates, [Places(1), *limits], clock())


def test_the_number_of_places_must_be_said():
    with pytest.raises(ValueError, match="places"):
        best([row(1, 1), row(2, 2)], [AtMostEach("country", 1)], clock())


def test_without_time_nothing_is_claimed():
    candidates = many(2000)

    with pytest.raises(OutOfTime):
        best(candidates, [Places(30), AtMostEach("border", 2)], Clock(0))


CODES = "AT BE BG CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV NL PL PT RO SE SI SK"


def many(size):
    """Applications of two countries each; programmes follow from the countries, as in the portal."""
    draw = random.Random("portfolio")
    found = []
    for key in range(size):
        pair = sorted(draw.sample(CODES.split(), 2))
        border = "-".join(pair)
        groups = {("country", code) for code in pair} | {("border", border)}
        groups |= {("programme", f"{border}-{number}") for number in range(2)} | {("programme", pair[0])}
        groups |= {("call", str(key % 3)), ("kind", "maritime" if draw.random() < 0.1 else "land")}
        found.append(Candidate(key, f"R-{key:05}", draw.randrange(3000, 9500), frozenset(groups)))
    return found


def test_ten_thousand_applications_are_answered_priced_and_proven():
    candidates = many(10_000)
    limits = [
        Places(30),
        AtMostEach("border", 1),
        AtMostEach("country", 4),
        AtMostEach("programme", 2),
        AtLeast(("kind", "maritime"), 5),
        AtLeast(("country", "LU"), 3),
        Threshold(7000),
        Include(8),
        Exclude(21),
    ]

    answer = best(candidates, limits, clock())
    found = prices(candidates, limits, answer, clock())

    assert answer.is_proven
    assert len(found) == len(limits)
    assert all(price.is_proven for price in found)


def test_a_bound_that_the_solver_tells_a_little_too_low_is_still_a_proof():
    candidates = [Candidate(0, "R-00", 7000, frozenset()), Candidate(1, "R-07", 52, frozenset())]

    answer = best(candidates, [Places(2), Include(1)], clock())

    assert answer is not None
    assert (answer.points, answer.bound, answer.is_proven) == (7052, 7052, True)
