"""Experiments of several phases: their scenarios, and what cannot be asked of them."""

from __future__ import annotations

from robustev.config.experiment import Experiment
from robustev.core.errors import ConfigError
from robustev.data.region import Region
from robustev.data.scenarios import ScenarioSet
from robustev.model.phases.config import Phases
from robustev.model.phases.demand import joined
from robustev.scenarios.by_year import generate_by_year
from robustev.scenarios.generator import completed


def check_phases(experiment: Experiment) -> None:
    """Refuse what has no meaning for plans of several phases.

    Raises
    ------
    ConfigError
        If the experiment compares such plans, or its plans need scenarios of different years.
    """
    phased = [name for name, spec in experiment.plans.items() if spec.model.phases is not None]
    if phased and experiment.compare is not None:
        raise ConfigError(
            f"compare: {', '.join(phased)} is built in phases; plans of several phases are not "
            "judged on fresh scenarios: leave 'compare' out"
        )
    if phased and experiment.output.assignment:
        raise ConfigError("output.assignment is for plans of one phase")
    asked = {name: _asked(spec.model.phases) for name, spec in experiment.plans.items()}
    if len(set(asked.values())) > 1:
        one = next(name for name in asked if asked[name] is not None)
        other = next(name for name in asked if asked[name] != asked[one])
        raise ConfigError(
            f"model.phases: the plans {one} and {other} need scenarios of different years; one set "
            "of scenarios serves all plans of an experiment"
        )


def refuse_phases(experiment: Experiment, verb: str) -> None:
    """Refuse an experiment of several phases, where only plans of one can be looked at.

    Raises
    ------
    ConfigError
        If a plan of it, or its section ``model``, has phases.
    """
    models = [experiment.model, *(spec.model for spec in experiment.plans.values())]
    if any(model.phases is not None for model in models):
        raise ConfigError(f"'{verb}' is for plans of one phase; this experiment has 'model.phases'")


def phases_by_year(experiment: Experiment) -> Phases | None:
    """Return the phases whose years the scenarios must hold; None where one year is enough."""
    found = [spec.model.phases for spec in experiment.plans.values()]
    return next((one for one in found if _asked(one) is not None), None)


def _asked(phases: Phases | None) -> tuple[tuple[str, int], ...] | None:
    """Return names and years of phases that the scenario source is asked for."""
    if phases is None or phases.years is None:
        return None
    return tuple(zip(phases.names, phases.years, strict=True))


def scenarios_by_year(
    experiment: Experiment, phases: Phases, region: Region, given: ScenarioSet | None
) -> ScenarioSet:
    """Return scenarios that run through all phases."""
    section = experiment.scenarios
    assert phases.years is not None
    years = generate_by_year(
        region,
        section,
        phases.years,
        num_scenarios=section.number,
        seed=experiment.seed,
        given=given,
    )
    drivers = {name: values for year in years for name, values in year.drivers.items()}
    whole = joined(phases, [year.demand for year in years], years[0].with_drivers(drivers))
    return completed(whole, section)
