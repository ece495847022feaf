"""What all regions say together: differences between plans, and how good forecasts were."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from robustev.hindcast.calibration import PIT_BINS
from robustev.hindcast.config import HindcastConfig
from robustev.hindcast.folder import done, plan_table
from robustev.hindcast.statistics import paired_difference
from robustev.scenarios.sampling import stream

COSTS = ("cost", "cost_counted")
"""Costs that plans are compared by: of all zones, and of zones whose figure is a count."""
FIGURES = ("cost", "unserved", "worst_zone", "regret", "spend", "travel", "gap")


def summarise(config: HindcastConfig, documents: list[dict[str, Any]]) -> dict[str, Any]:
    """Return the summary of all tasks, as a document."""
    table = plan_table(documents)
    vintages: dict[str, Any] = {}
    for vintage in config.vintages:
        part = table[table["vintage"] == vintage.label] if len(table) else table
        if not len(part):
            continue
        mine = [d for d in done(documents) if d["vintage"] == vintage.label]
        vintages[vintage.label] = {
            "role": vintage.role,
            "regions": sorted(set(part["region"])),
            "plans": _plan_means(part),
            "pairs": _pairs(config, part),
            "forecasts": _forecasts(mine),
        }
    return {
        "name": config.name,
        "tasks": [[d["region"], d["vintage"]] for d in documents],
        "left_out": [
            [d["region"], d["vintage"], d["left_out"]] for d in documents if "left_out" in d
        ],
        "vintages": vintages,
        "together": _forecasts(done(documents)),
        "largest_gap": float(table["gap"].max()) if len(table) else None,
        "cpu_seconds": sum(d.get("cpu_seconds", 0.0) for d in documents),
    }


def _plan_means(part: pd.DataFrame) -> dict[str, dict[str, Any]]:
    found = {}
    for name, rows in part.groupby("plan", sort=False):
        found[str(name)] = {
            "kind": str(rows["kind"].iloc[0]),
            "regions": len(rows),
            **{figure: float(rows[figure].mean()) for figure in FIGURES},
            "largest_regret": float(rows["regret"].max()),
        }
    return found


def _pairs(config: HindcastConfig, part: pd.DataFrame) -> list[dict[str, Any]]:
    """Return every robust plan against every baseline, margin and plan of equal spend.

    Differences are in per cent of the cost of the plan made with hindsight.
    """
    found = []
    rivals = [str(name) for name in dict.fromkeys(part["plan"])
              if part.loc[part["plan"] == name, "kind"].iloc[0] in
              ("baseline", "margin", "equal_spend")]  # fmt: skip
    for cost in COSTS:
        costs = part.pivot(index="region", columns="plan", values=cost)
        best = costs["hindsight"]
        for robust in config.robust:
            for rival in rivals:
                if "=" in rival and not rival.endswith("=" + robust):
                    continue
                values = (100 * (costs[robust] - costs[rival]) / best).dropna()
                if not len(values):
                    continue
                rng = stream(config.seed, f"pairs {cost} {robust} {rival}")
                one = paired_difference(values.to_numpy(), list(map(str, values.index)), rng)
                found.append({
                    "plan": robust, "rival": rival, "by": cost, **one.document(),
                    "clear": one.is_clear,
                    "by_region": {str(k): float(v) for k, v in values.items()},
                })  # fmt: skip
    return found


def _forecasts(documents: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """Return the scores of each forecast over regions: counts added up, scores averaged.

    CRPS is averaged over zones; energy scores over regions, each relative to that of the last
    census carried forward, so that large regions do not decide alone.
    """
    names = list(dict.fromkeys(name for d in documents for name in d["forecasts"]))
    found: dict[str, dict[str, Any]] = {}
    for name in names:
        mine = [(d, d["forecasts"][name]) for d in documents if name in d["forecasts"]]
        suffix = "_counted" if name.endswith("_counted") else ""
        robust = [d["forecasts"]["robust" + suffix] for d, _ in mine]
        zones = np.array([one["zones"] for one in robust], dtype=float)
        scores: dict[str, Any] = {"zones": int(zones.sum())}
        for key in ("crps", "crps_relative"):
            scores[key] = float(np.average([s[key] for _, s in mine], weights=zones))
        last = [d["forecasts"]["last" + suffix]["energy"] for d, _ in mine]
        scores["energy_relative"] = float(
            np.mean([s["energy"] / other for (_, s), other in zip(mine, last, strict=True)])
        )
        if "pit" in mine[0][1]:
            for level in ("zone", "block", "region"):
                number = sum(s[f"number_{level}"] for _, s in mine)
                for share in ("50", "90"):
                    inside = sum(s[f"covered{share}_{level}"] for _, s in mine)
                    scores[f"coverage{share}_{level}"] = inside / number
                scores[f"number_{level}"] = number
            scores["pit"] = [int(sum(s["pit"][b] for _, s in mine)) for b in range(PIT_BINS)]
        found[name] = scores
    return found
