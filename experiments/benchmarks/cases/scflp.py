"""Stochastic capacitated facility location, 25 sites x 50 customers x 64 scenarios."""

from experiments.benchmarks.registry import DATA, Case, Instance, register
from robustev.model import Model
from robustev.region.readers.scflp import read_scflp_json, read_scflp_scenarios

for number in (1, 2):
    path = DATA / "scflp" / f"f25-c50-s64-r10-{number}.json"

    def build(path: object = path) -> Instance:
        return read_scflp_json(path), read_scflp_scenarios(path), Model()  # type: ignore[arg-type]

    register(Case(f"f25-c50-s64-r10-{number}", build, gap=1e-6, seconds=150.0, needs=(path,)))
