"""The walls of the package: imports go down, in no circle, and files and functions stay short."""

from __future__ import annotations

import ast
from pathlib import Path

import networkx as nx

PACKAGE = Path(__file__).resolve().parent.parent / "robustev"
MODULES = {
    ".".join(path.relative_to(PACKAGE.parent).with_suffix("").parts).removesuffix(".__init__"): path
    for path in PACKAGE.rglob("*.py")
}
TREES = {module: ast.parse(path.read_text()) for module, path in MODULES.items()}

# From the ground up; folders on one line do not import each other.
LAYERS = [
    {"core"},
    {"parallel"},
    {"data"},
    {"readers", "scenarios"},
    {"model"},
    {"recourse"},
    {"methods"},
    {"evaluate"},
    {"assess"},
    {"simulate"},
    {"config"},
    {"results"},
    {"verify"},
    {"report"},
    {"experiment"},
    {"hindcast"},
    {"explore"},
    {"cli"},
    {"__init__", "__main__"},
]
MAX_LINES = 400
MAX_FUNCTION_LINES = 60


def imported(module: str) -> set[str]:
    """Return the modules of the package that one module imports, for type checking too."""
    found: set[str] = set()
    for node in ast.walk(TREES[module]):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{module} imports relatively in line {node.lineno}"
            below = {f"{node.module}.{alias.name}" for alias in node.names} & MODULES.keys()
            others = len(below) < len(node.names)
            found |= below | ({node.module or ""} if others else set())
    return found & MODULES.keys()


IMPORTS = nx.DiGraph((module, other) for module in MODULES for other in imported(module))


def height(module: str) -> int:
    """Return the layer of a module, counted from the ground."""
    folder = [*module.split("."), "__init__"][1]
    return next(at for at, layer in enumerate(LAYERS) if folder in layer)


def test_every_folder_has_its_layer() -> None:
    assert {folder for layer in LAYERS for folder in layer} == {
        path.stem for path in PACKAGE.iterdir() if path.name not in {"__pycache__", "py.typed"}
    }


def test_imports_go_down() -> None:
    def falls(importer: str, other: str) -> bool:
        same_folder = importer.split(".")[1:2] == other.split(".")[1:2]
        return same_folder or height(other) < height(importer)

    assert {(a, b) for a, b in IMPORTS.edges if not falls(a, b)} == set()


def test_no_modules_import_each_other_in_a_circle() -> None:
    circles = [c for c in nx.strongly_connected_components(IMPORTS) if len(c) > 1]
    assert circles == []


def test_files_are_short() -> None:
    lengths = {module: len(path.read_text().splitlines()) for module, path in MODULES.items()}
    assert {module for module, length in lengths.items() if length > MAX_LINES} == set()


def test_functions_fit_on_a_screen() -> None:
    long = {
        f"{module}.{node.name}"
        for module, tree in TREES.items()
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and node.end_lineno is not None
        and node.end_lineno - node.lineno >= MAX_FUNCTION_LINES
    }
    assert long == set()
