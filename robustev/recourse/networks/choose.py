"""Which form a network takes: a matrix where most pairs are arcs, a list where few are."""

from __future__ import annotations

from robustev.core.arrays import FloatArray
from robustev.data.arcs import Arcs
from robustev.recourse.networks.base import Network
from robustev.recourse.networks.dense import DenseNetwork
from robustev.recourse.networks.sparse import SparseNetwork

DENSE_SHARE = 0.2
"""Share of all zone-site pairs that must be arcs for a matrix to be the faster form."""


def network_of(arcs: Arcs, ceiling: float | FloatArray) -> Network:
    """Return the network of some arcs in the form that is fast for them.

    ``ceiling`` is the most that one unit can cost, one number or shape (zones,).
    """
    if len(arcs) >= DENSE_SHARE * arcs.num_sites * arcs.num_zones:
        return DenseNetwork(arcs.matrix(), ceiling)
    return SparseNetwork(arcs, ceiling)
