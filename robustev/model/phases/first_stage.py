"""The first stage of all decisions: that of each node, and rows that let things only grow."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy.sparse import csr_array, eye_array, vstack

from robustev.core.arrays import FloatArray, IntArray
from robustev.core.errors import ConfigError
from robustev.data.plan import Plan
from robustev.model.decisions import Decision, decisions
from robustev.model.features.base import Feature, active_features
from robustev.model.features.budget import Budget
from robustev.model.first_stage import FirstStage, compile_first_stage, first_stage
from robustev.model.instance import Instance
from robustev.model.layout import CHARGERS, OPEN, Block, Layout
from robustev.model.phases.instance import PhasedInstance

GROWTH, BUDGET = "growth", "phase_budget"
"""What the rows that tie the phases together are called."""


@dataclass(frozen=True, eq=False, kw_only=True)
class PhasedFirstStage(FirstStage):
    """The first stage of all nodes; every block of columns holds those of all nodes in a row.

    Parameters
    ----------
    parts
        The first stage of each node.
    parents
        For each node, the place of the one before; -1 at the first.
    """

    parts: tuple[FirstStage, ...]
    parents: tuple[int, ...]

    def columns(self, plan: Plan) -> FloatArray:
        """Return the vector ``z`` of a plan, the columns of rules at their cheapest."""
        count = len(self.parts)
        opened = plan.open.reshape(count, -1)
        chargers = plan.chargers.reshape(count, len(opened[0]), -1)
        z = np.zeros(self.num_columns)
        for v, part in enumerate(self.parts):
            own = part.columns(Plan(plan.name, opened[v], chargers[v]))
            if self.parents[v] >= 0:  # rules' own columns grow too
                before = z[self.places[self.parents[v]]]
                fixed = np.concatenate([part.layout.columns(n).ravel() for n in (OPEN, CHARGERS)])
                grown = np.maximum(own, before)
                grown[fixed] = own[fixed]
                own = grown
            z[self.places[v]] = own
        return z

    @cached_property
    def places(self) -> list[IntArray]:
        """For each node, where its columns stand in ``z``."""
        return _places(self.layout, self.parts)


@first_stage.register
def phased_first_stage(instance: PhasedInstance) -> FirstStage:
    """Return the first stage of all nodes, compiled once for all scenario sets of a path."""
    known = instance.made.get(__name__)
    key = (instance.model, instance.share.tobytes(), len(instance.nodes), instance.nodes[0].region)
    if known is None or known[0] != key:
        known = (key, compile_first_stage(instance, active_features(instance.model)))
        instance.made[__name__] = known
    found: FirstStage = known[1]
    return found


@compile_first_stage.register
def compile_phased(instance: PhasedInstance, rules: Iterable[Feature]) -> FirstStage:
    """Compile the first stage of all nodes, without rules of the model that ``rules`` lack."""
    left_out = {rule.key for rule in active_features(instance.model)}
    left_out -= {rule.key for rule in rules}
    parts = tuple(
        compile_first_stage(
            node, [rule for rule in active_features(node.model) if rule.key not in left_out]
        )
        for node in instance.nodes
    )
    layout = _layout(parts)
    places = _places(layout, parts)
    stated = _rows_of_nodes(instance, parts, places, layout.num_columns)
    stated += _growth(instance, parts, places, layout.num_columns)
    stated += _budgets(instance, parts, places, layout.num_columns)
    order = sorted(range(len(stated)), key=lambda r: _rank(stated, r))
    rows = [stated[r] for r in order]
    empty = csr_array((0, layout.num_columns))
    every = tuple(node.parent for node in instance.tree.nodes)
    return PhasedFirstStage(
        layout=layout,
        matrix=csr_array(vstack([empty, *(row.matrix for row in rows)], format="csr")),
        row_lower=np.concatenate([np.zeros(0), *(row.lower for row in rows)]),
        row_upper=np.concatenate([np.zeros(0), *(row.upper for row in rows)]),
        rules=tuple(row.key for row in rows for _ in row.meaning),
        meaning=tuple(text for row in rows for text in row.meaning),
        lower=_spread(parts, places, layout, [part.lower for part in parts]),
        upper=_spread(parts, places, layout, [part.upper for part in parts]),
        cost=_spread(
            parts,
            places,
            layout,
            [share * part.cost for share, part in zip(instance.share, parts, strict=True)],
        ),
        constant=float(
            sum(share * part.constant for share, part in zip(instance.share, parts, strict=True))
        ),
        capacity=csr_array(
            vstack(
                [
                    _moved(part.capacity, place, layout.num_columns)
                    for part, place in zip(parts, places, strict=True)
                ],
                format="csr",
            )
        ),
        unlimited=np.concatenate([part.unlimited for part in parts]),
        owners=(),
        parts=parts,
        parents=every,
    )


@dataclass(frozen=True, eq=False)
class _Stated:
    """Rows of one rule."""

    key: str
    matrix: csr_array
    lower: FloatArray
    upper: FloatArray
    meaning: tuple[str, ...]


def _rank(stated: Sequence[_Stated], r: int) -> tuple[int, int]:
    """Return where rows stand, so that those of a rule stand together."""
    return next(c for c, one in enumerate(stated) if one.key == stated[r].key), r


def check_columns(nodes: Sequence[Instance]) -> None:
    """Refuse phases whose rules have other columns than those of the first.

    Raises
    ------
    ConfigError
        If a phase has any.
    """
    first = first_stage(nodes[0]).layout
    for node in nodes[1:]:
        layout = first_stage(node).layout
        same = [(b.name, b.shape) for b in layout.blocks] == [
            (b.name, b.shape) for b in first.blocks
        ]
        if not same:
            odd = sorted(set(layout.names) ^ set(first.names)) or list(layout.names)
            raise ConfigError(
                "model.phases: rules that bring decisions of their own must be the same kind in "
                f"every phase; they differ in {', '.join(odd)}"
            )


def _layout(parts: Sequence[FirstStage]) -> Layout:
    """Return the blocks of all nodes, each in a row; bounds and costs are set elsewhere."""
    blocks = []
    for block in parts[0].layout.blocks:
        shape = (len(parts) * block.shape[0], *block.shape[1:])
        blocks.append(Block(block.name, np.zeros(shape), np.zeros(shape), np.zeros(shape)))
    return Layout(tuple(blocks))


def _places(layout: Layout, parts: Sequence[FirstStage]) -> list[IntArray]:
    """Return for each node where its columns stand in the vector of all nodes."""
    found = []
    for v, part in enumerate(parts):
        pieces = [
            layout.columns(block.name).reshape(len(parts), -1)[v] for block in part.layout.blocks
        ]
        found.append(np.concatenate(pieces))
    return found


def _spread(
    parts: Sequence[FirstStage],
    places: Sequence[IntArray],
    layout: Layout,
    values: Sequence[FloatArray],
) -> FloatArray:
    z = np.zeros(layout.num_columns)
    for place, own in zip(places, values, strict=True):
        z[place] = own
    return z


def _moved(matrix: csr_array, place: IntArray, num_columns: int) -> csr_array:
    """Return rows on a node's columns as rows on all columns."""
    source = csr_array(matrix).tocoo()
    row, column = source.coords
    entries = (source.data, (row, place[column]))
    return csr_array(entries, shape=(matrix.shape[0], num_columns))


def _rows_of_nodes(
    instance: PhasedInstance,
    parts: Sequence[FirstStage],
    places: Sequence[IntArray],
    num_columns: int,
) -> list[_Stated]:
    """Return the rows that every node has on its own."""
    found = []
    for node, part, place in zip(instance.tree.nodes, parts, places, strict=True):
        rule = np.array(part.rules)
        for key in dict.fromkeys(part.rules):
            r = np.flatnonzero(rule == key)
            found.append(
                _Stated(
                    key,
                    _moved(csr_array(part.matrix[r]), place, num_columns),
                    part.row_lower[r],
                    part.row_upper[r],
                    tuple(f"{node.name}: {part.meaning[c]}" for c in r),
                )
            )
    return found


def _growth(
    instance: PhasedInstance,
    parts: Sequence[FirstStage],
    places: Sequence[IntArray],
    num_columns: int,
) -> list[_Stated]:
    """Return ``z_v - z_parent >= 0`` where bounds do not say so already."""
    found = []
    for v, node in enumerate(instance.tree.nodes):
        if node.parent < 0:
            continue
        free = np.flatnonzero(parts[node.parent].upper > parts[v].lower)
        one = eye_array(len(parts[v].lower), format="csr")[free]
        before = _moved(csr_array(one), places[node.parent], num_columns)
        after = _moved(csr_array(one), places[v], num_columns)
        text = f"what stands in {instance.tree.nodes[node.parent].name} stays in {node.name}"
        zero, no_limit = np.zeros(len(free)), np.full(len(free), np.inf)
        found.append(
            _Stated(GROWTH, csr_array(after - before), zero, no_limit, (text,) * len(free))
        )
    return found


def _budgets(
    instance: PhasedInstance,
    parts: Sequence[FirstStage],
    places: Sequence[IntArray],
    num_columns: int,
) -> list[_Stated]:
    """Return the rows on what is spent in each phase, or up to it where budgets carry over."""
    phases, found = instance.phases, []
    for v, node in enumerate(instance.tree.nodes):
        limit = phases.steps[node.phase].budget
        if limit is None:
            continue
        carried = [step.budget or 0.0 for step in phases.steps[: node.phase]]
        total = limit + sum(carried) if phases.carries else limit
        rows = Budget(limit=total).rows(instance.nodes[v])
        if not len(rows):
            continue
        matrix = _moved(rows.on(parts[v].layout), places[v], num_columns)
        upper = rows.upper
        text = f"{total:,.10g} spent up to {node.name}"
        if node.parent >= 0 and not phases.carries:
            earlier = rows.on(parts[v].layout)
            matrix = csr_array(matrix - _moved(earlier, places[node.parent], num_columns))
            upper = np.array([limit])
            text = f"{total:,.10g} spent in {node.name}"
        found.append(_Stated(BUDGET, matrix, np.array([-np.inf]), upper, (f"at most {text}",)))
    return found


@decisions.register
def phased_decisions(instance: PhasedInstance) -> tuple[Decision, ...]:
    """Return the decisions at the nodes of a tree; those of a path are all taken at once."""
    first = first_stage(instance)
    assert isinstance(first, PhasedFirstStage)
    if instance.tree.is_path:
        everyone = np.arange(len(instance.scenarios))
        return (Decision(-1, np.arange(first.num_columns), everyone, 1.0),)
    return tuple(
        Decision(node.parent, place, node.scenarios, node.probability)
        for node, place in zip(instance.tree.nodes, first.places, strict=True)
    )
