"""The structure of ``comparison.json``, one file for each part."""

from robustev.assess.schema.comparison import Comparison, ComparisonFigures, Headline, Skipped
from robustev.assess.schema.estimate import Basis, Estimate
from robustev.assess.schema.frontier import Frontier, FrontierPoint
from robustev.assess.schema.information import Information
from robustev.assess.schema.observed import ObservedPlan, ObservedYear
from robustev.assess.schema.out_of_sample import (
    GroupService,
    Kind,
    OutOfSampleTest,
    PairFigures,
    PlanFigures,
    Travel,
)
from robustev.assess.schema.plans import PlanMetrics
from robustev.assess.schema.redraws import ChargerAgreement, SaaGap, SiteAgreement, SitePersistence

__all__ = [
    "Basis",
    "ChargerAgreement",
    "Comparison",
    "ComparisonFigures",
    "Estimate",
    "Frontier",
    "FrontierPoint",
    "GroupService",
    "Headline",
    "Information",
    "Kind",
    "ObservedPlan",
    "ObservedYear",
    "OutOfSampleTest",
    "PairFigures",
    "PlanFigures",
    "PlanMetrics",
    "SaaGap",
    "SiteAgreement",
    "SitePersistence",
    "Skipped",
    "Travel",
]
