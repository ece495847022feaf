"""Running an experiment: data, then every plan, then the result folder."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

from robustev.assess.compare import Compared, Notify
from robustev.config.experiment import Experiment, PlanSpec
from robustev.config.load import load_experiment
from robustev.core.errors import InfeasibleError, RobustevError
from robustev.data.plan import Plan
from robustev.data.region import Region
from robustev.data.scenarios import ScenarioSet
from robustev.experiment.compare import check_comparison, compare_plans
from robustev.experiment.methods import takes_all_ranks
from robustev.experiment.prepare import make_region, make_scenarios
from robustev.methods.result import Progress, SolveResult, Status, TraceRow
from robustev.methods.solve import solve
from robustev.parallel import interrupt, ranks
from robustev.results.plans import check_same_scenarios, stored_results
from robustev.results.writer import Results, replacing, write_results

logger = logging.getLogger(__name__)

PlanProgress = Callable[[str, TraceRow], None]
"""Called with the plan's name whenever one of its bounds moves."""


@dataclass(frozen=True)
class Outcome:
    """What a run made: the data, one result per plan, how they compare, where they were written."""

    experiment: Experiment
    region: Region
    scenarios: ScenarioSet
    results: Mapping[str, SolveResult]
    folder: Path | None = None
    comparison: Compared | None = None


@dataclass
class _Clock:
    """Wall-clock seconds by phase."""

    seconds: dict[str, float] = field(default_factory=dict)

    @contextmanager
    def phase(self, name: str) -> Iterator[None]:
        start = time.perf_counter()
        try:
            yield
        finally:
            self.seconds[name] = round(time.perf_counter() - start, 3)
            logger.info("%s: %.2f s", name, self.seconds[name])


def run_experiment(
    experiment: Experiment | str | Path,
    *,
    folder: str | Path | None = None,
    keep: bool = False,
    write: bool = True,
    progress: PlanProgress | None = None,
    on_part: Notify | None = None,
    known: Path | None = None,
) -> Outcome:
    """Make every plan of an experiment, compare them if it asks for that, write the result folder.

    Parameters
    ----------
    experiment
        A loaded experiment, or the path of its file.
    folder
        The result folder; by default the experiment's, else ``results/<name>``. An existing one
        is replaced as a whole, once the new one is complete.
    keep
        Keep an existing result folder and write into a numbered one beside it.
    write
        False returns the outcome without writing anything.
    progress
        Called whenever a bound moves, on rank 0 alone.
    on_part
        Called with the name of each part of the comparison as it begins.
    known
        A result folder of the same experiment whose plans are taken over instead of made again.

    Raises
    ------
    InputError
        If the configuration or the data cannot be used.
    OutputError
        If the folder exists and is not a result folder.
    """
    if not isinstance(experiment, Experiment):
        experiment = load_experiment(experiment)
    target = result_folder(experiment, folder)
    clock = _Clock()
    region, scenarios = _data(experiment, clock)
    results = _plans(experiment, region, scenarios, clock, progress, known)
    compared = None
    if experiment.compare is not None and ranks.decided_by_root(_complete(experiment, results)):
        with clock.phase("comparison"):
            compared = _compare(experiment, region, scenarios, results, on_part)
    outcome = Outcome(experiment, region, scenarios, results, comparison=compared)
    if not write or ranks.rank() != 0:
        return outcome
    return replace(outcome, folder=_written(outcome, target, clock.seconds, keep))


def _data(experiment: Experiment, clock: _Clock) -> tuple[Region, ScenarioSet]:
    """Return region and scenarios, once the comparison is known to be possible with them."""
    with clock.phase("region"):
        region = make_region(experiment)
    with clock.phase("scenarios"):
        scenarios = make_scenarios(experiment, region)
    if experiment.compare is not None:
        check_comparison(experiment, region)
    return region, scenarios


def _plans(
    experiment: Experiment,
    region: Region,
    scenarios: ScenarioSet,
    clock: _Clock,
    progress: PlanProgress | None,
    known: Path | None,
) -> dict[str, SolveResult]:
    """Return one result per plan, in the order of the experiment, the same on every rank."""
    results: dict[str, SolveResult] = {}
    if known is not None:
        check_same_scenarios(known, region, scenarios)
        results |= stored_results(known, experiment, region)
    results |= _solve_plans(experiment, region, scenarios, clock, progress, set(results))
    return {name: results[name] for name in experiment.plans if name in results}


def _written(outcome: Outcome, target: Path, seconds: Mapping[str, float], keep: bool) -> Path:
    """Write the result folder and return its place."""
    content = Results(
        outcome.experiment, outcome.region, outcome.scenarios, outcome.results, seconds,
        outcome.comparison,
    )  # fmt: skip
    with replacing(target, keep=keep) as staging:
        write_results(staging.path, content)
        _write_report(staging.path)
    return staging.final


def _write_report(folder: Path) -> None:
    """Write the report of a complete result folder; a fault in a picture must not lose the plans.

    Plotting is loaded here, since an experiment that is only checked needs none.
    """
    from robustev.report.page import write_report  # noqa: PLC0415

    try:
        write_report(folder)
    except Exception:
        logger.exception("the report could not be made; 'robustev report' tries again")


def result_folder(experiment: Experiment, folder: str | Path | None = None) -> Path:
    """Return where the results go: ``folder``, else the experiment's, else ``results/<name>``."""
    return Path(folder or experiment.output.folder or Path("results") / experiment.name).resolve()


def _solve_plans(
    experiment: Experiment,
    region: Region,
    scenarios: ScenarioSet,
    clock: _Clock,
    progress: PlanProgress | None,
    known: set[str],
) -> dict[str, SolveResult]:
    """Solve plan after plan; an interrupt ends the list and keeps what there is.

    Rank 0 decides whether to go on, and makes plans by ``ef``, and those that ask for one rank,
    while the others wait.
    """
    results: dict[str, SolveResult] = {}
    for name, spec in experiment.plans.items():
        if name in known:
            continue
        with clock.phase(f"plan {name}"):
            made = None
            if ranks.rank() == 0 or takes_all_ranks(region, scenarios, spec):
                made = solve_plan(
                    region, scenarios, spec, name=name, progress=_named(progress, name),
                    start=_start(spec, results),
                )  # fmt: skip
            go_on = ranks.decided_by_root(not _interrupted(made))
            # Every rank judges plans, begins with them, and ends with their status.
            shared = ranks.shared_by_root(made)
            assert shared is not None
            results[name] = shared
            if not go_on:
                break
    return results


def _interrupted(made: SolveResult | None) -> bool:
    return made is not None and (made.status is Status.INTERRUPTED or interrupt.requested())


def _start(spec: PlanSpec, results: Mapping[str, SolveResult]) -> list[Plan]:
    """Return the plans to start from: those made so far, where the measure looks at bad futures.

    The others are baselines of each other, and soon made: one that began with another's plan could
    end with it, within the gap asked for.
    """
    if spec.model.objective.is_expectation:
        return []
    return [result.plan for result in results.values() if result.plan is not None]


def _complete(experiment: Experiment, results: Mapping[str, SolveResult]) -> bool:
    """Return whether every plan was gone through, and nobody asked to stop."""
    stopped = any(result.status is Status.INTERRUPTED for result in results.values())
    return len(results) == len(experiment.plans) and not stopped


def _compare(
    experiment: Experiment,
    region: Region,
    scenarios: ScenarioSet,
    results: dict[str, SolveResult],
    on_part: Notify | None,
) -> Compared | None:
    """Return the comparison, made by all ranks; None if someone asked to stop."""
    try:
        return compare_plans(experiment, region, scenarios, results, notify=on_part)
    except KeyboardInterrupt:
        logger.warning("the comparison was interrupted; the plans are kept")
    except RobustevError as error:
        logger.error("the comparison failed, the plans are kept: %s", error)
    return None


def solve_plan(
    region: Region,
    scenarios: ScenarioSet,
    spec: PlanSpec,
    *,
    name: str,
    progress: Progress | None = None,
    start: Sequence[Plan] = (),
) -> SolveResult:
    """Make one plan; a plan that cannot exist is a result with the status ``infeasible``.

    Plans to ``start`` from may be of the same experiment: they keep its limits, or are left out.
    """
    began = time.perf_counter()
    demand = scenarios if spec.demand_factor == 1 else scenarios.scaled(spec.demand_factor)
    try:
        return solve(
            region, demand, spec.model, spec.solve, name=name, progress=progress, start=start
        )
    except InfeasibleError as error:
        seconds = time.perf_counter() - began
        return SolveResult(
            spec.solve.method, None, None, None, Status.INFEASIBLE, seconds, message=str(error)
        )


def _named(progress: PlanProgress | None, name: str) -> Progress | None:
    if progress is None or ranks.rank() != 0:
        return None
    return lambda row: progress(name, row)
