"""Rules and risk measures from outside the package: what a folder keeps of them, and finds again.

A folder names them with their parameters, and holds no code; whoever checks it brings the classes.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

from pydantic import ValidationError

from robustev.core.errors import Fault, InputError
from robustev.model.features.base import Feature, active_features
from robustev.model.model import Model
from robustev.model.options import ModelOptions
from robustev.model.risk import RiskMeasure
from robustev.results.schema import OutsidePart

PACKAGE = __name__.partition(".")[0]
PartClass: TypeAlias = type[Feature] | type[RiskMeasure]


def outside_parts(model: ModelOptions) -> tuple[OutsidePart, ...]:
    """Return what a model asks for that the package does not know: rules, and the risk measure."""
    rules = [
        OutsidePart(kind="rule", key=rule.key, title=rule.title, parameters=_parameters(rule))
        for rule in active_features(model)
        if is_outside(type(rule))
    ]
    goal = model.objective
    if is_outside(type(goal)):
        rules.append(
            OutsidePart(
                kind="measure", key=goal.measure, title=goal.title, parameters=_parameters(goal)
            )
        )
    return tuple(rules)


def is_outside(kind: type) -> bool:
    """Return whether a class is defined outside the package."""
    return kind.__module__.partition(".")[0] != PACKAGE


def _parameters(part: Feature | RiskMeasure) -> dict[str, object]:
    return part.model_dump(mode="json")


def with_outside(
    model: Model, parts: Sequence[OutsidePart], classes: Sequence[PartClass], file: str
) -> tuple[Model, list[OutsidePart]]:
    """Return the model with rules from outside that ``classes`` state, and the parts they lack.

    The risk measure is in the model already, where its class is registered.

    Raises
    ------
    InputError
        If a class does not take the stored parameters; ``file`` names where these stand.
    """
    known = {kind.key: kind for kind in classes if issubclass(kind, Feature)}
    found, missing = [], []
    for part in parts:
        if part.kind == "measure":
            missing += [] if part.key == model.objective.measure else [part]
        elif part.key not in known:
            missing.append(part)
        else:
            try:
                found.append(known[part.key].model_validate(part.parameters))
            except ValidationError as error:
                what = f"not parameters of the rule {part.key!r}: {error.errors()[0]['msg']}"
                raise InputError([Fault(what, file, column="outside")]) from None
    return (model.with_features(*found) if found else model), missing
