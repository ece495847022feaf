"""The table of what each method supports, made from the registers.

``python -m tests.referee.support > docs/support.md`` writes it anew.
"""

from __future__ import annotations

import sys
from functools import cache
from typing import Any

import numpy as np

from robustev.core.errors import ConfigError
from robustev.methods.options import SolveOptions
from robustev.methods.solve import choose_method
from robustev.model.features.register import FEATURES
from robustev.model.instance import Instance
from robustev.model.model import Model
from robustev.model.risk import REGISTER
from robustev.recourse.kernels.generic import GenericKernel
from robustev.recourse.kernels.register import kernel_for
from tests import instances
from tests.instances import PENALTY
from tests.methods.conftest import METHODS
from tests.referee.referee import Problem

YES, SLOWLY = "yes", "yes, slower"
HEAD = """\
# What each method supports

Made from the registers of rules, risk measures and methods. Every cell is tested: where it says
yes, the method finds the optimum of a second statement of the model on a small region; where it
does not, the method refuses by name before anything is solved. Any of them may be combined: tests
solve random combinations by every method and hold each result against the same second statement.

*yes, slower*: no fast kernel knows the rule's part in the second stage; whatever prices a plan
there solves a linear program in HiGHS for every scenario.
"""


def section_of(kind: str, key: str) -> dict[str, Any]:
    """Return a section ``model`` that asks for one rule or measure, by its example."""
    section: dict[str, Any] = {"unserved_penalty": PENALTY}
    if kind == "measure":
        return section | {"objective": {"measure": key, **REGISTER[key].example}}
    rule = next(feature for feature in FEATURES if feature.key == key)
    return section if rule.flat else section | {key: dict(rule.example)}


@cache
def small(kind: str, key: str) -> tuple[Instance, Problem]:
    """Return a small problem that has a plan, under the example of a rule or measure."""
    section = section_of(kind, key)
    for seed in range(20):
        instance = instances.random_instance(
            seed, model=Model(**section), sites=3, kinds=2, slots=1, existing=True
        )
        problem = Problem(instance.region, instance.scenarios, section)
        if np.isfinite(problem.optimum()):
            return instance, problem
    raise ValueError(f"no small region has a plan under the example of {key}")


def cell(kind: str, key: str, method: str) -> str:
    """Return what a cell of the table says."""
    instance, _ = small(kind, key)
    try:
        choose_method(instance, SolveOptions(method=method))
    except ConfigError as error:
        return f"refused: {error}"
    return SLOWLY if kernel_for(instance) is GenericKernel else YES


def table() -> str:
    """Return the page."""
    lines = [HEAD]
    rules = [("rule", rule.key, rule.title, f"features/{rule.key}.md") for rule in FEATURES]
    goals = [("measure", key, key, f"risk/{key}.md") for key in REGISTER]
    for title, kinds in (("rule", rules), ("risk measure", goals)):
        lines.append(f"| {title} | {' | '.join(f'`{method}`' for method in METHODS)} |")
        lines.append("|---" * (1 + len(METHODS)) + "|")
        for kind, key, words, page in kinds:
            cells = " | ".join(cell(kind, key, method) for method in METHODS)
            lines.append(f"| [{words}]({page}) | {cells} |")
        lines.append("")
    return "\n".join(lines)


if __name__ == "__main__":
    sys.stdout.write(table())
