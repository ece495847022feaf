"""Evaluating plans of any origin under an experiment's region, model and scenarios."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from robustev.assess.config import CompareConfig
from robustev.assess.input import ComparisonInput
from robustev.assess.judging import Judged, Label, judge
from robustev.assess.statistics.streams import judging_definition, out_of_sample_scenarios
from robustev.config.experiment import Experiment
from robustev.config.region import make_region
from robustev.core.errors import InputError, nearest_name
from robustev.data.plan import Plan
from robustev.data.region import Region
from robustev.evaluate.frames import IN_SAMPLE, OUT_OF_SAMPLE, flow_frame, site_frame, zone_frame
from robustev.experiment.compare import EXISTING, definition_of
from robustev.experiment.limits import limits_broken
from robustev.experiment.phases import refuse_phases
from robustev.experiment.prepare import make_scenarios
from robustev.model.instance import with_levels
from robustev.parallel.world import world
from robustev.results.folder import ResultFolder
from robustev.results.plans import stored_plan
from robustev.results.reader import read_results
from robustev.results.writer import write_json


@dataclass(frozen=True, eq=False)
class Evaluated:
    """Plans on scenarios: every figure, and what stands behind it.

    ``violations`` are the limits of the experiment's model that each plan breaks, by plan.
    """

    judged: Judged
    region: Region
    plans: list[Plan]
    violations: Mapping[str, tuple[str, ...]]


def find_plan(name: str, region: Region, stored: ResultFolder | None = None) -> Plan:
    """Return a plan: a CSV file, a plan of a result folder, or ``existing``.

    Raises
    ------
    InputError
        If there is none of that name, or its file has faults.
    """
    if Path(name).is_file():
        return Plan.read_csv(name, region)
    plans = {} if stored is None else stored.plans
    if stored is not None and name in plans:
        plan = stored_plan(stored, name, region)
        if plan is not None:
            return plan
    if name == EXISTING:
        return Plan.existing(region)
    near = nearest_name(name, [*plans, EXISTING])
    hint = f" (is {near!r} meant?)" if near else ""
    raise InputError(f"no plan {name!r}{hint}: neither a CSV file nor a plan of these results")


def evaluate_plans(
    experiment: Experiment,
    names: Sequence[str],
    *,
    folder: Path | None = None,
    number: int | None = None,
) -> Evaluated:
    """Evaluate plans on ``number`` fresh scenarios, or on the experiment's own ones.

    Parameters
    ----------
    names
        CSV files, plans of the result folder ``folder``, or ``existing``.
    number
        Fresh scenarios to draw; absent takes the scenarios that the experiment's plans are made
        from.

    Raises
    ------
    InputError
        If a plan cannot be read, or no fresh scenarios can be drawn.
    """
    refuse_phases(experiment, "evaluate")
    region = make_region(experiment)
    planning = with_levels(region, experiment.model)
    stored = None if folder is None else read_results(folder)
    plans = [find_plan(name, planning, stored) for name in names]
    made = make_scenarios(experiment, region)
    config = experiment.compare or CompareConfig()
    definition = definition_of(experiment)
    case = ComparisonInput(
        experiment.name, region, made, definition, experiment.model, config, experiment.solve,
        experiment.seed, (), experiment.units, world(),
    )  # fmt: skip
    scenarios, name, what = made, IN_SAMPLE, "own"
    if number is not None:
        source = judging_definition(config, definition)
        scenarios = out_of_sample_scenarios(region, source, number, experiment.seed)
        name, what = OUT_OF_SAMPLE, "fresh"
    label = Label(
        name, "out_of_sample", f"{what} scenarios", "", f"{len(scenarios)} {what} scenarios"
    )
    broken = limits_broken(region, made, experiment.model, plans)
    return Evaluated(
        judge(case, label, scenarios, plans, stress=case.stress), planning, plans,
        {plan.name: found for plan, found in zip(plans, broken, strict=True)},
    )  # fmt: skip


def write_evaluated(evaluated: Evaluated, folder: Path) -> None:
    """Write scenarios, sites, zones and flows of every plan as tables into ``folder``.

    ``limits.json`` holds the limits that each plan breaks.
    """
    folder.mkdir(parents=True, exist_ok=True)
    one = evaluated.judged
    write_json(folder / "limits.json", evaluated.violations)
    one.frame.to_parquet(folder / "evaluation.parquet", index=False)
    one.frame.to_csv(folder / "evaluation.csv", index=False)
    for name, table in (("sites", site_frame), ("zones", zone_frame), ("flows", flow_frame)):
        parts = [table(part, evaluated.region) for part in one.evaluations]
        pd.concat(parts, ignore_index=True).to_csv(folder / f"{name}.csv", index=False)
