"""A pair of plans, looked up and turned round."""

from __future__ import annotations

from collections.abc import Callable

from robustev.assess.schema import Estimate, OutOfSampleTest, PairFigures


def pair_of(trial: OutOfSampleTest, plan: str, other: str) -> PairFigures | None:
    """Return the pair ``plan - other`` of a trial, turned round if it is stored so."""
    for pair in trial.pairs:
        if (pair.plan, pair.other) == (plan, other):
            return pair
        if (pair.plan, pair.other) == (other, plan):
            return turned(pair)
    return None


def turned(pair: PairFigures) -> PairFigures:
    """Return the pair the other way round."""
    return pair.model_copy(
        update={
            "plan": pair.other,
            "other": pair.plan,
            "mean_difference": negative(pair.mean_difference),
            # (b - a) / a from r = (a - b) / b.
            "relative_difference": falling(pair.relative_difference, lambda r: -r / (1 + r)),
            "cvar90_difference": negative(pair.cvar90_difference),
            "win_rate": falling(pair.win_rate, lambda w: max(0.0, 1 - pair.tie_rate - w)),
        }
    )


def negative(figure: Estimate) -> Estimate:
    """Return the figure with its sign and its interval turned round."""
    return falling(figure, lambda value: -value)


def falling(figure: Estimate, function: Callable[[float], float]) -> Estimate:
    """Return the figure under a falling function, which swaps the ends of its interval."""

    def of(value: float | None) -> float | None:
        """Return the function's value, None where there is none to apply it to."""
        return None if value is None else function(value)

    interval = figure.interval
    ends = None if interval is None else (of(interval[1]), of(interval[0]))
    return figure.model_copy(update={"value": of(figure.value), "interval": ends})
