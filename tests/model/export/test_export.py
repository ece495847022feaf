"""Other solvers find the same optimum in the file as brute force over every plan."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from robustev.core import highs
from robustev.core.errors import ConfigError
from robustev.model.export import Program, compile_program, write_program
from robustev.model.instance import Instance
from robustev.model.model import Budget, Levels, Model, Objective, Reach, Stations
from robustev.model.pyomo_model import first_stage_variables, scenario_model
from tests import instances
from tests.instances import PENALTY, brute_force
from tests.model.export.smps import solve_smps

MODELS = {
    "expected": Model(unserved_penalty=PENALTY),
    "cvar": Model(unserved_penalty=PENALTY, objective=Objective(measure="cvar", tail=0.4)),
    "mixed": Model(unserved_penalty=5, objective=Objective(measure="worst_case", weight=0.5)),
    "worst case": Model(unserved_penalty=PENALTY, objective=Objective(measure="worst_case")),
    "nominal": Model(unserved_penalty=PENALTY, objective=Objective(measure="nominal")),
    "nobody left out": Model(),
    "shared split": Model(split="shared", unserved_penalty=PENALTY),
    "levels": Model(levels=Levels(maximum=2), unserved_penalty=3, existing_cost="counted"),
    "limits": Model(unserved_penalty=2, budget=Budget(limit=20), stations=Stations(maximum=2),
                    reach=Reach(nearest=2)),
    "uncapacitated": Model(capacitated=False, stations=Stations(exactly=2)),
}  # fmt: skip


def instance_of(model: Model, seed: int = 5) -> Instance:
    return instances.random_instance(
        seed, model=model, types=2 if model.split == "shared" else 1, existing=True, slots=2
    )


def programs(instance: Instance) -> list[Program]:
    models = (scenario_model(instance, s) for s in range(len(instance.scenarios)))
    return [compile_program(m, first_stage_variables(m)) for m in models]


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
@pytest.mark.parametrize("name", MODELS)
def test_every_format_holds_the_optimum_of_all_plans(name: str, seed: int, tmp_path: Path) -> None:
    instance = instance_of(MODELS[name], seed)
    optimum, plan = brute_force(instance)
    assert plan is not None
    stated, probability = programs(instance), instance.probability
    for ending in (".mps", ".lp"):
        (file,) = write_program(tmp_path / f"tiny{ending}", stated, probability)
        assert by_highs(file) == pytest.approx(optimum, rel=1e-6), ending
        assert by_scip(file) == pytest.approx(optimum, rel=1e-6), ending
    written = write_program(tmp_path / "tiny.cor", stated, probability)
    assert [file.suffix for file in written] == [".cor", ".tim", ".sto"]
    assert solve_smps(written[0]) == pytest.approx(optimum, rel=1e-6)


def test_the_core_alone_is_the_problem_of_the_first_scenario(tmp_path: Path) -> None:
    instance = instance_of(MODELS["expected"])
    core = write_program(tmp_path / "tiny.cor", programs(instance), instance.probability)[0]
    assert by_highs(core.rename(tmp_path / "core.mps")) == pytest.approx(
        brute_force(instance.subset([0]))[0], rel=1e-6
    )


def test_numbers_are_written_with_all_their_digits(tmp_path: Path) -> None:
    model = MODELS["expected"].model_copy(update={"travel_weight": 1 / 3})
    instance = instance_of(model)
    stated = programs(instance)
    (file,) = write_program(tmp_path / "tiny.mps", stated, instance.probability)
    costs = [float(line.split()[2]) for line in file.read_text().splitlines() if " cost " in line]
    expected = [
        p * one.cost[one.num_shared :] for p, one in zip(instance.probability, stated, strict=True)
    ]
    assert np.isin(np.concatenate(expected), costs).all()


def test_an_unknown_ending_is_told_with_those_there_are(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"\.mps, \.lp, \.cor"):
        write_program(tmp_path / "tiny.gms", [], np.zeros(0))
