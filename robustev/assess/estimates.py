"""The figures of one plan, and of two, on one set of scenarios."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from robustev.assess.schema import Estimate, GroupService, PairFigures, PlanFigures, Travel
from robustev.assess.statistics.intervals import (
    Draws,
    Statistic,
    exact,
    interval_of,
    known,
    mean_of,
    std_of,
    tail_difference,
    tail_mean,
    win_rate,
)
from robustev.assess.statistics.streams import random_numbers
from robustev.core.arrays import FloatArray
from robustev.data.region import Region
from robustev.evaluate import Evaluation
from robustev.evaluate.groups import service_by_group
from robustev.evaluate.travel import mean_travel, travel_quantiles
from robustev.methods.wait_and_see import ScenarioOptima


@dataclass(frozen=True, eq=False)
class Estimator:
    """Makes figures from values per scenario, with intervals where the scenarios are draws.

    Parameters
    ----------
    where
        The scenarios in sentences, such as "500 fresh scenarios".
    purpose
        What the estimates are for, in words; with what each of them is, these name its random
        numbers.
    """

    draws: Draws
    confidence: float
    seed: int
    where: str
    purpose: tuple[str, ...] = ()

    def about(self, *purpose: str) -> Estimator:
        """Return the same for a more special purpose: a plan, or a pair of plans."""
        return replace(self, purpose=(*self.purpose, *purpose))

    def figure(self, what: str, statistic: Statistic, values: FloatArray) -> Estimate:
        """Return a statistic of one value per scenario."""
        return self._figure(what, statistic, (values,))

    def difference(
        self, what: str, statistic: Callable[..., FloatArray], one: FloatArray, other: FloatArray
    ) -> Estimate:
        """Return a statistic of two values per scenario, resampled together."""
        return self._figure(what, statistic, (one, other))

    def _figure(
        self, what: str, statistic: Callable[..., FloatArray], samples: tuple[FloatArray, ...]
    ) -> Estimate:
        """Return a statistic of paired samples, with its interval where they are draws."""
        bad = sum(int((~np.isfinite(values)).sum()) for values in samples)
        if bad:
            how = f"{what}: infinite, demand that must be served is not in {bad} of {self.where}"
            return Estimate(value=None, basis="exact", how=how)
        value = float(statistic(*samples, self.draws.probability))
        rng = random_numbers(self.seed, *self.purpose, what)
        interval = interval_of(statistic, samples, self.draws, self.confidence, rng)
        how = f"{what} over {self.where}"
        if interval is None:
            return Estimate(value=known(value), basis="exact", how=how)
        how += f"; {100 * self.confidence:g} % bootstrap interval"
        return Estimate(value=known(value), interval=interval, basis="estimated", how=how)


def plan_figures(
    one: Evaluation, estimator: Estimator, region: Region, optima: ScenarioOptima | None
) -> PlanFigures:
    """Return every figure of one plan on one set of scenarios."""
    e, cost = estimator.about(one.plan.name), one.cost
    mean_regret, max_regret = regret_figures(cost, e, optima)
    return PlanFigures(
        plan=one.plan.name,
        mean=e.figure("mean cost", mean_of, cost),
        std=e.figure("standard deviation of cost", std_of, cost),
        cvar90=e.figure("mean cost of the worst 10 %", tail_mean(0.1), cost),
        cvar95=e.figure("mean cost of the worst 5 %", tail_mean(0.05), cost),
        worst=exact(float(cost.max()), f"highest cost in {e.where}; a worse one may exist"),
        mean_regret=mean_regret,
        max_regret=max_regret,
        unserved_share=unserved_figure(one, e),
        short_share=e.figure("share of scenarios with unserved demand", mean_of, one.short),
        utilisation=exact(one.utilisation, f"expected load over capacity in {e.where}"),
        travel=travel_figures(one, e.where, region),
        groups={
            attribute: tuple(GroupService(**vars(part)) for part in parts)
            for attribute, parts in service_by_group(one, region).items()
        },
    )


def unserved_figure(one: Evaluation, estimator: Estimator) -> Estimate:
    """Return unserved demand over demand, as a ratio of two means."""

    def ratio(unserved: FloatArray, demand: FloatArray, weights: FloatArray) -> FloatArray:
        """Return the ratio of the two means."""
        return np.asarray((unserved @ weights) / (demand @ weights))

    demand, unserved = one.demand.sum(axis=1), one.unserved.sum(axis=1)
    if not demand.any():
        return exact(0.0, "there is no demand")
    return estimator.difference("unserved share of demand", ratio, unserved, demand)


def travel_figures(one: Evaluation, where: str, region: Region) -> Travel:
    """Return the demand-weighted percentiles of travel."""
    quantiles = travel_quantiles(one.flow, region.arcs.cost)
    how = f"of the demand served in {where}, all scenarios together"
    names = ("p50", "p90", "p95", "longest")
    parts = {name: exact(value, how) for name, value in zip(names, quantiles, strict=True)}
    return Travel(mean=exact(mean_travel(one.flow, region.arcs.cost), how), **parts)


def regret_figures(
    cost: FloatArray, estimator: Estimator, optima: ScenarioOptima | None
) -> tuple[Estimate, Estimate]:
    """Return mean and maximum regret, on the scenarios whose own optimum is bounded.

    The mean is above the best plan known; its interval joins the bootstrap's with the bounds of
    the optima.
    """
    if optima is None:
        none = Estimate(
            value=None, basis="bracketed", how="no scenario's own optimum was asked for"
        )
        return none, none
    above, below = cost[optima.index] - optima.upper, cost[optima.index] - optima.lower
    count = len(optima.index)
    how = (
        f"over each scenario's own optimum in {count} of {estimator.where}, "
        f"each bounded to {100 * optima.width:.2g} %"
    )
    if not np.isfinite(cost[optima.index]).all():
        none = Estimate(value=None, basis="bracketed", how=f"infinite {how}")
        return none, none
    part = replace(estimator, draws=estimator.draws.subset(optima.index))
    # The same random numbers serve both ends: they are two values of one estimate.
    low, high = (part.figure("mean regret", mean_of, values) for values in (above, below))
    interval = (
        low.interval[0] if low.interval else low.value,
        high.interval[1] if high.interval else high.value,
    )
    basis = "estimated" if low.interval else "bracketed"
    if basis == "estimated":
        how += f"; the interval joins these bounds with a {100 * part.confidence:g} % bootstrap"
    mean = Estimate(value=low.value, interval=interval, basis=basis, how=f"mean cost {how}")
    span = (float(above.max()), float(below.max()))
    most = Estimate(value=span[0], interval=span, basis="bracketed", how=f"highest cost {how}")
    return mean, most


def pair_figures(one: Evaluation, other: Evaluation, estimator: Estimator) -> PairFigures:
    """Return the paired differences ``one - other``."""
    e = estimator.about(one.plan.name, other.plan.name)
    a, b = one.cost, other.cost

    def mean_difference(x: FloatArray, y: FloatArray, weights: FloatArray) -> FloatArray:
        """Return the mean of the paired differences."""
        return mean_of(x - y, weights)

    def relative(x: FloatArray, y: FloatArray, weights: FloatArray) -> FloatArray:
        """Return the mean difference over the other's mean."""
        return np.asarray(mean_of(x - y, weights) / mean_of(y, weights))

    rate, ties, interval = win_rate(a, b, e.draws, e.confidence)
    how = f"share of {e.where} in which it costs less"
    if interval is not None:
        how += f"; {100 * e.confidence:g} % Wilson interval"
    return PairFigures(
        plan=one.plan.name,
        other=other.plan.name,
        mean_difference=e.difference("mean paired difference", mean_difference, a, b),
        relative_difference=e.difference("the same over the other's mean cost", relative, a, b),
        cvar90_difference=e.difference(
            "difference of the mean costs of each plan's worst 10 %", tail_difference(0.1), a, b
        ),
        win_rate=Estimate(
            value=rate,
            interval=interval,
            basis="exact" if interval is None else "estimated",
            how=how,
        ),
        tie_rate=ties,
    )
