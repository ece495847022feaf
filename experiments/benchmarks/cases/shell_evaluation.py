"""Evaluating one plan exactly on 1000 Shell.ai futures, no optimisation at all."""

from experiments.benchmarks.registry import Case, Inputs, register
from experiments.benchmarks.shell import FILES, MODEL, futures


def build() -> Inputs:
    return *futures(1000), MODEL


register(Case("evaluate-1000", build, ("evaluate",), seconds=300.0, needs=FILES))
