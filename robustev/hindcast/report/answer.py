"""The answer in words: what the robust plan would have been worth, and how sure that is."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from robustev.core.formatting import amount, count, listed, percent, signed
from robustev.hindcast.report.results import HindcastResults, Rival, VintageResults
from robustev.hindcast.statistics import LEAST_CLEAR
from robustev.report.blocks import Block, Section, Words

KINDS = {
    "baseline": "Plans from one forecast as it is",
    "margin": "With a fixed margin",
    "equal_spend": "With the margin that spends as much",
}
MOST_NAMED = 6
"""Plans named in one breath; the picture below has all."""
CLEAR = (
    "A difference is called clear where the 95 % interval over regions excludes zero and the "
    "sign-flip test over regions has p ≤ 0.05. Many pairs are compared: were all plans alike, up "
    "to one in twenty of them would be expected to look clear. Percentages are of the cost of the "
    "plan made with hindsight."
)


def section(results: HindcastResults) -> Section:
    """Return the opening of the page: the answer for every vintage, the main test first."""
    blocks: list[Block] = []
    for vintage in results.vintages:
        title = vintage.words.capitalize() + ("" if vintage.main else " (shown apart)")
        sentences = answer(vintage, results)
        tone = "answer" if vintage.main else "plain"
        blocks.append(Words(sentences, listed=True, tone=tone, title=title))
    blocks.append(Words((CLEAR,)))
    return Section("answer", "Did the robust plan pay?", "", blocks, "Answer")


def answer(vintage: VintageResults, results: HindcastResults) -> list[str]:
    """Return what a vintage says of the first robust plan."""
    rivals = vintage.against(results.robust)
    found = [_verdict(rivals, results.robust, vintage), _cost(vintage, results)]
    found += [_by_kind(title, [r for r in rivals if r.kind == kind], vintage)
              for kind, title in KINDS.items() if any(r.kind == kind for r in rivals)]  # fmt: skip
    return found + _others(vintage, results)


def _verdict(rivals: Sequence[Rival], plan: str, vintage: VintageResults) -> str:
    if not rivals:
        return "No plan was made from one forecast, so there is nothing to compare with."
    total = count(len(rivals), "plan") + " made from one forecast"
    if _is_unsure(vintage):
        cheaper = sum(r.mean < 0 for r in rivals)
        return (
            f"The robust plan ‘{plan}’ was cheaper than {cheaper} of {total}; with "
            f"{count(len(vintage.documents), 'region')}, fewer than {LEAST_CLEAR}, no difference "
            "can be called clear."
        )
    won = sum(r.clear and r.mean < 0 for r in rivals)
    lost = sum(r.clear and r.mean > 0 for r in rivals)
    return (
        f"Of {total}, the robust plan ‘{plan}’ was clearly cheaper than {won}, clearly dearer than "
        f"{lost}, and not told apart from {len(rivals) - won - lost}."
    )


def _is_unsure(vintage: VintageResults) -> bool:
    return len(vintage.documents) < LEAST_CLEAR


def _cost(vintage: VintageResults, results: HindcastResults) -> str:
    plans = vintage.summary["plans"]
    mine, best = plans[results.robust], plans["hindsight"]
    over = 100 * (mine["cost"] - best["cost"]) / best["cost"]
    if abs(over) < 0.05:
        relation = "as much as"
    else:
        relation = f"{percent(abs(over) / 100)} {'more' if over > 0 else 'less'} than"
    return (
        f"It cost {amount(mine['cost'])} km a unit of the demand that came, on average over "
        f"{count(len(vintage.documents), 'region')}: {relation} the plan made with hindsight "
        f"({amount(best['cost'])}). It left {percent(mine['unserved'])} of demand unserved, that "
        f"one {percent(best['unserved'])}."
    )


def _by_kind(title: str, rivals: Sequence[Rival], vintage: VintageResults) -> str:
    if _is_unsure(vintage):
        cheaper = [r for r in rivals if r.mean < 0]
        dearer = [r for r in rivals if r.mean >= 0]
        parts = [_named("cheaper than", cheaper), _named("no cheaper than", dearer)]
    else:
        cheaper = [r for r in rivals if r.clear and r.mean < 0]
        dearer = [r for r in rivals if r.clear and r.mean > 0]
        level = [r for r in rivals if r not in cheaper and r not in dearer]
        parts = [_named("clearly cheaper than", cheaper), _named("clearly dearer than", dearer),
                 _named("not told apart from", level)]  # fmt: skip
    return f"{title}: {'; '.join(part for part in parts if part)}."


def _named(relation: str, rivals: Iterable[Rival]) -> str:
    """Return a relation with the plans it holds for, nothing where there are none."""
    names = [f"{r.words} ({signed(round(r.mean, 1))} %)" for r in rivals]
    if not names:
        return ""
    if len(names) > MOST_NAMED:
        names = [*names[:MOST_NAMED], f"{len(names) - MOST_NAMED} more"]
    return f"{relation} {listed(names)}"


def _others(vintage: VintageResults, results: HindcastResults) -> list[str]:
    """Return the cheapest plan, and how other robust plans fared, of those made everywhere."""
    everywhere = {
        name: plan for name, plan in vintage.summary["plans"].items()
        if plan["regions"] == len(vintage.documents) and plan["kind"] != "hindsight"
    }  # fmt: skip
    least = min(plan["cost"] for plan in everywhere.values())
    cheapest = [results.names[name] for name, plan in everywhere.items()
                if plan["cost"] <= least * (1 + 1e-9)]  # fmt: skip
    verb = "was" if len(cheapest) == 1 else "were"
    found = [
        f"Cheapest on average, not counting hindsight, {verb} {listed(cheapest[:MOST_NAMED])} "
        f"({amount(least)} km)."
    ]
    robust = {name: plan["cost"] for name, plan in everywhere.items() if plan["kind"] == "robust"}
    if len(robust) > 1:
        ordered = sorted(robust, key=lambda name: robust[name])
        costs = listed([f"{name} {amount(robust[name])}" for name in ordered])
        found.append(f"Costs of the robust plans: {costs} km.")
    return found
