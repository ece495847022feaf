"""The second stage of a problem: what it costs exactly, and what shared prices prove about it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from robustev.core.arrays import FloatArray, IntArray
from robustev.data.plan import Plan
from robustev.model.first_stage import FirstStage
from robustev.model.instance import Instance
from robustev.recourse.dual import Network, Price
from robustev.recourse.kernels.shared_split import SharedSplitKernel
from robustev.recourse.kernels.transport import RecourseKernel, ServiceCut, TransportKernel

Prices = tuple[Price | FloatArray, ...]
"""One price for each service."""
UNSERVED_TOLERANCE = 1e-7
"""Share of all demand below which an unserved remainder is rounding, not a shortage."""


@dataclass(frozen=True, eq=False)
class RecourseCut:
    """A lower bound on second-stage cost: ``constant + open @ x + sum(capacity * C)``.

    ``open`` has shape (sites,), ``capacity`` shape (sites, types).
    """

    constant: float
    open: FloatArray
    capacity: FloatArray

    @staticmethod
    def total(cuts: Sequence[RecourseCut], weight: FloatArray) -> RecourseCut:
        """Return the weighted sum of some cuts."""
        return RecourseCut(
            float(weight @ [cut.constant for cut in cuts]),
            weight @ np.array([cut.open for cut in cuts]),
            np.tensordot(weight, np.array([cut.capacity for cut in cuts]), axes=1),
        )

    def columns(self, first: FirstStage) -> FloatArray:
        """Return the coefficients on the columns ``z`` of a first stage."""
        return first.coefficients(self.open, self.capacity)

    def at(self, x: FloatArray, capacity: FloatArray) -> float:
        """Return the bound at openings ``x`` and capacities ``C`` (sites, types)."""
        finite = np.where(self.capacity == 0, 0.0, capacity)
        return float(self.constant + self.open @ x + (self.capacity * finite).sum())


@dataclass(frozen=True, eq=False)
class Dispatch:
    """How one scenario's demand is served by a plan.

    Parameters
    ----------
    travel, unserved_cost
        The two parts of second-stage cost.
    site, zone, type, amount
        Shape (arcs,): who serves whom, and how many units.
    unserved
        Shape (zones, types): units left unserved.
    prices
        The optimal duals of each service.
    """

    travel: float
    unserved_cost: float
    site: IntArray
    zone: IntArray
    type: IntArray
    amount: FloatArray
    unserved: FloatArray
    prices: Prices = ()

    @property
    def cost(self) -> float:
        """Second-stage cost."""
        return self.travel + self.unserved_cost


class Recourse:
    """Exact second-stage costs, and a pool of dual prices that bound every scenario.

    A service is a part that is priced on its own (:mod:`robustev.recourse.kernels.transport`); a
    price found for one scenario serves all. Where unserved demand is forbidden, ``feasibility``
    holds the services that count unserved units; their cuts must not exceed zero.
    """

    def __init__(self, instance: Instance) -> None:
        self.instance = instance
        self.num_scenarios = len(instance.scenarios)
        self.columns: list[list[int]] = []
        self.services: list[RecourseKernel] = []
        self.feasibility: list[RecourseKernel] = []
        if instance.model.split == "shared" and instance.num_types > 1:
            self._add_shared(instance)
        else:
            for k in range(instance.num_types):
                self._add_type(instance, k)

    def _add_type(self, instance: Instance, k: int) -> None:
        demand = np.ascontiguousarray(instance.demand[:, :, k])
        unlimited = np.isinf(instance.fixed_capacity[:, k])
        potential = instance.max_capacity()[:, k]
        network = Network(
            instance.travel_cost, _ceiling(instance.travel_cost, instance.unserved_price[k])
        )
        self.columns.append([k])
        self.services.append(TransportKernel(network, demand, potential, unlimited))
        if np.isinf(instance.unserved_price[k]):
            phase_one = network.phase_one()
            self.feasibility.append(TransportKernel(phase_one, demand, potential, unlimited))

    def _add_shared(self, instance: Instance) -> None:
        unlimited = np.isinf(instance.fixed_capacity)
        self.columns.append(list(range(instance.num_types)))
        self.services.append(
            SharedSplitKernel(
                instance.travel_cost, instance.unserved_price, instance.demand, unlimited
            )
        )
        if np.isinf(instance.unserved_price).any():
            zero = np.where(instance.reachable, 0.0, np.inf)
            units = np.isinf(instance.unserved_price).astype(float)
            self.feasibility.append(SharedSplitKernel(zero, units, instance.demand, unlimited))

    def proven(
        self, x: FloatArray, capacity: FloatArray, scenarios: IntArray | None = None
    ) -> tuple[FloatArray, list[IntArray]]:
        """Return what the pool proves: each scenario's best bound, and its price per service."""
        return self._proven(self.services, x, capacity, scenarios)

    def shortage(
        self, x: FloatArray, capacity: FloatArray, scenarios: IntArray | None = None
    ) -> tuple[FloatArray, list[IntArray]]:
        """Return the proven unserved units where they are forbidden, and the price per service."""
        return self._proven(self.feasibility, x, capacity, scenarios)

    def _proven(
        self,
        services: list[RecourseKernel],
        x: FloatArray,
        capacity: FloatArray,
        scenarios: IntArray | None,
    ) -> tuple[FloatArray, list[IntArray]]:
        index = np.arange(self.num_scenarios) if scenarios is None else scenarios
        total = np.zeros(len(index))
        choices = []
        for service, columns in zip(services, self._columns_of(services), strict=True):
            if not service.num_prices:
                choices.append(np.full(len(index), -1))
                continue
            values = service.values(x, capacity[:, columns], index)
            best = np.argmax(values, axis=1)
            choices.append(best)
            total += values[np.arange(len(index)), best]
        return total, choices

    def _columns_of(self, services: list[RecourseKernel]) -> list[list[int]]:
        if services is self.services:
            return self.columns
        forbidden = np.isinf(self.instance.unserved_price)
        return [c for c in self.columns if forbidden[c].any()]

    def solve(
        self, scenario: int, x: FloatArray, capacity: FloatArray, *, shortage: bool = False
    ) -> float:
        """Return one scenario's exact cost at ``(x, C)``; its prices join the pool.

        With ``shortage`` it is the least forbidden unserved units instead.
        """
        value, prices = self.price(scenario, x, capacity, shortage=shortage)
        self.add(prices, shortage=shortage)
        return value

    def price(
        self, scenario: int, x: FloatArray, capacity: FloatArray, *, shortage: bool = False
    ) -> tuple[float, Prices]:
        """Return one scenario's exact cost at ``(x, C)``, and its prices for :meth:`add`.

        With ``shortage`` it is the least forbidden unserved units instead.
        """
        services = self.feasibility if shortage else self.services
        parts = [
            service.price(scenario, x, capacity[:, columns])
            for service, columns in zip(services, self._columns_of(services), strict=True)
        ]
        return sum(value for value, _ in parts), tuple(price for _, price in parts)

    def add(self, prices: Prices, *, shortage: bool = False) -> None:
        """Put the prices of an exact solve, one per service, into the pool."""
        services = self.feasibility if shortage else self.services
        for service, price in zip(services, prices, strict=True):
            service.add(price)

    def adopt(self, other: Recourse) -> None:
        """Put the prices of the same problem on other scenarios into the pool."""
        pairs = zip(
            self.services + self.feasibility, other.services + other.feasibility, strict=True
        )
        for own, of_other in pairs:
            for price in of_other.prices:
                own.add(price)

    def cut(
        self,
        scenarios: IntArray,
        weight: FloatArray,
        choices: Sequence[IntArray],
        x: FloatArray,
        *,
        feasibility: bool = False,
    ) -> RecourseCut:
        """Return the weighted cut of ``scenarios``, each with its chosen price per service."""
        with_workers = np.zeros(len(scenarios), dtype=np.int64)
        parts = self.cuts(scenarios, weight, choices, with_workers, x, feasibility=feasibility)[0]
        return RecourseCut.total(parts, np.ones(len(parts)))

    def cuts(
        self,
        scenarios: IntArray,
        weight: FloatArray,
        choices: Sequence[IntArray],
        group: IntArray,
        x: FloatArray,
        *,
        feasibility: bool = False,
    ) -> list[list[RecourseCut]]:
        """Return, for each group of weighted ``scenarios``, the cut of each service.

        Groups are numbered from 0 on; ``choices`` hold each scenario's price per service.
        """
        services = self.feasibility if feasibility else self.services
        found: list[list[RecourseCut]] = [[] for _ in range(int(group.max()) + 1)]
        for service, columns, prices in zip(
            services, self._columns_of(services), choices, strict=True
        ):
            for cuts, part in zip(
                found, service.cuts(scenarios, prices, weight, group, x), strict=True
            ):
                cuts.append(self._on_all_types(part, columns))
        return found

    def be_exact(self) -> bool:
        """Solve at fractional openings exactly from now on; return whether that is news."""
        news = any(service.quick for service in self._by_type)
        for service in self._by_type:
            service.quick = False
        return news

    def strengthen(self, on: bool = True) -> bool:
        """Seek flow covers from now on, or no more; return whether there may be any."""
        for service in self._by_type:
            service.seek_covers = on
        return any(np.isfinite(service.potential).any() for service in self._by_type)

    @property
    def thoroughness(self) -> tuple[tuple[bool, bool], ...]:
        """How services solve at fractional openings: quickly or not, with flow covers or not.

        Set it to have another recourse of the same problem solve alike.
        """
        return tuple((service.quick, service.seek_covers) for service in self._by_type)

    @thoroughness.setter
    def thoroughness(self, chosen: tuple[tuple[bool, bool], ...]) -> None:
        for service, (quick, seek_covers) in zip(self._by_type, chosen, strict=True):
            service.quick, service.seek_covers = quick, seek_covers

    @property
    def _by_type(self) -> list[TransportKernel]:
        return [service for service in self.services if isinstance(service, TransportKernel)]

    def most_costly(self) -> float:
        """Return a second-stage cost that no scenario exceeds under any plan that serves it."""
        total = self.instance.demand.sum(axis=1).max(axis=0)
        return float(
            sum(
                (total[columns] * np.max(service.ceiling)).sum()
                for service, columns in zip(self.services, self.columns, strict=True)
            )
        )

    def costs(self, plan: Plan) -> FloatArray:
        """Return the exact second-stage cost of ``plan``, shape (scenarios,).

        Infinite where a scenario's demand must be served and cannot be.
        """
        return np.array([self.cost(plan, s) for s in range(self.num_scenarios)])

    def cost(self, plan: Plan, scenario: int) -> float:
        """Return the exact second-stage cost of ``plan`` in one scenario."""
        return self.dispatch(plan, scenario).cost

    def teach(self, prices: Prices, plan: Plan) -> None:
        """Put the prices of an exact dispatch of ``plan`` into the pool."""
        x = plan.open.astype(float)
        capacity = self.instance.capacity(plan)
        for service, columns, price in zip(self.services, self.columns, prices, strict=True):
            if isinstance(service, TransportKernel) and isinstance(price, Price):
                service.learn(price, x, capacity[:, columns])
            elif isinstance(service, SharedSplitKernel) and isinstance(price, np.ndarray):
                service.add(price)

    def exact_cuts(self, dispatch: Dispatch, scenario: int, plan: Plan) -> list[RecourseCut]:
        """Return the cut of each service that is exact at ``plan`` in one scenario."""
        x = plan.open.astype(float)
        capacity = self.instance.capacity(plan)
        cuts = []
        for service, columns, price in zip(
            self.services, self.columns, dispatch.prices, strict=True
        ):
            if isinstance(service, TransportKernel) and isinstance(price, Price):
                part = service.exact_cut(scenario, price, x, capacity[:, columns])
            elif isinstance(service, SharedSplitKernel) and isinstance(price, np.ndarray):
                part = service.exact_cut(scenario, price, x)
            cuts.append(self._on_all_types(part, columns))
        return cuts

    def plain_cuts(self, scenario: int, prices: Sequence[Price]) -> list[RecourseCut]:
        """Return the cut of each demand type in one scenario by prices as they stand."""
        return [
            self._on_all_types(service.cut_as_it_stands(scenario, price), columns)
            for service, columns, price in zip(self._by_type, self.columns, prices, strict=True)
        ]

    def _on_all_types(self, part: ServiceCut, columns: list[int]) -> RecourseCut:
        rent = np.zeros((self.instance.num_sites, self.instance.num_types))
        rent[:, columns] = part.capacity
        return RecourseCut(part.constant, part.open, rent)

    def dispatch(self, plan: Plan, scenario: int) -> Dispatch:
        """Return how ``plan`` serves one scenario at least cost."""
        x = plan.open.astype(float)
        capacity = self.instance.capacity(plan)
        if isinstance(self.services[0], SharedSplitKernel):
            return self._dispatch_shared(self.services[0], scenario, x, capacity)
        return self._dispatch_types(scenario, x, capacity)

    def _dispatch_types(self, scenario: int, x: FloatArray, capacity: FloatArray) -> Dispatch:
        parts: list[tuple[IntArray, IntArray, IntArray, FloatArray]] = []
        prices: list[Price | FloatArray] = []
        unserved = np.zeros((self.instance.num_zones, self.instance.num_types))
        travel = 0.0
        for k, service in enumerate(self.services):
            assert isinstance(service, TransportKernel)
            flow = service.flow(service.demand[scenario], x, capacity[:, [k]])
            parts.append((flow.site, flow.zone, np.full(len(flow.site), k), flow.amount))
            prices.append(flow.price)
            unserved[:, k] = flow.unserved
            travel += float(self.instance.travel_cost[flow.site, flow.zone] @ flow.amount)
        site, zone, of_type, amount = (
            np.concatenate(column) for column in zip(*parts, strict=True)
        )
        penalty = self._unserved_cost(scenario, unserved)
        return Dispatch(travel, penalty, site, zone, of_type, amount, unserved, tuple(prices))

    def _dispatch_shared(
        self, service: SharedSplitKernel, scenario: int, x: FloatArray, capacity: FloatArray
    ) -> Dispatch:
        _, split, left, u = service.best_split(scenario, x, capacity)
        demand = self.instance.demand[scenario]
        unserved = left[:, None] * demand
        site, zone, of_type = np.nonzero(split[:, :, None] * demand[None] > 0)
        amount = split[site, zone] * demand[zone, of_type]
        travel = float(self.instance.travel_cost[site, zone] @ amount)
        penalty = self._unserved_cost(scenario, unserved)
        return Dispatch(travel, penalty, site, zone, of_type, amount, unserved, (u,))

    def _unserved_cost(self, scenario: int, unserved: FloatArray) -> float:
        """Return the penalty of unserved units; infinite if any are forbidden beyond rounding."""
        units = unserved.sum(axis=0)
        forbidden = np.isinf(self.instance.unserved_price)
        total = self.instance.demand[scenario].sum(axis=0)
        if (units[forbidden] > UNSERVED_TOLERANCE * total[forbidden]).any():
            return float("inf")
        return float(units[~forbidden] @ self.instance.unserved_price[~forbidden])


def _ceiling(travel: FloatArray, penalty: float) -> float:
    """Return the penalty, or a cost that no served unit's dual value can reach if infinite.

    Serving one more unit reroutes others along a path that visits each site at most once.
    """
    if np.isfinite(penalty):
        return float(penalty)
    longest = float(travel[np.isfinite(travel)].max(initial=0.0))
    return (len(travel) + 1) * longest + 1.0
