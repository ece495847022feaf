"""Draw mutants of recourse, bounds, risk and statistics, and list those that no test notices.

    nice -n 15 python -m experiments.mutation [--seed 0] [--count 400] [--first 0] [--seconds 300]

Each mutant is put into a copy of the tree, and the tests that cover its module run there until one
fails, the mirrored file first. A mutant that takes longer than the limit counts as caught. Those in
``equivalent.txt`` compute the same as the program and are passed over; everything goes to the
terminal, a line for each mutant. Needs a system that can fork.
"""

from __future__ import annotations

import argparse
import os
import random
import shutil
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

# So that the tests of each mutant need not import them again.
import highspy  # noqa: F401
import hypothesis  # noqa: F401
import numpy  # noqa: F401
import pandas  # noqa: F401
import pyomo.environ  # noqa: F401
import pytest
import scipy.optimize
import scipy.sparse  # noqa: F401

from experiments.mutation.mutants import Mutant, mutants

ROOT = Path(__file__).resolve().parents[2]
KEPT = Path(__file__).with_name("equivalent.txt")
COVERED = {
    "robustev/recourse/": ["tests/recourse", "tests/methods/benders/test_engine.py"],
    "robustev/methods/bounds.py": ["tests/methods/test_bounds.py", "tests/methods/test_result.py"],
    "robustev/model/risk/": ["tests/model/risk", "tests/methods/test_risk_measures.py"],
    "robustev/assess/statistics/": ["tests/assess/statistics", "tests/assess/test_estimates.py"],
}
"""Which tests cover what is changed."""
CAUGHT, SURVIVED, LATE = "caught", "SURVIVED", "caught late"


def main(arguments: Sequence[str] | None = None) -> int:
    """Try the mutants and return 1 if more than one in twenty survives."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--count", type=int, default=400)
    parser.add_argument("--first", type=int, default=0, help="place to begin at in the draw")
    parser.add_argument("--seconds", type=int, default=300, help="limit for each mutant")
    parser.add_argument("--list", action="store_true", help="only list the draw")
    chosen = parser.parse_args(arguments)
    every = mutants(ROOT, files())
    drawn = random.Random(chosen.seed).sample(every, min(chosen.count, len(every)))
    print(f"{len(drawn)} of {len(every)} mutants, seed {chosen.seed}")
    found: dict[str, int] = {}
    with tempfile.TemporaryDirectory() as folder:
        copy = copied(Path(folder) / "tree")
        for number, mutant in enumerate(drawn[chosen.first :], start=chosen.first):
            began = time.monotonic()
            verdict = "listed" if chosen.list else tried(mutant, copy, chosen.seconds)
            found[verdict] = found.get(verdict, 0) + 1
            taken = f"{time.monotonic() - began:.0f} s"
            print(f"{number} {verdict} {taken}, line {mutant.line} of {mutant.key}")
            sys.stdout.flush()
    print(", ".join(f"{count} {verdict}" for verdict, count in sorted(found.items())))
    return int(found.get(SURVIVED, 0) > sum(found.values()) / 20)


def files() -> list[str]:
    """Return the modules that are changed."""
    found = []
    for place in COVERED:
        path = ROOT / place
        found += sorted(path.rglob("*.py")) if path.is_dir() else [path]
    return [str(path.relative_to(ROOT)) for path in found if path.name != "__init__.py"]


def copied(copy: Path) -> Path:
    """Return a copy of what the tests need."""
    for name in ("robustev", "tests", "docs", "experiments"):
        shutil.copytree(ROOT / name, copy / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "README.md"):
        shutil.copy(ROOT / name, copy / name)
    return copy


def tried(mutant: Mutant, copy: Path, seconds: int) -> str:
    """Return what the tests make of a mutant."""
    if mutant.key in kept():
        return "equivalent"
    path = copy / mutant.file
    source = path.read_text()
    path.write_text(mutant.of(source))
    try:
        return ran(copy, tests_of(mutant.file, copy), seconds)
    finally:
        path.write_text(source)


def kept() -> set[str]:
    """Return the keys of the mutants that are known to be equivalent."""
    lines = KEPT.read_text().splitlines() if KEPT.is_file() else []
    return {line.split("  #")[0].strip() for line in lines if line and not line.startswith("#")}


def tests_of(file: str, copy: Path) -> list[str]:
    """Return the tests that cover a module, those of its own file first."""
    place = next(place for place in COVERED if file.startswith(place))
    path = Path(file)
    own = Path("tests") / path.parent.relative_to("robustev") / f"test_{path.name}"
    mirrored = [str(own)] if (copy / own).is_file() else []
    return [*mirrored, *(test for test in COVERED[place] if test not in mirrored)]


def ran(copy: Path, tests: list[str], seconds: int) -> str:
    """Run tests in a process of their own until one fails; return whether one did."""
    child = os.fork()
    if child == 0:
        os.setsid()
        os._exit(_tested(copy, tests))
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        done, status = os.waitpid(child, os.WNOHANG)
        if done:
            return SURVIVED if status == 0 else CAUGHT
        time.sleep(0.05)
    os.killpg(child, 9)
    os.waitpid(child, 0)
    return LATE


def _tested(copy: Path, tests: list[str]) -> int:
    """Return pytest's exit code, in the copy and with its modules."""
    silent = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(silent, stream)
    os.chdir(copy)
    for name in [n for n in sys.modules if n.split(".")[0] in ("robustev", "tests", "experiments")]:
        del sys.modules[name]
    sys.path[:] = [str(copy), *(p for p in sys.path if Path(p or ".").resolve() != ROOT)]
    os.environ["PYTHONPATH"] = str(copy)
    sys.dont_write_bytecode = True
    chosen = ["-x", "-q", "-p", "no:cacheprovider", "-m", "not slow and not mpi", *tests]
    return int(pytest.main(chosen))


if __name__ == "__main__":
    sys.exit(main())
