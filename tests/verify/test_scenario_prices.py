"""The bound of prices of every scenario, derived a second time."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from robustev.core.errors import InputError
from robustev.model.instance import Instance
from robustev.recourse.certificate import Certificate, StoredDuals
from robustev.verify.scenario_prices import has_scenario_prices, scenario_price_bound
from tests import instances

SHAPE = {"sites": 3, "zones": 4, "kinds": 2, "slots": 1, "fixed": True}


def certificate(instance: Instance, seed: int, scale: float = 2.0) -> Certificate:
    rng = np.random.default_rng(seed)
    price = rng.uniform(0, scale, (len(instance.scenarios), instance.num_sites, 1))
    arrays = dict(StoredDuals.plain("transport", price, instance.num_zones).arrays)
    arrays["toll"] = rng.uniform(0, scale, len(instance.arcs))
    return Certificate(np.zeros((0, 0)), (StoredDuals("transport", arrays),))


def changed(of: Certificate, name: str, array: np.ndarray) -> Certificate:
    part = of.costs[0]
    return Certificate(of.points, (StoredDuals(part.kernel, {**part.arrays, name: array}),))


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("existing", [False, True])
def test_no_plan_is_below_the_bound_of_any_prices(seed: int, existing: bool) -> None:
    instance = instances.random_instance(seed, existing=existing, **SHAPE)
    best, _ = instances.brute_force(instance)
    for scale in (0.5, 2.0, 10.0):
        bound, _ = scenario_price_bound(instance, certificate(instance, seed, scale))
        assert bound <= best + 1e-9


def test_without_prices_what_cannot_be_avoided_is_proven() -> None:
    instance = instances.random_instance(1, **SHAPE)
    nothing = certificate(instance, 0, 0.0)
    nearest = np.minimum(instance.arcs.zone_minimum(instance.arcs.cost), instances.PENALTY)
    mean = np.tensordot(instance.probability, instance.demand[:, :, 0], axes=1)
    assert scenario_price_bound(instance, nothing)[0] == pytest.approx(float(mean @ nearest))


def test_a_stored_certificate_proves_what_it_did(tmp_path: Path) -> None:
    instance = instances.random_instance(2, **SHAPE)
    found = certificate(instance, 5)
    path = tmp_path / "certificate.npz"
    found.save(path)
    read = Certificate.load(path)
    assert has_scenario_prices(read)
    one, other = (scenario_price_bound(instance, each)[0] for each in (found, read))
    assert one == pytest.approx(other, rel=1e-6)


@pytest.mark.parametrize("name", ["site", "toll"])
def test_prices_that_are_not_dual_feasible_are_refused(name: str) -> None:
    instance = instances.random_instance(2, **SHAPE)
    found = certificate(instance, 5)
    array = found.costs[0].arrays[name].copy()
    array.flat[0] = -1e-3
    with pytest.raises(InputError, match="negative price"):
        scenario_price_bound(instance, changed(found, name, array))
    with pytest.raises(InputError, match="for other scenarios, sites or arcs"):
        scenario_price_bound(instance, changed(found, name, array[1:]))
