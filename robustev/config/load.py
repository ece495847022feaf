"""From an experiment file to a checked experiment whose paths are absolute."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel

from robustev.config.experiment import Experiment
from robustev.config.source import (
    YamlSource,
    include,
    merged,
    override,
    read_yaml,
)
from robustev.config.standard import with_standard_plans
from robustev.config.validation import validate
from robustev.config.yaml_text import KeyPath

M = TypeVar("M", bound=BaseModel)

PLAN_SECTIONS = ("model", "solve")
DEFAULT_PLAN = "robust"


def load_experiment(path: str | Path, settings: Iterable[str] = ()) -> Experiment:
    """Read an experiment file, with ``key.sub=value`` settings laid over it.

    The result is complete: defaults are filled in, every plan carries its whole model and solve
    options, and paths are absolute.

    Raises
    ------
    ConfigError
        With every fault: file and line, dotted key, what was found, what was expected.
    """
    return resolve(override(read_yaml(path), settings))


def resolve(source: YamlSource) -> Experiment:
    """Return the checked experiment that ``source`` describes; see :func:`load_experiment`."""
    for section in _sections_over_files(source):
        source = include(source, section)
    experiment = validate(Experiment, _with_whole_plans(source))
    return with_standard_plans(_absolute(experiment, (), source))


def _sections_over_files(source: YamlSource) -> list[KeyPath]:
    """Return the sections that may be laid over another file."""
    sections: list[KeyPath] = [("region",), ("scenarios",), ("compare", "source")]
    sections += [("model", "waiting"), ("simulate",)]
    plans = source.data.get("plans")
    names = list(plans) if isinstance(plans, dict) else []
    sections += [("plans", name, "model", "waiting") for name in names]
    compare = source.data.get("compare")
    others = compare.get("misspecified") if isinstance(compare, dict) else None
    names = list(others) if isinstance(others, dict) else []
    return sections + [("compare", "misspecified", name, "scenarios") for name in names]


def _with_whole_plans(source: YamlSource) -> YamlSource:
    """Return the source with the experiment's sections laid under those of every plan."""
    plans = source.data.get("plans") or {DEFAULT_PLAN: {}}
    if not isinstance(plans, dict):
        return source
    whole: dict[str, Any] = {}
    for name, plan in plans.items():
        content = {} if plan is None else plan
        if isinstance(content, dict):
            sections = {key: source.data[key] for key in PLAN_SECTIONS if key in source.data}
            content = merged(sections, content)
        whole[str(name)] = content
    return YamlSource({**source.data, "plans": whole}, source.file, source.places)


def absolute(value: M, source: YamlSource) -> M:
    """Return settings with every path made absolute, from the file that it stands in."""
    return _absolute(value, (), source)


def _absolute(value: M, path: KeyPath, source: YamlSource) -> M:
    """Return the settings with every path made absolute, from the file that it stands in."""
    changes: dict[str, object] = {}
    for name in type(value).model_fields:
        old = getattr(value, name)
        new = _absolute_value(old, (*path, name), source)
        if new is not old:
            changes[name] = new
    return value.model_copy(update=changes) if changes else value


def _absolute_value(value: object, path: KeyPath, source: YamlSource) -> object:
    if isinstance(value, Path):
        return (Path(source.place(path).file).parent / value.expanduser()).resolve()
    if isinstance(value, BaseModel):
        return _absolute(value, path, source)
    if isinstance(value, dict):
        return {key: _absolute_value(item, (*path, key), source) for key, item in value.items()}
    if isinstance(value, list | tuple):
        items = [_absolute_value(item, (*path, i), source) for i, item in enumerate(value)]
        return type(value)(items)
    return value
