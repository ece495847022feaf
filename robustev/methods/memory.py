"""What solves have learnt, kept in this process for solves that differ from them in little."""

from __future__ import annotations

from typing import Any

from robustev.data.plan import Plan


class Memory:
    """What solves have learnt, for others of the same region.

    Give one memory to several calls of :func:`robustev.solve`: each begins with what those before
    it have learnt, as far as it holds for its own prices, rules and scenarios. Where only the first
    stage differs (a price of what is built, a lock, a budget), all dual points and cuts hold, and a
    plan is proven again in a small part of the time. It holds all that a solve keeps in memory.

    Attributes
    ----------
    plan
        The last plan that was found.
    """

    def __init__(self) -> None:
        self.plan: Plan | None = None
        self._learnt: dict[str, Any] = {}

    def recall(self, method: str) -> Any | None:
        """Return what the method has learnt last; None at first."""
        return self._learnt.get(method)

    def keep(self, method: str, learnt: Any) -> None:
        """Keep what a method has learnt, in place of what it had before."""
        self._learnt[method] = learnt
