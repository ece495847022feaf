"""The Shell.ai contest itself: the network of 2019 and of 2020 for one forecast."""

from functools import partial

from experiments.benchmarks.registry import ALONE, Case, register
from experiments.benchmarks.shell import FILES, forecast_of

OPTIMA = {2019: 2586142.01, 2020: 2882828.13}
"""Made with capacities relaxed by 0.001 units."""

for year, optimum in OPTIMA.items():
    register(
        Case(f"shell-{year}", partial(forecast_of, year), ALONE,
             seconds=300.0, optimum=optimum, needs=FILES)
    )  # fmt: skip
