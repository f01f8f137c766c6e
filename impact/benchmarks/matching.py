"""The matching engine measured: time to proof, gap by time, memory, and two simpler ways beside it."""

from __future__ import annotations

import subprocess
import sys
import time
from typing import Any, TextIO

from matching.engine import load_problem, solve
from matching.engine.baselines import plain_model
from matching.engine.synthetic import make_problem

SIZES = [(6, 12), (12, 40), (30, 60), (30, 200), (60, 400)]  # regions, experts
SEEDS = range(3)
LIMIT_S = 60
GAP_AFTER_S = [1, 5, 20, 60]
GAP_SIZE = (60, 400)
SMALL = [(6, 12), (12, 40)]
MEGABYTE_KB = 1024


def run(stdout: TextIO) -> None:
    """Print three tables; every figure is of one thread on a machine that others may share."""
    _time_to_proof(stdout)
    _gap_by_time(stdout)
    _side_by_side(stdout)


def _time_to_proof(stdout: TextIO) -> None:
    stdout.write("\nTime to proof (seconds of each seed; > means not proven), memory of the largest\n")
    stdout.write(f"{'regions x experts':>18} {'seconds':>26} {'proven':>8} {'MB':>7}\n")
    for regions, experts in SIZES:
        times, proven = [], 0
        for seed in SEEDS:
            result = solve(load_problem(make_problem(regions, experts, seed, time_limit_s=LIMIT_S)))
            times.append(f"{'' if result.is_optimal else '>'}{result.seconds:.1f}")
            proven += result.is_optimal
        memory = _memory_mb(regions, experts)
        stdout.write(
            f"{regions:>9} x {experts:<6} {'  '.join(times):>26} {proven:>5}/{len(SEEDS)} {memory:>7}\n"
        )


def _memory_mb(regions: int, experts: int) -> int:
    """Return the peak memory of one search in a process of its own, since a peak never falls again."""
    code = (
        "import resource\n"
        "from matching.engine import load_problem, solve\n"
        "from matching.engine.synthetic import make_problem\n"
        f"solve(load_problem(make_problem({regions}, {experts}, 0, time_limit_s={LIMIT_S})))\n"
        "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return int(done.stdout) // MEGABYTE_KB


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
    for regions, experts in SMALL:
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
