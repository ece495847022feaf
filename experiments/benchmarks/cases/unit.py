"""The unit U: one full Shell.ai scenario as a Pyomo model, built, and solved by HiGHS to 1e-4."""

from functools import partial

from experiments.benchmarks.registry import Case, register
from experiments.benchmarks.shell import FILES, forecast_of

register(Case("unit", partial(forecast_of, 2019), ("ef",), seconds=300.0, needs=FILES))
