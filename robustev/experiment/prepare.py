"""Everything that an experiment works on, made once: region, scenarios, an instance per plan."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from robustev.config.experiment import Experiment
from robustev.config.region import make_region
from robustev.data.region import Region
from robustev.data.scenarios import ScenarioSet
from robustev.evaluate.cost_space import cost_space
from robustev.experiment.compare import check_comparison
from robustev.experiment.methods import plan_instance
from robustev.experiment.phases import check_phases, phases_by_year, scenarios_by_year
from robustev.model.instance import Instance
from robustev.parallel import ranks
from robustev.parallel.shared import once_per_node
from robustev.scenarios.generator import generate
from robustev.verify.rules import register_measures

logger = logging.getLogger(__name__)


@dataclass
class Clock:
    """Wall-clock seconds by phase."""

    seconds: dict[str, float] = field(default_factory=dict)

    @contextmanager
    def phase(self, name: str) -> Iterator[None]:
        """Time the block as the phase of that name."""
        start = time.perf_counter()
        try:
            yield
        finally:
            self.seconds[name] = round(time.perf_counter() - start, 3)
            logger.info(
                "%s: %.2f s", name, self.seconds[name],
                extra={"event": "phase", "phase": name, "seconds": self.seconds[name]},
            )  # fmt: skip


@dataclass(frozen=True, eq=False)
class Prepared:
    """An experiment with its data, the same on every rank.

    Parameters
    ----------
    instances
        What each plan solves, its safety margin included.
    seconds
        Wall-clock time of each phase that led here.
    """

    experiment: Experiment
    region: Region
    scenarios: ScenarioSet
    instances: Mapping[str, Instance]
    seconds: Mapping[str, float] = field(default_factory=dict)


def prepare(experiment: Experiment) -> Prepared:
    """Read the region, draw the scenarios and build every plan's instance, each once.

    Raises
    ------
    InputError
        With every fault in the data; if a model asks for what the region does not have; or if the
        comparison that the experiment asks for cannot be made.
    """
    # So that what is written can be read again in this process.
    register_measures([type(spec.model.objective) for spec in experiment.plans.values()])
    check_phases(experiment)
    clock = Clock()
    with clock.phase("region"):
        region = make_region(experiment)
    if experiment.compare is not None:
        check_comparison(experiment, region)
    if experiment.output.access is not None:
        experiment.output.access.check(region)
    with clock.phase("scenarios"):
        scenarios = once_per_node(lambda: made_ready(make_scenarios(experiment, region)))
    with clock.phase("instances"):
        instances = {
            name: plan_instance(region, scenarios, spec) for name, spec in experiment.plans.items()
        }
    return Prepared(experiment, region, scenarios, instances, clock.seconds)


def made_ready(scenarios: ScenarioSet) -> ScenarioSet:
    """Return scenarios with the arrays that kernels work on, so that ranks share those as well."""
    if ranks.num_ranks() > 1:
        scenarios.by_type  # noqa: B018 - made when it is asked for
    return scenarios


def make_scenarios(experiment: Experiment, region: Region) -> ScenarioSet:
    """Return the experiment's scenarios, as its source says.

    Raises
    ------
    InputError
        If the region lacks what the source refers to, or data cannot be used.
    """
    section, given = experiment.scenarios, given_scenarios(experiment)
    phases = phases_by_year(experiment)
    if phases is not None:
        return scenarios_by_year(experiment, phases, region, given)
    return generate(
        region, section, num_scenarios=section.number, seed=experiment.seed,
        cost_space=cost_space(region, experiment.model), given=given,
    )  # fmt: skip


def given_scenarios(experiment: Experiment) -> ScenarioSet | None:
    """Return the scenarios that come with the region's data, if its format has any."""
    region = experiment.region
    return region.read_scenarios(Path()) if region.brings_scenarios else None
