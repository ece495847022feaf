"""Flow cover inequalities stated a second time: what some sites can deliver to some zones.

Let zones ``J`` demand D in all, let ``m_i = min(largest capacity of i, D)``, and let the sites of a
cover I exceed it by ``l = sum_I m_i - D > 0``. If l is below the largest of them, M, every whole x
has

    deliveries of I and L to J <= D - sum_I (m_i - l)^+ (1 - x_i) + sum_L (max(m_i, M) - l) x_i

(Padberg, Van Roy and Wolsey 1985, with lifted sites L); otherwise D alone limits them.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from robustev.core.arrays import BoolArray, FloatArray

INSIDE, LIFTED = 1, 2


def delivery_limit(
    zones: BoolArray, sites: NDArray[np.int8], demand: FloatArray, largest: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Return the limit as ``constant + slope @ x``, for each scenario.

    Parameters
    ----------
    zones, sites
        One cover, as :class:`robustev.recourse.certificate.StoredDuals` has them.
    demand
        Shape (scenarios, zones).
    largest
        Shape (sites,): most capacity each site can have.

    Returns
    -------
    constant, slope
        Shapes (scenarios,) and (scenarios, sites).
    """
    inside, lifted = sites == INSIDE, sites == LIFTED
    constant = demand[:, zones].sum(axis=1)
    slope = np.zeros((len(demand), len(sites)))
    for s, total in enumerate(constant):
        size = np.minimum(largest, total)
        excess = size[inside].sum() - total
        top = size[inside].max(initial=0.0)
        if not 0 < excess < top:
            continue
        slope[s, inside] = np.maximum(size[inside] - excess, 0.0)
        slope[s, lifted] = np.maximum(size[lifted], top) - excess
        constant[s] = total - slope[s, inside].sum()
    return constant, slope
