"""Who writes the state of the decomposition."""

from __future__ import annotations

import ast
from dataclasses import fields
from pathlib import Path

import robustev.methods.benders
from robustev.methods.benders.state import BendersState

FOLDER = Path(robustev.methods.benders.__file__).parent
FIELDS = {field.name for field in fields(BendersState)}
CHANGES = {"append", "extend", "clear", "pop", "insert", "remove"}


def is_of_state(node: ast.AST) -> bool:
    """Return whether an expression is a field of ``state`` or of something's ``.state``."""
    if not isinstance(node, ast.Attribute) or node.attr not in FIELDS:
        return False
    owner = node.value
    name = owner.attr if isinstance(owner, ast.Attribute) else getattr(owner, "id", "")
    return name == "state"


def writes(tree: ast.AST) -> list[int]:
    """Return the lines on which a field of the state is set or changed."""
    lines = []
    for node in ast.walk(tree):
        targets: list[ast.expr] = []
        if isinstance(node, ast.Assign):
            targets = node.targets
        elif isinstance(node, ast.AugAssign | ast.AnnAssign):
            targets = [node.target]
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            targets = [node.func.value] if node.func.attr in CHANGES else []
        lines += [target.lineno for target in targets if is_of_state(target)]
    return lines


def test_only_the_solver_writes_the_state() -> None:
    found = {
        path.relative_to(FOLDER).as_posix(): writes(ast.parse(path.read_text()))
        for path in FOLDER.rglob("*.py")
    }
    assert len(found["solver.py"]) >= len(FIELDS) - 1
    assert [name for name, lines in found.items() if lines] == ["solver.py"]


def test_no_part_of_the_decomposition_imports_for_its_types_alone() -> None:
    for path in FOLDER.rglob("*.py"):
        assert "TYPE_CHECKING" not in path.read_text(), path
