"""Exact assignment by a matrix: the greatest sum as a flow, the greatest minimum by thresholds."""

from __future__ import annotations

from dataclasses import dataclass
from math import floor

import numpy as np
import numpy.typing as npt
from ortools.graph.python import min_cost_flow
from ortools.sat.python import cp_model

from engine.budget import Budget
from engine.problem.criteria import Flags, Ints

Chosen = dict[tuple[int, int], cp_model.IntVar]

ROUNDING = 1e-3  # CP-SAT tells a whole bound as a float, which may lie a little below it


@dataclass(frozen=True)
class Matrix:
    """Whole scores, shape (rows, columns), with what each row asks for and each column may carry."""

    scores: Ints
    demands: Ints
    loads_min: Ints
    loads_max: Ints
    forbidden: Flags


@dataclass(frozen=True)
class Picks:
    """Columns per row; ``bound`` of the sum, or of the lowest row while ``is_optimal`` is False."""

    rows: tuple[npt.NDArray[np.int64], ...]
    is_optimal: bool
    bound: int

    def lowest(self, matrix: Matrix) -> int:
        return min(
            (int(matrix.scores[row, columns].sum()) for row, columns in enumerate(self.rows)), default=0
        )


def best_by_sum(matrix: Matrix) -> Picks | None:
    """Return the assignment with the greatest sum, or None if demands and loads cannot be met.

    Raises:
        OverflowError: the sums of so many scores of so many digits do not fit into 64 bits.

    Source: minimum-cost flow with lower bounds on the loads; Ahuja, Magnanti and Orlin (1993), chapter 9.
    """
    rows, columns = matrix.scores.shape
    at_row, at_column = np.nonzero(~matrix.forbidden)
    flow = min_cost_flow.SimpleMinCostFlow()
    pairs = flow.add_arcs_with_capacity_and_unit_cost(
        at_row, rows + at_column, np.ones(len(at_row), np.int64), -matrix.scores[at_row, at_column]
    )
    rest = rows + columns  # takes what columns carry beyond their least load
    spare = matrix.loads_max - matrix.loads_min
    flow.add_arcs_with_capacity_and_unit_cost(
        rows + np.arange(columns), np.full(columns, rest), spare, np.zeros(columns, np.int64)
    )
    supplies = np.concatenate(
        [matrix.demands, -matrix.loads_min, [matrix.loads_min.sum() - matrix.demands.sum()]]
    )
    flow.set_nodes_supplies(np.arange(rest + 1), supplies)
    status = flow.solve()
    if status == flow.INFEASIBLE:
        return None
    if status != flow.OPTIMAL:
        raise OverflowError("scores of too many digits")
    used = flow.flows(pairs) > 0
    picks = tuple(at_column[used & (at_row == row)] for row in range(rows))
    return Picks(picks, True, -int(flow.optimal_cost()))


def failing(matrix: Matrix) -> tuple[str, str]:
    """Return the JSON path of a row or column that cannot have what it asks for, and what was expected."""
    able = ~matrix.forbidden & (matrix.loads_max > 0)
    for row in np.flatnonzero(able.sum(axis=1) < matrix.demands):
        return f"$.demands[{row}]", f"expected at most {able[row].sum()}, the columns that the row may have"
    for column in np.flatnonzero(able.sum(axis=0) < matrix.loads_min):
        return (
            f"$.loads_min[{column}]",
            f"expected at most {able[:, column].sum()}, the rows that it may serve",
        )
    reached = best_by_sum(_with_empty_places(matrix))
    assert reached is not None
    columns = len(matrix.loads_max)
    for place, picked in enumerate(reached.rows):
        found = int((picked < columns).sum())
        if found < matrix.demands[place]:
            return (
                f"$.demands[{place}]",
                f"expected at most {found}, what the other rows leave it of the loads",
            )
    return (
        "$.loads_min",
        "expected least loads that add up to no more than the demands, and that the pairs allow",
    )


def _with_empty_places(matrix: Matrix) -> Matrix:
    """Return the matrix with as many more columns, never wanted, as any row asks for, and no least loads."""
    rows, most = len(matrix.demands), int(matrix.demands.max())
    dear = np.full((rows, most), -1, dtype=np.int64)
    return Matrix(
        np.hstack([np.zeros_like(matrix.scores), dear]),
        matrix.demands,
        np.zeros(len(matrix.loads_max) + most, dtype=np.int64),
        np.concatenate([matrix.loads_max, np.full(most, rows, dtype=np.int64)]),
        np.hstack([matrix.forbidden, np.zeros((rows, most), dtype=np.bool_)]),
    )


def best_minimum_over_pairs(matrix: Matrix, start: Picks, budget: Budget) -> Picks:
    """Return the assignment whose lowest row is greatest, and among those the one with the greatest sum.

    The threshold starts where no row alone could go higher; only if that fails is it lowered. A variable
    for the minimum would leave the solver without a useful bound.
    """
    high = min((_row_best(matrix, row) for row in range(len(matrix.demands))), default=0)
    best, low, threshold = start, start.lowest(matrix), high
    while not budget.is_over():
        found, proven = _best_above(matrix, threshold, budget, best)
        if found is None and not proven:
            break
        if found is None:
            high = threshold - 1
        else:
            best, low = found, max(threshold, found.lowest(matrix)) if threshold < high else threshold
            if low >= high:
                return Picks(found.rows, proven, found.bound)
        threshold = low if low >= high else (low + high + 1) // 2
    return Picks(best.rows, False, high)


def _row_best(matrix: Matrix, row: int) -> int:
    allowed = np.sort(matrix.scores[row][~matrix.forbidden[row] & (matrix.loads_max > 0)])
    return int(allowed[len(allowed) - matrix.demands[row] :].sum())


def _best_above(matrix: Matrix, threshold: int, budget: Budget, hint: Picks) -> tuple[Picks | None, bool]:
    """Return the greatest sum with every row at the threshold or above, and whether the answer is proven."""
    model, chosen = _threshold_model(matrix, threshold)
    for row, columns in enumerate(hint.rows):
        for column in columns:
            model.add_hint(chosen[row, int(column)], True)
    solver = cp_model.CpSolver()
    solver.parameters.max_time_in_seconds = budget.left
    solver.parameters.num_workers = 1
    solver.parameters.linearization_level = 2
    status = solver.solve(model)
    if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return None, status == cp_model.INFEASIBLE
    picked: list[list[int]] = [[] for _ in matrix.demands]
    for (row, column), variable in chosen.items():
        if solver.boolean_value(variable):
            picked[row].append(column)
    is_best = status == cp_model.OPTIMAL
    rows = tuple(np.array(columns, dtype=np.int64) for columns in picked)
    return Picks(rows, is_best, floor(solver.best_objective_bound + ROUNDING)), is_best


def _threshold_model(matrix: Matrix, threshold: int) -> tuple[cp_model.CpModel, Chosen]:
    model = cp_model.CpModel()
    rows, columns = matrix.scores.shape
    pairs = [(int(row), int(column)) for row, column in zip(*np.nonzero(~matrix.forbidden), strict=True)]
    chosen = {pair: model.new_bool_var("") for pair in pairs}
    for row in range(rows):
        places = [column for column in range(columns) if (row, column) in chosen]
        variables = [chosen[row, column] for column in places]
        values = [int(matrix.scores[row, column]) for column in places]
        model.add(sum(variables) == int(matrix.demands[row]))
        model.add(cp_model.LinearExpr.weighted_sum(variables, values) >= threshold)
    for column in range(columns):
        load = sum(chosen[row, column] for row in range(rows) if (row, column) in chosen)
        model.add_linear_constraint(load, int(matrix.loads_min[column]), int(matrix.loads_max[column]))
    scores = [int(matrix.scores[pair]) for pair in pairs]
    model.maximize(cp_model.LinearExpr.weighted_sum([chosen[pair] for pair in pairs], scores))
    return model, chosen
