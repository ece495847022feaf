"""Kill runs at random moments and check that nothing is lost.

    python -m experiments.cluster.kill --kills 100 --seed 1 [--only run-ph-3] [--folder DIR]

Each case is run, killed by SIGKILL (the command itself, a rank, or all at once), resumed, killed
again, and in the end resumed until it is through. After every kill no process may be left, every
file that has its name must be whole, and what is saved must be no worse than before; the result at
the end must be at least as good as everything that was ever saved, and `robustev verify` must
believe it.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from robustev.core.archive import read_archive
from robustev.results.journal import journal_folder

COMPARE = (
    "compare={scenarios: 16, regret_scenarios: 6, foresight_scenarios: 2, redraws: 2, "
    "plans: [nominal], time_limit: 3}"
)
MARK = "ROBUSTEV_KILL_CAMPAIGN"
"""Environment variable by which processes of the campaign are known."""
END_SECONDS = 30.0
"""Time in which all processes must be gone after a kill."""
ROUNDING = 1e-9
CHAIN = 12
"""Kills of one run before it may come to its end."""
FIRST_SECONDS = 30.0
"""How long a run is thought to take before one has been seen to end."""
LONGEST = 600.0
"""Seconds after which a run that was left alone counts as hanging."""

EXPERIMENT = """\
name: killed
seed: 5
region:
  format: tables
  zones: zones.csv
  sites: sites.csv
  chargers: [{name: slow, capacity: 6, cost: 2}, {name: fast, capacity: 15, cost: 4}]
scenarios:
  number: 12
  source: {kind: drivers, ev_adoption: [0.7, 1.0, 1.6], local_noise: {spread: 0.4}}
model: {unserved_penalty: 60}
solve: {gap: 1e-6, time_limit: 8}
plans: {robust: {}, careful: {model: {objective: {measure: cvar, tail: 0.2}}}}
output: {checkpoint: 0.3}
"""


@dataclass(frozen=True)
class Case:
    """One command, and how it is made."""

    name: str
    verb: str
    settings: tuple[str, ...] = ()
    ranks: int = 1

    def command(self, experiment: Path, folder: Path, *, resume: bool) -> list[str]:
        """Return the command line."""
        line = [sys.executable, "-m", "robustev", self.verb, str(experiment), "--quiet"]
        line += ["--output", str(folder)]
        for setting in self.settings:
            line += ["--set", setting]
        if self.verb == "stability":
            line += ["--counts", "4,8", "--repetitions", "3", "--fresh", "40", "--time-limit", "4"]
            line += ["--gap", "0.00001"]
        else:
            line += ["--ranks", str(self.ranks)]
        return line + (["--resume"] if resume else [])


def _plans(method: str, verb: str, ranks: int) -> Case:
    settings = (f"solve.method={method}", *([COMPARE] if verb == "compare" else []))
    return Case(f"{verb}-{method}-{ranks}", verb, settings, ranks)


CASES = [
    *(_plans("ef", verb, 1) for verb in ("run", "compare")),
    *(_plans("ph", verb, 3) for verb in ("run", "compare")),
    *(_plans("benders", verb, ranks) for verb in ("run", "compare") for ranks in (1, 2)),
    Case("stability", "stability"),
]


@dataclass
class Saved:
    """What is known of each solve, by its folder: the best cost and the best bound."""

    objective: dict[str, float] = field(default_factory=dict)
    lower_bound: dict[str, float] = field(default_factory=dict)
    finished: set[str] = field(default_factory=set)

    def note(self, name: str, objective: float | None, lower: float | None) -> None:
        """Take what one file says of a solve."""
        if objective is not None:
            self.objective[name] = min(objective, self.objective.get(name, np.inf))
        if lower is not None:
            self.lower_bound[name] = max(lower, self.lower_bound.get(name, -np.inf))

    def among(self, names: set[str]) -> Saved:
        """Return what is known of some solves."""
        objective = {name: value for name, value in self.objective.items() if name in names}
        lower = {name: value for name, value in self.lower_bound.items() if name in names}
        return Saved(objective, lower, self.finished & names)


class LostError(AssertionError):
    """Something that was saved is gone, or something is left that should not be."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the campaign; return 1 if anything was lost."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", action="append", choices=[case.name for case in CASES])
    parser.add_argument("--folder", type=Path)
    chosen = parser.parse_args(arguments)
    cases = [case for case in CASES if not chosen.only or case.name in chosen.only]
    with tempfile.TemporaryDirectory() as temporary:
        root = chosen.folder or Path(temporary)
        return campaign(cases, chosen.kills, np.random.default_rng(chosen.seed), root)


def campaign(cases: Sequence[Case], kills: int, rng: np.random.Generator, root: Path) -> int:
    """Kill ``kills`` times over the cases in turn; return 1 if anything was lost."""
    experiment = write_experiment(root)
    lost, done, chain = 0, 0, 0
    usual: dict[str, float] = {}
    while done < kills:
        case = cases[chain % len(cases)]
        chain += 1
        folder = root / f"{chain}-{case.name}"
        try:
            count = kill_chain(case, experiment, folder, rng, usual, min(CHAIN, kills - done))
            print(f"{case.name}: {count} kills, nothing lost", flush=True)
        except LostError as error:
            count, lost = 1, lost + 1
            print(f"{case.name}: LOST: {error}", flush=True)
        done += count
    print(f"{done} kills, {lost} with losses")
    return 1 if lost else 0


def write_experiment(root: Path) -> Path:
    """Write a small region whose plans take some seconds; return the experiment file."""
    rng = np.random.default_rng(0)
    root.mkdir(parents=True, exist_ok=True)
    for name, count, head in (("zones", 60, "demand"), ("sites", 14, "slots,opening_cost")):
        rows = [f"id,x,y,{head}"]
        for n in range(count):
            x, y = rng.uniform(0, 20, 2).round(2)
            own = f"{rng.integers(2, 15)}" if name == "zones" else f"6,{rng.integers(20, 90)}"
            rows.append(f"{name[0]}{n},{x},{y},{own}")
        (root / f"{name}.csv").write_text("\n".join(rows) + "\n")
    path = root / "killed.yaml"
    path.write_text(EXPERIMENT)
    return path


def kill_chain(
    case: Case,
    experiment: Path,
    folder: Path,
    rng: np.random.Generator,
    usual: dict[str, float],
    most: int = CHAIN,
) -> int:
    """Kill and resume one run at most ``most`` times, then let it end; return how often.

    ``usual`` keeps how long a run of each case takes, from which moments are drawn.

    Raises
    ------
    LostError
        If anything is lost.
    """
    best, killed = Saved(), 0
    for _ in range(most):
        longest = usual.get(case.name, FIRST_SECONDS)
        seconds = float(rng.uniform(0.0, longest))
        ended = run_for(seconds, case, experiment, folder, rng, resume=killed > 0)
        if ended is not None:
            usual[case.name] = 0.5 * (longest + ended)
            break
        killed += 1
        best = check_kept(folder, best)
    began = time.monotonic()
    run_for(LONGEST, case, experiment, folder, rng, resume=True)
    if not killed:
        usual[case.name] = time.monotonic() - began
    check_end(case, folder, best)
    return killed


def run_for(
    seconds: float,
    case: Case,
    experiment: Path,
    folder: Path,
    rng: np.random.Generator,
    *,
    resume: bool,
) -> float | None:
    """Run the case and kill it after ``seconds``; return its time if it ended before that."""
    mark = uuid.uuid4().hex
    environment = {**os.environ, MARK: mark, "OMP_NUM_THREADS": "1"}
    began = time.monotonic()
    command = case.command(experiment, folder, resume=resume)
    with tempfile.TemporaryFile() as said:
        process = subprocess.Popen(
            command, env=environment, stdout=said, stderr=said, start_new_session=True
        )
        try:
            code = process.wait(timeout=seconds)
        except subprocess.TimeoutExpired:
            if seconds >= LONGEST:
                raise LostError(f"{case.name} hangs when it is resumed") from None
            strike(process, mark, rng)
            process.wait()
            check_all_gone(mark)
            return None
        said.seek(0)
        text = said.read().decode(errors="replace")
    check_all_gone(mark)
    if code != 0:
        raise LostError(f"{case.name} ended with code {code}: {text[-2000:]}")
    return time.monotonic() - began


def strike(process: subprocess.Popen[bytes], mark: str, rng: np.random.Generator) -> None:
    """Kill the command, one of its processes, or all of them."""
    others = [found for found in processes(mark) if found != process.pid]
    way = int(rng.integers(3))
    chosen = [process.pid, *others]
    if way == 0:
        chosen = [process.pid]
    elif way == 1 and others:
        chosen = [int(rng.choice(others))]
    for one in chosen:
        try:
            os.kill(one, signal.SIGKILL)
        except ProcessLookupError:
            continue


def processes(mark: str) -> list[int]:
    """Return the processes that carry the mark and still run."""
    found = []
    for entry in Path("/proc").iterdir():
        if not entry.name.isdecimal():
            continue
        try:
            marked = f"{MARK}={mark}".encode() in (entry / "environ").read_bytes().split(b"\0")
            dead = (entry / "stat").read_text().rsplit(")", 1)[1].split()[0] == "Z"
        except OSError:
            continue
        if marked and not dead:
            found.append(int(entry.name))
    return found


def check_all_gone(mark: str) -> None:
    """Hold that no process of the run is left after some seconds; end those that are."""
    limit = time.monotonic() + END_SECONDS
    while left := processes(mark):
        if time.monotonic() > limit:
            for one in left:
                os.kill(one, signal.SIGKILL)
            raise LostError(f"{len(left)} processes are left after {END_SECONDS:.0f} s")
        time.sleep(0.1)


def check_kept(folder: Path, before: Saved) -> Saved:
    """Hold that every file is whole, and that what is saved is no worse than ``before``."""
    saved = read_saved(folder)
    if is_complete(folder):  # solves of the comparison have been of use, and are gone
        before = before.among({path.stem for path in (folder / "plans").glob("*.json")})
    for name, objective in before.objective.items():
        if saved.objective.get(name, np.inf) > objective + ROUNDING * abs(objective):
            raise LostError(f"{name}: cost {saved.objective.get(name)}, before {objective}")
    for name, lower in before.lower_bound.items():
        if saved.lower_bound.get(name, -np.inf) < lower - ROUNDING * abs(lower):
            raise LostError(f"{name}: bound {saved.lower_bound.get(name)}, before {lower}")
    if not before.finished <= saved.finished:
        raise LostError(f"finished parts are gone: {before.finished - saved.finished}")
    return saved


def is_complete(folder: Path) -> bool:
    """Return whether the results are there, so that the journal may go; a study is a table."""
    manifest = folder / "manifest.json"
    return folder.is_file() or (
        manifest.is_file() and bool(json.loads(manifest.read_text())["complete"])
    )


def read_saved(folder: Path) -> Saved:
    """Return what the journal holds, or the result folder once it is complete.

    Raises
    ------
    LostError
        If a file is not whole.
    """
    saved = Saved()
    for root in (journal_folder(study(folder)), journal_folder(folder), folder):
        for path in sorted(root.rglob("*")) if root.is_dir() else ():
            name = path.parent.name if path.suffix == ".npz" else path.stem
            about = read_whole(path)
            if path.parent.name == "plans" or path.parent.parent.name in ("checkpoints", "solves"):
                saved.note(name, about.get("objective"), about.get("lower_bound"))
            if path.parent.name in ("plans", "solves") and path.suffix == ".json":
                saved.note(name, about.get("objective"), about.get("lower_bound"))
                if about.get("status") not in ("interrupted", "error"):
                    saved.finished.add(name)
    return saved


def study(folder: Path) -> Path:
    """Return the place beside which a stability study keeps its journal."""
    return folder.with_name(f"{folder.name}-stability")


def read_whole(path: Path) -> Mapping[str, Any]:
    """Return the words of a file; one that has its name must be whole."""
    try:
        if path.suffix == ".npz" and "certificate" not in path.parts:
            return read_archive(path)[0]
        if path.suffix == ".json":
            return dict(json.loads(path.read_text()))
    except (ValueError, OSError) as error:
        raise LostError(f"{path} is not whole: {error}") from error
    return {}


def check_end(case: Case, folder: Path, best: Saved) -> None:
    """Hold the result to all that was ever saved, and that nothing else is left beside it."""
    beside = {path.name for path in folder.parent.glob(f".{folder.name}*")}
    if beside:
        raise LostError(f"left beside the results: {', '.join(sorted(beside))}")
    if case.verb == "stability":
        rows = folder.read_text().splitlines()
        if len(rows) != 7:
            raise LostError(f"a study of {len(rows) - 1} solves, not 6")
        return
    for path in (folder / "plans").glob("*.json"):
        about = json.loads(path.read_text())
        objective, lower = about.get("objective"), about.get("lower_bound")
        least = best.objective.get(path.stem, np.inf)
        if objective is not None and objective > least + ROUNDING * abs(least):
            raise LostError(f"{path.stem} ends at {objective}, {least} was saved")
        most = best.lower_bound.get(path.stem, -np.inf)
        if lower is not None and lower < most - ROUNDING * abs(most):
            raise LostError(f"{path.stem} ends with bound {lower}, {most} was saved")
    verified = subprocess.run(
        [sys.executable, "-m", "robustev", "verify", str(folder)],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    if verified.returncode != 0:
        raise LostError(f"verify does not believe it: {verified.stdout[-1500:]}")


if __name__ == "__main__":
    sys.exit(main())
