"""Shell.ai under 100 futures again, with one number changed after it was solved to 0.1 %."""

from dataclasses import replace
from functools import partial

from experiments.benchmarks.registry import Case, Inputs, register
from experiments.benchmarks.shell import FILES, MODEL, futures
from robustev.model.features.budget import Budget
from robustev.model.features.locks import Locks

NUMBER = 100
BUDGET = 250_000.0
"""What the plan without a budget spends less about 6 %."""


def before() -> Inputs:
    return *futures(NUMBER), MODEL


def build(what: str) -> Inputs:
    region, scenarios = futures(NUMBER)
    model = MODEL
    if what == "dearer":
        slow, fast = region.kinds
        region = replace(region, kinds=(slow, replace(fast, cost=1.1 * fast.cost)))
    if what == "locked":
        standing = dict(zip((kind.name for kind in region.kinds), region.sites.existing[0].tolist(),
                            strict=True))  # fmt: skip
        model = model.model_copy(update={"locks": Locks(chargers={region.sites.ids[0]: standing})})
    if what == "budget":
        model = model.model_copy(update={"budget": Budget(limit=BUDGET)})
    if what == "penalty":
        model = model.model_copy(update={"unserved_penalty": 1.2 * MODEL.unserved_penalty})
    return region, scenarios, model


for what in ("dearer", "locked", "budget", "penalty"):
    register(
        Case(f"shell-100-{what}", partial(build, what), ("again", "benders"), gap=5e-3,
             seconds=300.0, needs=FILES, before=before)
    )  # fmt: skip
