"""A folder about one scenario definition: the scenarios, their summary, and pictures."""

from __future__ import annotations

import json
from pathlib import Path

from robustev.data.region import Region
from robustev.data.scenarios import ScenarioSet
from robustev.scenarios.config import ScenarioConfig
from robustev.scenarios.generator import (
    CostSpace,
    Generated,
    chosen_source,
    generate_with_report,
)
from robustev.scenarios.pictures import write_pictures
from robustev.scenarios.storage import write_scenarios
from robustev.scenarios.summary import (
    correlation_by_distance,
    driver_summary,
    total_summary,
    zone_summary,
)


def write_folder(
    region: Region,
    config: ScenarioConfig,
    folder: str | Path,
    *,
    num_scenarios: int,
    seed: int,
    cost_space: CostSpace | None = None,
    given: ScenarioSet | None = None,
) -> Generated:
    """Generate scenarios and write all there is to know about them into ``folder``.

    ``scenarios.parquet`` and ``drivers.parquet`` hold the scenarios that plans are made from (see
    `write_scenarios`); ``scenarios.html`` the pictures, and ``totals.csv``, ``zones.csv``,
    ``driver_summary.csv`` and ``correlation.csv`` the figures, of the full set; ``about.json`` the
    repairs made and what the reduction lost.

    Raises
    ------
    InputError
        As `generate`.
    """
    made = generate_with_report(
        region,
        config,
        num_scenarios=num_scenarios,
        seed=seed,
        cost_space=cost_space,
        given=given,
    )
    target = Path(folder)
    target.mkdir(parents=True, exist_ok=True)
    write_scenarios(made.scenarios, target)
    write_pictures(region, made.full, target / "scenarios.html", target_name(region, config))
    for name, table in (
        ("totals", total_summary(made.full)),
        ("zones", zone_summary(made.full)),
        ("driver_summary", driver_summary(made.full)),
        ("correlation", correlation_by_distance(region, made.full)),
    ):
        table.to_csv(target / f"{name}.csv", index=False)
    about = json.dumps(_about(made, config, seed), indent=2, allow_nan=False)
    (target / "about.json").write_text(about + "\n", encoding="utf-8")
    return made


def target_name(region: Region, config: ScenarioConfig) -> str:
    """Return what the far end of the scenarios is called: a year where one is known."""
    year = chosen_source(region, config).target_year(region)
    return "scenarios" if year is None else str(year)


def _about(made: Generated, config: ScenarioConfig, seed: int) -> dict[str, object]:
    lost = made.reduction
    return {
        "name": config.name,
        "description": config.description,
        "seed": seed,
        "sampling": config.sampling,
        "drawn": len(made.full),
        "scenarios": len(made.scenarios),
        "stress": [part.name for part in config.stress],
        "notes": list(made.notes),
        "reduction": None
        if lost is None or config.reduction is None
        else {
            "method": config.reduction.method,
            "distance": config.reduction.distance,
            "kept": len(lost.kept),
            "error": lost.error,
            "relative_error": lost.relative_error,
        },
    }
