"""How each plan was found, and what is proven about it."""

from __future__ import annotations

from robustev.core.formatting import amount, duration, percent
from robustev.report.blocks import Block, Cell, Picture, Section, Table, View
from robustev.report.figures.convergence import convergence_figure
from robustev.report.texts import text
from robustev.report.words import STATUS
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
                "convergence",
                "Both bounds over time",
                "The gap between the curves is what is not yet proven. The first moves may lie "
                "outside the picture; a double click shows all.",
                views,
            )
        )
    lead = (
        "What a plan was made to keep low is evaluated exactly on every scenario that it was made "
        "from. The proven bound says what no plan at all can undercut there."
    )
    return Section("proof", text("section.proof.title"), lead, blocks, text("section.proof.label"))


def _view(plan: StoredPlan) -> View:
    document = plan.document
    return View(
        convergence_figure(plan),
        f"{plan.name}: {amount(document.objective, digits=6)}; no plan is below "
        f"{amount(document.lower_bound, digits=6)}, {percent(document.gap)} less, "
        f"after {duration(document.seconds)} with {document.method}.",
    )


def _table(plans: list[StoredPlan]) -> Table:
    rows = [
        [
            Cell(plan.name),
            Cell(amount(plan.document.objective, digits=6)),
            Cell(amount(plan.document.lower_bound, digits=6)),
            Cell(percent(plan.document.gap)),
            Cell(duration(plan.document.seconds)),
            Cell(str(plan.document.method or "")),
            Cell(STATUS.get(str(plan.document.status), "")),
        ]
        for plan in plans
    ]
    columns = ["plan", "kept low", "no plan below", "difference", "time", "method", "how it ended"]
    note = "What plans with different aims keep low are different things: do not compare them."
    return Table("What each plan keeps low, and what is proven about it", columns, rows,
                 frozenset(columns[1:5]), note=note)  # fmt: skip
