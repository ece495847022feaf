"""The answer in words, a few key figures, and one picture."""

from __future__ import annotations

from robustev.assess.narrative.pairs import pair_of
from robustev.assess.schema import Comparison, Estimate
from robustev.core.formatting import amount, interval, percent, signed_percent
from robustev.core.units import Units
from robustev.report.blocks import Block, Cell, Picture, Section, Table, Tiles, View, Words
from robustev.report.figures.headline import difference_figure, difference_frame
from robustev.report.figures.style import faint
from robustev.report.rows import records
from robustev.report.sections.lead import lead
from robustev.report.texts import text
from robustev.report.words import (
    counted,
    objective_name,
    plan_in_words,
    plan_title,
    proof_in_words,
    status_words,
)
from robustev.results.folder import LEVEL, ResultFolder, StoredPlan


def section(results: ResultFolder) -> Section | None:
    """Return the opening section."""
    if not results.ordered:
        return None
    comparison = results.comparison
    blocks = _alone(results) if comparison is None else _compared(results, comparison)
    first = results.plans.get(results.ordered[0])
    lines = lead(results, first) if first is not None and first.document.has_plan else []
    return Section(
        "answer", text("lead.title"), "", [Words(lines, tone="answer", listed=True), *blocks],
        text("lead.title"),
    )  # fmt: skip


def _compared(results: ResultFolder, comparison: Comparison) -> list[Block]:
    headline = comparison.headline
    blocks: list[Block] = [
        Words([headline.answer], tone="better", title=text("lead.better")),
        Tiles(_compared_tiles(results, comparison)),
        Words(headline.evidence, listed=True, title=text("answer.supports")),
        Words(headline.cautions, listed=True, tone="caution", title=text("answer.cautions")),
    ]
    if not difference_frame(results).empty:
        blocks.insert(2, _difference_picture(results, comparison))
    return blocks


def _difference_picture(results: ResultFolder, comparison: Comparison) -> Picture:
    level, figure = percent(comparison.confidence), difference_figure(results)
    return Picture(
        key="difference",
        title=text("answer.difference", base=comparison.nominal),
        caption=text("answer.difference_caption", level=level, where=_fresh(results))
        + faint(figure),
        views={"": View(figure)},
        table=difference_table(results),
    )


def _fresh(results: ResultFolder) -> str:
    trial = results.trial
    if trial is None:
        return text("answer.fresh")
    return text("count.fresh_scenario", trial.num_scenarios)


def _base(results: ResultFolder) -> str:
    """Return the plan that others are compared with."""
    return str(results.comparison.nominal) if results.comparison else ""


def difference_table(results: ResultFolder) -> Table:
    """Return the numbers behind the opening picture."""
    frame = difference_frame(results)
    rows = [
        [
            Cell(row.plan),
            Cell(text(f"view.{row.view}").replace("<br>", " ")),
            Cell(amount(row.difference)),
            Cell(interval(row.low, row.high) if row.low != row.high else text("basis.exact")),
        ]
        for row in records(frame)
    ]
    columns = [text(f"column.{name}") for name in ("plan", "view", "difference", "interval")]
    caption = text("answer.difference_table", base=_base(results))
    return Table(caption, columns, rows, frozenset(columns[2:]))


def _compared_tiles(
    results: ResultFolder, comparison: Comparison
) -> list[tuple[str, str, str]]:  # fmt: skip
    robust, nominal = comparison.robust, comparison.nominal
    facts = {row.plan: row for row in comparison.plans}
    against = text("tile.against", plan=nominal)
    tiles = []
    if robust in facts:
        one = facts[robust]
        total = sum(one.chargers.values())
        unit = "level" if list(one.chargers) == [LEVEL] else "charger"
        detail = text("tile.stations")
        if total:
            detail = text("tile.stations_with", chargers=text(f"count.{unit}", total))
        tiles.append((text("tile.plan", plan=robust), f"{one.stations:,}", detail))
        share = one.price_of_robustness_share
        if share is not None:
            tiles.append((text("tile.as_forecast"), signed_percent(share), against))
    pair = pair_of(comparison.trials[0], robust, nominal) if robust and nominal else None
    if pair is not None:
        relative = pair.relative_difference
        tiles.append((text("tile.on_average"), signed_percent(relative.value), _range(relative)))
        tail = _tail_share(results, comparison)
        if tail is not None:
            tiles.append((text("tile.worst_tenth"), signed_percent(tail), against))
        where = text("tile.of_fresh")
        if pair.tie_rate:
            where = text("tile.of_fresh_ties", ties=percent(pair.tie_rate, places=0))
        tiles.append((text("tile.wins"), percent(pair.win_rate.value, places=0), where))
    return tiles


def _range(figure: Estimate) -> str:
    if figure.interval:
        return interval(*figure.interval, form="percent")
    return text(f"basis.{figure.basis}")


def _tail_share(results: ResultFolder, comparison: Comparison) -> float | None:
    robust = results.figures.get(comparison.robust or "")
    nominal = results.figures.get(comparison.nominal or "")
    if robust is None or nominal is None:
        return None
    ours, theirs = robust.cvar90.value, nominal.cvar90.value
    return None if ours is None or not theirs else ours / theirs - 1


def _alone(results: ResultFolder) -> list[Block]:
    first = results.plans[results.ordered[0]]
    scenarios = len(results.scenarios) if results.scenarios is not None else None
    return [
        Words(
            [alone_sentence(first, results.units, scenarios, objective_name(results, first.name))],
            title=text("lead.how_good"),
        ),
        Tiles(_alone_tiles(first)),
        Words(_others(results), listed=True, title=text("answer.others")),
        Words([_caution(results)], tone="caution", title=text("answer.cautions")),
    ]


def _caution(results: ResultFolder) -> str:
    if results.scenarios is not None and len(results.scenarios) == 1:
        return text("answer.one_demand")
    return text("answer.several" if len(results.ordered) > 1 else "answer.one_plan")


def alone_sentence(
    plan: StoredPlan,
    units: Units,
    scenarios: int | None,
    what: str = "",
) -> str:
    """Return what can be said of one plan without a comparison; ``what`` is its objective."""
    if not plan.document.has_plan:
        return text("answer.no_plan", plan=plan.name, why=status_words(str(plan.document.status)))
    values = {
        "plan": plan_in_words(plan), "what": what or text("objective.other"),
        "cost": units.cost(amount(plan.document.objective)), "proof": proof_in_words(plan),
    }  # fmt: skip
    if scenarios:
        return text("answer.alone_on", count=text("count.scenario", scenarios), **values)
    return text("answer.alone", **values)


def _alone_tiles(plan: StoredPlan) -> list[tuple[str, str, str]]:
    if not plan.document.has_plan:
        return []
    tiles = [
        (text("tile.plan", plan=plan.name), f"{len(plan.chargers):,}", text("tile.stations")),
        (text("tile.with"), f"{plan.total():,}", counted(plan)),
        (text("tile.objective"), amount(plan.document.objective), text("tile.objective_detail")),
        (text("tile.gap"), percent(plan.document.gap), text("tile.gap_detail")),
    ]
    return [tile for tile in tiles if not (tile[0] == text("tile.with") and not plan.total())]


def _others(results: ResultFolder) -> list[str]:
    sentences = []
    for name in results.ordered[1:]:
        title = plan_title(results, name)
        words = alone_sentence(
            results.plans[name], results.units, None, objective_name(results, name)
        )
        sentences.append(f"{words[:-1]} ({title})." if title else words)
    return sentences
