"""The questions of a comparison: one file each, in a register.

They are asked and told in the order of these imports. A question from outside the package derives
from :class:`Question`, joins by :func:`register`, and is asked by ``compare.questions.<key>``.
"""

# isort: off
from robustev.assess.questions.base import (
    REGISTER,
    Answer,
    Question,
    Remark,
    own_settings,
    register,
)
from robustev.assess.questions import out_of_sample
from robustev.assess.questions import information
from robustev.assess.questions import equal_spend
from robustev.assess.questions import misspecified
from robustev.assess.questions import observed
from robustev.assess.questions import redraws
from robustev.assess.questions import frontier
# isort: on

__all__ = [
    "REGISTER",
    "Answer",
    "Question",
    "Remark",
    "equal_spend",
    "frontier",
    "information",
    "misspecified",
    "observed",
    "out_of_sample",
    "own_settings",
    "redraws",
    "register",
]
