"""The section ``compare`` refuses what makes no sense."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from robustev.assess.config import CompareConfig

WORLD = {"scenarios": {}}


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ({"plans": ["nominl"]}, "nominal"),
        ({"confidence": 0.4}, "greater than 0.5"),
        ({"scenarios": 0}, "greater than or equal to 1"),
        ({"misspecified": {"out_of_sample": WORLD}}, "the name 'out_of_sample' is taken"),
        ({"misspecified": {"a b": WORLD}}, "'a b' names files too"),
        ({"frontiers": {"f": {"vary": "budgt", "values": [1]}}}, "budget"),
        ({"frontiers": {"f": {"vary": "budget", "values": []}}}, "at least 1 item"),
        ({"given": {"../x": "x.csv"}}, "names files too"),
        ({"scenaros": 5}, "Extra inputs"),
    ],
)
def test_what_makes_no_sense_is_refused(content: dict[str, object], words: str) -> None:
    with pytest.raises(ValidationError, match=words):
        CompareConfig.model_validate(content)
