"""Rolling-origin backtest: forecast as one could have then, and score against what came."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from robustev.core.arrays import FloatArray, IntArray
from robustev.core.errors import ConfigError
from robustev.data.geometry import zone_points
from robustev.data.region import Region
from robustev.scenarios.calibration import scores
from robustev.scenarios.calibration.baseline import linear_forecast
from robustev.scenarios.sampling import draw
from robustev.scenarios.sources.history.model import HistoryModel, ResidualKind
from robustev.scenarios.sources.history.panel import Panel, make_panel

MEMBERS = 1024
WINDOWS: tuple[int | None, ...] = (None, 5, 3)
RESIDUALS: tuple[ResidualKind, ...] = ("gaussian", "bootstrap", "independent")


@dataclass(frozen=True, eq=False)
class Backtest:
    """Scores of several models at several origins and horizons.

    Parameters
    ----------
    table
        One row per model, origin and horizon, with its scores. See `backtest`.
    pit
        For each (model, origin, horizon), the PIT of every active zone, shape (zones,).
    """

    table: pd.DataFrame
    pit: dict[tuple[str, int, int], FloatArray] = field(default_factory=dict)

    def summary(self) -> pd.DataFrame:
        """Return scores averaged over origins, one row per model and horizon."""
        numeric = self.table.drop(columns=["origin", "target"])
        return numeric.groupby(["model", "horizon"], sort=False).mean().reset_index()


def backtest(
    panel: Panel,
    points: FloatArray,
    targets: Sequence[tuple[int, int]],
    *,
    residuals: Sequence[ResidualKind] = RESIDUALS,
    members: int = MEMBERS,
    seed: int = 0,
    per_side: int = 8,
) -> Backtest:
    """Score forecasts made at each origin year for a number of years ahead.

    ``targets`` lists (origin, horizon); the model is fitted to years up to the origin alone. Each
    row of the table has CRPS by zone and block (demand units), energy and variogram score of the
    map, coverage of 50 and 90 % intervals at zone, block and region level, and the PIT slope.
    ``right90_*`` is the range of 90 % coverage that one year would have were the forecast right.
    ``shuffled`` rows have the marginals of ``gaussian`` and independent zones; ``linear*`` rows
    are straight lines with the spread that scores best in hindsight.

    Raises
    ------
    ValueError
        If a target lies outside the panel or leaves fewer than three years to fit.
    """
    rows: list[dict[str, object]] = []
    pits: dict[tuple[str, int, int], FloatArray] = {}
    for origin, horizon in targets:
        known = _known(panel, origin, horizon)
        observed = panel.zone_totals[panel.years.index(origin + horizon)]
        judge = _Judge(observed, scores.block_labels(points, per_side), seed)
        for kind in residuals:
            forecast = HistoryModel.fit(known, points, horizon, kind)
            numbers = draw("sobol", members, forecast.leading, seed)
            ensemble = forecast.sample(numbers).demand.sum(axis=2)
            pits[kind, origin, horizon] = judge.pit(ensemble)
            place: dict[str, object] = {"model": kind, "origin": origin, "horizon": horizon}
            place["target"] = origin + horizon
            rows.append(place | judge.row(ensemble))
            if kind == "gaussian":
                apart = shuffled(ensemble, np.random.default_rng(seed))
                rows.append(place | {"model": "shuffled"} | judge.row(apart))
        rows += _baseline_rows(known, judge, origin, horizon, members)
    return Backtest(pd.DataFrame(rows), pits)


def rolling_targets(
    panel: Panel, horizons: Sequence[int] = (1, 2), least_years: int = 4
) -> list[tuple[int, int]]:
    """Return every (origin, horizon) that leaves ``least_years`` to fit and is already known.

    >>> years = tuple(range(2010, 2017))
    >>> flat = Panel(years, np.ones((7, 1, 1)), np.ones(1, dtype=np.bool_))
    >>> rolling_targets(flat)
    [(2013, 1), (2013, 2), (2014, 1), (2014, 2), (2015, 1)]
    """
    origins = panel.years[least_years - 1 :]
    return [
        (origin, horizon)
        for origin in origins
        for horizon in horizons
        if origin + horizon <= panel.years[-1]
    ]


def backtest_region(region: Region, *, horizons: Sequence[int] = (1, 2)) -> Backtest:
    """Return the backtest of the region's own history, at every origin with four years before it.

    Raises
    ------
    ConfigError
        If the region has no history, or it is too short for any origin.
    InputError
        If the history cannot be used.
    """
    if region.history is None:
        raise ConfigError(f"region {region.name!r} has no history to test a forecast on")
    panel = make_panel(region.history, region.zones.ids)
    targets = rolling_targets(panel, horizons)
    if not targets:
        raise ConfigError(
            f"the history of region {region.name!r} has {len(panel.years)} years; a backtest needs "
            "at least 5: four to fit and one to compare with"
        )
    return backtest(panel, zone_points(region), targets)


def shuffled(ensemble: FloatArray, rng: np.random.Generator) -> FloatArray:
    """Return the ensemble with every zone's members in a random order: same marginals, no copula.

    >>> mixed = shuffled(np.array([[1.0, 1.0], [2.0, 2.0]]), np.random.default_rng(0))
    >>> np.sort(mixed, axis=0).tolist()
    [[1.0, 1.0], [2.0, 2.0]]
    """
    return rng.permuted(ensemble, axis=0)


@dataclass(frozen=True, eq=False)
class _Judge:
    """What happened in one year, ready to score ensembles against."""

    observed: FloatArray
    labels: IntArray
    seed: int

    def pit(self, ensemble: FloatArray) -> FloatArray:
        uncertain = ensemble.max(axis=0) > ensemble.min(axis=0)
        rng = np.random.default_rng(self.seed)
        return scores.pit(ensemble[:, uncertain], self.observed[uncertain], rng)

    def row(self, ensemble: FloatArray) -> dict[str, object]:
        uncertain = ensemble.max(axis=0) > ensemble.min(axis=0)
        levels = {
            "zone": (ensemble[:, uncertain], self.observed[uncertain]),
            "block": (
                scores.block_sums(ensemble, self.labels),
                scores.block_sums(self.observed, self.labels),
            ),
            "region": (ensemble.sum(axis=1, keepdims=True), self.observed.sum(keepdims=True)),
        }
        row: dict[str, object] = {
            "crps_zone": scores.crps(ensemble, self.observed),
            "crps_block": scores.crps(*levels["block"]),
            "energy": scores.energy_score(ensemble, self.observed),
            "variogram": scores.variogram_score(ensemble, self.observed),
            "pit_slope": scores.pit_slope(self.pit(ensemble)),
        }
        for name, (members, truth) in levels.items():
            for level in (0.5, 0.9):
                row[f"cover{level * 100:.0f}_{name}"] = scores.coverage(members, truth, level)
            row[f"right90_{name}_low"], row[f"right90_{name}_high"] = scores.coverage_if_right(
                members, 0.9
            )
        row["pit_region"] = float((levels["region"][0] < levels["region"][1]).mean())
        return row


def _known(panel: Panel, origin: int, horizon: int) -> Panel:
    if origin not in panel.years or origin + horizon not in panel.years or horizon < 1:
        raise ValueError(
            f"origin {origin}, horizon {horizon}: both years must lie in "
            f"{panel.years[0]} to {panel.years[-1]}"
        )
    known = panel.until(origin)
    if len(known.years) < 3:
        raise ValueError(
            f"origin {origin} leaves {len(known.years)} years to fit, at least 3 needed"
        )
    return known


def _baseline_rows(
    known: Panel, judge: _Judge, origin: int, horizon: int, members: int
) -> list[dict[str, object]]:
    rows = []
    for window in WINDOWS:
        if window is not None and window >= len(known.years):
            continue
        line = linear_forecast(known.years, known.zone_totals, horizon, window)
        ratio = line.best_ratio(judge.observed)
        ensemble = line.ensemble(members, np.random.default_rng(judge.seed), ratio)
        name = f"linear_{window}y" if window else "linear"
        place: dict[str, object] = {"model": name, "origin": origin, "horizon": horizon}
        row = place | {"target": origin + horizon} | judge.row(ensemble)
        rows.append(row | {"crps_zone": line.crps(judge.observed, ratio)})
    return rows
