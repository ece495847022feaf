"""Options of the model: what is refused, and why."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from robustev.model.model import Levels, Model, Stations


@pytest.mark.parametrize(
    ("section", "options", "message"),
    [
        pytest.param(Stations, {"exactly": 3, "minimum": 1}, "cannot stand beside", id="both"),
        pytest.param(Stations, {"exactly": 3, "maximum": 3}, "cannot stand beside", id="twice"),
        pytest.param(Stations, {"minimum": 4, "maximum": 3}, "maximum 3 is below minimum 4",
                     id="crossed limits"),
        pytest.param(Stations, {"exactly": -1}, "greater than or equal to 0", id="negative"),
        pytest.param(Levels, {"maximum": 0}, "greater than or equal to 1", id="no level at all"),
        pytest.param(Model, {"objective": {"measure": "mean"}}, "expected tags: 'cvar'",
                     id="unknown measure"),
        pytest.param(Model, {"objective": {"measure": "cvar", "tial": 0.1}},
                     "Extra inputs are not permitted", id="typo in the objective"),
        pytest.param(Model, {"objective": "cvar"}, "should be a mapping", id="measure as text"),
        pytest.param(Model, {"utilisation": 0.0}, "greater than 0", id="useless chargers"),
        pytest.param(Model, {"travel_weight": -1.0}, "greater than or equal to 0",
                     id="travel that pays"),
        pytest.param(Model, {"reach": {"nearest": 0}}, "greater than or equal to 1",
                     id="no site in reach"),
        pytest.param(Model, {"budget": {"limit": -1.0}}, "greater than or equal to 0", id="debt"),
        pytest.param(Model, {"spilt": "shared"}, "Extra inputs are not permitted", id="typo"),
    ],
)  # fmt: skip
def test_senseless_options_are_refused(
    section: type, options: dict[str, object], message: str
) -> None:
    with pytest.raises(ValidationError, match=message):
        section(**options)


def test_options_cannot_be_changed_later() -> None:
    model = Model()
    with pytest.raises(ValidationError, match="frozen"):
        model.split = "shared"  # type: ignore[misc]
