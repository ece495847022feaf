"""The section ``model`` of an experiment: the two-stage model with one key for each rule."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

from pydantic import Field, PrivateAttr, create_model

from robustev.model.features.base import Feature
from robustev.model.features.budget import Budget
from robustev.model.features.levels import Levels
from robustev.model.features.reach import Reach
from robustev.model.features.register import FEATURES
from robustev.model.features.stations import Stations
from robustev.model.options import ModelOptions
from robustev.model.phases import build as build  # instances of several phases

__all__ = ["Budget", "Levels", "Model", "Reach", "Stations"]


def _fields_of(feature: type[Feature]) -> dict[str, Any]:
    """Return what a rule adds to the section: its own key, or its options where it is flat."""
    if feature.flat:
        return {name: (info.annotation, info) for name, info in feature.model_fields.items()}
    about = (feature.__doc__ or "").split("\n\n")[0]
    return {feature.key: (feature | None, Field(None, description=f"{about} Absent for none."))}


if TYPE_CHECKING:
    _Composed = ModelOptions
else:
    _Composed = create_model(
        "_Composed",
        __base__=ModelOptions,
        **{name: field for feature in FEATURES for name, field in _fields_of(feature).items()},
    )


class Model(_Composed):
    """The two-stage model: what may be built, how demand is served, what it costs."""

    _own: tuple[Feature, ...] = PrivateAttr(default=())

    if TYPE_CHECKING:  # the rules' keys are those of the register

        def __init__(self, **options: Any) -> None: ...

        def __getattr__(self, key: str) -> Any: ...

    @property
    def parts(self) -> tuple[Feature, ...]:
        """The rules in use: those that always hold, those asked for, and the caller's own."""
        return (*(rule for rule in map(self._rule, FEATURES) if rule is not None), *self._own)

    def _rule(self, feature: type[Feature]) -> Feature | None:
        if not feature.flat:
            rule: Feature | None = getattr(self, feature.key)
            return rule
        return feature(**{name: getattr(self, name) for name in feature.model_fields})

    def with_features(self, *features: Feature) -> Self:
        """Return the model with rules that are written outside the package.

        They hold for whatever is made from this model in this process; files know nothing of them.
        """
        model = self.model_copy()
        model._own = (*self._own, *features)
        return model
