"""How reviews are shared out, against brute force."""

from collections import Counter
from itertools import combinations, product

from hypothesis import given, settings
from hypothesis import strategies as st

from applications.reviewing.sharing import Work, distribute

APPLICATIONS, REVIEWERS = (1, 2, 3), (11, 12, 13)
PAIRS = tuple(product(APPLICATIONS, REVIEWERS))

works = st.builds(
    Work,
    wanted=st.fixed_dictionaries({a: st.integers(0, 3) for a in APPLICATIONS}),
    loads=st.fixed_dictionaries({r: st.integers(0, 3) for r in REVIEWERS}),
    barred=st.sets(st.sampled_from(PAIRS), max_size=6),
    points=st.dictionaries(st.sampled_from(PAIRS), st.integers(0, 2)),
)


def loads_of(work, pairs):
    return Counter(reviewer for _application, reviewer in pairs) + Counter(work.loads)


def allowed(work, most):
    """Every set of pairs that keeps to what is wanted, barred and to the most."""
    rows = []
    for application in APPLICATIONS:
        free = [r for r in REVIEWERS if (application, r) not in work.barred]
        sizes = range(work.wanted[application] + 1)
        rows.append([[(application, r) for r in chosen] for n in sizes for chosen in combinations(free, n)])
    for chosen in product(*rows):
        pairs = [pair for row in chosen for pair in row]
        loads, changed = loads_of(work, pairs), {reviewer for _a, reviewer in pairs}
        if most is None or all(loads[reviewer] <= most for reviewer in changed):
            yield pairs


@settings(deadline=None, max_examples=60)
@given(works, st.none() | st.integers(0, 4))
def test_shares_cover_most_with_the_lowest_load(work, most):
    shares = distribute(work, most=most)

    candidates = list(allowed(work, most))
    best = max(len(pairs) for pairs in candidates)
    assert len(shares.pairs) == best
    assert sorted(shares.pairs) in [sorted(pairs) for pairs in candidates]

    def highest(pairs):
        loads = loads_of(work, pairs)
        return max((loads[r] for _a, r in pairs), default=0)

    lowest = min(highest(pairs) for pairs in candidates if len(pairs) == best)
    assert highest(shares.pairs) == lowest
    given_to = Counter(application for application, _reviewer in shares.pairs)
    assert dict(shares.missing) == {
        a: work.wanted[a] - given_to[a] for a in APPLICATIONS if work.wanted[a] > given_to[a]
    }


def test_empty_places_are_spread_over_the_applications():
    work = Work(wanted={1: 2, 2: 2, 3: 2}, loads={11: 0, 12: 0, 13: 0}, barred=(), points={})

    assert dict(distribute(work, most=1).missing) == {1: 1, 2: 1, 3: 1}


def test_cover_comes_before_points():
    # Reviewer 11 goes best with 1, but only 11 may take 2.
    work = Work(wanted={1: 1, 2: 1}, loads={11: 0, 12: 0}, barred={(2, 12)}, points={(1, 11): 2})

    assert distribute(work, most=1).pairs == ((1, 12), (2, 11))


def test_points_decide_where_cover_and_load_leave_a_choice():
    work = Work(wanted={1: 1, 2: 1}, loads={11: 0, 12: 0}, barred=(), points={(1, 12): 1, (2, 11): 1})

    assert distribute(work).pairs == ((1, 12), (2, 11))


def test_loads_of_before_are_evened_out():
    work = Work(wanted=dict.fromkeys(range(1, 7), 1), loads={11: 4, 12: 0, 13: 2}, barred=(), points={})

    shares = distribute(work)

    assert loads_of(work, shares.pairs) == {11: 4, 12: 4, 13: 4}
    assert shares.most == 4


def test_nobody_to_share_with_leaves_everything_missing():
    shares = distribute(Work(wanted={1: 2, 2: 0}, loads={}, barred=(), points={}))

    assert (shares.pairs, dict(shares.missing)) == ((), {1: 2})


def test_same_work_gives_the_same_shares_whatever_the_order():
    wanted, loads = dict.fromkeys(range(8), 2), dict.fromkeys(range(20, 25), 0)
    barred = [(a, r) for a in wanted for r in loads if (a * r) % 3 == 0]
    turned = Work(dict(reversed(wanted.items())), dict(reversed(loads.items())), barred[::-1], {})

    assert distribute(Work(wanted, loads, barred, {})) == distribute(turned)
