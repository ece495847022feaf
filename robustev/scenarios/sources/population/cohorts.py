"""Cohort change: the Hamilton-Perry method, from two censuses by age.

With groups of equal width ``w`` and censuses ``n`` years apart (``k = n / w`` groups), the
*cohort change ratio* of group a is ``P_(a+k)(t) / P_a(t - n)``: who was a is a + k now, less deaths
and those who left, plus those who came. People of the open group come from all groups that reach
it. Children born since have no earlier figure: their *child-woman ratio* is ``P_a(t)`` over the
women who may be their mothers, of ages 15 to 44 for the first five years, five years older for each
five more; of both sexes where sex is not known. Both ratios are carried forward one period
(Hamilton and Perry 1962; Swanson, Schlottmann and Schmidt 2010).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from robustev.core.arrays import FloatArray, IntArray
from robustev.core.errors import FaultCollector
from robustev.data.population import AgeGroup, PopulationHistory

YOUNGEST, OLDEST = 15, 45
"""Ages of mothers of children under five, 15 up to but without 45."""
CHILDREN = 5
LONGEST = 15
"""Years between censuses beyond which children would be mothers."""
WOMEN = ("female", "women", "f")


@dataclass(frozen=True, eq=False)
class AgeStructure:
    """Groups of one sex in the order of age.

    Parameters
    ----------
    groups
        Positions of the groups, the open one last.
    low
        Shape (groups,): youngest ages.
    width
        Years of a group.
    """

    groups: IntArray
    low: IntArray
    width: int


def age_structures(groups: tuple[AgeGroup, ...]) -> dict[str, AgeStructure]:
    """Return the groups of each sex.

    Raises
    ------
    InputError
        If they do not begin at 0, have gaps, unequal widths, or no open end.
    """
    faults = FaultCollector("age groups")
    found = {}
    for sex in dict.fromkeys(group.sex for group in groups):
        order = sorted((g.low, i) for i, g in enumerate(groups) if g.sex == sex)
        low = np.array([age for age, _ in order])
        index = np.array([i for _, i in order])
        steps = np.diff(low)
        label = f"groups of sex {sex!r}" if sex else "groups"
        highs = [groups[i].high for i in index]
        if len(low) < 3 or low[0] != 0 or len(set(steps.tolist())) != 1:
            faults.add(f"{label} are not of one width from age 0 on", found=low.tolist(),
                       expected="such as 0, 5, 10, ... and an open one")  # fmt: skip
        elif highs[-1] is not None or highs[:-1] != low[1:].tolist():
            faults.add(f"{label} have gaps or no open end", found=[str(groups[i]) for i in index])
        else:
            found[sex] = AgeStructure(index, low, int(steps[0]))
    faults.raise_if_any()
    return found


def project_cohorts(
    history: PopulationHistory, start: int, end: int, prior: float
) -> tuple[FloatArray, tuple[str, ...]]:
    """Return people one period after ``end``, shape (zones, groups), and notes.

    Ratios of a zone are drawn towards those of the region as if ``prior`` more people had behaved
    like the region: ``(P_(a+k) + prior R) / (P_a + prior)``, so that villages borrow strength.

    Raises
    ------
    InputError
        If the period is no multiple of the width of the age groups, or a figure is missing.
    """
    structures = age_structures(history.groups)
    before = history.people[history.years.index(start)]
    after = history.people[history.years.index(end)]
    faults = FaultCollector("population history")
    for year, people in ((start, before), (end, after)):
        if missing := int(np.isnan(people).any(axis=1).sum()):
            faults.add(f"cohorts of {year} are missing", found=f"{missing} zones")
    for structure in structures.values():
        if (end - start) % structure.width or end - start > LONGEST:
            faults.add(f"{end - start} years between censuses do not fit the age groups",
                       expected=f"a multiple of {structure.width}, at most {LONGEST}")  # fmt: skip
    faults.raise_if_any()
    projected = np.zeros_like(after)
    for structure in structures.values():
        k = (end - start) // structure.width
        projected[:, structure.groups[k:]] = survivors(
            before[:, structure.groups], after[:, structure.groups], k, prior
        )
    for structure in structures.values():
        k = (end - start) // structure.width
        for position in range(k):
            group = structure.groups[position]
            mothers = _mothers(structures, int(structure.low[position]))
            projected[:, group] = _ratio(
                after[:, mothers].sum(axis=1), after[:, group], prior
            ) * projected[:, mothers].sum(axis=1)
    note = f"cohort change of {start} to {end} goes on; no data here could test that it does"
    return projected, (note,)


def survivors(before: FloatArray, after: FloatArray, k: int, prior: float = 0.0) -> FloatArray:
    """Return people who are alive now one period on, shape (zones, groups - k), by cohort change.

    ``before`` and ``after`` have shape (zones, groups), the open group last.

    >>> one, two = np.array([[100.0, 80.0, 50.0]]), np.array([[90.0, 95.0, 65.0]])
    >>> survivors(one, two, 1).round(2).tolist()
    [[85.5, 80.0]]
    """

    def aged(people: FloatArray) -> FloatArray:
        closed = people[:, : people.shape[1] - k - 1]
        reach_open = people[:, people.shape[1] - k - 1 :].sum(axis=1, keepdims=True)
        return np.hstack([closed, reach_open])

    return _ratio(aged(before), after[:, k:], prior) * aged(after)


def _ratio(base: FloatArray, came: FloatArray, prior: float) -> FloatArray:
    """Return ``came / base`` by zone, drawn towards the ratio of all zones together."""
    whole = np.sum(came, axis=0) / np.maximum(np.sum(base, axis=0), 1e-9)
    return np.asarray((came + prior * whole) / np.maximum(base + prior, 1e-9))


def _mothers(structures: dict[str, AgeStructure], child: int) -> IntArray:
    """Return the groups of those who may be mothers of children of this age."""
    women = [sex for sex in structures if sex.lower() in WOMEN]
    chosen = [structures[sex] for sex in (women or structures)]
    shift = child // CHILDREN * CHILDREN
    found = [
        structure.groups[(structure.low >= YOUNGEST + shift) & (structure.low < OLDEST + shift)]
        for structure in chosen
    ]
    return np.concatenate(found)
