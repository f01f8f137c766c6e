"""A linear programme that grows by rows and columns while its solver keeps the last basis."""

from __future__ import annotations

from collections.abc import Iterable
from math import inf

from ortools.linear_solver import pywraplp


class LinearProgram:
    """Maximise the value of columns that are at least 0."""

    def __init__(self) -> None:
        self._solver = pywraplp.Solver.CreateSolver("GLOP")
        self._objective = self._solver.Objective()
        self._objective.SetMaximization()
        self._rows: list[pywraplp.Constraint] = []
        self._columns: list[pywraplp.Variable] = []

    def add_row(self, high: float, *, low: float | None = None) -> int:
        self._rows.append(self._solver.Constraint(-self._solver.infinity() if low is None else low, high))
        return len(self._rows) - 1

    def add_column(
        self, value: float, coefficients: Iterable[tuple[int, float]], *, high: float = inf
    ) -> int:
        column = self._solver.NumVar(0.0, min(high, self._solver.infinity()), "")
        self._objective.SetCoefficient(column, value)
        for row, coefficient in coefficients:
            self._rows[row].SetCoefficient(column, coefficient)
        self._columns.append(column)
        return len(self._columns) - 1

    def open_column(self, column: int, is_open: bool) -> None:
        """Let a column have any value again, or none but 0."""
        self._columns[column].SetUb(self._solver.infinity() if is_open else 0.0)

    def set_coefficient(self, row: int, column: int, coefficient: float) -> None:
        self._rows[row].SetCoefficient(self._columns[column], coefficient)

    def solve(self, seconds: float) -> bool:
        """Return whether the optimum was reached in time; only then do the other readings mean anything."""
        self._solver.SetTimeLimit(max(1, int(seconds * 1000)))
        status = self._solver.Solve()
        if status == pywraplp.Solver.ABNORMAL:
            # The last basis can be a bad place to start from after many new rows.
            afresh = pywraplp.MPSolverParameters()
            afresh.SetIntegerParam(afresh.INCREMENTALITY, afresh.INCREMENTALITY_OFF)
            status = self._solver.Solve(afresh)
        return bool(status == pywraplp.Solver.OPTIMAL)

    def values(self) -> list[float]:
        return [column.solution_value() for column in self._columns]

    def prices(self) -> list[float]:
        """Return the dual value of every row."""
        return [row.dual_value() for row in self._rows]
