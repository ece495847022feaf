"""Does a promise hold at every station? Tests and intervals that hold for all of them together.

For one queue, replication ``r`` counts ``n_r`` drivers and a sum ``w_r`` of waits (or of drivers
who are late). The promise ``E[w] <= W E[n]`` is tested by the mean of the independent differences
``w_r - W n_r`` (Student's t, one side); Holm (1979) corrects for all queues. The interval of the
mean ``sum w / sum n`` comes of the differences from it (a ratio estimate, delta method), each end
at ``1 - alpha / (2 m)`` for ``m`` queues (Bonferroni). Waits are skewed to the right, which makes
the test cautious in finding a promise broken.
"""

from __future__ import annotations

import numpy as np
from scipy.stats import t as student

from robustev.core.arrays import FloatArray, IntArray
from robustev.model.features.waiting import Waiting
from robustev.model.instance import Instance
from robustev.simulate.cases import Case
from robustev.simulate.queues import Queues
from robustev.simulate.schema import CaseDocument, QueueDocument, Verdict


def holm(p_values: FloatArray) -> FloatArray:
    """Return p-values corrected for their number.

    >>> holm(np.array([0.01, 0.04, 0.03])).round(2).tolist()
    [0.03, 0.06, 0.06]
    """
    order = np.argsort(p_values, kind="stable")
    steps = p_values[order] * np.arange(len(p_values), 0, -1)
    corrected = np.empty(len(p_values))
    corrected[order] = np.minimum(np.maximum.accumulate(steps), 1.0)
    return corrected


def p_kept(total: FloatArray, drivers: FloatArray, limit: float) -> float:
    """Return the p-value of "the promise is kept", from shape (replications,) each.

    1 where nobody comes.
    """
    excess = total - limit * drivers
    spread = float(excess.std(ddof=1))
    mean = float(excess.mean())
    if spread == 0.0:
        return 0.0 if mean > 0 else 1.0
    return float(student.sf(mean / spread * np.sqrt(len(excess)), len(excess) - 1))


def interval(
    total: FloatArray, drivers: FloatArray, error: float
) -> tuple[float, float, float] | None:
    """Return the mean of all drivers and the ends of its interval; None where nobody comes.

    ``error`` is the probability of missing it on either side.
    """
    count = float(drivers.sum())
    if count == 0:
        return None
    mean, number = float(total.sum()) / count, len(drivers)
    spread = float((total - mean * drivers).std(ddof=1)) * number / count
    half = spread / np.sqrt(number) * float(student.isf(error / 2, number - 1))
    return mean, max(0.0, mean - half), mean + half


def verdict(p_value: float, high: float | None, limit: float, error: float) -> Verdict:
    """Return whether a promise holds at a queue."""
    if p_value <= error:
        return "broken"
    return "kept" if high is None or high <= limit else "undecided"


def judged(
    case: Case,
    instance: Instance,
    queues: Queues,
    scenario: IntArray,
    counts: FloatArray,
    promise: Waiting,
    confidence: float,
    minutes: float,
) -> CaseDocument:
    """Return what a case found, from counts of shape (replications, queues, counts).

    ``scenario`` is the one in which each queue was simulated, ``minutes`` the time that was looked
    at.
    """
    drivers, wait, late, left, _ = np.moveaxis(counts.sum(axis=0), 1, 0)
    limit = promise.minutes if promise.share is None else promise.share
    limited = counts[:, :, 1 if promise.share is None else 2]
    size, error = len(queues), 1.0 - confidence
    p_values = holm(np.array(
        [p_kept(limited[:, q], counts[:, q, 0], limit) for q in range(size)]
    ))  # fmt: skip
    found = []
    for q in range(size):
        ends = interval(limited[:, q], counts[:, q, 0], error / size)
        value, low, high = (None, None, None) if ends is None else ends
        s, count = int(scenario[q]), float(drivers[q])
        busy = counts[:, q, 4].mean() / (minutes * float(queues.chargers[q]))
        formula = queues.expected(s, q, promise)
        found.append(QueueDocument(
            site=instance.region.sites.ids[queues.site[q]],
            kind=instance.region.kinds[queues.kind[q]].name,
            type=instance.region.types[queues.of_type[q]],
            scenario=instance.scenarios.names[s],
            chargers=int(queues.chargers[q]),
            arrivals=float(queues.rate[s, q]),
            drivers=int(count),
            wait=_share(wait[q], count),
            late_share=_share(late[q], count),
            left_share=_share(left[q], count),
            utilisation=float(busy),
            value=value, low=low, high=high,
            formula=formula if np.isfinite(formula) else None,
            p_value=float(p_values[q]),
            verdict=verdict(float(p_values[q]), high, limit, error),
        ))  # fmt: skip
    verdicts: dict[str, set[Verdict]] = {}
    for one in found:
        verdicts.setdefault(one.site, set()).add(one.verdict)
    total = float(drivers.sum())
    return CaseDocument(
        name=case.name, title=case.title, drivers=int(total),
        wait=_share(wait.sum(), total), late_share=_share(late.sum(), total),
        left_share=_share(left.sum(), total), stations=len(verdicts),
        kept=sum(one == {"kept"} for one in verdicts.values()),
        broken=sum("broken" in one for one in verdicts.values()),
        queues=tuple(found),
    )  # fmt: skip


def _share(total: float, drivers: float) -> float | None:
    return float(total) / drivers if drivers else None
