"""Stochastic capacitated facility location, 25 to 100 sites and 64 to 1024 scenarios."""

from functools import partial
from pathlib import Path

from experiments.benchmarks.registry import ALL, DATA, Case, Inputs, register
from robustev.model.model import Model
from robustev.readers.scflp_json import read_scflp_json, read_scflp_scenarios


def build(path: Path) -> Inputs:
    return read_scflp_json(path), read_scflp_scenarios(path), Model()


for name, gap, seconds, optimum in (
    ("f25-c50-s64-r10-1", 1e-6, 300.0, 39895.32422),
    ("f25-c50-s64-r10-2", 1e-6, 300.0, 36827.40750),
    ("f25-c50-s1024-r3-1", 1e-3, 600.0, None),
    ("f100-c100-s512-r3-1", 1e-3, 600.0, None),
):
    path = DATA / "scflp" / f"{name}.json"
    register(
        Case(name, partial(build, path), ALL,
             gap=gap, seconds=seconds, optimum=optimum, needs=(path,))
    )  # fmt: skip
