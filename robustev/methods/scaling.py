"""Units of money and demand in which a solve works, whatever the user's are.

Solvers compare with fixed tolerances: at costs near 1e9, or demand beyond 1e7, a true cut or a
feasible plan fails them, and far below 1 a wrong one passes. An instance far from ordinary numbers
is therefore multiplied by powers of two, which changes no digit, and its results are divided by
them again.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np

from robustev.methods.result import Progress, SolveResult, TraceRow
from robustev.model.instance import Instance
from robustev.recourse.certificate import Certificate

ORDINARY_MONEY = (2.0**4, 2.0**28)
ORDINARY_DEMAND = (2.0**-2, 2.0**22)
"""Sizes of costs and of total demand that stay as they are."""
MONEY, DEMAND = 2.0**14, 2.0**12
"""About where others are brought."""
ROUNDING = 1e-9
"""Share of the costs summed that is rounding."""


@dataclass(frozen=True)
class Scaling:
    """Factors, powers of two, by which money and demand are multiplied for the solve."""

    money: float = 1.0
    demand: float = 1.0

    @classmethod
    def of(cls, instance: Instance) -> Scaling:
        """Return the factors for an instance: 1 where its numbers are ordinary."""
        total = _total_demand(instance)
        return cls(
            _factor(_cost_size(instance, total), ORDINARY_MONEY, MONEY),
            _factor(total, ORDINARY_DEMAND, DEMAND),
        )

    @property
    def is_none(self) -> bool:
        """Whether nothing changes."""
        return self.money == self.demand == 1.0

    def scaled(self, instance: Instance) -> Instance:
        """Return the instance in the units of the solve."""
        if self.is_none:
            return instance
        return instance.in_units(self.money, self.demand)

    def progress(self, heard: Progress | None) -> Progress | None:
        """Return who hears of bounds in the units of the solve and tells them in the user's."""
        if heard is None or self.is_none:
            return heard
        return lambda row: heard(self._row(row))

    def result(self, result: SolveResult) -> SolveResult:
        """Return a result of the solve in the user's units."""
        if self.is_none:
            return result
        return replace(
            result,
            objective=self._money(result.objective),
            lower_bound=self._money(result.lower_bound),
            trace=tuple(self._row(row) for row in result.trace),
            certificate=self._certificate(result.certificate),
        )

    def _money(self, value: float | None) -> float | None:
        return None if value is None else value / self.money

    def _row(self, row: TraceRow) -> TraceRow:
        return replace(
            row,
            lower_bound=self._money(row.lower_bound),
            upper_bound=self._money(row.upper_bound),
        )

    def certificate(self, of: Certificate) -> Certificate:
        """Return a certificate of the user's in the units of the solve."""
        return _in_units(of, self.money, self.demand)

    def _certificate(self, of: Certificate | None) -> Certificate | None:
        """Return the certificate in the user's units."""
        return None if of is None else _in_units(of, 1.0 / self.money, 1.0 / self.demand)


def _in_units(of: Certificate, money: float, demand: float) -> Certificate:
    """Return a certificate in units so many times smaller; prices of shortages have none."""
    own = None if of.own_optimum is None else of.own_optimum * money
    costs = tuple(duals.repriced(money / demand) for duals in of.costs)
    return replace(of, costs=costs, own_optimum=own)


def negligible_cost(instance: Instance) -> float:
    """Return a difference of costs that is rounding, given the costs that are summed."""
    return ROUNDING * _cost_size(instance, _total_demand(instance))


def _factor(size: float, ordinary: tuple[float, float], aim: float) -> float:
    """Return the power of two that brings ``size`` to about ``aim``, 1 if it is ordinary."""
    if not 0 < size < math.inf or ordinary[0] <= size <= ordinary[1]:
        return 1.0
    return float(2.0 ** round(math.log2(aim / size)))


def _total_demand(instance: Instance) -> float:
    """Return the largest demand of a scenario."""
    return float(instance.demand.sum(axis=(1, 2)).max(initial=0.0))


def _cost_size(instance: Instance, total: float) -> float:
    """Return about what a plan costs: all demand at the mean travel cost, and what may be built.

    Where both are free, what it costs to serve nobody.
    """
    travel = float(instance.arcs.cost.mean()) if len(instance.arcs.cost) else 0.0
    built = float(instance.opening_cost.sum())
    built += float((instance.max_chargers * instance.charger_cost).max(initial=0.0))
    price = instance.unserved_price[np.isfinite(instance.unserved_price)]
    return total * travel + built or total * float(price.max(initial=0.0))
