"""The kinds of kernels for a single phase, the faster ones first."""

from __future__ import annotations

from robustev.model.instance import Instance
from robustev.recourse.kernels.base import RecourseKernel
from robustev.recourse.kernels.generic import GenericKernel
from robustev.recourse.kernels.group_limits import GroupLimitsKernel
from robustev.recourse.kernels.shared_split import SharedSplitKernel
from robustev.recourse.kernels.transport import TransportKernel

ONE_PHASE: tuple[type[RecourseKernel], ...] = (
    TransportKernel,
    SharedSplitKernel,
    GroupLimitsKernel,
    GenericKernel,
)


def kernel_for_one_phase(instance: Instance) -> type[RecourseKernel]:
    """Return the first kind of kernel that accepts an instance of one phase.

    Raises
    ------
    LookupError
        If none does.
    """
    return first_that_accepts(instance, ONE_PHASE)


def first_that_accepts(
    instance: Instance, kinds: tuple[type[RecourseKernel], ...]
) -> type[RecourseKernel]:
    """Return the first of some kinds that accepts ``instance``.

    Raises
    ------
    LookupError
        If none does.
    """
    for kernel in kinds:
        if kernel.accepts(instance):
            return kernel
    raise LookupError("no kernel prices the second stage of this instance")
