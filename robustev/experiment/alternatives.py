"""Alternatives of an experiment's plan, and the files they are written to."""

from __future__ import annotations

import csv
import json
import math
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from robustev.config.experiment import Experiment
from robustev.core.errors import ConfigError
from robustev.experiment.prepare import prepare
from robustev.methods.alternatives import Alternatives, alternatives


@dataclass(frozen=True, eq=False)
class Found:
    """Alternatives, with the names of the sites."""

    alternatives: Alternatives
    site_names: tuple[str, ...]


def find_alternatives(experiment: Experiment, *, within: float, number: int, sites: bool) -> Found:
    """Return the alternatives of the one plan of an experiment.

    Raises
    ------
    ConfigError
        If it has several plans.
    """
    if len(experiment.plans) != 1:
        raise ConfigError(f"one plan must be named: {', '.join(experiment.plans)}")
    ((_, spec),) = experiment.plans.items()
    prepared = prepare(experiment)
    scenarios = prepared.scenarios.scaled(spec.demand_factor)
    found = alternatives(
        prepared.region, scenarios, spec.model, spec.solve,
        within=within, number=number, sites=sites,
    )  # fmt: skip
    return Found(found, prepared.region.sites.ids)


def document(found: Found) -> dict[str, Any]:
    """Return the answer as plain values; what is infinite is null."""
    one, ids = found.alternatives, found.site_names
    plans = [(one.best.plan, {"objective": one.best.objective})]
    plans += [
        (
            other.plan,
            {
                "objective": other.objective,
                "extra_share": other.extra,
                "differs": other.differs,
                "most_difference": other.most,
            },
        )
        for other in one.plans
    ]
    return {
        "within": one.within,
        "lower_bound": one.best.lower_bound,
        "complete": one.is_complete,
        "plans": [
            {"plan": plan.name, **figures, "open_sites": [ids[i] for i in plan.open.nonzero()[0]]}
            for plan, figures in plans
            if plan is not None
        ],
        "sites": [
            {
                "site": site.site,
                "open": site.is_open,
                "otherwise_costs_at_least": _finite(site.low),
                "otherwise_costs_at_most": _finite(site.high),
                "verdict": site.verdict,
            }
            for site in one.sites
        ],
    }


def write(found: Found, folder: Path) -> None:
    """Write ``alternatives.json``, and ``sites.csv`` where the worth of sites is known."""
    folder.mkdir(parents=True, exist_ok=True)
    whole = document(found)
    (folder / "alternatives.json").write_text(json.dumps(whole, indent=1) + "\n", encoding="utf-8")
    if whole["sites"]:
        with (folder / "sites.csv").open("w", newline="", encoding="utf-8") as file:
            table = csv.DictWriter(file, list(whole["sites"][0]))
            table.writeheader()
            table.writerows(whole["sites"])


def _finite(value: float) -> float | None:
    return value if math.isfinite(value) else None
