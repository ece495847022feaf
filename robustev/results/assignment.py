"""Who is served where: the assignment of a plan, scenario by scenario."""

from __future__ import annotations

import numpy as np
import pandas as pd

from robustev.data.plan import Plan
from robustev.model.instance import Instance
from robustev.recourse.recourse import Recourse


def assignment_frame(instance: Instance, plan: Plan, num_scenarios: int) -> pd.DataFrame:
    """Return the optimal fractions ``a_ijks`` of a plan in the first ``num_scenarios`` scenarios.

    One row per positive fraction: scenario, zone, type, site, fraction of the zone's demand.
    """
    recourse = Recourse(instance)
    region, names = instance.region, instance.scenarios.names
    parts = []
    for s, name in enumerate(names[:num_scenarios]):
        served = recourse.dispatch(plan, s)
        demand = instance.demand[s][served.zone, served.type]
        parts.append(
            pd.DataFrame(
                {
                    "scenario": name,
                    "zone": np.asarray(region.zones.ids)[served.zone],
                    "type": np.asarray(region.types)[served.type],
                    "site": np.asarray(region.sites.ids)[served.site],
                    "fraction": served.amount / demand,
                }
            )
        )
    return pd.concat(parts, ignore_index=True)
