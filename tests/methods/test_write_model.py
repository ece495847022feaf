"""Other solvers find the same optimum in the file as trying every plan does."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from robustev.core import highs
from robustev.core.errors import ConfigError, InfeasibleError
from robustev.methods.write_model import write_model
from robustev.model.features.base import Feature
from robustev.model.features.register import FEATURES
from robustev.model.instance import Instance
from robustev.model.model import Budget, Levels, Model, Reach, Stations
from robustev.model.risk import REGISTER, measure_of
from robustev.model.rows import Rows
from tests import instances
from tests.instances import PENALTY, every_plan, true_costs
from tests.methods.conftest import Solve
from tests.methods.smps import solve_smps

MEASURES = {
    f"{key}, weight {weight:g}": Model(
        unserved_penalty=PENALTY,
        objective=measure_of({"measure": key, "weight": weight, **kind.example}),
    )
    for key, kind in REGISTER.items()
    for weight in (1.0, 0.4)
}
RULES = {
    feature.key: Model(unserved_penalty=PENALTY, **{feature.key: dict(feature.example)})
    for feature in FEATURES
    if feature.example
}
MODELS = {
    "nobody left out": Model(),
    "shared split": Model(split="shared", unserved_penalty=PENALTY),
    "levels": Model(levels=Levels(maximum=2), unserved_penalty=3, existing_cost="counted"),
    "limits": Model(unserved_penalty=2, budget=Budget(limit=20), stations=Stations(maximum=2),
                    reach=Reach(nearest=2)),
    "uncapacitated": Model(capacitated=False, stations=Stations(exactly=2)),
}  # fmt: skip


def instance_of(model: Model, seed: int = 5) -> Instance:
    types = 2 if model.split == "shared" else 1
    return instances.random_instance(seed, model=model, types=types, existing=True)


def with_a_plan(model: Model, seed: int) -> Instance:
    """Return the first instance, by every other seed, in which the model has a plan."""
    found = (instance_of(model, s) for s in range(seed, seed + 40, 2))
    return next(instance for instance in found if next(every_plan(instance), None) is not None)


def best_of_all_plans(instance: Instance) -> float:
    """Return the least objective over every plan, by each measure's own independent formula."""
    goal, p = instance.goal, instance.probability
    costs = np.array([true_costs(instance, plan) for plan in every_plan(instance)])
    above = costs - costs.min(axis=0) if goal.needs_own_optima else costs
    values = [
        goal.weight * goal.independent_value(risky, p) + (1 - goal.weight) * float(p @ cost)
        for risky, cost in zip(above, costs, strict=True)
        if np.isfinite(cost).all()
    ]
    return min(values)


def write(instance: Instance, path: Path) -> list[Path]:
    return write_model(path, instance.region, instance.scenarios, instance.model)


def by_highs(file: Path) -> float:
    solver = highs.new_highs(mip_rel_gap=1e-9)
    solver.readModel(str(file))
    highs.run(solver, "the file")
    return float(solver.getInfo().objective_function_value)


def by_scip(file: Path) -> float:
    scip = pytest.importorskip("pyscipopt")
    model = scip.Model()
    model.hideOutput()
    model.readProblem(str(file))
    model.optimize()
    assert model.getStatus() == "optimal"
    return float(model.getObjVal())


@pytest.mark.parametrize("seed", [5, 6])
@pytest.mark.parametrize("name", [*MEASURES, *RULES, *MODELS])
def test_every_format_holds_the_optimum_of_all_plans(
    name: str, seed: int, tmp_path: Path, solve_by: Solve
) -> None:
    instance = with_a_plan({**MEASURES, **RULES, **MODELS}[name], seed)
    optimum = pytest.approx(best_of_all_plans(instance), rel=1e-6, abs=1e-6)
    assert solve_by(instance, "ef").objective == optimum
    if not instance.goal.is_linear and not instance.goal.is_expectation:
        with pytest.raises(ConfigError, match="no linear program states"):
            write(instance, tmp_path / "tiny.mps")
        return
    for ending in (".mps", ".lp"):
        (file,) = write(instance, tmp_path / f"tiny{ending}")
        assert by_highs(file) == optimum, ending
        assert by_scip(file) == optimum, ending
    core, times, stochastic = write(instance, tmp_path / "tiny.cor")
    assert [file.suffix for file in (core, times, stochastic)] == [".cor", ".tim", ".sto"]
    assert solve_smps(core) == optimum


def test_the_core_alone_is_the_problem_of_the_first_scenario(tmp_path: Path) -> None:
    instance = instance_of(Model(unserved_penalty=PENALTY))
    core = write(instance, tmp_path / "tiny.cor")[0]
    alone = best_of_all_plans(instance.subset([0]))
    assert by_highs(core.rename(tmp_path / "core.mps")) == pytest.approx(alone, rel=1e-6)


def test_an_unknown_ending_is_told_with_those_there_are(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"\.mps, \.lp, \.cor"):
        write(instance_of(Model()), tmp_path / "tiny.gms")


def test_what_no_plan_can_keep_is_told_and_not_written(tmp_path: Path) -> None:
    instance = instance_of(Model(stations=Stations(exactly=3), budget=Budget(limit=0)))
    with pytest.raises(InfeasibleError, match="No plan keeps all of these limits"):
        write(instance, tmp_path / "tiny.lp")
    assert not (tmp_path / "tiny.lp").exists()


class NotTheFirst(Feature):
    """The first site stays closed."""

    def rows(self, instance: Instance) -> Rows:
        return Rows.of(["no first site"], upper=0.0, open=np.eye(1, instance.num_sites))


def test_a_rule_from_outside_is_written_with_the_others(tmp_path: Path) -> None:
    instance = instances.random_instance(7)
    data = instance.region, instance.scenarios, instance.model
    (free,) = write_model(tmp_path / "free.lp", *data)
    (kept,) = write_model(tmp_path / "kept.lp", *data, features=[NotTheFirst()])
    assert "notthefirst" in kept.read_text()
    assert by_highs(kept) > by_highs(free) + 1e-3
