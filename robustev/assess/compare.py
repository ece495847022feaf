"""The whole comparison, part by part, each with the time it took."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import pandas as pd

from robustev.assess.config import MisspecifiedConfig
from robustev.assess.input import ComparisonInput, JudgedPlan
from robustev.assess.narrative.headline import headline
from robustev.assess.plan_metrics import plan_metrics
from robustev.assess.questions.equal_spend import margin_twins
from robustev.assess.questions.frontier import trace_frontier
from robustev.assess.questions.information import information
from robustev.assess.questions.observed import judge_on_observed
from robustev.assess.questions.out_of_sample import Judged, Label, judge
from robustev.assess.questions.redraws import Redraws, redraw, replications, saa_gap, stability
from robustev.assess.schema import (
    Comparison,
    ComparisonFigures,
    Frontier,
    Information,
    SaaGap,
    Skipped,
    Stability,
)
from robustev.assess.statistics.streams import (
    MISSPECIFIED,
    fresh_scenarios,
    judging_definition,
    stress_names,
)
from robustev.core.arrays import FloatArray
from robustev.core.errors import ConfigError
from robustev.evaluate import evaluate
from robustev.evaluate.frames import evaluation_frame

logger = logging.getLogger(__name__)

Notify = Callable[[str], None]
"""Called with the part of the comparison that begins."""


@dataclass(frozen=True, eq=False)
class Compared:
    """A comparison and what stands behind it.

    Parameters
    ----------
    evaluation
        One row per trial, plan and scenario; see :func:`robustev.evaluate.frames.evaluation_frame`.
        The trial ``made`` holds the scenarios that the plans were made from.
    fresh
        The main trial, with scenarios and evaluations.
    candidates
        Every plan that was judged, those made for the comparison included.
    """

    comparison: Comparison
    evaluation: pd.DataFrame
    fresh: Judged
    candidates: tuple[JudgedPlan, ...]

    def load(self, plan: str) -> FloatArray | None:
        """Return a plan's expected load on the fresh scenarios, shape (sites, types)."""
        return next((one.load for one in self.fresh.evaluations if one.plan.name == plan), None)


@dataclass
class _Parts:
    """Says which part begins, and keeps its seconds."""

    notify: Notify | None
    seconds: dict[str, float] = field(default_factory=dict)

    @contextmanager
    def part(self, name: str) -> Iterator[None]:
        """Announce the part of that name, and time the block."""
        if self.notify is not None:
            self.notify(name)
        start = time.perf_counter()
        yield
        self.seconds[name] = round(time.perf_counter() - start, 3)
        logger.info("%s: %.1f s", name, self.seconds[name])


def compare(
    case: ComparisonInput, *, skipped: tuple[Skipped, ...] = (), notify: Notify | None = None
) -> Compared:
    """Judge every plan of the case, and answer whether the robust one is really better.

    Parameters
    ----------
    skipped
        What is already known to be missing, with the reasons.
    notify
        Called with the name of each part as it begins.

    Raises
    ------
    ConfigError
        If the case has no plans, or no fresh scenarios can be drawn.
    KeyboardInterrupt
        If someone asked to stop.
    """
    if not case.candidates:
        raise ConfigError("there is no plan to compare")
    parts, missing = _Parts(notify), list(skipped)
    with parts.part("fresh scenarios"):
        fresh = _judge_fresh(case)
    with parts.part("the scenarios plans were made from"):
        known, made = _judge_made(case, fresh, missing)
    twins, others = _other_trials(case, fresh, parts)
    with parts.part("observed years"):
        observed, years = judge_on_observed(case, fresh.scenarios)
    with parts.part("redraws"):
        gap, stable = _redraws(case, missing)
    frontiers = _frontiers(case, parts)
    everyone = (*case.candidates, *(twin for _, twin in twins))
    found = ComparisonFigures(
        plans=plan_metrics(case, everyone),
        trials=(fresh.trial, *(judged.trial for judged in others)),
        information=known,
        saa_gap=gap,
        stability=stable,
        observed=observed,
        frontiers=frontiers,
        skipped=tuple(missing),
        units=case.units,
        confidence=case.config.confidence,
    )
    frames = [made, *(judged.frame for judged in (fresh, *others)), years]
    table = pd.concat(frames, ignore_index=True)  # drops None
    return Compared(_comparison(case, found, parts.seconds), table, fresh, everyone)


def _comparison(
    case: ComparisonInput, found: ComparisonFigures, seconds: dict[str, float]
) -> Comparison:
    """Return the comparison with its words."""
    nominal = None if case.nominal is None else case.nominal.name
    robust = None if case.robust is None else case.robust.name
    return Comparison(
        experiment=case.name,
        nominal=nominal,
        robust=robust,
        num_made_from=len(case.made_from),
        headline=headline(found, robust, nominal),
        seconds=seconds,
        **dict(found),
    )


def _other_trials(
    case: ComparisonInput, fresh: Judged, parts: _Parts
) -> tuple[list[tuple[JudgedPlan, JudgedPlan]], list[Judged]]:
    """Return the margin twins, and the trials beside the main one."""
    twins: list[tuple[JudgedPlan, JudgedPlan]] = []
    trials: list[Judged] = []
    if case.config.equal_spend:
        with parts.part("equal spend"):
            twins = margin_twins(case)
            trials += [_judge_twins(case, twins, fresh)] if twins else []
    for name, world in case.config.misspecified.items():
        with parts.part(f"another world: {name}"):
            trials.append(_judge_world(case, name, world))
    return twins, trials


def _frontiers(case: ComparisonInput, parts: _Parts) -> tuple[Frontier, ...]:
    """Return every frontier that is asked for."""
    found = []
    for name, config in case.config.frontiers.items():
        with parts.part(f"frontier {name}"):
            found.append(trace_frontier(case, name, config))
    return tuple(found)


def _judge_fresh(case: ComparisonInput) -> Judged:
    """Return the main trial: all plans on fresh draws of the plans' own forecast."""
    definition = judging_definition(case.config, case.definition)
    scenarios = fresh_scenarios(case.region, definition, case.config.scenarios, case.seed)
    label = Label(
        name="fresh",
        kind="fresh",
        title="fresh scenarios",
        description=(
            "Independent draws of the same forecast, from another seed than the plans' own; every "
            "plan was made within the same limits."
        ),
        where=f"{len(scenarios)} fresh scenarios",
    )
    return judge(
        case, label, scenarios, case.plans,
        by_hand=stress_names(definition), num_optima=case.config.regret_scenarios,
    )  # fmt: skip


def _judge_made(
    case: ComparisonInput, fresh: Judged, missing: list[Skipped]
) -> tuple[Information, pd.DataFrame]:
    """Return VSS and EVPI on the scenarios that the plans were made from, and the table of these.

    What cannot be had joins ``missing``.
    """
    instance = case.instance(case.made_from)
    made = evaluate(instance, case.plans, comm=case.comm)
    known = information(case, made, fresh)
    if known.wait_and_see is None and case.config.foresight_scenarios:
        why = (
            "the scenarios that the plans were made from are weighted, so that only all of them "
            f"would do: set compare.foresight_scenarios to {len(case.made_from)}"
        )
        missing.append(Skipped(what="wait-and-see and EVPI", why=why))
    return known, evaluation_frame(made, instance.region.types, trial="made")


def _judge_twins(
    case: ComparisonInput, twins: list[tuple[JudgedPlan, JudgedPlan]], fresh: Judged
) -> Judged:
    """Return the trial of robust plans against the margins that spend as much."""
    label = Label(
        name="equal_spend",
        kind="equal_spend",
        title="equal spend",
        description=(
            "Each robust plan that spends more than the nominal one meets a nominal plan for as "
            "much more demand as makes it spend the same; the fresh scenarios again."
        ),
        where=f"{len(fresh.scenarios)} fresh scenarios",
    )
    plans = [plan for robust, twin in twins for plan in (robust.plan, twin.plan)]
    pairs = [(robust.name, twin.name) for robust, twin in twins]
    return judge(
        case, label, fresh.scenarios, plans,
        by_hand=case.by_hand, pairs=pairs, known=fresh.evaluations,
    )  # fmt: skip


def _judge_world(case: ComparisonInput, name: str, world: MisspecifiedConfig) -> Judged:
    """Return the trial on the scenarios of another definition."""
    scenarios = fresh_scenarios(
        case.region, world.scenarios, world.number, case.seed, purpose=MISSPECIFIED, which=name
    )
    about = world.scenarios.description or "Scenarios of another definition than the plans' own."
    label = Label(
        name=name,
        kind="misspecified",
        title=name.replace("_", " "),
        description=about,
        where=f"{len(scenarios)} scenarios of another world",
    )
    return judge(
        case, label, scenarios, case.plans,
        by_hand=stress_names(world.scenarios),
    )  # fmt: skip


def _redraws(
    case: ComparisonInput, missing: list[Skipped]
) -> tuple[SaaGap | None, Stability | None]:
    """Return the SAA gap and the site stability; what cannot be had joins ``missing``."""
    if not case.config.redraws or case.robust is None:
        return None, None
    if case.definition is None:
        why = "the scenarios come with the data, so that there is nothing to redraw"
        missing.append(Skipped(what="site stability and the SAA gap", why=why))
        return None, None
    found = redraw(case, case.robust)
    gap = _gap(case, found)
    if gap is None:
        why = "it needs a plan for expected cost, and at least two redraws with a proven bound"
        missing.append(Skipped(what="SAA gap", why=why))
    return gap, stability(case, found)


def _gap(case: ComparisonInput, redraws: Redraws) -> SaaGap | None:
    """Return the SAA gap, without drawing samples for a plan that can have none."""
    if not redraws.model.objective.is_expected_cost or case.config.redraws < 2:
        return None
    return saa_gap(case, replications(case, redraws))
