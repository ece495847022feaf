"""One branch-and-cut tree in SCIP, with cuts from the dual pool and exact solves at its nodes.

HiGHS takes no cuts while its tree grows, so there the master is solved anew after each round of
cuts. This module needs PySCIPOpt.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

import numpy as np
import pyscipopt
from pyscipopt import SCIP_HEURTIMING, SCIP_RESULT, Conshdlr, Heur

from robustev.core.arrays import FloatArray
from robustev.core.errors import SolverError
from robustev.methods.benders.decomposition import Decomposition
from robustev.methods.benders.engine import MasterCut
from robustev.methods.benders.state import Step
from robustev.model.layout import OPEN

Callback = Callable[..., dict[str, Any]]

NODE_ROUNDS = 6
"""Rounds of cuts at one node."""
ROOT_ROUNDS = 20
NODE_EXACT = 2
"""Exact solves at a node where the pool finds nothing."""
NODE_VIOLATION = 1e-4
"""Relative violation that a cut at a fractional node must have."""
NEAR_TIGHT = 1e-3
"""Relative slack at the relaxation's optimum up to which cuts are in the tree from the start."""

FALLBACK = {"consenfolp": SCIP_RESULT.INFEASIBLE, "conscheck": SCIP_RESULT.INFEASIBLE}
"""What a callback says after an error, where SCIP does not take that it did not run."""


class TreeError(SolverError):
    """SCIP ended without an answer."""


class Tree:
    """The master as a SCIP model, with one column for each of its columns.

    Parameters
    ----------
    report
        Takes what the tree finds, while SCIP holds the loop.
    """

    def __init__(self, of: Decomposition, report: Callable[[Step], None]) -> None:
        self.of = of
        self.report = report
        self.first = of.engine.first
        self.known: dict[bytes, FloatArray] = {}
        self.waiting: list[tuple[FloatArray, FloatArray]] = []
        self.rounds: dict[int, int] = {}
        self.limit = np.inf
        self.error: Exception | None = None
        self.exactness = float(np.clip(of.gap / 10, 1e-7, 1e-6))
        self.model = pyscipopt.Model()
        self.model.hideOutput()
        self.model.setParam("numerics/feastol", self.exactness)
        self.model.setParam("misc/allowstrongdualreds", False)
        self.model.setParam("misc/allowweakdualreds", False)
        self._add_columns()
        self.stations = self._add_stations()
        self._add_rows()
        self.model.includeConshdlr(
            _Recourse(self), "recourse", "second-stage cost from shared prices",
            sepapriority=1_000_000, enfopriority=-1_000_000, chckpriority=-1_000_000,
            sepafreq=1, needscons=False,
        )  # fmt: skip
        self.model.includeHeur(
            _Evaluated(self), "evaluated", "plans with their exact cost", "E",
            timingmask=SCIP_HEURTIMING.BEFORENODE | SCIP_HEURTIMING.AFTERLPNODE,
        )  # fmt: skip

    def _add_columns(self) -> None:
        first, model = self.first, self.model
        self.columns = [
            model.addVar(vtype="I", lb=float(low), ub=float(high), obj=float(cost))
            for low, high, cost in zip(first.lower, first.upper, first.cost, strict=True)
        ]
        lowest = self.of.master.theta_lower
        self.columns += [model.addVar(lb=lowest, obj=1.0) for _ in range(self.of.engine.num_theta)]
        self.columns += [
            model.addVar(lb=0.0) for _ in range(self.of.master.cut_columns.num_further)
        ]
        model.addObjoffset(float(first.constant))

    def _add_stations(self) -> Any:
        """Add the number of open stations as a column, and return it: it is branched on first.

        How many stations there are moves the bound more than where one of them stands.
        """
        sites = [self.columns[c] for c in self.first.layout.columns(OPEN)]
        stations = self.model.addVar(vtype="I", lb=0.0, ub=float(len(sites)))
        self.model.addCons(pyscipopt.quicksum(sites) - stations == 0.0)
        self.model.markDoNotMultaggrVar(stations)
        self.model.chgVarBranchPriority(stations, 1)
        return stations

    def _add_rows(self) -> None:
        first = self.first
        ties = self.of.master.cut_columns.ties(self.of.engine.num_theta)
        rows = [(first.matrix, first.row_lower, first.row_upper)]
        rows.append((ties, np.zeros(ties.shape[0]), np.full(ties.shape[0], np.inf)))
        cuts, least = self.of.master.near_tight(NEAR_TIGHT, self.of.state.optima)
        rows.append((cuts, least, np.full(len(least), np.inf)))
        for matrix, lower, upper in rows:
            for r in range(matrix.shape[0]):
                part = slice(matrix.indptr[r], matrix.indptr[r + 1])
                terms = [
                    float(value) * self.columns[column]
                    for value, column in zip(matrix.data[part], matrix.indices[part], strict=True)
                ]
                total = pyscipopt.quicksum(terms)
                if np.isfinite(lower[r]):
                    self.model.addCons(total >= float(lower[r]), removable=matrix is cuts)
                if np.isfinite(upper[r]):
                    self.model.addCons(total <= float(upper[r]))

    def run(self, seconds: float) -> None:
        """Search until the gap is proven, someone asks to stop, or ``seconds`` have passed.

        Raises
        ------
        TreeError
            If SCIP itself fails, as it may on ill-conditioned numbers; what it found until then
            has been reported.
        """
        self.model.setParam("limits/time", min(max(0.01, seconds), self.model.infinity()))
        self._set_limit()
        try:
            self.model.optimizeNogil()
        except Exception as error:
            raise TreeError(str(error)) from error
        if self.error is not None:
            raise self.error
        self.report_bound()

    def _set_limit(self) -> None:
        """Prune what cannot improve the best plan by more than the gap allows."""
        self.limit = self.of.bounds.cutoff(self.of.gap)
        if np.isfinite(self.limit):
            self.model.setObjlimit(self.limit)

    def report_bound(self) -> None:
        """Pass on SCIP's lower bound, which says nothing beyond the limit it pruned at."""
        bound = min(float(self.model.getDualbound()), self.limit, self.of.bounds.upper)
        self.report(Step("tree", bound=bound))

    def stop_if_done(self) -> bool:
        """Report, and stop SCIP where the gap is reached or someone asked to stop."""
        self.report_bound()
        if self.of.done():
            self.model.interruptSolve()
            return True
        return False

    # --- learning ----------------------------------------------------------------------------

    def point(self, solution: Any | None = None) -> tuple[FloatArray, FloatArray]:
        """Return first-stage columns and cost-to-go of a solution, or of the current relaxation."""
        count, num_theta = self.first.num_columns, self.of.engine.num_theta
        decided = self.columns[: count + num_theta]
        values = np.array([self.model.getSolVal(solution, v) for v in decided])
        return np.clip(values[:count], self.first.lower, self.first.upper), values[count:]

    def node_cuts(self, z: FloatArray, theta: FloatArray) -> list[MasterCut]:
        """Return cuts that a fractional node violates, from the pool or from a few exact solves."""
        engine = self.of.engine
        for effort in (0, NODE_EXACT):
            known = engine.learn(z, tolerance=NODE_VIOLATION, max_exact=effort)
            cuts = self.of.violated(engine.cuts_from(known, theta), z, theta, NODE_VIOLATION)
            if cuts:
                return cuts
        return []

    def plan_cuts(self, z: FloatArray, theta: FloatArray) -> list[MasterCut]:
        """Return the cuts that a whole-number point violates; offers its plan on the way."""
        return self.of.refute(z, theta, self.exactness) or self._evaluate(z, theta)

    def accepts(self, z: FloatArray, theta: FloatArray) -> bool:
        """Return whether a whole-number point is a solution; offers its plan if it may be good."""
        if z.tobytes() in self.known:
            return self.agrees(z, theta)
        if not self.first.holds(z):  # SCIP may ask before it has looked at the rows
            return False
        refuted = self.of.refuting(z, self.exactness) is not None
        return not refuted and not self._evaluate(z, theta)

    def _evaluate(self, z: FloatArray, theta: FloatArray) -> list[MasterCut]:
        """Evaluate a plan, keep its cost, and return the cuts that its point violates."""
        plan = self.first.plan(z, "plan")
        objective, exact = self.of.engine.evaluate(plan)
        if not exact:  # time is up
            return []
        if self.first.allows(plan):
            self.report(Step("tree", plan=plan, objective=objective))
        self._remember(z, exact)
        return self.of.violated(exact, z, theta, self.exactness)

    def _remember(self, z: FloatArray, cuts: list[MasterCut]) -> None:
        """Keep the exact cost-to-go of a plan, and have SCIP told of it."""
        x, capacity = self.of.engine.split(z)
        theta = np.full(self.of.engine.num_theta, -np.inf)
        for cut, group in cuts:
            if group is None:
                return
            theta[group] = max(theta[group], cut.at(x, capacity))
        self.known[z.tobytes()] = theta
        self.waiting.append((z, theta))

    def agrees(self, z: FloatArray, theta: FloatArray) -> bool:
        """Return whether ``theta`` is no less than what is known of plan ``z``."""
        truth = self.known.get(z.tobytes())
        if truth is None:
            return False
        return bool((theta >= truth - self.exactness * np.maximum(1.0, np.abs(truth))).all())

    def add(self, cuts: list[MasterCut]) -> bool:
        """Add cuts to the relaxation; return whether they leave the node without a solution."""
        for cut, group in cuts:
            coefficients = self.of.master.cut_columns.row(cut, group, self.of.engine.num_theta)
            row = self.model.createEmptyRowUnspec(lhs=float(cut.constant), rhs=None, local=False)
            self.model.cacheRowExtensions(row)
            for index in np.flatnonzero(coefficients):
                self.model.addVarToRow(row, self.transformed[index], float(coefficients[index]))
            self.model.flushRowExtensions(row)
            if self.model.addCut(row, forcecut=True):
                return True
        return False

    @property
    def transformed(self) -> list[Any]:
        """SCIP's own columns for those of the model."""
        if not hasattr(self, "_transformed"):
            self._transformed = [self.model.getTransformedVar(v) for v in self.columns]
        return self._transformed


def _guarded(callback: Callback) -> Callback:
    """Keep an error of a callback for :meth:`Tree.run`, and stop SCIP."""

    @wraps(callback)
    def run(plugin: Any, *args: Any) -> dict[str, Any]:
        try:
            return callback(plugin, *args)
        except Exception as error:  # SCIP would only print it
            plugin.tree.error = error
            plugin.model.interruptSolve()
            return {"result": FALLBACK.get(callback.__name__, SCIP_RESULT.DIDNOTRUN)}

    return run


class _Recourse(Conshdlr):  # type: ignore[misc]
    """Holds the cost-to-go above the recourse."""

    def __init__(self, tree: Tree) -> None:
        self.tree = tree

    @_guarded
    def conssepalp(self, constraints: Any, nusefulconss: int) -> dict[str, Any]:
        tree = self.tree
        if tree.stop_if_done():
            return {"result": SCIP_RESULT.DIDNOTRUN}
        node = int(self.model.getCurrentNode().getNumber())
        tree.rounds[node] = tree.rounds.get(node, 0) + 1
        if tree.rounds[node] > (ROOT_ROUNDS if node == 1 else NODE_ROUNDS):
            return {"result": SCIP_RESULT.DIDNOTRUN}
        cuts = tree.node_cuts(*tree.point())
        if cuts and tree.add(cuts):
            return {"result": SCIP_RESULT.CUTOFF}
        return {"result": SCIP_RESULT.SEPARATED if cuts else SCIP_RESULT.DIDNOTFIND}

    @_guarded
    def consenfolp(
        self, constraints: Any, nusefulconss: int, solinfeasible: bool
    ) -> dict[str, Any]:
        tree = self.tree
        z, theta = tree.point()
        z = np.rint(z)
        if tree.stop_if_done() or tree.agrees(z, theta):
            return {"result": SCIP_RESULT.FEASIBLE}
        cuts = tree.plan_cuts(z, theta)
        if cuts and tree.add(cuts):
            return {"result": SCIP_RESULT.CUTOFF}
        return {"result": SCIP_RESULT.SEPARATED if cuts else SCIP_RESULT.FEASIBLE}

    def consenfops(
        self, constraints: Any, nusefulconss: int, solinfeasible: bool, objinfeasible: bool
    ) -> dict[str, Any]:
        return {"result": SCIP_RESULT.INFEASIBLE}

    @_guarded
    def conscheck(self, constraints: Any, solution: Any, *flags: bool) -> dict[str, Any]:
        z, theta = self.tree.point(solution)
        fits = self.tree.accepts(np.rint(z), theta)
        return {"result": SCIP_RESULT.FEASIBLE if fits else SCIP_RESULT.INFEASIBLE}

    def conslock(self, constraint: Any, locktype: Any, nlockspos: int, nlocksneg: int) -> None:
        count = self.tree.first.num_columns
        for column in self.tree.columns[:count]:
            self.model.addVarLocks(column, nlockspos + nlocksneg, nlockspos + nlocksneg)
        for column in self.tree.columns[count:]:
            self.model.addVarLocks(column, nlockspos, nlocksneg)


class _Evaluated(Heur):  # type: ignore[misc]
    """Gives SCIP the plans that were evaluated, at their exact cost."""

    def __init__(self, tree: Tree) -> None:
        self.tree = tree

    @_guarded
    def heurexec(self, heurtiming: Any, nodeinfeasible: bool) -> dict[str, Any]:
        found = False
        while self.tree.waiting:
            z, theta = self.tree.waiting.pop()
            solution = self.model.createOrigSol(self)  # a fixed column takes no other value
            further = self.tree.of.master.cut_columns.values(z)
            values = np.concatenate([z, theta, further])
            for column, value in zip(self.tree.columns, values, strict=True):
                self.model.setSolVal(solution, column, float(value))
            stations = float(self.tree.first.openings(z).sum())
            self.model.setSolVal(solution, self.tree.stations, stations)
            found |= bool(self.model.trySol(solution))
        return {"result": SCIP_RESULT.FOUNDSOL if found else SCIP_RESULT.DIDNOTFIND}
