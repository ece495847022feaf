"""Scenario-robust placement and sizing of EV charging stations.

The public names below are loaded when they are first used, so that importing robustev is cheap.
``evaluate`` and ``verify`` are functions here, and folders of the package too, to be imported from:
``from robustev.verify import ...``.
"""

from __future__ import annotations

import sys
from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from robustev.assess.compare import Compared
    from robustev.assess.compare_plans import compare_plans as compare
    from robustev.assess.config import CompareConfig
    from robustev.config.experiment import Experiment
    from robustev.config.load import load_experiment
    from robustev.data.plan import Plan
    from robustev.data.region import ChargerKind, Region
    from robustev.data.scenarios import ScenarioSet
    from robustev.evaluate.evaluate_plan import evaluate_plan as evaluate
    from robustev.evaluate.evaluation import Evaluation
    from robustev.experiment.comparison import compare_experiment
    from robustev.experiment.outcome import Outcome
    from robustev.experiment.run import run_experiment
    from robustev.methods.alternatives import Alternatives, alternatives
    from robustev.methods.memory import Memory
    from robustev.methods.options import SolveOptions
    from robustev.methods.result import SolveResult
    from robustev.methods.solve import solve
    from robustev.methods.write_model import write_model
    from robustev.model.model import Model
    from robustev.readers.frames import region_from_frames
    from robustev.readers.load import load_region
    from robustev.report import ResultFolder, read_results, write_report
    from robustev.report.draw import draw_convergence, draw_costs, draw_map, draw_scenarios
    from robustev.scenarios.config import ScenarioConfig
    from robustev.scenarios.generator import generate
    from robustev.verify.verify import verify

    __version__: str

__all__ = [
    "Alternatives",
    "ChargerKind",
    "CompareConfig",
    "Compared",
    "Evaluation",
    "Experiment",
    "Memory",
    "Model",
    "Outcome",
    "Plan",
    "Region",
    "ResultFolder",
    "ScenarioConfig",
    "ScenarioSet",
    "SolveOptions",
    "SolveResult",
    "__version__",
    "alternatives",
    "compare",
    "compare_experiment",
    "draw_convergence",
    "draw_costs",
    "draw_map",
    "draw_scenarios",
    "evaluate",
    "generate",
    "load_experiment",
    "load_region",
    "read_results",
    "region_from_frames",
    "run_experiment",
    "solve",
    "verify",
    "write_model",
    "write_report",
]

# Name: the module it comes from, and its name there.
_SOURCES = {
    "Alternatives": ("robustev.methods.alternatives", "Alternatives"),
    "ChargerKind": ("robustev.data.region", "ChargerKind"),
    "CompareConfig": ("robustev.assess.config", "CompareConfig"),
    "Compared": ("robustev.assess.compare", "Compared"),
    "Evaluation": ("robustev.evaluate.evaluation", "Evaluation"),
    "Experiment": ("robustev.config.experiment", "Experiment"),
    "Model": ("robustev.model.model", "Model"),
    "Outcome": ("robustev.experiment.outcome", "Outcome"),
    "Plan": ("robustev.data.plan", "Plan"),
    "Memory": ("robustev.methods.memory", "Memory"),
    "Region": ("robustev.data.region", "Region"),
    "ResultFolder": ("robustev.results.folder", "ResultFolder"),
    "ScenarioConfig": ("robustev.scenarios.config", "ScenarioConfig"),
    "ScenarioSet": ("robustev.data.scenarios", "ScenarioSet"),
    "SolveOptions": ("robustev.methods.options", "SolveOptions"),
    "SolveResult": ("robustev.methods.result", "SolveResult"),
    "alternatives": ("robustev.methods.alternatives", "alternatives"),
    "compare": ("robustev.assess.compare_plans", "compare_plans"),
    "compare_experiment": ("robustev.experiment.comparison", "compare_experiment"),
    "draw_convergence": ("robustev.report.draw", "draw_convergence"),
    "draw_costs": ("robustev.report.draw", "draw_costs"),
    "draw_map": ("robustev.report.draw", "draw_map"),
    "draw_scenarios": ("robustev.report.draw", "draw_scenarios"),
    "evaluate": ("robustev.evaluate.evaluate_plan", "evaluate_plan"),
    "generate": ("robustev.scenarios.generator", "generate"),
    "load_experiment": ("robustev.config.load", "load_experiment"),
    "load_region": ("robustev.readers.load", "load_region"),
    "read_results": ("robustev.results.reader", "read_results"),
    "region_from_frames": ("robustev.readers.frames", "region_from_frames"),
    "run_experiment": ("robustev.experiment.run", "run_experiment"),
    "solve": ("robustev.methods.solve", "solve"),
    "verify": ("robustev.verify.verify", "verify"),
    "write_model": ("robustev.methods.write_model", "write_model"),
    "write_report": ("robustev.report", "write_report"),
}


class _PublicFace(ModuleType):
    """The package, in which a function keeps its name when the folder of that name is imported."""

    def __setattr__(self, name: str, value: object) -> None:
        if not (name in _SOURCES and isinstance(value, ModuleType)):
            super().__setattr__(name, value)


sys.modules[__name__].__class__ = _PublicFace


def __getattr__(name: str) -> object:
    if name == "__version__":
        return import_module("importlib.metadata").version("robustev")
    if name not in _SOURCES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    module, attribute = _SOURCES[name]
    value = getattr(import_module(module), attribute)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
