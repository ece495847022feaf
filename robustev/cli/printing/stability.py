"""A stability study as it goes on, and its answer, for people."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

from rich.console import Console
from rich.status import Status

from robustev.cli.printing.tables import plain_table, print_table
from robustev.core.errors import ConfigError
from robustev.core.formatting import count, percent, precise
from robustev.data.scenarios import ScenarioSet
from robustev.methods.result import SolveResult
from robustev.scenarios.calibration.required_scenarios import StabilityReport


def numbers(text: str) -> list[int]:
    """Return the numbers of a list with commas, in order, each once.

    Raises
    ------
    ConfigError
        If it is not such a list of numbers of at least 1.

    >>> numbers("20, 5,10,5")
    [5, 10, 20]
    """
    parts = [part.strip() for part in text.split(",") if part.strip()]
    if not parts or not all(part.isdecimal() and int(part) >= 1 for part in parts):
        raise ConfigError(f"--counts {text}: expected whole numbers >= 1 with commas, as 5,10,20")
    return sorted({int(part) for part in parts})


@dataclass
class SolveLog:
    """Follows the solves of a study, count after count, and remembers their proven gaps."""

    status: Status
    counts: Sequence[int]
    repetitions: int
    gaps: list[float | None] = field(default_factory=list)

    def __call__(self, scenarios: ScenarioSet, result: SolveResult) -> None:
        """Note one solve."""
        self.gaps.append(result.gap)
        total = len(self.counts) * self.repetitions
        self.status.update(
            f"solve {len(self.gaps)} of {total}: {count(len(scenarios), 'scenario')}, "
            f"cost {precise(result.objective)}, gap {percent(result.gap)}"
        )

    def worst_gap(self, size: int) -> float | None:
        """Return the largest gap of the solves with ``size`` scenarios; None if one is unknown."""
        first = sorted(self.counts).index(size) * self.repetitions
        gaps = [gap for gap in self.gaps[first : first + self.repetitions] if gap is not None]
        return max(gaps) if len(gaps) == self.repetitions else None


@contextmanager
def solve_log(console: Console, counts: Sequence[int], repetitions: int) -> Iterator[SolveLog]:
    """Give a log that shows on the terminal where the study stands."""
    with console.status(f"{len(counts) * repetitions} solves") as status:
        yield SolveLog(status, counts, repetitions)


def print_stability(
    console: Console, found: StabilityReport, log: SolveLog, tolerance: float
) -> None:
    """Print costs and their spreads by number of scenarios, and how many are enough."""
    headings = ("scenarios", "promised", "spread", "on fresh", "spread", "worst gap")
    table = plain_table([], headings)
    for row in found.summary.to_dict("records"):
        size = int(row["count"])
        table.add_row(
            f"{size:,}", precise(row["in_sample_mean"]), percent(row["in_sample_spread"]),
            precise(row["out_of_sample_mean"]), percent(row["out_of_sample_spread"]),
            percent(log.worst_gap(size)),
        )  # fmt: skip
    print_table(console, table)
    console.print(
        "promised: cost on the scenarios that the plan was made from; on fresh: the same plan on "
        "scenarios that it has not seen. spread: largest less smallest over the draws.",
        style="dim",
    )
    console.print(_answer(found, tolerance), style="bold", markup=False)


def _answer(found: StabilityReport, tolerance: float) -> str:
    within = percent(tolerance)
    if found.enough is not None:
        return f"{count(found.enough, 'scenario')}: from there on both spreads are within {within}."
    table = found.summary
    steady = table["out_of_sample_spread"] <= tolerance
    if bool(steady.iloc[-1]):
        first = int(table["count"][len(table) - int(steady[::-1].cumprod().sum())])
        return (
            f"The plans are equally good within {within} from {count(first, 'scenario')} on, but "
            "the cost that they promise still depends on the draw: judge them on fresh scenarios."
        )
    return f"Not enough yet: the spreads are above {within}; try larger numbers with --counts."
