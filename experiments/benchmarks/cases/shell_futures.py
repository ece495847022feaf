"""Shell.ai under 100 to 10,000 fitted futures, where the chargers that stand are kept.

The extensive form and plain hedging are shown at 100, where they already fail.
"""

from functools import partial

from experiments.benchmarks.registry import ALL, Case, Inputs, register
from experiments.benchmarks.shell import FILES, MODEL, futures


def build(number: int) -> Inputs:
    return *futures(number), MODEL


for number, methods, gap, seconds in (
    (100, ALL, 1e-3, 300.0),
    (1000, ("ph", "benders"), 1e-3, 600.0),
    (10_000, ("benders",), 5e-3, 1800.0),
):
    register(
        Case(f"shell-{number}", partial(build, number), methods,
             gap=gap, seconds=seconds, needs=FILES)
    )  # fmt: skip
