"""Who is served where, against what must hold of any assignment."""

from __future__ import annotations

import numpy as np
import pytest

from robustev.model.model import Model
from robustev.results.assignment import assignment_frame
from tests import instances
from tests.instances import PENALTY


@pytest.mark.parametrize(("types", "split"), [(1, "by_type"), (2, "by_type"), (2, "shared")])
def test_fractions_are_positive_fit_capacities_and_never_serve_more_than_all(
    types: int, split: str
) -> None:
    instance = instances.random_instance(
        3,
        model=Model(unserved_penalty=PENALTY, split=split),
        types=types,  # type: ignore[arg-type]
    )
    plan = next(p for p in list(instances.every_plan(instance))[::-1] if p.open.all())
    frame = assignment_frame(instance, plan, num_scenarios=2)
    assert set(frame.scenario) == set(instance.scenarios.names[:2])
    assert (frame.fraction > 0).all()
    served = frame.groupby(["scenario", "zone", "type"]).fraction.sum()
    assert (served <= 1 + 1e-9).all()
    capacity = instance.capacity(plan)
    site = {name: i for i, name in enumerate(instance.region.sites.ids)}
    zone = {name: j for j, name in enumerate(instance.region.zones.ids)}
    for s, name in enumerate(instance.scenarios.names[:2]):
        load = np.zeros_like(capacity)
        for row in frame[frame.scenario == name].itertuples():
            k = instance.region.types.index(row.type)
            load[site[row.site], k] += row.fraction * instance.demand[s, zone[row.zone], k]
        assert (load <= capacity + 1e-6).all()
