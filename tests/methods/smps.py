"""A reader of SMPS that shares no code with the writer: words between spaces, nothing more."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp

from robustev.core.arrays import FloatArray


@dataclass
class Core:
    """What an MPS file says, by name."""

    objective: str = ""
    senses: dict[str, str] = field(default_factory=dict)
    entries: dict[tuple[str, str], float] = field(default_factory=dict)  # (column, row)
    columns: dict[str, bool] = field(default_factory=dict)  # name: whole numbers or not
    right: dict[str, float] = field(default_factory=dict)
    bounds: dict[str, tuple[float, float]] = field(default_factory=dict)


@dataclass
class Scenario:
    """Probability, and what differs from the core."""

    probability: float
    entries: dict[tuple[str, str], float] = field(default_factory=dict)
    right: dict[str, float] = field(default_factory=dict)


def read_core(path: Path) -> Core:
    core, section, integer = Core(), "", False
    for line in path.read_text().splitlines():
        words = line.split()
        if not line.startswith(" "):
            section = words[0]
        elif section == "ROWS":
            if words[0] == "N":
                core.objective = words[1]
            else:
                core.senses[words[1]] = words[0]
        elif section == "COLUMNS" and words[1] == "'MARKER'":
            integer = words[2] == "'INTORG'"
        elif section == "COLUMNS":
            core.columns[words[0]] = integer
            core.entries[words[0], words[1]] = float(words[2])
        elif section == "RHS":
            core.right[words[1]] = float(words[2])
        elif section == "BOUNDS":
            low, high = core.bounds.get(words[2], (0.0, np.inf))
            value = float(words[3]) if len(words) > 3 else 0.0
            core.bounds[words[2]] = {
                "LO": (value, high), "UP": (low, value), "FX": (value, value), "PL": (low, np.inf),
                "MI": (-np.inf, high), "FR": (-np.inf, np.inf),
            }[words[0]]  # fmt: skip
    return core


def read_scenarios(path: Path) -> list[Scenario]:
    scenarios: list[Scenario] = []
    for line in path.read_text().splitlines()[2:-1]:
        words = line.split()
        if words[0] == "SC":
            assert words[2] == "'ROOT'"
            scenarios.append(Scenario(float(words[3])))
        elif words[0] == "RHS":
            scenarios[-1].right[words[1]] = float(words[2])
        else:
            scenarios[-1].entries[words[0], words[1]] = float(words[2])
    return scenarios


def second_period(path: Path) -> tuple[str, str]:
    """Return the first column and row of the second period."""
    lines = [line.split() for line in path.read_text().splitlines()]
    assert lines[0][0] == "TIME"
    assert lines[1] == ["PERIODS", "LP"]
    assert [words[-1] for words in lines[2:4]] == ["FIRST", "SECOND"]
    return lines[3][0], lines[3][1]


def solve_smps(core_file: Path) -> float:
    """Return the optimum of the deterministic equivalent: all scenarios beside each other."""
    core = read_core(core_file)
    scenarios = read_scenarios(core_file.with_suffix(".sto"))
    column, row = second_period(core_file.with_suffix(".tim"))
    names, rows = list(core.columns), list(core.senses)
    shared, own = names[: names.index(column)], names[names.index(column) :]
    first = rows[: rows.index(row)] if row in rows else rows
    # Entries of the first period never change.
    for one in scenarios:
        assert not {c for c, _ in one.entries} & set(shared) & {r for _, r in one.entries}
        assert not {r for _, r in one.entries} & set(first)
        assert not set(one.right) & set(first)
        assert not {c for c, r in one.entries if r == core.objective} & set(shared)
    wide = len(shared) + len(own) * len(scenarios)
    cost, matrix, low, high = np.zeros(wide), [], [], []
    bounds = [core.bounds.get(name, (0.0, np.inf)) for name in shared + own * len(scenarios)]
    whole = [core.columns[name] for name in shared + own * len(scenarios)]
    for s, one in enumerate(scenarios):
        entries, right = {**core.entries, **one.entries}, {**core.right, **one.right}
        place = {name: n for n, name in enumerate(shared)}
        place |= {name: len(shared) + s * len(own) + n for n, name in enumerate(own)}
        by_row: dict[str, FloatArray] = {name: np.zeros(wide) for name in rows}
        for (name, where), value in entries.items():
            if where == core.objective:
                cost[place[name]] += one.probability * value
            else:
                by_row[where][place[name]] = value
        for name in rows if s == 0 else rows[len(first) :]:
            matrix.append(by_row[name])
            value = right.get(name, 0.0)
            low.append(-np.inf if core.senses[name] == "L" else value)
            high.append(np.inf if core.senses[name] == "G" else value)
    done = milp(
        cost,
        constraints=LinearConstraint(np.array(matrix), low, high),
        bounds=Bounds(*np.array(bounds).T),
        integrality=np.array(whole, dtype=int),
        options={"mip_rel_gap": 1e-9},
    )
    assert done.status == 0, done.message
    return float(done.fun)
