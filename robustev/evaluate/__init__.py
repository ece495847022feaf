"""Evaluation: how any plan fares on any scenarios, exactly."""

from robustev.evaluate.evaluation import Evaluation, evaluate

__all__ = ["Evaluation", "evaluate"]
