"""Stations are used, and not used to the full: floors and caps on load over capacity.

A floor ``f_i`` is a row of the second stage of each scenario, for every site and demand type:

    sum_j D_jks a_ijks  >=  f_i C_ik,

so that a station stands only where enough demand can be sent to it in every scenario. A cap ``g_r``
is a table of what ``n`` chargers of a kind may serve,

    T_rk(n) = g_r cap_rk n,

which needs no row in the second stage.
"""

from __future__ import annotations

from typing import Any, Self

import numpy as np
from pydantic import model_validator
from scipy.optimize import linprog

from robustev.core.arrays import FloatArray
from robustev.core.errors import ConfigError, Fault, FaultCollector
from robustev.core.settings import Amount
from robustev.data.plan import Plan
from robustev.data.region import Region
from robustev.model.features.base import Feature, Sweep
from robustev.model.instance import Instance
from robustev.model.rows import Limits

SHORT = 1e-6
"""Share of a scenario's demand that may be short through rounding; likewise of a capacity."""


class Usage(Feature):
    """Every open station is used by some share of its capacity, and no charger beyond another."""

    key = "usage"
    title = "use of stations"
    frontier = Sweep("floor", title="least use of a station")
    example = {"floor": 0.5}

    floor: Amount | dict[str, Amount] = 0.0
    """Least share of a station's capacity that is used, for each demand type in every scenario
    (``f_i``): one number, or by the ids of sites, with none for the others."""
    cap: Amount | dict[str, Amount] | None = None
    """Largest share of chargers' capacity that is used in any scenario (``g_r``): one number, or
    by kind, with none for the others."""

    @model_validator(mode="after")
    def _shares(self) -> Self:
        for name in ("floor", "cap"):
            given = getattr(self, name)
            for value in given.values() if isinstance(given, dict) else [given]:
                if value is not None and value > 1:
                    raise ValueError(f"{name} is a share: at most 1")
        return self

    def text(self) -> str:
        """Return what is asked, in words."""
        parts = []
        if self.in_second_stage:
            share = self.floor
            least = f"{share:.4g}" if not isinstance(share, dict) else "its own share"
            parts.append(f"every station is used by at least {least} of its capacity")
        if self.cap is not None:
            most = f"{self.cap:.4g}" if not isinstance(self.cap, dict) else "their own share"
            parts.append(f"chargers are used by at most {most} of theirs")
        return " and ".join(parts) or "no limit on use"

    def check(self, region: Region, faults: FaultCollector) -> None:
        """Note sites and kinds that the region does not have."""
        if isinstance(self.floor, dict):
            faults.add_unknown("model.usage.floor", list(self.floor), list(region.sites.ids))
        if isinstance(self.cap, dict):
            known = [kind.name for kind in region.kinds]
            faults.add_unknown("model.usage.cap", list(self.cap), known)

    @property
    def in_second_stage(self) -> bool:
        """Whether there is a floor."""
        floors = self.floor.values() if isinstance(self.floor, dict) else [self.floor]
        return any(share > 0 for share in floors)

    @property
    def has_table(self) -> bool:
        """Whether there is a cap."""
        return self.cap is not None

    def charger_table(self, region: Region) -> FloatArray | None:
        """Return the capacity ``T_rk(n)`` of 0, 1, ... chargers, (most + 1, kinds, types)."""
        if self.cap is None:
            return None
        number = np.arange(int(region.sites.slots.max(initial=0)) + 1, dtype=float)
        share = [
            self.cap.get(kind.name, 1.0) if isinstance(self.cap, dict) else self.cap
            for kind in region.kinds
        ]
        return np.asarray(
            number[:, None, None] * (np.array(share)[:, None] * region.charger_capacity)
        )

    def limits(self, instance: Instance) -> Limits:
        """Return no bounds.

        Raises
        ------
        ConfigError
            If stations have no capacity of which a share could be used.
        """
        if not instance.model.capacitated:
            raise ConfigError([Fault("model.usage needs capacities", expected="capacitated: true")])
        return Limits()

    def floors(self, region: Region) -> FloatArray:
        """Return the floor of each site, shape (sites,)."""
        if not isinstance(self.floor, dict):
            return np.full(region.num_sites, self.floor)
        return np.array([self.floor.get(str(site), 0.0) for site in region.sites.ids])

    def add(self, m: Any, instance: Instance, scenario: int) -> Any:
        """Add one row for each site with a floor and demand type."""
        import pyomo.environ as pyo  # noqa: PLC0415 - a schema must not load a modelling language

        from robustev.model.constraints import site_capacity  # noqa: PLC0415

        shared = instance.model.split == "shared"
        demand, floor = instance.demand[scenario], self.floors(instance.region)
        load: dict[tuple[int, int], list[Any]] = {}
        for i, j, k in m.arcs:
            for t in range(instance.num_types) if shared else (k,):
                load.setdefault((i, t), []).append(float(demand[j, t]) * m.assign[i, j, k])
        m.least_use = pyo.ConstraintList()
        for i in np.flatnonzero(floor > 0).tolist():
            for k in range(instance.num_types):
                served = pyo.quicksum(load.get((i, k), [0.0]))
                room: Any = site_capacity(m, instance, i, k)
                least = float(floor[i]) * room
                if not isinstance(served - least, float):
                    m.least_use.add(served - least >= 0)
        return 0.0

    def broken(self, plan: Plan, instance: Instance) -> list[str]:
        """Return the scenarios in which stations cannot be filled, and capacities over a cap."""
        region, found = instance.region, []
        own = np.where(plan.open[:, None], region.sites.fixed_capacity, 0.0)
        own = instance.model.utilisation * own
        capacity = own + instance.capacity_of(plan.chargers)
        if self.cap is not None:
            share = np.array(
                [
                    self.cap.get(kind.name, 1.0) if isinstance(self.cap, dict) else self.cap
                    for kind in region.kinds
                ]
            )
            most = own + (plan.chargers * share) @ region.charger_capacity
            for i, k in np.argwhere(capacity > most * (1 + SHORT) + SHORT):
                found.append(
                    f"{region.sites.ids[i]} may serve {capacity[i, k]:.6g} of {region.types[k]}, "
                    f"over its cap of {most[i, k]:.6g}"
                )
        least = self.floors(region)[:, None] * capacity
        for name, demand in zip(instance.scenarios.names, instance.demand, strict=True):
            if not least.any():
                break
            units = _shortfall(instance, demand, capacity, least)
            if units > SHORT * max(1.0, float(demand.sum())):
                found.append(f"stations lack {units:.6g} units of use in scenario {name}")
        return found


def _shortfall(
    instance: Instance, demand: FloatArray, capacity: FloatArray, least: FloatArray
) -> float:
    """Return the fewest units by which loads are below ``least``, (sites, types).

    A linear program in the shares of demand that each arc serves.
    """
    types = np.arange(instance.num_types)
    shared = instance.model.split == "shared"
    mixes = [demand] if shared else [demand * (types == k) for k in types]
    site, zone = instance.arcs.site, instance.arcs.zone
    arcs, size = len(site), least.size
    width = arcs * len(mixes) + size
    rows: list[FloatArray] = []
    limits: list[float] = []
    for number in range(len(mixes)):
        for j in range(instance.num_zones):
            row = np.zeros(width)
            row[number * arcs + np.flatnonzero(zone == j)] = 1.0
            rows.append(row)
            limits.append(1.0)
    for i, k in np.ndindex(least.shape):
        load = np.zeros(width)
        for number, mix in enumerate(mixes):
            load[number * arcs : (number + 1) * arcs] = mix[zone, k] * (site == i)
        short = np.zeros(width)
        short[arcs * len(mixes) + i * instance.num_types + k] = 1.0
        rows += [load, -load - short]
        limits += [float(capacity[i, k]), -float(least[i, k])]
    cost = np.append(np.zeros(arcs * len(mixes)), np.ones(size))
    done: Any = linprog(cost, A_ub=np.array(rows), b_ub=np.array(limits), method="highs")
    return float(done.fun)
