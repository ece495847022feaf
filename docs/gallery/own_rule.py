# ---
# jupyter:
#   kernelspec: {display_name: Python 3, language: python, name: python3}
# ---

# %% [markdown]
# # A rule of your own
#
# The city wants at most so many stations per district side of the river: a rule that does not ship.
# One class states its rows, and says independently when a plan breaks it. Nothing in the package is
# edited; every method obeys it.

# %%
import numpy as np
import pandas as pd

from robustev import Model, ScenarioConfig, SolveOptions, generate, region_from_frames, solve
from robustev.model.features.base import Feature
from robustev.model.rows import Rows

rng = np.random.default_rng(2)
zones = pd.DataFrame(
    {
        "id": [f"z{n}" for n in range(20)],
        "x": rng.uniform(0, 10, 20),
        "y": rng.uniform(0, 6, 20),
        "demand": rng.gamma(3.0, 4.0, 20),
    }
)
sites = pd.DataFrame(
    {
        "id": [f"s{n}" for n in range(8)],
        "x": np.linspace(0.5, 9.5, 8),
        "y": rng.uniform(0, 6, 8),
        "slots": 10,
        "opening_cost": 15.0,
    }
)
region = region_from_frames(zones, sites, chargers=[{"name": "fast", "capacity": 9, "cost": 6}])
growth = ScenarioConfig(source={"kind": "drivers", "ev_adoption": [1.0, 1.5, 2.5]})
scenarios = generate(region, growth, num_scenarios=12, seed=1)


# %% [markdown]
# The rule: at most `most` stations west of the river at `x = 5`.


# %%
class West(Feature):
    """At most so many stations west of the river."""

    key = "west"
    title = "stations west of the river"

    most: int = 1
    """Most stations there."""

    def text(self) -> str:
        """Return the rule in words."""
        return f"at most {self.most} stations west of the river"

    def rows(self, instance) -> Rows:
        """Return one row that counts them."""
        west = (instance.region.sites.x < 5).astype(float)
        return Rows.of([self.text()], upper=float(self.most), open=west[None])

    def broken(self, plan, instance) -> list[str]:
        """Return by how many there are too many."""
        number = sum(bool(o) and x < 5 for o, x in zip(plan.open, instance.region.sites.x))
        return [] if number <= self.most else [f"{number} west of the river"]


# %%
options = SolveOptions(gap=1e-4)
free = solve(region, scenarios, Model(unserved_penalty=25), options)
ruled = solve(region, scenarios, Model(unserved_penalty=25), options, features=[West(most=1)])
pd.DataFrame(
    {
        "cost": [free.objective, ruled.objective],
        "stations west": [int(one.plan.open[sites["x"] < 5].sum()) for one in (free, ruled)],
    },
    index=["without the rule", "with it"],
)

# %% [markdown]
# A rule can only cost; what it costs is the difference.

# %%
assert ruled.objective >= free.objective - 1e-6
assert ruled.plan.open[sites["x"] < 5].sum() <= 1
