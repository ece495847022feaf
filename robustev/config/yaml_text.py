"""YAML text as plain values, with the line of every key; what is not sound YAML is a fault.

The safe loader of PyYAML builds nothing but plain values, but it raises whatever their making
raises, and follows an alias as often as it stands there. Here each value that cannot be made is
told with its line, and a text may stand for so many values, nested so deep, and no more.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, TypeAlias

import yaml
from yaml.composer import ComposerError
from yaml.constructor import ConstructorError

from robustev.core.errors import ConfigError, Fault, FaultCollector

KeyPath: TypeAlias = tuple[str | int, ...]
"""Where a value stands in the file: keys of mappings, positions in lists."""

MAX_DEPTH = 40
"""Sections within sections; an experiment has eight at most."""
MAX_VALUES = 100_000
"""Values that a text may stand for, each alias counted with all that it names."""
UNUSABLE = (ValueError, TypeError, AttributeError, LookupError, ArithmeticError)
"""What PyYAML lets through where a text is no value of its tag."""


class _Loader(yaml.SafeLoader):
    """Safe YAML in which ``1e-3`` is a number, as in YAML 1.2."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.depth = 0

    def compose_node(self, parent: yaml.Node | None, index: Any) -> yaml.Node | None:
        """Return the next node, unless it stands too deep."""
        self.depth += 1
        if self.depth > MAX_DEPTH:
            mark = self.peek_event().start_mark  # type: ignore[no-untyped-call]
            raise ComposerError(None, None, f"nested more than {MAX_DEPTH} deep", mark)
        node = super().compose_node(parent, index)
        self.depth -= 1
        return node

    def construct_object(self, node: yaml.Node, deep: bool = False) -> Any:
        """Return the value of a node; whatever prevents that is an error with the node's line."""
        try:
            return super().construct_object(node, deep)
        except UNUSABLE as error:
            tag = node.tag.rsplit(":", 1)[-1]
            problem = f"{str(node.value)[:60]!r} is no {tag}: {error}"
            raise ConstructorError(None, None, problem, node.start_mark) from error


_Loader.add_implicit_resolver(
    "tag:yaml.org,2002:float",
    re.compile(r"^[-+]?[0-9][0-9_]*(\.[0-9_]*)?[eE][-+]?[0-9]+$"),
    list("-+0123456789"),
)


@dataclass(frozen=True)
class YamlText:
    """The value of a text, and the line of every key and item in it."""

    value: Any
    lines: dict[KeyPath, int]


def parse(text: str, file: str, *, numbered: bool = True) -> YamlText:
    """Return what a YAML text holds.

    Parameters
    ----------
    file
        What faults call the text.
    numbered
        Whether faults name lines: a setting of the command line has none.

    Raises
    ------
    ConfigError
        If it is not YAML, holds values that cannot be made, repeats keys, or is too large.
    """
    lines: dict[KeyPath, int] = {}
    try:
        loader = _Loader(text)
        try:
            node = loader.get_single_node()
            if node is None:
                return YamlText(None, lines)
            _Size().of(node)
            faults = FaultCollector()
            _note_lines(node, (), lines, faults, file if numbered else None)
            faults.raise_if_any(ConfigError)
            return YamlText(loader.construct_document(node), lines)
        finally:
            loader.dispose()
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        place = f"{file}:{mark.line + 1}" if mark and numbered else file
        raise ConfigError([Fault(f"not valid YAML: {error.problem}", file=place)]) from None
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        place = f"{file}:{line}" if numbered else file
        raise ConfigError(
            [Fault("not valid YAML: a character that no text has", place, found=error.character)]
        ) from None
    except yaml.YAMLError as error:
        raise ConfigError([Fault(f"not valid YAML: {error}", file=file)]) from None


class _Size:
    """Counts the values and the depth of nodes, each alias with all that it names."""

    def __init__(self) -> None:
        self._known: dict[int, tuple[int, int]] = {}
        self._open: set[int] = set()

    def of(self, node: yaml.Node) -> tuple[int, int]:
        """Return the number of values of a node, and its depth; refuse what is too large.

        Whatever an alias names stands before it, and is known by then.
        """
        if id(node) in self._known:
            return self._known[id(node)]
        if id(node) in self._open:
            raise self._refused("an alias stands within what it names", node)
        self._open.add(id(node))
        parts = [self.of(part) for part in _parts(node)]
        self._open.remove(id(node))
        count = 1 + sum(size for size, _ in parts)
        depth = 1 + max((depth for _, depth in parts), default=0)
        if count > MAX_VALUES:
            raise self._refused(f"it stands for more than {MAX_VALUES:,} values", node)
        if depth > MAX_DEPTH:
            raise self._refused(f"nested more than {MAX_DEPTH} deep", node)
        self._known[id(node)] = count, depth
        return count, depth

    @staticmethod
    def _refused(problem: str, node: yaml.Node) -> ComposerError:
        return ComposerError(None, None, problem, node.start_mark)


def _parts(node: yaml.Node) -> list[yaml.Node]:
    if isinstance(node, yaml.MappingNode):
        return [part for pair in node.value for part in pair]
    return list(node.value) if isinstance(node, yaml.SequenceNode) else []


def _note_lines(
    node: yaml.Node,
    path: KeyPath,
    lines: dict[KeyPath, int],
    faults: FaultCollector,
    file: str | None,
) -> None:
    """Note the line of every key below ``node``, and keys that stand there twice."""
    if isinstance(node, yaml.MappingNode):
        seen: set[str] = set()
        for key, value in node.value:
            name, line = str(key.value), key.start_mark.line + 1
            if name in seen:
                faults.add(
                    f"{dotted((*path, name))}: the key stands there twice",
                    file=None if file is None else f"{file}:{line}",
                )
            seen.add(name)
            lines[(*path, name)] = line
            _note_lines(value, (*path, name), lines, faults, file)
    elif isinstance(node, yaml.SequenceNode):
        for position, value in enumerate(node.value):
            lines[(*path, position)] = value.start_mark.line + 1
            _note_lines(value, (*path, position), lines, faults, file)


def dotted(path: KeyPath) -> str:
    """Return the path as a user types it.

    >>> dotted(("plans", "nominal", "solve", "gap"))
    'plans.nominal.solve.gap'
    """
    return ".".join(str(part) for part in path)
