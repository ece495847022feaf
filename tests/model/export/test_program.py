"""The stated model with names: digits survive, first-stage rows are those of all scenarios."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from robustev.model.export import Program, compile_program, writer_for
from robustev.model.export.program import extensive_form, with_first_stage_alike
from robustev.model.instance import Instance
from robustev.model.model import Model
from robustev.model.pyomo_model import first_stage_variables, scenario_model
from robustev.model.risk import measure_of
from tests import instances

MODEL = Model(
    unserved_penalty=1 / 3, travel_weight=1 / 3, objective=measure_of({"measure": "worst_case"})
)


def programs(instance: Instance) -> list[Program]:
    models = (scenario_model(instance, s) for s in range(len(instance.scenarios)))
    return [compile_program(m, first_stage_variables(m)) for m in models]


def test_numbers_are_written_with_all_their_digits(tmp_path: Path) -> None:
    instance = instances.random_instance(5, model=Model(unserved_penalty=1 / 3))
    stated, probability = programs(instance), instance.probability
    (file,) = writer_for("a.mps")(tmp_path / "a.mps", stated, probability)
    costs = [float(line.split()[2]) for line in file.read_text().splitlines() if " cost " in line]
    for p, one in zip(probability, stated, strict=True):
        assert np.isin(p * one.cost[one.num_shared :], costs).all()


def test_names_are_each_there_once() -> None:
    whole = extensive_form(programs(instances.random_instance(5, model=MODEL)), np.full(3, 1 / 3))
    for names in (whole.columns, whole.rows):
        assert len(set(names)) == len(names)
        assert all(name.isidentifier() for name in names)


def test_a_row_that_one_scenario_has_otherwise_is_no_row_of_the_first_stage() -> None:
    """Without any demand the row of the worst case is on first-stage columns alone."""
    instance = instances.random_instance(5, model=MODEL)
    demand = instance.demand.copy()
    demand[0] = 0.0
    nothing = instance.with_scenarios(
        type(instance.scenarios)(
            demand, instance.probability, instance.scenarios.names, instance.scenarios.zones,
            instance.scenarios.types,
        )
    )  # fmt: skip
    stated = programs(nothing)
    assert stated[0].first_stage.all()
    alike = with_first_stage_alike(stated)
    shared = [
        name for name, first in zip(alike[0].rows, alike[0].first_stage, strict=True) if first
    ]
    assert shared == [f"slots_{i}" for i in range(3)]
