"""The linear relaxation of the master, as far as that pays, by the means that suit the instance."""

from __future__ import annotations

from robustev.methods.benders.decomposition import Decomposition
from robustev.methods.benders.integer_search import Polish
from robustev.methods.benders.relaxation.in_out import SOURCE, InOut
from robustev.methods.benders.relaxation.station_split import split_stations
from robustev.methods.benders.relaxation.trust_region import TrustRegion, pays
from robustev.methods.benders.representatives import representatives
from robustev.methods.benders.state import Step, Steps
from robustev.recourse.kernels.base import QUICK, WITH_COVERS

ROUGH_ITERATIONS = 15
"""Quick iterations before a trust region takes over."""


def relax(of: Decomposition, polish: Polish) -> Steps[None]:
    """Solve the relaxation: quick cuts first, then exact ones, then flow covers.

    With flow covers the relaxation is also split on a fractional number of stations. Where charger
    counts decide, a trust region takes the place of all but the first.
    """
    recourse = of.engine.recourse
    if pays(of.engine):
        yield from _by_trust_region(of, polish)
    else:
        covers = recourse.may_cover
        yield from InOut(of, polish, mode=QUICK, roughly=covers).run()
        if not of.done() and recourse.has_quick_mode:
            yield from InOut(of, polish, roughly=covers).run()
    yield from polish.now_and_then()  # a poor plan would hide what flow covers bring
    if not of.done() and recourse.may_cover:
        yield from InOut(of, polish, mode=WITH_COVERS, while_it_pays=True).run()
        if not of.done():
            yield from split_stations(of, polish)


def _by_trust_region(of: Decomposition, polish: Polish) -> Steps[None]:
    """Solve by a trust region from a rough solution on."""
    yield from _begin_with_few(of, polish)
    if not of.done() and of.state.core is not None:
        search = TrustRegion(of, of.state.core)
        yield from search.run()
        yield Step(core=search.centre)


def _begin_with_few(of: Decomposition, polish: Polish) -> Steps[None]:
    """Begin where the relaxation is best for few scenarios that stand for all."""
    few = representatives(of.engine)
    if few is None:
        yield from InOut(of, polish, mode=QUICK).run(most=ROUGH_ITERATIONS)
        return
    for duals in few.duals:
        of.engine.recourse.add(duals)
    cuts = of.engine.cuts_of(few.z, [few.duals[c] for c in few.assigned])
    yield Step(cuts=cuts, point=few.z, core=few.z)
    bound = of.master.solve_relaxation().bound  # so that the first plan has a gap
    yield Step(SOURCE, bound=bound, relaxed=bound, drops=True)
