"""Decision variables, in the README's symbols."""

from __future__ import annotations

import numpy as np
import pyomo.environ as pyo

from robustev.model.instance import Instance


def add_open(m: pyo.ConcreteModel, instance: Instance) -> None:
    """Add ``open[i]`` (``x_i``): 1 if a station stands at site ``i``."""
    m.open = pyo.Var(range(instance.num_sites), domain=pyo.Binary)
    for i in np.flatnonzero(instance.min_open):
        m.open[int(i)].setlb(1)


def add_chargers(m: pyo.ConcreteModel, instance: Instance) -> None:
    """Add ``chargers[i, r]`` (``n_ir``): chargers of kind ``r`` at site ``i``."""

    def bounds(_: pyo.ConcreteModel, i: int, r: int) -> tuple[int, int]:
        return int(instance.min_chargers[i, r]), int(instance.max_chargers[i, r])

    sites, kinds = range(instance.num_sites), range(instance.num_kinds)
    m.chargers = pyo.Var(sites, kinds, domain=pyo.NonNegativeIntegers, bounds=bounds)


def add_assignment(m: pyo.ConcreteModel, instance: Instance, scenario: int) -> None:
    """Add ``assign[i, j, k]`` (``a_ijks``): fraction of zone ``j``'s demand that site ``i`` serves.

    Only arcs within reach of zones with demand exist. With a shared split, ``k`` is 0 throughout.
    """
    served = instance.demand[scenario] > 0
    if instance.model.split == "shared":
        served = served.any(axis=1, keepdims=True)
    i, j, k = np.nonzero(instance.reachable[:, :, None] & served[None])
    m.arcs = pyo.Set(initialize=list(zip(i.tolist(), j.tolist(), k.tolist(), strict=True)))
    m.assign = pyo.Var(m.arcs, bounds=(0, 1))


def add_unserved(m: pyo.ConcreteModel, instance: Instance, scenario: int) -> None:
    """Add ``unserved[j, k]`` (``b_jks``): fraction of demand left unserved, 0 if forbidden.

    With a shared split one fraction holds for all types of a zone; it is forbidden where any type
    with demand there is.
    """
    served = instance.demand[scenario] > 0
    forbidden = served & np.isinf(instance.unserved_price)
    if instance.model.split == "shared":
        served = served.any(axis=1, keepdims=True)
        forbidden = forbidden.any(axis=1, keepdims=True)
    m.demands = pyo.Set(initialize=[(int(j), int(k)) for j, k in np.argwhere(served)])
    m.unserved = pyo.Var(m.demands, bounds=(0, 1))
    for j, k in m.demands:
        if forbidden[j, k]:
            m.unserved[j, k].fix(0)
