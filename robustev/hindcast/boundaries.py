"""Boundary changes: zones that were part of others before, and what follows for their past.

A zone that was founded later has no figure of its own in earlier censuses, and the zone that it
was taken from loses people who never moved. Both would be mistaken for growth. A crosswalk says
which zone each was part of; all zones of such a *family* share the family's past in proportion to
their people in the first year in which all of them have a figure.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pandas as pd

from robustev.core.arrays import FloatArray, IntArray
from robustev.core.cells import read_cells
from robustev.core.errors import FaultCollector
from robustev.data.geometry import distances
from robustev.data.population import PopulationHistory

NEIGHBOURS = 12
"""Nearest zones that are asked whether a new zone was theirs."""
LEAST_LOSS, MOST_LOSS = 0.4, 3.0
"""Loss of the older zone relative to the people of the new one that counts as a match."""


def inferred_families(history: PopulationHistory, points: FloatArray) -> IntArray:
    """Return for each zone the zone that it was part of in the first year, itself if none.

    In the year in which a zone has its first figure, the nearest older zones are asked for the one
    whose population fell by most nearly as many people. A match is a guess, used for past rates
    only.
    """
    totals = history.totals
    there = np.isfinite(totals)
    first = np.where(there.any(axis=0), there.argmax(axis=0), len(totals))
    parent = np.arange(totals.shape[1])
    for t in range(1, len(totals)):
        older = np.flatnonzero(there[t] & there[t - 1] & (first < t))
        if not len(older):
            continue
        loss = totals[t - 1, older] - totals[t, older]
        for zone in np.flatnonzero(first == t):
            near = np.argsort(distances(points[[zone]], points[older])[0], kind="stable")
            near = near[:NEIGHBOURS]
            share = loss[near] / max(float(totals[t, zone]), 1.0)
            fits = (share >= LEAST_LOSS) & (share <= MOST_LOSS)
            if fits.any():
                misfit = np.where(fits, np.abs(np.log(np.maximum(share, 1e-9))), np.inf)
                mother = near[int(misfit.argmin())]
                parent[zone] = older[mother]
                loss[mother] -= totals[t, zone]
    return _roots(parent)


def given_families(path: Path, ids: tuple[str, ...]) -> IntArray:
    """Return the families of a crosswalk table with columns ``id`` and ``from``.

    Rows about zones of other regions are passed over.

    Raises
    ------
    InputError
        If the table cannot be read or lacks a column.
    """
    faults = FaultCollector(str(path))
    cells = read_cells(path, faults)
    faults.raise_if_any()
    assert cells is not None
    frame = cells.frame
    for column in ("id", "from"):
        if column not in frame.columns:
            faults.add("missing column", column=column, expected="the columns id, from")
    faults.raise_if_any()
    pairs: Mapping[str, str] = dict(zip(_text(frame["id"]), _text(frame["from"]), strict=True))
    at = {zone: j for j, zone in enumerate(ids)}
    parent = [at.get(pairs.get(zone, zone), j) for j, zone in enumerate(ids)]
    return _roots(np.array(parent))


def _text(column: pd.Series) -> list[str]:
    return [str(value).strip() for value in column]


def _roots(parent: IntArray) -> IntArray:
    """Return the first ancestor of each zone; a circle ends where it began."""
    for _ in range(len(parent)):
        further = parent[parent]
        if np.array_equal(further, parent):
            break
        parent = further
    return parent


def with_shared_past(history: PopulationHistory, family: IntArray) -> PopulationHistory:
    """Return the history in which the members of a family share its past.

    ``family`` has shape (zones,). In years before all members have a figure, the family's people
    are divided as in the first year in which all have; later figures stay.
    """
    totals = history.totals
    there = np.isfinite(totals)
    people = np.array(history.people)
    for root in np.unique(family[family != np.arange(len(family))]):
        members = np.flatnonzero(family == root)
        complete = np.flatnonzero(there[:, members].all(axis=1))
        if not len(complete) or complete[0] == 0:
            continue
        whole = totals[complete[0], members]
        if whole.sum() <= 0:
            continue
        share = whole / whole.sum()
        for t in range(complete[0]):
            if there[t, members].any():
                together = np.nansum(history.people[t, members], axis=0)
                people[t, members] = share[:, None] * together[None, :]
    return PopulationHistory(
        history.years, people, history.census, history.estimated, history.groups
    )
