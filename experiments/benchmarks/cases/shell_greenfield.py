"""Shell.ai as a greenfield: nothing stands, at most 45 of the 100 lots become stations."""

from dataclasses import replace

import numpy as np

from experiments.benchmarks.registry import ALL, Case, Inputs, register
from experiments.benchmarks.shell import FILES, MODEL, futures
from robustev.model.model import Stations


def build() -> Inputs:
    region, scenarios = futures(50)
    bare = replace(
        region.sites,
        existing=np.zeros_like(region.sites.existing),
        existing_open=np.zeros(region.num_sites, dtype=bool),
    )
    model = MODEL.model_copy(update={"stations": Stations(maximum=45)})
    return replace(region, sites=bare), scenarios, model


register(Case("shell-greenfield", build, ALL, gap=5e-3, seconds=600.0, needs=FILES))
