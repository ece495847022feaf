"""The kinds of kernels, the faster ones first: the first that accepts an instance prices it."""

from __future__ import annotations

from robustev.model.instance import Instance
from robustev.recourse.kernels.base import RecourseKernel
from robustev.recourse.kernels.generic import GenericKernel
from robustev.recourse.kernels.shared_split import SharedSplitKernel
from robustev.recourse.kernels.transport import TransportKernel

KERNELS: tuple[type[RecourseKernel], ...] = (TransportKernel, SharedSplitKernel, GenericKernel)


def kernel_for(instance: Instance) -> type[RecourseKernel]:
    """Return the first kind of kernel that accepts ``instance``.

    Raises
    ------
    LookupError
        If none does.
    """
    for kernel in KERNELS:
        if kernel.accepts(instance):
            return kernel
    raise LookupError("no kernel prices the second stage of this instance")
