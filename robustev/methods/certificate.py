"""Taking the certificate of a lower bound out of the decomposition that found it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from robustev.core.arrays import FloatArray
from robustev.methods.benders.engine import CutEngine
from robustev.recourse.certificate import Certificate, PricePool
from robustev.recourse.dual import Price
from robustev.recourse.kernels.transport import RecourseKernel, TransportKernel

MAX_POINTS = 100
"""Most points kept; the last ones lie nearest to the relaxation's optimum."""


def certificate_of(engine: CutEngine, points: list[FloatArray]) -> Certificate:
    """Return the prices behind every cut of ``engine``, and the last of the relaxation's points."""
    recourse, risk = engine.recourse, engine.risk
    num_zones = engine.instance.num_zones
    return Certificate(
        points=np.array(points[-MAX_POINTS:]).reshape(-1, engine.first.num_columns),
        services=tuple(_pool(service, num_zones) for service in recourse.services),
        shortages=tuple(_pool(service, num_zones) for service in recourse.feasibility),
        own_optimum=None if risk.is_expectation else risk.best_cost,
    )


def _pool(service: RecourseKernel, num_zones: int) -> PricePool:
    pool = PricePool.plain(service.site_prices, num_zones)
    return _with_covers(pool, service.prices) if isinstance(service, TransportKernel) else pool


def _with_covers(pool: PricePool, prices: Sequence[Price]) -> PricePool:
    """Return the pool with the different covers of some prices, and who surcharges by them."""
    number: dict[bytes, int] = {}
    zones, sites, rows = [], [], []
    for p, price in enumerate(prices):
        if price.covers is None or price.multiplier is None:
            continue
        for c, key in enumerate(price.covers.keys()):
            if key not in number:
                number[key] = len(number)
                zones.append(price.covers.zones[c])
                sites.append(price.covers.inside[c] + np.int8(2) * price.covers.lifted[c])
            rows.append((p, number[key], price.multiplier[c]))
    if not rows:
        return pool
    return PricePool(pool.site, np.array(zones), np.array(sites), np.array(rows))
