"""What supports the answer, one sentence each."""

from __future__ import annotations

from robustev.assess.questions import REGISTER
from robustev.assess.schema import ComparisonFigures


def evidence(found: ComparisonFigures, names: tuple[str, str]) -> list[str]:
    """Return the sentences; ``names`` are the robust and the nominal plan."""
    remarks = [said for question in REGISTER.values() for said in question.says(found, names)]
    return [said.sentence for said in remarks if said.supports]
