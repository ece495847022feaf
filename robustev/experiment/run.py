"""Running an experiment: data, then every plan, then the comparison, then the result folder."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from robustev.assess.compare import Compared, Notify
from robustev.config.experiment import Experiment, PlanSpec
from robustev.config.load import load_experiment
from robustev.core.errors import InfeasibleError, RobustevError
from robustev.data.plan import Plan
from robustev.experiment.compare import compare_plans
from robustev.experiment.methods import agreed_method, takes_all_ranks
from robustev.experiment.outcome import Outcome, write_outcome
from robustev.experiment.own_scenarios import evaluate_made
from robustev.experiment.prepare import Clock, Prepared, prepare
from robustev.methods.keeper import Checkpoint
from robustev.methods.options import SolveOptions
from robustev.methods.result import UNFINISHED, Progress, SolveResult, Status, TraceRow, better_of
from robustev.methods.solve import known_of, solve_instance
from robustev.model.instance import Instance
from robustev.parallel import interrupt, ranks
from robustev.results.disk import OutputError, locked
from robustev.results.journal import Journal, journal_folder
from robustev.results.plans import check_same_scenarios, results_so_far, stored_results
from robustev.results.reader import read_results
from robustev.results.room import check_room
from robustev.results.writer import Results

logger = logging.getLogger(__name__)

PlanProgress = Callable[[str, TraceRow], None]
"""Called with the plan's name whenever one of its bounds moves."""


@dataclass(frozen=True)
class _Run:
    """One run under way: its data, what it tells of its progress, what it keeps."""

    ready: Prepared
    target: Path
    clock: Clock
    progress: PlanProgress | None
    journal: Journal | None
    on_made: Notify | None = None
    only_known: bool = False

    @property
    def experiment(self) -> Experiment:
        """The experiment."""
        return self.ready.experiment


def run_experiment(
    experiment: Experiment | str | Path,
    *,
    folder: str | Path | None = None,
    keep: bool = False,
    write: bool = True,
    progress: PlanProgress | None = None,
    on_part: Notify | None = None,
    on_made: Notify | None = None,
    known: Path | None = None,
    resume: bool = False,
    ready: Prepared | None = None,
    only_known: bool = False,
) -> Outcome:
    """Make every plan of an experiment, compare them if it asks for that, write the result folder.

    Finished plans are kept beside the folder while the run goes on, so that one which is killed
    can be resumed. A run that is stopped writes what it has, but never over richer results.

    Parameters
    ----------
    folder
        The result folder; by default the experiment's, else ``results/<name>``. An existing one
        is replaced as a whole.
    keep
        Keep an existing result folder and write into a numbered one beside it.
    write
        False writes nothing.
    progress
        Called whenever a bound moves, on rank 0 alone.
    on_part
        Called with the name of each part of the comparison as it begins.
    on_made
        Called with the name of each plan once it is made.
    known
        A result folder of the same experiment whose plans are taken over.
    resume
        Go on with a run that did not come to its end.
    ready
        The experiment's data, where they are prepared already.
    only_known
        Solve nothing; write what an unfinished run had saved.

    Raises
    ------
    InputError
        If the configuration or the data cannot be used.
    OutputError
        If the folder is no result folder, lacks room, or cannot be written, or another run does.
    """
    if not isinstance(experiment, Experiment):
        experiment = load_experiment(experiment)
    target = result_folder(experiment, folder)
    with _claimed(target) if write else ExitStack():
        ready = ready or prepare(experiment)
        journal = Journal(target, experiment, ready.region) if write else None
        clock = Clock(dict(ready.seconds))
        run = _Run(ready, target, clock, progress, journal, on_made, only_known)
        outcome = _made(run, known, on_part, resume=resume)
        return _written(run, outcome, target, keep=keep) if write else outcome


def _check_room(run: _Run) -> None:
    """Refuse a disk without room; what was saved of a run that died is written all the same."""
    ready = run.ready
    if run.journal is not None and not run.only_known:
        check_room(run.target, ready.experiment, ready.region, ready.scenarios)


def _made(run: _Run, known: Path | None, on_part: Notify | None, *, resume: bool) -> Outcome:
    """Make the plans and, where all went through and it is asked for, their comparison."""
    ready = run.ready
    ranks.done_by_root(lambda: _check_room(run))
    results = _plans(run, known, resume=resume)
    made = Outcome(ready.experiment, ready.region, ready.scenarios, results)
    if run.only_known or not ranks.decided_by_root(_complete(run, results)):
        return made
    if run.experiment.compare is not None:
        with run.clock.phase("comparison"):
            return replace(made, comparison=_compare(run, results, on_part))
    if run.experiment.output.evaluation:
        with run.clock.phase("evaluation"):
            return replace(made, evaluations=evaluate_made(ready, results))
    return made


@contextmanager
def _claimed(target: Path) -> Iterator[None]:
    """Keep other runs away from the result folder; every rank learns of a place that is taken."""
    with ExitStack() as held:
        ranks.done_by_root(lambda: held.enter_context(locked(target)))
        yield


def _plans(run: _Run, known: Path | None, *, resume: bool) -> dict[str, SolveResult]:
    """Return one result per plan, in the order of the experiment, the same on every rank."""
    found: dict[str, SolveResult] = {}
    if resume:
        ready = run.ready
        found |= results_so_far(run.target, run.experiment, ready.region, ready.scenarios)
    if known is not None:
        stored = read_results(known)
        check_same_scenarios(stored, run.ready.scenarios)
        found |= stored_results(stored, run.experiment, run.ready.region)
    if run.journal is not None:
        journal = run.journal
        found |= ranks.done_by_root(lambda: journal.begin(run.ready.scenarios, resume=resume))
    results = _solve_plans(run, found)
    return {name: results[name] for name in run.experiment.plans if name in results}


def _written(run: _Run, outcome: Outcome, target: Path, *, keep: bool) -> Outcome:
    """Write the result folder on rank 0, while the others wait; return what is to be told of it."""
    content = Results(
        outcome.experiment, outcome.region, outcome.scenarios, outcome.results, run.clock.seconds,
        run.ready.instances, outcome.comparison, outcome.evaluations,
    )  # fmt: skip

    def write() -> tuple[Path | None, str]:
        try:
            place = write_outcome(content, target, keep=keep)
        except OutputError as error:
            kept = f"{error}; finished plans are in {journal_folder(target)}, see --resume"
            raise OutputError(kept) from error
        if content.complete and run.journal is not None:
            run.journal.discard()
        return place

    folder, note = ranks.done_by_root(write)
    return replace(outcome, folder=folder if ranks.rank() == 0 else None, note=note)


def result_folder(experiment: Experiment, folder: str | Path | None = None) -> Path:
    """Return where the results go: ``folder``, else the experiment's, else ``results/<name>``."""
    return Path(folder or experiment.output.folder or Path("results") / experiment.name).resolve()


def _solve_plans(run: _Run, known: Mapping[str, SolveResult]) -> dict[str, SolveResult]:
    """Solve plan after plan; an interrupt ends the list and keeps what there is.

    Rank 0 decides whether to go on, and makes plans by ``ef``, and those that ask for one rank,
    while the others wait.
    """
    results = {name: one for name, one in known.items() if one.status not in UNFINISHED}
    for name in run.experiment.plans:
        if name in results:
            continue
        with run.clock.phase(f"plan {name}"):
            try:
                made = _solved(run, name, results, known.get(name))
            except KeyboardInterrupt:
                # With several ranks the others are somewhere else: only an end of all helps.
                if ranks.num_ranks() > 1:
                    raise
                logger.warning("plan %s was given up; finished plans are kept", name)
                break
            go_on = ranks.decided_by_root(not _interrupted(made))
            # Every rank judges plans, begins with them, and ends with their status.
            shared = ranks.shared_by_root(made)
            if run.only_known and shared is None:
                break
            assert shared is not None
            results[name] = shared
            if run.on_made is not None:
                run.on_made(name)
            if run.journal is not None and ranks.rank() == 0:
                run.journal.record(name, shared, run.ready.instances[name])
            if not go_on:
                break
    return results


def _solved(
    run: _Run, name: str, results: Mapping[str, SolveResult], before: SolveResult | None
) -> SolveResult | None:
    """Return the result of one plan, going on from ``before``; None on a rank without a part."""
    spec, instance = run.experiment.plans[name], run.ready.instances[name]
    choice = agreed_method(name, instance, spec.solve)
    logger.info("plan %s: method %s: %s", name, choice.method.name, choice.reason)
    if ranks.rank() != 0 and not takes_all_ranks(choice.method, spec.solve):
        return None
    options = spec.solve.model_copy(update={"method": choice.method.name})
    start = _start(spec, results)
    if before is not None and before.plan is not None:
        start = [before.plan, *start]
    checkpoint = None if run.journal is None else run.journal.checkpoint(name)
    if run.only_known:
        assert checkpoint is not None
        kept = known_of(instance, options, name, checkpoint)
        return before if kept is None else kept
    # A checkpoint knows all that the journal does.
    goes_on = checkpoint is not None and checkpoint.exists
    made = solve_plan(
        instance, options, name=name, progress=_named(run.progress, name), start=start,
        checkpoint=checkpoint,
    )  # fmt: skip
    return made if before is None or goes_on else better_of(made, before)


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


def _complete(run: _Run, results: Mapping[str, SolveResult]) -> bool:
    """Return whether every plan was gone through, and nobody asked to stop."""
    stopped = any(result.status is Status.INTERRUPTED for result in results.values())
    return len(results) == len(run.experiment.plans) and not stopped


def _compare(run: _Run, results: dict[str, SolveResult], on_part: Notify | None) -> Compared | None:
    """Return the comparison, made by all ranks; None if someone asked to stop."""
    ready = run.ready
    try:
        return compare_plans(
            ready.experiment, ready.region, ready.scenarios, results,
            memory=None if run.journal is None else run.journal.parts, notify=on_part,
        )  # fmt: skip
    except KeyboardInterrupt:
        logger.warning("the comparison was interrupted; the plans are kept")
    except RobustevError as error:
        logger.error("the comparison failed, the plans are kept: %s", error)
    return None


def solve_plan(
    instance: Instance,
    options: SolveOptions,
    *,
    name: str,
    progress: Progress | None = None,
    start: Sequence[Plan] = (),
    checkpoint: Checkpoint | None = None,
) -> SolveResult:
    """Make one plan; a plan that cannot exist is a result with the status ``infeasible``.

    Plans to ``start`` from may be of the same experiment: they keep its limits, or are left out.
    """
    began = time.perf_counter()
    try:
        return solve_instance(
            instance, options, name=name, progress=progress, start=start, checkpoint=checkpoint
        )
    except InfeasibleError as error:
        seconds = time.perf_counter() - began
        return SolveResult(
            options.method, None, None, None, Status.INFEASIBLE, seconds, message=str(error)
        )


def _named(progress: PlanProgress | None, name: str) -> Progress | None:
    if progress is None or ranks.rank() != 0:
        return None
    return lambda row: progress(name, row)
