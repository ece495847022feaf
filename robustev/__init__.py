"""Scenario-robust placement and sizing of EV charging stations.

The public names below are loaded when they are first used, so that importing robustev is cheap.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from robustev.experiment.config import Experiment
    from robustev.experiment.load import load_experiment
    from robustev.experiment.run import Outcome, run_experiment
    from robustev.forecast.config import ScenarioConfig, generate
    from robustev.model import Model
    from robustev.plan import Plan
    from robustev.region import ChargerKind, Region
    from robustev.region.load import load_region, region_from_frames
    from robustev.report import read_results, write_report
    from robustev.scenario import ScenarioSet
    from robustev.solve.options import SolveOptions
    from robustev.solve.result import SolveResult
    from robustev.solve.run import solve as optimise

    __version__: str

__all__ = [
    "ChargerKind",
    "Experiment",
    "Model",
    "Outcome",
    "Plan",
    "Region",
    "ScenarioConfig",
    "ScenarioSet",
    "SolveOptions",
    "SolveResult",
    "__version__",
    "generate",
    "load_experiment",
    "load_region",
    "optimise",
    "read_results",
    "region_from_frames",
    "run_experiment",
    "write_report",
]

# Name: the module it comes from, and its name there.
_SOURCES = {
    "ChargerKind": ("robustev.region", "ChargerKind"),
    "Experiment": ("robustev.experiment.config", "Experiment"),
    "Model": ("robustev.model", "Model"),
    "Outcome": ("robustev.experiment.run", "Outcome"),
    "Plan": ("robustev.plan", "Plan"),
    "Region": ("robustev.region", "Region"),
    "ScenarioConfig": ("robustev.forecast.config", "ScenarioConfig"),
    "ScenarioSet": ("robustev.scenario", "ScenarioSet"),
    "SolveOptions": ("robustev.solve.options", "SolveOptions"),
    "SolveResult": ("robustev.solve.result", "SolveResult"),
    "generate": ("robustev.forecast.config", "generate"),
    "load_experiment": ("robustev.experiment.load", "load_experiment"),
    "load_region": ("robustev.region.load", "load_region"),
    # Not "solve": that is the package of the methods.
    "optimise": ("robustev.solve.run", "solve"),
    "read_results": ("robustev.report", "read_results"),
    "region_from_frames": ("robustev.region.load", "region_from_frames"),
    "run_experiment": ("robustev.experiment.run", "run_experiment"),
    "write_report": ("robustev.report", "write_report"),
}


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
