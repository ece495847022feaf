"""Decision variables, in the README's symbols."""

from __future__ import annotations

import numpy as np
import pyomo.environ as pyo

from robustev.model.first_stage import FirstStage
from robustev.model.instance import Instance
from robustev.model.layout import OPEN


def add_first_stage(m: pyo.ConcreteModel, first: FirstStage) -> None:
    """Add each block of first-stage columns: ``open[i]`` (``x_i``), ``chargers[i, r]`` (``n_ir``).

    A rule's own columns follow under the name of their block.
    """
    for block in first.layout.blocks:
        lower, upper = (first.layout.part(side, block.name) for side in (first.lower, first.upper))
        domain = pyo.Binary if block.name == OPEN else pyo.NonNegativeIntegers
        m.add_component(block.name, pyo.Var(*map(range, block.shape), domain=domain))
        for index, v in zip(np.ndindex(block.shape), m.component(block.name).values(), strict=True):
            v.setlb(int(lower[index]))
            v.setub(int(upper[index]) if np.isfinite(upper[index]) else None)
    m.first_stage_blocks = first.layout.names


def first_stage_columns(m: pyo.ConcreteModel) -> list[pyo.Var]:
    """Return the variables of the first stage in the order of the columns ``z``."""
    return [v for name in m.first_stage_blocks for v in m.component(name).values()]


def add_assignment(m: pyo.ConcreteModel, instance: Instance, scenario: int) -> None:
    """Add ``assign[i, j, k]`` (``a_ijks``): fraction of zone ``j``'s demand that site ``i`` serves.

    Only arcs within reach of zones with demand exist. With a shared split, ``k`` is 0 throughout.
    """
    served = instance.demand[scenario] > 0
    if instance.model.split == "shared":
        served = served.any(axis=1, keepdims=True)
    site, zone = instance.arcs.site, instance.arcs.zone
    order = instance.arcs.by_site
    arc, k = np.nonzero(served[zone[order]])
    i, j = site[order][arc], zone[order][arc]
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
