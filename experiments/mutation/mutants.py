"""Mutants: a module with one operator, number, comparison or statement changed.

What is text alone (docstrings, messages, types) is left as it is, so every mutant computes
something else, unless it is equivalent.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

COMPARED: dict[type[ast.cmpop], str] = {
    ast.Lt: "<=", ast.LtE: "<", ast.Gt: ">=", ast.GtE: ">", ast.Eq: "!=", ast.NotEq: "==",
    ast.Is: "is not", ast.IsNot: "is", ast.In: "not in", ast.NotIn: "in",
}  # fmt: skip
COMPUTED: dict[type[ast.operator], str] = {
    ast.Add: "-", ast.Sub: "+", ast.Mult: "/", ast.Div: "*", ast.FloorDiv: "/", ast.Mod: "*",
    ast.Pow: "*", ast.MatMult: "*", ast.BitAnd: "|", ast.BitOr: "&",
}  # fmt: skip
EXCHANGED = {
    "max": "min", "min": "max", "argmax": "argmin", "argmin": "argmax", "any": "all", "all": "any",
    "maximum": "minimum", "minimum": "maximum", "floor": "ceil", "ceil": "floor", "sum": "max",
    "cumsum": "cumprod", "zeros": "ones", "ones": "zeros", "nlargest": "nsmallest",
}  # fmt: skip
"""Calls that are taken for each other."""
UNTOUCHED = ("logger", "Fault", "cast", "TypeVar")
"""Calls whose arguments are text or types."""


@dataclass(frozen=True, order=True)
class Mutant:
    """One change of one file."""

    file: str
    line: int
    column: int
    end_line: int
    end_column: int
    within: str
    before: str
    after: str

    @property
    def key(self) -> str:
        """The change and the line it is in, without its number: lines move."""
        return f"{self.file}: {self.within}: {self.before} -> {self.after}"

    def of(self, source: str) -> str:
        """Return the source of the file with the change."""
        lines = source.encode().splitlines(keepends=True)
        begin = sum(map(len, lines[: self.line - 1])) + self.column
        end = sum(map(len, lines[: self.end_line - 1])) + self.end_column
        text = source.encode()
        return (text[:begin] + self.after.encode() + text[end:]).decode()


def mutants(root: Path, files: list[str]) -> list[Mutant]:
    """Return every mutant of some files, in the order of their places."""
    return sorted({one for file in files for one in of_source(file, (root / file).read_text())})


def of_source(file: str, source: str) -> Iterator[Mutant]:
    """Yield the mutants of one file.

    >>> [one.after for one in of_source("a.py", "def f(x):\\n    return x < 2 + x\\n")]
    ['(x) <= (2 + x)', '(2) - (x)', '3']
    """
    lines = source.splitlines()
    for node in _computing(ast.parse(source)):
        before = ast.get_source_segment(source, node)
        for after in _changes(node, source):
            assert before is not None
            yield Mutant(
                file, node.lineno, node.col_offset, node.end_lineno or 0, node.end_col_offset or 0,
                lines[node.lineno - 1].strip(), " ".join(before.split()), after,
            )  # fmt: skip


def _computing(tree: ast.AST) -> Iterator[ast.expr | ast.stmt]:
    """Yield the nodes that compute: without types, decorators, text and what is raised."""
    todo: list[ast.AST] = [tree]
    while todo:
        node = todo.pop(0)
        if isinstance(node, ast.Raise | ast.Import | ast.ImportFrom | ast.JoinedStr | ast.Assert):
            continue
        if isinstance(node, ast.Call) and _name(node.func, first=True).startswith(UNTOUCHED):
            continue
        if isinstance(node, ast.FunctionDef):
            todo += [*node.args.defaults, *(d for d in node.args.kw_defaults if d), *node.body]
            continue
        if isinstance(node, ast.AnnAssign):
            todo += [node.value] if node.value is not None else []
            continue
        if isinstance(node, ast.expr | ast.stmt):
            yield node
        todo += list(ast.iter_child_nodes(node))


def _changes(node: ast.expr | ast.stmt, source: str) -> Iterator[str]:
    """Yield what may stand in the place of a node."""

    def text(part: ast.AST) -> str:
        return ast.get_source_segment(source, part) or ""

    match node:
        case ast.Compare(left=left, ops=[op], comparators=[right]):
            yield f"({text(left)}) {COMPARED[type(op)]} ({text(right)})"
        case ast.BinOp(left=left, op=op, right=right) if type(op) in COMPUTED:
            yield f"({text(left)}) {COMPUTED[type(op)]} ({text(right)})"
        case ast.BoolOp(op=op, values=[first, *rest]):
            word = " or " if isinstance(op, ast.And) else " and "
            yield word.join(f"({text(part)})" for part in (first, *rest))
        case ast.UnaryOp(op=ast.Not() | ast.USub() | ast.Invert(), operand=operand):
            yield f"({text(operand)})"
        case ast.Constant(value=bool(value)):
            yield str(not value)
        case ast.Constant(value=int(value)):
            yield str(value + 1)
        case ast.Constant(value=float(value)):
            yield repr(2 * value if value else 1.0)
        case ast.IfExp(test=test, body=body, orelse=orelse):
            yield f"({text(orelse)}) if ({text(test)}) else ({text(body)})"
        case ast.Attribute(value=value, attr=attr) if attr in EXCHANGED:
            yield f"({text(value)}).{EXCHANGED[attr]}"
        case ast.Name(id=name) if name in EXCHANGED:
            yield EXCHANGED[name]
        case ast.AugAssign(target=target, op=op, value=value) if type(op) in COMPUTED:
            yield f"{text(target)} {COMPUTED[type(op)]}= {text(value)}"
        case ast.Expr(value=ast.Call()) | ast.Continue() | ast.Break():
            yield "pass"


def _name(node: ast.expr, *, first: bool) -> str:
    """Return the name of what is called: of ``a.b`` the first or the last part."""
    if isinstance(node, ast.Attribute):
        return _name(node.value, first=True) if first else node.attr
    return node.id if isinstance(node, ast.Name) else ""
