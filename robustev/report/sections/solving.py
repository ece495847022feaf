"""How each plan was found, and what is proven about it."""

from __future__ import annotations

from robustev.core.formatting import amount, duration, percent
from robustev.report.blocks import Block, Cell, Picture, Section, Table, View
from robustev.report.figures.convergence import convergence_figure
from robustev.report.texts import text
from robustev.report.words import status_words
from robustev.results.folder import ResultFolder, StoredPlan


def section(results: ResultFolder) -> Section | None:
    """Return the section about the solves; None where no plan was made."""
    made = [results.plans[name] for name in results.ordered if name in results.plans]
    if not made:
        return None
    blocks: list[Block] = [_table(made)]
    views = {plan.name: _view(plan) for plan in made if plan.trace is not None}
    if views:
        blocks.append(
            Picture(
                "convergence", text("proof.bounds"), text("proof.bounds_caption"), views
            )
        )  # fmt: skip
    title, label = text("section.proof.title"), text("section.proof.label")
    return Section("proof", title, text("proof.lead"), blocks, label)


def _view(plan: StoredPlan) -> View:
    document = plan.document
    words = text(
        "proof.words", plan=plan.name, objective=amount(document.objective, digits=6),
        bound=amount(document.lower_bound, digits=6), gap=percent(document.gap),
        time=duration(document.seconds), method=document.method,
    )  # fmt: skip
    return View(convergence_figure(plan), words)


def _table(plans: list[StoredPlan]) -> Table:
    rows = [
        [
            Cell(plan.name),
            Cell(amount(plan.document.objective, digits=6)),
            Cell(amount(plan.document.lower_bound, digits=6)),
            Cell(percent(plan.document.gap)),
            Cell(duration(plan.document.seconds)),
            Cell(str(plan.document.method or "")),
            Cell(status_words(str(plan.document.status or ""))),
        ]
        for plan in plans
    ]
    names = ("plan", "kept_low", "no_plan_below", "difference", "time", "method", "ended")
    columns = [text(f"column.{name}") for name in names]
    caption, note = text("proof.table"), text("proof.note")
    return Table(caption, columns, rows, frozenset(columns[1:5]), note=note)
