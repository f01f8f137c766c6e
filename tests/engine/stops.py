"""Ends a search after every so many questions to its budget, and holds each answer to what it says of itself.

`python -m tests.engine.stops` does so at 24 places of each of 20 problems of either size, as they come and
with what staff may have decided: twelve minutes of processor time.
"""

import gzip
import json
import sys
from multiprocessing import Pool
from pathlib import Path
from random import Random

from engine import load_problem, solve
from impact.benchmarks.synthetic import make_problem
from tests.engine.referee import Referee

SIZES = [(30, 200), (30, 60)]  # regions, experts
SEEDS = range(20)
STOPS = 24
PROCESSES = 2
PLENTY_S = 600
CASES = Path(__file__).parent / "cases"
VALUES = {"fairness": "fairness", "sum": "sum", "changes": "changes", "balance": "imbalance"}


class Questions:
    """Says no to the wish to stop so many times, then yes."""

    def __init__(self, answered=sys.maxsize):
        self.answered = answered
        self.asked = 0

    def __call__(self):
        self.asked += 1
        return self.asked > self.answered


def places(asked, count=STOPS):
    """Return after how many questions to stop, spread over a run that asks so many."""
    return sorted({round(place * (asked - 1) / (count - 1)) for place in range(count)})


def stopped_everywhere(content, count=STOPS):
    """Return the number of stops, and what was wrong with each answer, as (questions, fault)."""
    problem, questions = load_problem(content), Questions()
    finished = solve(problem, should_stop=questions, remedies=False).to_json()
    stops = places(questions.asked, count)
    results = [
        (stop, solve(problem, should_stop=Questions(stop), remedies=False).to_json()) for stop in stops
    ]
    most = max(_net(content, result) for _, result in results)
    found = [(None, fault) for fault in faults(content, finished, finished, most)]
    for stop, result in results:
        found += [(stop, fault) for fault in faults(content, result, finished, most)]
    return len(stops), found


def faults(content, result, finished, most):
    """Yield what a result says or does that it may not.

    Args:
        finished: what the search returns for the same problem if nobody stops it.
        most: a sum, net of the cost of changes, that some answer has.
    """
    try:
        Referee(content).check(result)
    except AssertionError:
        yield "breaks a rule"
        return
    if finished["status"] != "optimal":
        yield "is not proven even if nobody stops it"
    here, best = result["objective"], finished["objective"]
    if here["fairness"] > best["fairness"]:
        yield "is fairer than the finished answer"
    for name in result["proven"]:
        if not _is_true(name, result, finished):
            yield f"says falsely that {name} is proven"
    bound = result["bound"]
    if bound["served"] < best["served"] or bound["sum"] < _net(content, finished):
        yield "gives a bound below the best"
    if "fairness" not in result["proven"] and bound["sum"] < most:
        yield "gives a bound below the sum of another answer"


def _is_true(name, result, finished):
    if name == "canonical":
        return [row["team"] for row in result["regions"]] == [row["team"] for row in finished["regions"]]
    return result["objective"][VALUES[name]] == finished["objective"][VALUES[name]]


def _net(content, result):
    cost = content["parameters"].get("change_cost", 0)
    return result["objective"]["sum"] - cost * result["objective"]["changes"]


def known(name):
    """Return a problem on which an answer once broke a rule: more half-days than an expert has."""
    return json.loads(gzip.decompress((CASES / f"{name}.json.gz").read_bytes()))


def plain(regions, experts, seed):
    return make_problem(regions, experts, seed, time_limit_s=PLENTY_S)


def decided(regions, experts, seed):
    """Return a problem with pins, forbidden pairs, promised work and an earlier result."""
    dice, content = Random(seed), plain(regions, experts, seed)
    before = solve(load_problem(content), should_stop=Questions(0))
    pairs = [(row["id"], person["id"]) for row in content["regions"] for person in content["experts"]]
    drawn = dice.sample(pairs, 20 + regions)
    rows = [{"region": region, "expert": expert} for region, expert in drawn]
    pins = {row["region"]: row for row in rows[:4]}
    return {
        **content,
        "pinned": list(pins.values()),
        "locked": [
            {
                "region": "elsewhere",
                "expert": expert,
                "role": "lead",
                "half_days": [dice.choice([0, 2, 4]) for _ in content["months"]],
            }
            for expert in sorted({row["expert"] for row in rows[4:20]})
        ],
        "forbidden": rows[20:],
        "previous": [
            {"region": row.id, "expert": member.expert, "role": member.role}
            for row in before.regions
            for member in row.team
        ],
        "parameters": {**content["parameters"], "change_cost": dice.choice([0, 5, 20])},
    }


def _row(problem):
    make, *size, seed = problem
    return make.__name__, tuple(size), seed, *stopped_everywhere(make(*size, seed))


def main():
    problems = [(make, *size, seed) for make in (plain, decided) for size in SIZES for seed in SEEDS]
    totals = {}
    with Pool(PROCESSES) as pool:
        for kind, size, seed, stops, found in pool.imap(_row, problems):
            total = totals.setdefault((kind, size), [0, 0])
            total[0] += stops
            total[1] += len({stop for stop, _ in found})
            print(
                kind, *size, f"seed {seed}: {stops} stops", *found, sep="\n  " if found else " ", flush=True
            )
    for (kind, size), (stops, wrong) in totals.items():
        print(kind, *size, f"{wrong} of {stops} answers wrong")


if __name__ == "__main__":
    main()
