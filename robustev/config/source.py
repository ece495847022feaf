"""YAML files with the place of every key, and overrides from the command line."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from robustev.config.yaml_text import KeyPath, dotted, parse
from robustev.core.errors import ConfigError, Fault, FaultCollector


@dataclass(frozen=True)
class Place:
    """Where a value was written: a line of a file, or a setting of the command line."""

    file: str
    line: int | None = None
    setting: str | None = None

    def __str__(self) -> str:
        if self.setting is not None:
            return f"--set {self.setting}"
        return self.file if self.line is None else f"{self.file}:{self.line}"


@dataclass(frozen=True)
class YamlSource:
    """The contents of a YAML file, and the place where each key was written."""

    data: dict[str, Any]
    file: str
    places: Mapping[KeyPath, Place] = field(default_factory=dict)

    def wrote(self, path: KeyPath) -> bool:
        """Return whether the user wrote this key, or a part of it."""
        return any(key[: len(path)] == path for key in self.places)

    def place(self, path: KeyPath) -> Place:
        """Return where the key was written, or its first part, or the closest that encloses it."""
        if path not in self.places:
            for key, place in self.places.items():
                if key[: len(path)] == path and path:
                    return place
        for length in range(len(path), 0, -1):
            if path[:length] in self.places:
                return self.places[path[:length]]
        return Place(self.file)


def read_yaml(path: str | Path) -> YamlSource:
    """Read a YAML file whose top level is a mapping.

    Raises
    ------
    ConfigError
        If the file cannot be read, is not YAML, is not a mapping, or repeats keys.
    """
    try:
        text = Path(path).read_text(encoding="utf-8")
    except FileNotFoundError:
        raise ConfigError([Fault("there is no such file", file=str(path))]) from None
    except (OSError, ValueError) as error:
        raise ConfigError([Fault(f"cannot be read as UTF-8 text: {error}", str(path))]) from None
    return parse_yaml(text, str(path))


def parse_yaml(text: str, file: str) -> YamlSource:
    """Parse YAML text; ``file`` names it in messages. See :func:`read_yaml` for the errors."""
    found = parse(text, file)
    data = {} if found.value is None else found.value
    if not isinstance(data, dict):
        raise ConfigError(
            [Fault("not a mapping of sections", file=file, found=type(data).__name__)]
        )
    return YamlSource(data, file, {key: Place(file, line) for key, line in found.lines.items()})


def override(source: YamlSource, settings: Iterable[str]) -> YamlSource:
    """Return the source with ``key.sub=value`` settings applied, values read as YAML.

    >>> source = parse_yaml("solve: {gap: 0.1}", "x.yaml")
    >>> override(source, ["solve.gap=1e-3", "model.budget.limit=5"]).data
    {'solve': {'gap': 0.001}, 'model': {'budget': {'limit': 5}}}

    Raises
    ------
    ConfigError
        If a setting is not of the form ``key=value``, or runs through a value that is no mapping.
    """
    data: dict[str, Any] = _copied(source.data)
    places = dict(source.places)
    faults = FaultCollector()
    for setting in settings:
        key, equals, text = setting.partition("=")
        place = f"--set {setting}"
        if not equals or not all(part.strip() for part in key.split(".")):
            faults.add("cannot be read", file=place, expected="key.sub=value")
            continue
        try:
            value = parse(text, place, numbered=False).value
        except ConfigError as error:
            faults.faults.extend(error.faults)
            continue
        path = _assign(data, key.strip().split("."), value)
        if path is None:
            faults.add("the key runs through a value that holds no keys", file=place)
        else:
            places = {key: where for key, where in places.items() if key[: len(path)] != path}
            places[path] = Place(source.file, setting=setting)
    faults.raise_if_any(ConfigError)
    return YamlSource(data, source.file, places)


def _assign(data: dict[str, Any], keys: list[str], value: object) -> KeyPath | None:
    """Set ``data[key][sub]... = value``; return the path, or None where that is impossible."""
    owner: Any = data
    path: list[str | int] = []
    for key in keys[:-1]:
        step = _step(owner, key)
        if step is None:
            return None
        if isinstance(owner, dict) and owner.get(step) is None:
            owner[step] = {}
        owner = owner[step]
        path.append(step)
    step = _step(owner, keys[-1])
    if step is None:
        return None
    owner[step] = value
    return (*path, step)


def _step(owner: object, key: str) -> str | int | None:
    if isinstance(owner, dict):
        return key
    if isinstance(owner, list) and key.isdecimal() and int(key) < len(owner):
        return int(key)
    return None


def _copied(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _copied(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_copied(item) for item in value]
    return value


def include(source: YamlSource, section: KeyPath) -> YamlSource:
    """Return the source with ``section.from`` read: the section is laid over the named file.

    The file is looked for beside the one that names it; it holds the section's keys, or them
    under the section's own name.

    Raises
    ------
    ConfigError
        If the file cannot be read; see :func:`read_yaml`.
    """
    content = _at(source.data, section)
    if not isinstance(content, dict) or not isinstance(content.get("from"), str):
        return source
    place = source.place((*section, "from"))
    path = Path(place.file).parent / content["from"]
    if not path.is_file():
        fault = Fault(f"{dotted(section)}.from: there is no such file", str(place), found=path)
        raise ConfigError([fault])
    base = _unwrapped(read_yaml(path), str(section[-1]))
    own = {key: value for key, value in content.items() if key != "from"}
    data = _copied(source.data)
    _at(data, section[:-1])[section[-1]] = merged(base.data, own)
    places = {(*section, *key): where for key, where in base.places.items()}
    return YamlSource(data, source.file, places | dict(source.places))


def _at(data: Any, path: KeyPath) -> Any:
    """Return what stands at ``path``; None where the path does not exist."""
    for key in path:
        if not isinstance(data, dict) or key not in data:
            return None
        data = data[key]
    return data


def _unwrapped(source: YamlSource, section: str) -> YamlSource:
    """Return the contents of a file that holds nothing but the section under its name."""
    content = source.data.get(section)
    if list(source.data) != [section] or not isinstance(content, dict):
        return source
    places = {path[1:]: where for path, where in source.places.items() if len(path) > 1}
    return YamlSource(content, source.file, places)


def merged(base: object, change: object) -> Any:
    """Return ``base`` with ``change`` laid over it, mapping by mapping.

    A mapping that names another ``kind`` takes the place of the whole.

    >>> merged({"a": {"x": 1, "y": 2}}, {"a": {"y": 3}})
    {'a': {'x': 1, 'y': 3}}
    >>> merged({"kind": "drivers", "ev_adoption": 2}, {"kind": "history"})
    {'kind': 'history'}
    """
    if not (isinstance(base, dict) and isinstance(change, dict)):
        return _copied(change)
    if change.get("kind", base.get("kind")) != base.get("kind"):
        return _copied(change)
    result = _copied(base)
    for key, value in change.items():
        result[key] = merged(base[key], value) if key in base else _copied(value)
    return result
