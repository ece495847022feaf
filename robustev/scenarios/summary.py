"""What is in a scenario set: tables of totals, zones, drivers, and likeness over distance."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy.stats import rankdata

from robustev.core.arrays import FloatArray
from robustev.data.geometry import zone_points
from robustev.data.region import Region
from robustev.data.scenarios import ScenarioSet
from robustev.scenarios.sources.history.residuals import by_distance

LEVELS = (0.05, 0.25, 0.5, 0.75, 0.95)
MAX_ZONES = 1000  # zones that take part in the correlation over distance


def total_summary(scenarios: ScenarioSet) -> pd.DataFrame:
    """Return one row per demand type, and one for all: the distribution of the region's total.

    Columns: type, mean, std, relative_std, min, q05, q25, q50, q75, q95, max (demand units).
    """
    by_type = scenarios.totals()
    columns = {name: by_type[:, k] for k, name in enumerate(scenarios.types)}
    if len(scenarios.types) > 1:
        columns["all types"] = by_type.sum(axis=1)
    rows = [
        {"type": name} | _distribution(values, scenarios.probability)
        for name, values in columns.items()
    ]
    return pd.DataFrame(rows)


def zone_summary(scenarios: ScenarioSet) -> pd.DataFrame:
    """Return one row per zone and type: zone, type, mean, std, q05, q50, q95 (demand units)."""
    flat = scenarios.demand.reshape(len(scenarios), -1).astype(np.float64, copy=False)
    mean = scenarios.probability @ flat
    std = np.sqrt(np.maximum(scenarios.probability @ flat**2 - mean**2, 0.0))
    low, middle, high = _quantiles(flat, scenarios.probability, (0.05, 0.5, 0.95))
    return pd.DataFrame(
        {
            "zone": np.repeat(scenarios.zones, len(scenarios.types)),
            "type": np.tile(scenarios.types, len(scenarios.zones)),
            "mean": mean, "std": std, "q05": low, "q50": middle, "q95": high,
        }
    )  # fmt: skip


def driver_summary(scenarios: ScenarioSet) -> pd.DataFrame:
    """Return one row per driver that varies, the most influential on total demand first.

    ``rank_correlation`` is Spearman's correlation of the driver with the region's total; the
    quantiles are in the driver's own unit.
    """
    total = scenarios.totals().sum(axis=1)
    rows = []
    for name, values in scenarios.drivers.items():
        known = np.isfinite(values)
        if known.sum() < 2 or np.ptp(values[known]) == 0:
            continue
        probability = scenarios.probability[known] / scenarios.probability[known].sum()
        row: dict[str, object] = {"driver": name}
        row["rank_correlation"] = _rank_correlation(values[known], total[known])
        rows.append(row | _distribution(values[known], probability))
    table = pd.DataFrame(rows, columns=["driver", "rank_correlation", *_NAMES])
    order = np.argsort(-np.abs(table["rank_correlation"].to_numpy(dtype=np.float64)))
    return table.iloc[order].reset_index(drop=True)


def correlation_by_distance(region: Region, scenarios: ScenarioSet) -> pd.DataFrame:
    """Return how alike zones are over scenarios, by distance: distance, correlation, pairs.

    The correlation of total demand relative to its mean; 1 when zones rise and fall together. At
    most 1000 zones, evenly picked, take part. Distance is in the region's coordinates (kilometres
    where these are degrees).
    """
    demand = scenarios.demand.sum(axis=2, dtype=np.float64)
    mean = scenarios.probability @ demand
    varying = np.flatnonzero((mean > 0) & (np.ptp(demand, axis=0) > 0))
    chosen = varying[:: max(1, -(-len(varying) // MAX_ZONES))]
    if len(chosen) < 3:
        return pd.DataFrame({"distance": [], "correlation": [], "pairs": []})
    relative = (demand[:, chosen] / mean[chosen] - 1.0) * np.sqrt(scenarios.probability)[:, None]
    relative /= np.sqrt((relative**2).sum(axis=0))
    where, value, pairs = by_distance(zone_points(region)[chosen], relative.T @ relative)
    return pd.DataFrame({"distance": where, "correlation": value, "pairs": pairs.astype(np.int64)})


_NAMES = ("mean", "std", "relative_std", "min", "q05", "q25", "q50", "q75", "q95", "max")


def _distribution(values: FloatArray, probability: FloatArray) -> dict[str, float]:
    mean = float(probability @ values)
    std = float(np.sqrt(float(probability @ (values - mean) ** 2)))
    inner = _quantiles(values[:, None], probability, LEVELS)[:, 0]
    relative = std / abs(mean) if mean else np.nan
    figures = (mean, std, relative, values.min(), *inner, values.max())
    return {name: float(figure) for name, figure in zip(_NAMES, figures, strict=True)}


def _quantiles(
    values: FloatArray, probability: FloatArray, levels: tuple[float, ...]
) -> FloatArray:
    """Return weighted quantiles over scenarios, shape (levels, columns)."""
    if np.allclose(probability, probability[0]):
        return np.asarray(np.quantile(values, levels, axis=0))
    weight = np.broadcast_to(probability[:, None], values.shape)
    return np.asarray(np.quantile(values, levels, axis=0, weights=weight, method="inverted_cdf"))


def _rank_correlation(left: FloatArray, right: FloatArray) -> float:
    return float(np.corrcoef(rankdata(left), rankdata(right))[0, 1])
