"""The matching engine measured: time to proof, gap by time, memory, and two simpler ways beside it."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable
from functools import partial
from itertools import pairwise
from random import Random
from statistics import median
from typing import Any, TextIO

from engine import Insights, Problem, Result, load_problem, solve, solve_assignment
from impact.benchmarks.baselines import plain_model
from impact.benchmarks.contested import alike_problem, contested_problem
from impact.benchmarks.synthetic import make_problem

KINDS = [("rich", 30, 200), ("scarce", 30, 60)]  # of the programme's size: regions, experts
INSTANCES = 100
WITH_REMEDIES = 20  # of them
ANALYSED = 5
CONTESTED = 5
SIZES = [(6, 12), (12, 40), (30, 60), (30, 200), (60, 400)]  # regions, experts
SEEDS = range(3)
LIMIT_S = 60
LARGE = [(300, 2_000, 60), (3_000, 20_000, 1_200)]  # regions, experts, seconds
GAP_AFTER_S = [5, 15, 30, 60, 120]
GAP_SIZE = (300, 2_000)
SIDE_BY_SIDE = [(6, 12), (12, 40), (30, 60), (30, 200)]
PAPERS = [(30, 20, 3), (60, 40, 2), (40, 25, 4), (100, 60, 3), (150, 50, 3)]  # papers, reviewers, of each
TOPICS = 8
MEGABYTE_KB = 1024


def run(stdout: TextIO) -> None:
    """Print eight tables; every figure is of one thread on a machine that others may share."""
    _programme_size(stdout)
    _contested(stdout)
    _after_the_run(stdout)
    _time_to_proof(stdout)
    _large(stdout)
    _gap_by_time(stdout)
    _side_by_side(stdout)
    _general_mode(stdout)


def _programme_size(stdout: TextIO) -> None:
    stdout.write(f"\n{INSTANCES} instances of each kind: processor seconds to the proof, and of the first\n")
    stdout.write(f"{WITH_REMEDIES} with what would serve the regions without a team\n")
    heads = f"{'median':>7} {'worst':>7} {'remedies':>9} {'worst':>7}"
    stdout.write(f"{'kind':>8} {'regions x experts':>18} {'proven':>8} {heads}\n")
    for kind, regions, experts in KINDS:
        seconds, whole, proven = [], [], 0
        for seed in range(INSTANCES):
            problem = load_problem(make_problem(regions, experts, seed, time_limit_s=LIMIT_S))
            start = time.process_time()
            proven += solve(problem, remedies=False).is_optimal
            seconds.append(time.process_time() - start)
            if seed < WITH_REMEDIES:
                start = time.process_time()
                solve(problem)
                whole.append(time.process_time() - start)
        size = f"{regions} x {experts}"
        stdout.write(f"{kind:>8} {size:>18} {proven:>8} {median(seconds):>7.2f} {max(seconds):>7.2f}")
        stdout.write(f" {median(whole):>9.2f} {max(whole):>7.2f}\n")


def _contested(stdout: TextIO) -> None:
    """Print how long it takes where one to three experts are wanted by all, and where regions are alike."""
    stdout.write(f"\n{CONTESTED} instances of each kind that have very many equal teams: processor seconds\n")
    stdout.write(f"{'kind':>22} {'proven':>8} {'median':>7} {'worst':>7}\n")
    kinds: dict[str, Callable[[int], dict[str, Any]]] = {
        f"{wanted} wanted by all": partial(contested_problem, 30, 200, wanted=wanted, time_limit_s=LIMIT_S)
        for wanted in (1, 2, 3)
    }
    kinds["40 x 60, alike"] = partial(alike_problem, 40, 60, time_limit_s=2 * LIMIT_S)
    for kind, make in kinds.items():
        seconds, proven = [], 0
        for seed in range(CONTESTED):
            start = time.process_time()
            proven += solve(load_problem(make(seed)), remedies=False).is_optimal
            seconds.append(time.process_time() - start)
        stdout.write(f"{kind:>22} {proven:>8} {median(seconds):>7.2f} {max(seconds):>7.2f}\n")


def _after_the_run(stdout: TextIO) -> None:
    """Print what the background asks about a result, as `matching/analysing.py` does."""
    stdout.write(f"\nAfter a run, {ANALYSED} instances of each kind: processor seconds, median and worst\n")
    heads = ("remedies", "whom to look for", "members", "other teams")
    stdout.write(f"{'kind':>8}{''.join(f'{head:>18}' for head in heads)}\n")
    for kind, regions, experts in KINDS:
        seconds: list[list[float]] = []
        for seed in range(ANALYSED):
            problem = load_problem(make_problem(regions, experts, seed, time_limit_s=LIMIT_S))
            seconds.append(_seconds_of_insights(problem, solve(problem, remedies=False)))
        columns = [f"{median(column):.1f} ({max(column):.1f})" for column in zip(*seconds, strict=True)]
        stdout.write(f"{kind:>8}{''.join(f'{column:>18}' for column in columns)}\n")


def _seconds_of_insights(problem: Problem, result: Result) -> list[float]:
    insights = Insights(problem, result)
    members = sorted({member.expert for region in result.regions for member in region.team})
    served = [region.id for region in result.regions if region.team]
    moments = [time.process_time()]
    for ask in (
        insights.remedies,
        insights.recruiting_plan,
        lambda: [insights.without(member) for member in members],
        lambda: [insights.alternatives(region) for region in served],
    ):
        ask()
        moments.append(time.process_time())
    return [after - before for before, after in pairwise(moments)]


def _time_to_proof(stdout: TextIO) -> None:
    stdout.write("\nTime to proof (seconds of each seed; > means not proven), memory of the largest\n")
    stdout.write(f"{'regions x experts':>18} {'seconds':>26} {'proven':>8} {'MB':>7}\n")
    for regions, experts in SIZES:
        times, proven = [], 0
        for seed in SEEDS:
            result = solve(load_problem(make_problem(regions, experts, seed, time_limit_s=LIMIT_S)))
            times.append(f"{'' if result.is_optimal else '>'}{result.seconds:.1f}")
            proven += result.is_optimal
        memory = _alone(regions, experts, LIMIT_S)[-1]
        stdout.write(
            f"{regions:>9} x {experts:<6} {'  '.join(times):>26} {proven:>5}/{len(SEEDS)} {memory:>7}\n"
        )


def _large(stdout: TextIO) -> None:
    stdout.write("\nToo large for a proof of everything: the answer and its proven bounds\n")
    heads = f"{'served':>13} {'sum':>9} {'bound':>9} {'gap':>9} {'seconds':>8} {'MB':>6}"
    stdout.write(f"{'regions x experts':>18} {heads}\n")
    for regions, experts, limit in LARGE:
        served, served_bound, total, bound, seconds, memory = _alone(regions, experts, limit)
        gap = (bound - total) / max(1, bound)
        stdout.write(
            f"{regions:>9} x {experts:<6} {f'{served} of {served_bound}':>13} {total:>9} {bound:>9} "
            f"{gap:>9.4%} {seconds:>8} {memory:>6}\n"
        )


def _alone(regions: int, experts: int, limit: int) -> list[int]:
    """Return served, bound of served, sum, bound of the sum, seconds and peak MB of a process of its own.

    A peak of memory never falls again within one process.
    """
    code = (
        "import resource\n"
        "from engine import load_problem, solve\n"
        "from impact.benchmarks.synthetic import make_problem\n"
        f"found = solve(load_problem(make_problem({regions}, {experts}, 0, time_limit_s={limit})))\n"
        "best, bound = found.objective, found.bound\n"
        "print(best['served'], bound['served'], best['sum'], bound['sum'], round(found.seconds))\n"
        "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    *figures, kilobytes = (int(figure) for figure in done.stdout.split())
    return [*figures, kilobytes // MEGABYTE_KB]


def _gap_by_time(stdout: TextIO) -> None:
    regions, experts = GAP_SIZE
    stdout.write(f"\nGap by time, {regions} x {experts}\n{'limit':>8} {'sum':>8} {'bound':>8} {'gap':>8}\n")
    for limit in GAP_AFTER_S:
        result = solve(load_problem(make_problem(regions, experts, 0, time_limit_s=limit)))
        total, bound = int(str(result.objective["sum"])), result.bound["sum"]
        stdout.write(f"{limit:>6} s {total:>8} {bound:>8} {(bound - total) / max(1, bound):>8.3%}\n")


def _side_by_side(stdout: TextIO) -> None:
    stdout.write("\nSide by side: regions served, sum of scores, seconds\n")
    stdout.write(f"{'regions x experts':>18} {'engine':>20} {'plain CP-SAT':>20} {'greedy':>20}\n")
    for regions, experts in SIDE_BY_SIDE:
        content = make_problem(regions, experts, 0, time_limit_s=LIMIT_S)
        problem = load_problem(content)
        result = solve(problem)
        exact = f"{result.objective['served']} {result.objective['sum']} {result.seconds:.1f}"
        model, simple = plain_model(problem, LIMIT_S), _greedy(content)
        stdout.write(f"{regions:>9} x {experts:<6} {exact:>20} {model:>20} {simple:>20}\n")


def _greedy(content: dict[str, Any]) -> str:
    """Solve with no time at all: what is left is the greedy first answer."""
    start = time.monotonic()
    parameters = {**content["parameters"], "time_limit_s": 0}
    problem = load_problem({**content, "parameters": parameters})
    result = solve(problem)
    return f"{result.objective['served']} {result.objective['sum']} {time.monotonic() - start:.1f}"


def _general_mode(stdout: TextIO) -> None:
    stdout.write(
        "\nGeneral mode, papers by reviewers: the greatest sum, then the greatest minimum before the sum\n"
    )
    stdout.write(f"{'papers x reviewers':>18} {'each':>5} {'sum':>9} {'its min':>8} {'min':>7} {'sum':>9}")
    stdout.write(f" {'status':>9} {'seconds':>8}\n")
    for papers, reviewers, demand in PAPERS:
        matrix = _papers(papers, reviewers, demand)
        by_sum = solve_assignment(matrix)
        by_minimum = solve_assignment({**matrix, "objective": "min_then_sum"}, time_limit_s=LIMIT_S)
        stdout.write(
            f"{f'{papers} x {reviewers}':>18} {demand:>5} {by_sum['sum']:>9.3f} {by_sum['min']:>8.3f}"
            f" {by_minimum['min']:>7.3f} {by_minimum['sum']:>9.3f} {by_minimum['status']:>9}"
            f" {by_minimum['seconds']:>8.1f}\n"
        )


def _papers(papers: int, reviewers: int, demand: int) -> dict[str, Any]:
    """Return a matrix in which papers weigh few topics, of which each reviewer knows some."""
    dice = Random(papers)
    known = [[dice.random() for _topic in range(TOPICS)] for _reviewer in range(reviewers)]
    weights = [[dice.random() ** 3 for _topic in range(TOPICS)] for _paper in range(papers)]
    scores = [
        [round(sum(w * k for w, k in zip(weight, topics, strict=True)) / sum(weight), 3) for topics in known]
        for weight in weights
    ]
    load = -(-papers * demand // reviewers) + 1
    return {"version": 1, "scores": scores, "demands": [demand] * papers, "loads_max": [load] * reviewers}
