"""Comparing the plans of an experiment: from what a run made to the case that is judged."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import replace

from robustev.assess.compare import Compared, Notify, compare
from robustev.assess.config import CompareConfig
from robustev.assess.input import ComparisonInput, JudgedPlan, SolveMemory
from robustev.assess.questions import own_settings
from robustev.assess.schema import Skipped
from robustev.assess.statistics.streams import judging_definition, observed_years
from robustev.config.experiment import Experiment
from robustev.core.errors import ConfigError, nearest_name
from robustev.data.plan import Plan
from robustev.data.region import Region
from robustev.data.scenarios import ScenarioSet
from robustev.experiment.limits import limits_broken
from robustev.methods.result import SolveResult
from robustev.model.instance import with_levels
from robustev.parallel.world import world
from robustev.scenarios.config import ScenarioConfig

logger = logging.getLogger(__name__)

EXISTING = "existing"


def compare_plans(
    experiment: Experiment,
    region: Region,
    scenarios: ScenarioSet,
    results: Mapping[str, SolveResult],
    *,
    memory: SolveMemory | None = None,
    notify: Notify | None = None,
) -> Compared:
    """Judge the plans that a run made, and those given; every rank makes this call.

    ``memory`` keeps finished solves, and gives back those of a comparison that did not end.

    Raises
    ------
    InputError
        If a given plan cannot be read, or no fresh scenarios can be drawn.
    KeyboardInterrupt
        If someone asked to stop.
    """
    case, skipped = make_case(experiment, region, scenarios, results, memory)
    return compare(case, skipped=tuple(skipped), notify=notify)


def check_comparison(experiment: Experiment, region: Region) -> None:
    """Refuse a comparison that cannot be made, before hours go into the plans.

    Raises
    ------
    InputError
        If there is nothing to judge on, a given plan cannot be read, or the comparison names a
        plan that will not be there.
    """
    config = experiment.compare or CompareConfig()
    definition = definition_of(experiment)
    judging_definition(config, definition)
    for key in config.questions:
        own_settings(config, key)
    observed_years(region, definition, config.observed_years)
    _check_names(experiment, config)
    _given(experiment, region, config)


def make_case(
    experiment: Experiment,
    region: Region,
    scenarios: ScenarioSet,
    results: Mapping[str, SolveResult],
    memory: SolveMemory | None = None,
) -> tuple[ComparisonInput, list[Skipped]]:
    """Return what is to be compared, and which plans are missing and why."""
    config = experiment.compare or CompareConfig()
    candidates, skipped = _made(experiment, region, results)
    candidates += _given(experiment, region, config)
    broken = limits_broken(region, scenarios, experiment.model, [c.plan for c in candidates])
    if EXISTING in config.plans and all(c.name != EXISTING for c in candidates):
        skipped.append(Skipped(what=f"plan {EXISTING}", why="no station stands there yet"))
    case = ComparisonInput(
        name=experiment.name,
        region=region,
        in_sample=scenarios,
        definition=definition_of(experiment),
        model=experiment.model,
        config=config,
        options=experiment.solve,
        seed=experiment.seed,
        candidates=tuple(
            replace(one, violations=found) for one, found in zip(candidates, broken, strict=True)
        ),
        units=experiment.units,
        comm=world(),
        memory=memory,
    )
    return case, skipped


def definition_of(experiment: Experiment) -> ScenarioConfig | None:
    """Return how scenarios are drawn; None where they come with the data."""
    section = experiment.scenarios
    drawn = section.source is None or section.source.redrawable
    return section if drawn else None


def _made(
    experiment: Experiment, region: Region, results: Mapping[str, SolveResult]
) -> tuple[list[JudgedPlan], list[Skipped]]:
    candidates, skipped = [], []
    shape = _kinds(region, experiment)
    for name, spec in experiment.plans.items():
        result = results.get(name)
        if result is None or result.plan is None:
            why = "it was not made" if result is None else result.message or str(result.status)
            skipped.append(Skipped(what=f"plan {name}", why=why))
        elif [kind.name for kind in with_levels(region, spec.model).kinds] != shape:
            why = "it has other charger kinds than the experiment's model, which judges all plans"
            skipped.append(Skipped(what=f"plan {name}", why=why))
        else:
            candidates.append(
                JudgedPlan(
                    result.plan, spec.model, spec.demand_factor, result.objective,
                    result.lower_bound,
                )
            )  # fmt: skip
    return candidates, skipped


def _kinds(region: Region, experiment: Experiment) -> list[str]:
    return [kind.name for kind in with_levels(region, experiment.model).kinds]


def _given(experiment: Experiment, region: Region, config: CompareConfig) -> list[JudgedPlan]:
    """Return the plans that nobody has to make: the network as it stands, and plan files."""
    planning = with_levels(region, experiment.model)
    found = []
    if EXISTING in config.plans and planning.sites.existing_open.any():
        found.append(JudgedPlan(Plan.existing(planning)))
    for name, path in config.given.items():
        found.append(JudgedPlan(Plan.read_csv(path, planning, name)))
    return found


def _check_names(experiment: Experiment, config: CompareConfig) -> None:
    names = [*experiment.plans, *config.given]
    names += [EXISTING] if EXISTING in config.plans else []
    for key in ("nominal", "robust"):
        name = getattr(config, key)
        if name is not None and name not in names:
            near = nearest_name(name, names)
            hint = f" (is {near!r} meant?)" if near else ""
            raise ConfigError(
                f"compare.{key}: no plan {name!r}{hint}; there are {', '.join(names)}"
            )
    repeated = {name for name in names if names.count(name) > 1}
    if repeated:
        raise ConfigError(f"compare.given: the plan name {min(repeated)!r} is taken")
