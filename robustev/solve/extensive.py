"""The extensive form: all scenarios in one model, through mpi-sppy and HiGHS."""

from __future__ import annotations

import logging
import math
import time

import numpy as np
import pyomo.environ as pyo
from mpisppy.opt.ef import ExtensiveForm

from robustev.arrays import FloatArray
from robustev.formulation.linear import linear_first_stage
from robustev.problem import Problem
from robustev.recourse.recourse import Recourse
from robustev.risk import RiskMeasure
from robustev.solve.result import Progress, SolveResult, Status, StopRule, TraceRow, relative_gap
from robustev.solve.sppy import scenario_creator

logger = logging.getLogger(__name__)


def solve_extensive(
    problem: Problem,
    stop: StopRule,
    *,
    name: str = "plan",
    risk: RiskMeasure | None = None,
    progress: Progress | None = None,
) -> SolveResult:
    """Solve the extensive form to ``stop.gap``.

    The lower bound is HiGHS's; the objective is evaluated anew, exactly, on every scenario.
    """
