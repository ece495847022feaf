"""The kinds of kernels, the faster ones first: the first that accepts an instance prices it."""

from __future__ import annotations

from robustev.model.instance import Instance
from robustev.recourse.kernels.base import RecourseKernel
from robustev.recourse.kernels.one_phase import ONE_PHASE, first_that_accepts
from robustev.recourse.kernels.phased import PhasedKernel

KERNELS: tuple[type[RecourseKernel], ...] = (PhasedKernel, *ONE_PHASE)


def kernel_for(instance: Instance) -> type[RecourseKernel]:
    """Return the first kind of kernel that accepts ``instance``.

    Raises
    ------
    LookupError
        If none does.
    """
    return first_that_accepts(instance, KERNELS)
