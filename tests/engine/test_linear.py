"""The linear programme starts afresh where its solver loses its way."""

from __future__ import annotations

import pytest
from ortools.linear_solver import pywraplp

from engine.linear import LinearProgram


class LosesItsWay:
    """A solver that gives up once, as GLOP does from a bad basis."""

    def __init__(self, solver: pywraplp.Solver) -> None:
        self._solver = solver
        self.calls: list[int] = []

    def __getattr__(self, name: str) -> object:
        return getattr(self._solver, name)

    def Solve(self, *parameters: object) -> int:
        self.calls.append(len(parameters))
        return int(self._solver.Solve(*parameters)) if len(self.calls) > 1 else pywraplp.Solver.ABNORMAL


def test_a_lost_solver_starts_afresh() -> None:
    programme = LinearProgram()
    row = programme.add_row(2.0)
    programme.add_column(3.0, [(row, 1.0)])
    solver = LosesItsWay(programme._solver)
    programme._solver = solver

    assert programme.solve(10)
    assert programme.values() == pytest.approx([2.0])
    assert solver.calls == [0, 1], "the second time with parameters that forget the basis"
