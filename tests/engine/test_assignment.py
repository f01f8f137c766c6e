"""The general mode against brute force: the optimum of the sum, and of the minimum before the sum."""

from itertools import combinations, product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.engine import ProblemError, solve_assignment


def matrices(random):
    rows, columns = random.randint(1, 4), random.randint(1, 5)
    return {
        "version": 1,
        "scores": [[random.randint(-5, 20) / 4 for _ in range(columns)] for _ in range(rows)],
        "demands": [random.randint(0, min(2, columns)) for _ in range(rows)],
        "loads_min": [random.choice([0, 0, 0, 1]) for _ in range(columns)],
        "loads_max": [random.randint(1, 3) for _ in range(columns)],
        "forbidden": [
            [random.randrange(rows), random.randrange(columns)] for _ in range(random.randint(0, 2))
        ],
    }


def brute_force(content):
    """Return every allowed assignment as (sum, minimum)."""
    scores, columns = content["scores"], range(len(content["loads_max"]))
    choices = [
        [
            picked
            for picked in combinations(columns, demand)
            if all([row, column] not in content["forbidden"] for column in picked)
        ]
        for row, demand in enumerate(content["demands"])
    ]
    for answer in product(*choices):
        loads = [sum(column in picked for picked in answer) for column in columns]
        if all(
            low <= load <= high
            for low, load, high in zip(content["loads_min"], loads, content["loads_max"], strict=True)
        ):
            rows = [sum(scores[row][column] for column in picked) for row, picked in enumerate(answer)]
            yield sum(rows), min(rows)


@settings(max_examples=150, deadline=None)
@given(st.randoms(use_true_random=False))
def test_assignment_reaches_the_optimum_of_the_sum_and_of_the_minimum(random):
    content = matrices(random)
    answers = list(brute_force(content))
    if not answers:
        with pytest.raises(ProblemError, match="demands"):
            solve_assignment(content)
        return

    by_sum = solve_assignment({**content, "objective": "sum"})
    by_minimum = solve_assignment({**content, "objective": "min_then_sum"})

    assert (by_sum["status"], by_sum["sum"], by_sum["bound"]) == ("optimal", max(answers)[0], max(answers)[0])
    best = max(answers, key=lambda answer: (answer[1], answer[0]))
    assert (by_minimum["status"], by_minimum["min"], by_minimum["sum"]) == ("optimal", best[1], best[0])
    for found in (by_sum, by_minimum):
        check(content, found)


def check(content, found):
    assert [len(picked) for picked in found["assignment"]] == content["demands"]
    assert all(
        [row, column] not in content["forbidden"]
        for row, picked in enumerate(found["assignment"])
        for column in picked
    )
    loads = [
        sum(column in picked for picked in found["assignment"]) for column in range(len(content["loads_max"]))
    ]
    assert all(
        low <= load <= high
        for low, load, high in zip(content["loads_min"], loads, content["loads_max"], strict=True)
    )
    rows = [
        sum(content["scores"][row][column] for column in picked)
        for row, picked in enumerate(found["assignment"])
    ]
    assert (found["sum"], found["min"]) == (pytest.approx(sum(rows)), pytest.approx(min(rows)))


PLAIN = {"version": 1, "scores": [[1, 2], [3, 4]], "demands": [1, 1], "loads_max": [1, 1]}


@pytest.mark.parametrize(
    ("path", "changes"),
    [
        ("$.scores", {"scores": []}),
        ("$.scores[1]", {"scores": [[1, 2], [3]]}),
        ("$.scores[0][0]", {"scores": [["1", 2], [3, 4]]}),
        ("$.demands", {"demands": [1]}),
        ("$.demands[0]", {"demands": [-1, 1]}),
        ("$.demands", {"demands": [2, 2]}),
        ("$.loads_min[0]", {"loads_min": [2, 0]}),
        ("$.forbidden[0]", {"forbidden": [[0]]}),
        ("$.forbidden[0][1]", {"forbidden": [[0, 2]]}),
        ("$.objective", {"objective": "fairest"}),
        ("$.extra", {"extra": 1}),
    ],
)
def test_assignment_names_the_place_and_what_was_expected(path, changes):
    with pytest.raises(ProblemError) as refusal:
        solve_assignment({**PLAIN, **changes})

    assert refusal.value.path == path
