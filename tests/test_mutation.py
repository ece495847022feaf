"""What mutation testing changes is a program, and another one."""

from __future__ import annotations

import ast
from pathlib import Path

from experiments.mutation.mutants import mutants

ROOT = Path(__file__).resolve().parents[1]
FILE = "robustev/recourse/cut.py"


def test_every_mutant_is_another_program_that_compiles() -> None:
    source = (ROOT / FILE).read_text()
    found = mutants(ROOT, [FILE])
    assert len(found) > 20
    for one in found:
        changed = one.of(source)
        assert ast.dump(ast.parse(changed)) != ast.dump(ast.parse(source)), one.key
