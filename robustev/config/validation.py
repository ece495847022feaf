"""Pydantic's complaints, told in the user's terms: file, line, key, found, expected, nearest."""

from __future__ import annotations

import types
import typing
from collections.abc import Iterator
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from robustev.config.source import YamlSource
from robustev.config.yaml_text import KeyPath, dotted
from robustev.core.errors import ConfigError, Fault, nearest_name

M = TypeVar("M", bound=BaseModel)


def validate(schema: type[M], source: YamlSource) -> M:
    """Return the configuration that ``source`` describes.

    Raises
    ------
    ConfigError
        With every fault: its file and line, dotted key, what was found, what was expected.
    """
    try:
        return schema.model_validate(source.data)
    except ValidationError as error:
        raise ConfigError(_faults(error, schema, source)) from None


def _faults(error: ValidationError, schema: type[BaseModel], source: YamlSource) -> list[Fault]:
    """Return one fault per key; the branches of a union that all failed are told together.

    What a plan inherits is told where it was written, not again in every plan.
    """
    by_key: dict[tuple[KeyPath, bool], list[Fault]] = {}
    inherited: set[KeyPath] = set()
    for detail in error.errors(include_url=False):
        missing, unknown = detail["type"] == "missing", detail["type"] == "extra_forbidden"
        path = data_path(source.data, detail["loc"], missing=missing)
        if path[:1] == ("plans",) and not source.wrote(path[:-1] if missing else path):
            inherited.add(path)
        fault = _fault(dict(detail), path, schema, source)
        by_key.setdefault((path, unknown), []).append(fault)
    own = [faults for (path, _), faults in by_key.items() if path not in inherited]
    return [_together(faults) for faults in own or by_key.values()]


def _together(faults: list[Fault]) -> Fault:
    expected = list(dict.fromkeys(f.expected for f in faults if f.expected))
    first = faults[0]
    return Fault(
        first.message, first.file, found=first.found, expected=", or ".join(expected) or None
    )


def data_path(data: object, loc: tuple[int | str, ...], *, missing: bool) -> KeyPath:
    """Return the part of pydantic's location that the user wrote, without names of union branches.

    >>> data_path({"region": {"kind": "x"}}, ("region", "tables", "kind"), missing=False)
    ('region', 'kind')
    """
    path: list[int | str] = []
    here = data
    for position, part in enumerate(loc):
        if _holds(here, part):
            here = here[part]  # type: ignore[index]
        elif not (missing and position == len(loc) - 1):
            continue
        path.append(part)
    return tuple(path)


def _holds(container: object, part: int | str) -> bool:
    if isinstance(container, list):
        return isinstance(part, int) and part < len(container)
    return isinstance(container, dict) and part in container


def _fault(
    detail: dict[str, Any], path: KeyPath, schema: type[BaseModel], source: YamlSource
) -> Fault:
    place, key, kind = str(source.place(path)), dotted(path), detail["type"]
    if kind == "extra_forbidden":
        valid = valid_keys(schema, detail["loc"][:-1])
        near = nearest_name(str(path[-1]), valid)
        hint = f" (is {near!r} meant?)" if near else ""
        return Fault(f"{key}: unknown key{hint}", place, expected="one of " + ", ".join(valid))
    if kind == "missing":
        return Fault(f"{key}: missing", place, expected="a value")
    if kind == "union_tag_not_found":
        tag = str(detail["ctx"]["discriminator"]).strip("'")
        return Fault(f"{dotted((*path, tag))}: missing", place, expected="a value that says which")
    if kind == "model_type":
        keys = ", ".join(valid_keys(schema, detail["loc"]))
        return Fault(f"{key}: not usable", place, found=_shown(detail["input"]),
                     expected=f"a mapping with the keys {keys}")  # fmt: skip
    context = detail.get("ctx", {})
    if kind == "union_tag_invalid":
        path = (*path, str(context["discriminator"]).strip("'"))
        found, expected = context["tag"], context["expected_tags"]
        return _with_nearest(dotted(path), str(source.place(path)), found, expected)
    if kind in ("literal_error", "enum"):
        return _with_nearest(key, place, detail["input"], context["expected"])
    if kind == "value_error":
        return Fault(f"{key or 'the file'}: {context['error']}", place)
    expected = detail["msg"].removeprefix("Input should be ").removeprefix("a valid ")
    return Fault(f"{key}: not usable", place, found=_shown(detail["input"]), expected=expected)


def _with_nearest(key: str, place: str, found: object, expected: str) -> Fault:
    valid = [name.strip(" '") for name in expected.replace(" or ", ", ").split(",")]
    near = nearest_name(str(found), valid)
    hint = f" (is {near!r} meant?)" if near else ""
    return Fault(f"{key}: not a valid choice{hint}", place, found=found, expected=expected)


def _shown(value: object) -> object:
    """Return a value short enough for a message."""
    if isinstance(value, dict):
        return f"keys {', '.join(map(str, value))}" if value else "an empty mapping"
    text = repr(value)
    return value if len(text) <= 80 else text[:77] + "..."


def valid_keys(schema: type[BaseModel], loc: tuple[int | str, ...]) -> list[str]:
    """Return the keys that the schema allows at pydantic's location ``loc``."""
    annotations: list[Any] = [schema]
    for part in loc:
        annotations = [found for a in annotations for found in _below(a, part)]
    models = [m for a in annotations for m in _models(a)]
    return list(dict.fromkeys(name for m in models for name in m.model_fields))


def _below(annotation: Any, part: int | str) -> Iterator[Any]:
    """Yield the annotations one step down: a field, an item, or one branch of a union."""
    models = list(_models(annotation))
    branches = [m for m in models if _is_branch(m, part)]
    fields = [m.model_fields[str(part)].annotation for m in models if part in m.model_fields]
    if fields:
        yield from fields
        return
    if branches:
        yield from branches
        return
    for option in _options(annotation):
        origin, arguments = typing.get_origin(option), typing.get_args(option)
        if origin in (dict, list, tuple) and arguments:
            yield arguments[-1] if arguments[-1] is not Ellipsis else arguments[0]


def _is_branch(model: type[BaseModel], part: int | str) -> bool:
    tags = [
        value
        for info in model.model_fields.values()
        if typing.get_origin(info.annotation) is typing.Literal
        for value in typing.get_args(info.annotation)
    ]
    return part == model.__name__ or part in tags


def _models(annotation: Any) -> Iterator[type[BaseModel]]:
    for option in _options(annotation):
        if isinstance(option, type) and issubclass(option, BaseModel):
            yield option


def _options(annotation: Any) -> Iterator[Any]:
    """Yield the members of a union, looking through ``Annotated``; or the annotation itself."""
    origin = typing.get_origin(annotation)
    if origin is typing.Annotated:
        yield from _options(typing.get_args(annotation)[0])
    elif origin in (typing.Union, types.UnionType):
        for option in typing.get_args(annotation):
            yield from _options(option)
    else:
        yield annotation
