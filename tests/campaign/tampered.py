"""Tampered result folders made of a sound one by seeded mutation."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

SCRIPT = "</script><script>alert(1)</script><img src=x onerror=alert(2)>"
NUMBERS = ("objective", "lower_bound")
"""What is claimed of a plan, and what a reader builds on."""


@dataclass(frozen=True)
class Tampered:
    """One change of a folder, and whether ``verify`` must find it."""

    name: str
    must_be_found: bool
    change: Callable[[Path], None]


def damaged(rng: np.random.Generator, files: list[str]) -> Tampered:
    """A file cut off, emptied, deleted or filled with junk."""
    name = files[rng.integers(len(files))]
    what = int(rng.integers(4))

    def change(folder: Path) -> None:
        path = folder / name
        data = path.read_bytes()
        if what == 0:
            path.write_bytes(data[: len(data) // 2])
        elif what == 1:
            path.write_bytes(b"")
        elif what == 2:
            path.unlink()
        else:
            path.write_bytes(rng.bytes(200))

    told = ("cut off", "emptied", "deleted", "filled with junk")[what]
    return Tampered(f"{name} {told}", not name.endswith(".html"), change)


def edited(rng: np.random.Generator, files: list[str]) -> Tampered:
    """A claim of a plan's document changed by a little, by a lot, or to what is no number."""
    name = str(rng.choice([n for n in files if n.startswith("plans/") and n.endswith(".json")]))
    key = str(rng.choice(NUMBERS))
    kind = int(rng.integers(5))

    def change(folder: Path) -> None:
        content = json.loads((folder / name).read_text())
        value = float(content[key] or 1.0)
        # A bound is proved anew, so that only one that is too high is found.
        bad: Any = [1.05 * value + 1, 2 * value + 1, float("inf"), float("nan"), "many"][kind]
        (folder / name).write_text(json.dumps({**content, key: bad}))

    return Tampered(f"{name} {key} {kind}", True, change)


def shaken_table(rng: np.random.Generator, files: list[str]) -> Tampered:
    """A number of a table that decides costs: demand, probability, or the chargers to build."""
    name, column = [("scenarios.parquet", "demand"), ("drivers.parquet", "probability")][
        int(rng.integers(2))
    ]
    bad = float(rng.choice([np.nan, np.inf, -1.0, 1e6]))

    def change(folder: Path) -> None:
        frame = pd.read_parquet(folder / name)
        frame[column] = frame[column].astype(float)
        frame.loc[int(rng.integers(len(frame))), column] = bad
        frame.to_parquet(folder / name, index=False)

    return Tampered(f"{name} {column} {bad}", True, change)


def other_stations(rng: np.random.Generator, files: list[str]) -> Tampered:
    """The table that people build from says something else than the plan."""
    name = str(rng.choice([n for n in files if n.startswith("plans/") and n.endswith(".csv")]))
    kind = int(rng.integers(4))

    def change(folder: Path) -> None:
        frame = pd.read_csv(folder / name)
        if kind == 0:
            frame = frame.iloc[:-1]
        elif kind == 1:
            frame = pd.concat([frame, frame.iloc[:1]])
        elif kind == 2:
            number = next(c for c in frame.columns if c in ("fast", "slow"))
            frame[number] = frame[number] + 1
        else:
            frame["id"] = [f"{SCRIPT}{n}" for n in range(len(frame))]
        frame.to_csv(folder / name, index=False)

    return Tampered(f"{name} {kind}", True, change)


def hostile_text(rng: np.random.Generator, files: list[str]) -> Tampered:
    """Script in a text of a document, or a name that leads out of the folder."""
    documents = [n for n in files if n.endswith(".json")]
    name = documents[rng.integers(len(documents))]
    bad = str(rng.choice([SCRIPT, "../../outside", "/etc/passwd", "a\u0000b", "x" * 5000]))
    which = int(rng.integers(1000))

    def change(folder: Path) -> None:
        content = json.loads((folder / name).read_text())
        places = list(_texts(content))
        if not places:
            return
        owner, key = places[which % len(places)]
        owner[key] = bad
        (folder / name).write_text(json.dumps(content))

    return Tampered(f"{name} {bad[:12]!r}", False, change)


def _texts(value: Any) -> Iterator[tuple[Any, Any]]:
    pairs = value.items() if isinstance(value, dict) else enumerate(value)
    for key, item in list(pairs):
        if isinstance(item, str):
            yield value, key
        elif isinstance(item, dict | list):
            yield from _texts(item)


def linked(rng: np.random.Generator, files: list[str]) -> Tampered:
    """A file of the folder is a link that leads out of it."""
    name = str(rng.choice(["report.html", *files]))

    def change(folder: Path) -> None:
        path = folder / name
        path.unlink(missing_ok=True)
        path.symlink_to(folder.parent / "outside.txt")

    return Tampered(f"{name} linked", False, change)


MAKERS = [damaged, damaged, edited, edited, shaken_table, other_stations, hostile_text, linked]


def tampered(folder: Path, count: int, seed: int) -> Iterator[Tampered]:
    """Yield so many changes of a sound result folder, each of a stream of its own."""
    files = sorted(
        path.relative_to(folder).as_posix()
        for path in folder.rglob("*")
        if path.is_file() and path.suffix in (".json", ".csv", ".parquet", ".yaml", ".npz")
    )
    for number in range(count):
        rng = np.random.default_rng((seed, number))
        yield MAKERS[number % len(MAKERS)](rng, files)


def copied(folder: Path, target: Path) -> Path:
    """Return a copy of a folder to tamper with, a file outside it beside."""
    shutil.copytree(folder, target)
    (target.parent / "outside.txt").write_text("untouched")
    return target
