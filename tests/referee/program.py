"""A mixed-integer program that grows column by column and row by row, for `scipy.optimize.milp`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_array

Terms = Mapping[int, float] | Iterable[tuple[int, float]]
"""Coefficients by column; a column that is named twice counts twice."""


class NoAnswerError(Exception):
    """The solver of the referee gave up."""


class Program:
    """Minimise a linear cost over columns within bounds, under rows."""

    def __init__(self) -> None:
        self.lower: list[float] = []
        self.upper: list[float] = []
        self.cost: list[float] = []
        self.integer: list[bool] = []
        self.rows: list[dict[int, float]] = []
        self.least: list[float] = []
        self.most: list[float] = []
        self.checks: list[Callable[[np.ndarray], bool]] = []
        """Each looks at a point, and returns whether it has added rows that the point misses."""

    def column(
        self, upper: float = np.inf, *, lower: float = 0.0, integer: bool = False, cost: float = 0.0
    ) -> int:
        """Add a column and return its number."""
        self.lower.append(lower)
        self.upper.append(upper)
        self.cost.append(cost)
        self.integer.append(integer)
        return len(self.cost) - 1

    def row(self, terms: Terms, *, least: float = -np.inf, most: float = np.inf) -> None:
        """Add ``least <= sum of terms <= most``."""
        summed: dict[int, float] = {}
        for column, value in terms.items() if isinstance(terms, Mapping) else terms:
            summed[column] = summed.get(column, 0.0) + float(value)
        self.rows.append(summed)
        self.least.append(float(least))
        self.most.append(float(most))

    def solve(self) -> np.ndarray | None:
        """Return an optimal point that no check adds rows to, None if there is none."""
        point = self._solved()
        while point is not None and any(check(point) for check in self.checks):
            point = self._solved()
        return point

    def _solved(self) -> np.ndarray | None:
        """Return an optimal point of the rows there are.

        Whole columns are found by a search, then the others anew with those fixed, so that the
        point keeps the rows to the accuracy of a linear program.
        """
        cost = np.array(self.cost)
        found = self._run(cost, np.array(self.lower), np.array(self.upper), np.array(self.integer))
        if found is None or not any(self.integer):
            return found
        whole = np.array(self.integer)
        fixed = np.rint(found)
        lower = np.where(whole, fixed, self.lower)
        upper = np.where(whole, fixed, self.upper)
        exact = self._run(cost, lower, upper, np.zeros(len(whole), dtype=bool))
        if exact is None or cost @ (exact - found) > 1e-6 * (1 + abs(cost @ found)):
            raise NoAnswerError("a whole-number point does not stand when it is rounded")
        return exact

    def is_feasible(self, slack: float) -> bool:
        """Return whether a point keeps the rows, which may be missed by ``slack``.

        A negative slack must be left in every inequality.
        """
        nothing, bounds = np.zeros(len(self.cost)), (np.array(self.lower), np.array(self.upper))
        return self._run(nothing, *bounds, np.array(self.integer), slack) is not None

    def _run(
        self,
        cost: np.ndarray,
        lower: np.ndarray,
        upper: np.ndarray,
        integer: np.ndarray,
        slack: float = 0.0,
    ) -> np.ndarray | None:
        size = np.array([max(1.0, *map(abs, row.values()), 0.0) for row in self.rows])
        start = np.cumsum([0, *map(len, self.rows)])
        place = np.array([c for row in self.rows for c in row], dtype=int)
        value = np.array([v for row in self.rows for v in row.values()], dtype=float)
        matrix = csr_array((value, place, start), shape=(len(self.rows), len(self.cost)))
        matrix = csr_array(matrix.multiply(1.0 / size[:, None]))
        least, most = np.array(self.least) / size, np.array(self.most) / size
        give = np.where(most - least > 2 * abs(slack), slack, max(slack, 0.0))
        least, most = least - give, most + give
        done = milp(
            cost,
            integrality=integer,
            bounds=Bounds(lower, upper),
            constraints=LinearConstraint(matrix, least, most) if len(size) else (),
            options={"mip_rel_gap": 0.0, "time_limit": 60.0},
        )
        if done.status == 2:
            return None
        if done.status != 0:
            raise NoAnswerError(done.message)
        return np.asarray(done.x)
