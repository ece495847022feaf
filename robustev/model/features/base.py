"""One rule on what may be built: its options, its rows, its own check, in one class."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, cast

import numpy as np

from robustev.core.arrays import FloatArray, IntArray
from robustev.data.plan import Plan
from robustev.model.instance import Instance
from robustev.model.layout import Block
from robustev.model.options import ModelOptions, Part
from robustev.model.rows import Limits, Rows


@dataclass(frozen=True)
class Sweep:
    """An option that may be varied along a frontier.

    Parameters
    ----------
    option, title
        Its name, and the title of the axis.
    figures
        Figures of a point that are drawn, where they vary; the first one always.
    loosens
        Whether each value allows every plan that a smaller one allows.
    """

    option: str
    title: str
    figures: tuple[str, ...] = ("mean_cost", "unserved_share", "travel_total")
    loosens: bool = False


@dataclass(frozen=True, eq=False)
class UnservedLimits:
    """Limits on what groups of zones leave unserved, all demand types together.

    Parameters
    ----------
    group
        Shape (zones,): the one group that each zone is in.
    share
        Shape (groups,): share of its demand that a group may leave unserved.
    """

    group: IntArray
    share: FloatArray

    def allowed(self, demand: FloatArray) -> FloatArray:
        """Return the units that groups may leave unserved, shape (scenarios, groups).

        ``demand`` has shape (scenarios, zones, types).
        """
        member = self.group[:, None] == np.arange(len(self.share))
        total = demand.sum(axis=2, dtype=np.float64) @ member.astype(float)
        return np.asarray(total * self.share)


@dataclass(frozen=True, eq=False)
class UnservedTerms:
    """Rows ``unserved @ units left unserved + own @ y <= limit`` of a rule, for verification.

    Parameters
    ----------
    unserved
        Shape (rows, zones, types): coefficients of units left unserved.
    own
        Shape (rows, columns): coefficients of columns ``y`` of the rule's own, from 0 on.
    limit
        Shape (rows,).
    cost, upper
        Shape (columns,): what each of the rule's columns costs, and its upper bound.
    """

    unserved: FloatArray
    own: FloatArray
    limit: FloatArray
    cost: FloatArray
    upper: FloatArray


class Feature(Part):
    """A rule of the first stage. Its fields are its options; ``key`` is its section in ``model``.

    State the rule twice: as ``rows`` (or ``limits``, or both) for the methods, and as ``broken``,
    in plain numpy and without the code behind the rows, for verification. Rows, limits and columns
    may not look at the scenarios of the instance, of which the first stage knows nothing; a rule of
    the second stage states its part in ``add``.
    """

    key: ClassVar[str] = ""
    """The section of ``model`` in an experiment file; also what its rows are called. A class that
    says nothing is called after its own name."""
    title: ClassVar[str] = ""
    """The rule in a few words, for lists and reports; the key if absent."""
    flat: ClassVar[bool] = False
    """Whether its options stand in ``model`` itself; it is then always there."""
    frontier: ClassVar[Sweep | None] = None
    """What to vary to see the price of the rule, if anything."""
    example: ClassVar[Mapping[str, Any]] = {}
    """Options that bind on a small region, for tests and documentation."""

    @classmethod
    def __pydantic_init_subclass__(cls, **kwargs: Any) -> None:
        super().__pydantic_init_subclass__(**kwargs)
        cls.key = cls.__dict__.get("key") or cls.__name__.lower()
        cls.title = cls.__dict__.get("title") or cls.key

    def text(self) -> str:
        """Return what is asked, in words."""
        return self.title

    @classmethod
    def swept(cls, value: float, given: Feature | None) -> Feature:
        """Return the rule at a value of its :attr:`frontier`, else as ``given`` in the model.

        Raises
        ------
        ValueError
            If the rule does not allow the value, or needs options that nobody gave.
        """
        assert cls.frontier is not None
        options = {} if given is None else given.model_dump(exclude_unset=True)
        return cls.model_validate(options | {cls.frontier.option: value})

    def columns(self, instance: Instance) -> tuple[Block, ...]:
        """Return blocks of columns that the rule needs beside openings and chargers.

        Their costs are weighted and not negative. Whoever adds any also says in ``complete``
        which values a plan takes there, and in ``further_cost`` what they cost.
        """
        return ()

    def complete(self, plan: Plan, instance: Instance) -> Mapping[str, FloatArray]:
        """Return the cheapest values of the rule's own columns for a plan, by block."""
        return {}

    def site_columns(self, instance: Instance) -> Mapping[str, Any]:
        """Return what the rule's own columns spend at each site, in money: what a budget limits.

        For each block a sparse matrix, shape (sites, columns of the block); :meth:`site_cost` says
        the same of a plan.
        """
        return {}

    def limits(self, instance: Instance) -> Limits:
        """Return bounds on single columns."""
        return Limits()

    def rows(self, instance: Instance) -> Rows:
        """Return the rows on named blocks of columns, each with its meaning."""
        return Rows.none()

    def add(self, m: Any, instance: Instance, scenario: int) -> Any:
        """State terms and rows of the second stage on a scenario's Pyomo model; return their cost.

        The model has ``assign[i, j, k]`` and ``unserved[j, k]`` (shares of demand), ``open[i]``,
        and capacities by :func:`robustev.model.constraints.site_capacity`. Columns of the rule need
        finite bounds; costs are weighted and not negative.
        """
        return 0.0

    @property
    def in_second_stage(self) -> bool:
        """Whether the rule states terms or rows of the second stage."""
        return type(self).add is not Feature.add

    def unserved_limits(self, instance: Instance) -> UnservedLimits | None:
        """Return what it limits, if :meth:`add` states limits on unserved demand and nothing else.

        A faster kernel than the one of any second stage then prices it.
        """
        return None

    def restated(self, instance: Instance, demand: FloatArray) -> UnservedTerms | None:
        """Return what :meth:`add` states for ``demand`` (zones, types), in plain numpy, if it can.

        It shares no code with :meth:`add`; without it verification takes costs on trust.
        """
        return None

    def broken(self, plan: Plan, instance: Instance) -> list[str]:
        """Return, in words and with amounts, how a plan breaks the rule; empty if it keeps it."""
        raise NotImplementedError(f"{self.key} has no check of its own")

    @property
    def is_checked(self) -> bool:
        """Whether the rule has an independent check."""
        return type(self).broken is not Feature.broken


def active_features(model: ModelOptions) -> tuple[Feature, ...]:
    """Return the rules in use, each with title, text, and whether it has an independent check."""
    return cast("tuple[Feature, ...]", model.parts)
