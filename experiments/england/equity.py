"""Sweep the price of serving every decile of deprivation alike, and draw it.

    python -m experiments.england.equity [--shares 0.5 0.7 ...] [--output results/england_equity]

For a share ``beta`` two plans are made: one serves it of every decile's demand in every scenario
(rule ``group_service`` by decile), one of the region's demand as a whole (the same rule by
``region``, one group). What the second costs more than the free plan is the price of certainty;
what the first costs more than the second is the price of serving all alike. Each is bracketed by
the proven bounds:

    LB(alike) - UB(whole)  <=  price  <=  UB(alike) - LB(whole).

A plan for a share serves every smaller share, and a bound holds for every greater one.
"""

from __future__ import annotations

import argparse
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from experiments.england.curve import draw
from robustev import Plan, SolveResult, load_experiment, solve
from robustev.assess.questions.frontier import shared_along
from robustev.core.arrays import FloatArray
from robustev.experiment.prepare import Prepared, prepare
from robustev.methods.result import relative_gap
from robustev.model.features.group_service import GroupService
from robustev.model.instance import Instance, build_instance
from robustev.model.model import Model
from robustev.recourse.recourse import Recourse

HERE = Path(__file__).parent
SHARES = (0.6, 0.7, 0.8, 0.9, 0.95)
WHO = {"alike": "decile", "whole": "region"}
"""What is asked for, and the attribute of the zones whose groups it is asked of."""


@dataclass(frozen=True)
class Row:
    """One plan of the sweep: its cost, bound and gap, and the least share that it serves.

    ``least_share`` is of any decile in any scenario, ``least_mean`` of any decile on average.
    """

    asked: str
    share: float
    objective: float
    lower_bound: float
    gap: float
    stations: float
    chargers: float
    infrastructure: float
    least_share: float
    least_mean: float
    status: str
    seconds: float


def sweep(prepared: Prepared, shares: tuple[float, ...]) -> list[Row]:
    """Return the rows of the free plan (share 0), and of both plans for every share."""
    free = _solve(prepared, None, 0.0, [])
    rows = [_row(prepared, "free", 0.0, free)]
    for asked, by in WHO.items():
        found = [free]
        for share in shares:
            found.append(_solve(prepared, by, share, [r.plan for r in found if r.plan is not None]))
            print(f"{asked} {share:g}: {found[-1].status}, gap {found[-1].gap}", flush=True)
        # The strictest first: its plan serves the others too, and their bounds hold for it.
        found = shared_along([*found[:0:-1], free])[::-1]
        rows += [_row(prepared, asked, s, r) for s, r in zip(shares, found[1:], strict=True)]
    return rows


def _model(prepared: Prepared, by: str | None, share: float) -> Model:
    model = prepared.experiment.plans["free"].model
    rule = None if by is None else GroupService(by=by, share=share)
    return model.model_copy(update={"group_service": rule})


def _solve(prepared: Prepared, by: str | None, share: float, start: list[Plan]) -> SolveResult:
    options = prepared.experiment.solve
    model = _model(prepared, by, share)
    return solve(prepared.region, prepared.scenarios, model, options, start=start)


def _row(prepared: Prepared, asked: str, share: float, result: SolveResult) -> Row:
    """Return the figures of one plan; those that nobody knows are NaN."""
    status, seconds = str(result.status), round(result.seconds, 1)
    if result.plan is None or result.objective is None or result.lower_bound is None:
        nothing = [float("nan")] * 8
        return Row(asked, share, *nothing, status, seconds)
    model = _model(prepared, WHO.get(asked), share)
    instance = build_instance(prepared.region, prepared.scenarios, model)
    served = served_shares(instance, result.plan, "decile")
    return Row(
        asked, share, result.objective, result.lower_bound,
        relative_gap(result.objective, result.lower_bound),
        int(result.plan.open.sum()), int(result.plan.chargers.sum()),
        instance.infrastructure_cost(result.plan),
        float(served.min()), float((instance.probability @ served).min()), status, seconds,
    )  # fmt: skip


def served_shares(instance: Instance, plan: Plan, by: str) -> FloatArray:
    """Return the share of each group's demand that a plan serves, shape (scenarios, groups)."""
    groups, group = np.unique(instance.region.zones.groups[by], return_inverse=True)
    recourse, found = Recourse(instance), np.ones((len(instance.scenarios), len(groups)))
    for s, demand in enumerate(instance.demand):
        unserved = recourse.dispatch(plan, s).unserved.sum(axis=1)
        left, total = (np.bincount(group, v) for v in (unserved, demand.sum(axis=1)))
        found[s] -= np.divide(left, total, out=np.zeros(len(groups)), where=total > 0)
    return found


def prices(rows: list[Row]) -> pd.DataFrame:
    """Return, for each share, brackets of what alike and whole cost above the free plan.

    Columns ``alike_low`` ... ``whole_high`` are in money above the free plan, ``price_low`` and
    ``price_high`` what alike costs above whole. Each is of a stricter rule, so at least 0.
    """
    free = rows[0]
    by = {(row.asked, row.share): row for row in rows}
    found = []
    for share in sorted({row.share for row in rows[1:]}):
        alike, whole = by["alike", share], by["whole", share]
        line: dict[str, float] = {"share": share}
        for name, one, other in (("alike", alike, free), ("whole", whole, free),
                                 ("price", alike, whole)):  # fmt: skip
            line[f"{name}_low"] = float(np.maximum(0.0, one.lower_bound - other.objective))
            line[f"{name}_high"] = one.objective - other.lower_bound
        found.append(line)
    return pd.DataFrame(found)


def main() -> None:
    """Make all plans, and write plans.csv, prices.csv and price.svg."""
    asked = argparse.ArgumentParser(description="The price of serving every decile alike.")
    asked.add_argument("--shares", type=float, nargs="+", default=SHARES)
    asked.add_argument("--set", action="append", default=[], help="as for robustev run")
    asked.add_argument("--output", type=Path, default=Path("results/england_equity"))
    options = asked.parse_args()
    prepared = prepare(load_experiment(HERE / "equity.yaml", options.set))
    rows = sweep(prepared, tuple(sorted(options.shares)))
    options.output.mkdir(parents=True, exist_ok=True)
    pd.DataFrame([asdict(row) for row in rows]).to_csv(options.output / "plans.csv", index=False)
    table = prices(rows)
    table.to_csv(options.output / "prices.csv", index=False)
    picture = draw(table, rows[0].objective)
    (options.output / "price.svg").write_text(picture, encoding="utf-8")
    print(table.round(1).to_string(index=False))


if __name__ == "__main__":
    main()
