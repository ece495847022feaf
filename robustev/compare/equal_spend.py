"""Equal spend: each robust plan against a nominal plan whose safety margin costs as much.

A robust plan often spends more than the nominal one. The fair question is whether the same money
in a plain margin would have done as well, so the margin is searched for that spends the same.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass, field

from robustev.compare.case import Candidate, Case
from robustev.evaluate.facts import spend
from robustev.model import Model
from robustev.solve.result import SolveResult

logger = logging.getLogger(__name__)

LARGEST_MARGIN = 2.0
SEARCH_STEPS = 7
"""Halvings of the margin: 2.0 is found to about 0.02."""
CLOSE = 0.005
"""Relative difference of spending that counts as equal."""
TWIN = "{plan}_margin_twin"


@dataclass(eq=False)
class MarginSearch:
    """Nominal plans by their margin, each made once."""

    case: Case
    model: Model
    known: dict[float, tuple[SolveResult, float | None]] = field(default_factory=dict)

    def at(self, margin: float) -> tuple[SolveResult, float | None]:
        """Return the nominal plan for ``1 + margin`` times the demand, and what it spends."""
        if margin not in self.known:
            demand = self.case.made_from.mean().scaled(1.0 + margin)
            result = self.case.solve_all([(demand, self.model)])[0]
            money = (
                None
                if result.plan is None
                else spend(result.plan, self.case.problem(self.case.made_from))
            )
            self.known[margin] = (result, money)
        return self.known[margin]

    def twin(self, target: float) -> tuple[float, SolveResult] | None:
        """Return the smallest margin found that spends ``target``, about, or else the most below.

        Spending rises with the margin but for the solver's gap, so the margin is halved in on.
        """
        close = CLOSE * max(abs(target), 1e-9)
        low, high = 0.0, LARGEST_MARGIN
        for _ in range(SEARCH_STEPS):
            middle = 0.5 * (low + high)
            _, money = self.at(middle)
            enough = money is None or money >= target - close
            low, high = (low, middle) if enough else (middle, high)
        spent = {
            margin: money
            for margin, (_, money) in self.known.items()
            if money is not None and money <= target + close
        }
        equal = [margin for margin, money in spent.items() if money >= target - close]
        if not spent:
            return None
        margin = min(equal) if equal else max(spent, key=lambda m: spent[m])
        return margin, self.known[margin][0]


def margin_twins(case: Case) -> list[tuple[Candidate, Candidate]]:
    """Return every robust plan that spends more than the nominal one, with its margin twin."""
    nominal = case.nominal
    if nominal is None or nominal.model is None:
        return []
    problem = case.problem(case.made_from)
    base = spend(nominal.plan, problem)
    search = MarginSearch(case, nominal.model)
    twins = []
    for candidate in case.candidates:
        target = spend(candidate.plan, problem)
        if candidate.role != "robust" or target <= base * (1 + CLOSE):
            continue
        found = search.twin(target)
        if found is None or found[1].plan is None:
            logger.info("no margin spends as much as plan %s", candidate.name)
            continue
        margin, result = found
        assert result.plan is not None
        name = TWIN.format(plan=candidate.name)
        twin = Candidate(
            result.plan.renamed(name), nominal.model, 1.0 + margin, result.objective,
            result.lower_bound,
        )  # fmt: skip
        twins.append((candidate, twin))
    return twins
