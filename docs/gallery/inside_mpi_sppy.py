# ---
# jupyter:
#   kernelspec: {display_name: Python 3, language: python, name: python3}
# ---

# %% [markdown]
# # mpi-sppy from inside
#
# robustev states its model in Pyomo and leaves the extensive form and progressive hedging to
# [mpi-sppy](https://github.com/Pyomo/mpi-sppy). Here the same scenarios go to mpi-sppy's own
# `ExtensiveForm`, and the two answers are held beside each other.

# %%
import numpy as np
import pandas as pd

from robustev import Model, ScenarioConfig, SolveOptions, generate, region_from_frames, solve

zones = pd.DataFrame(
    {"id": list("abcd"), "x": [0, 3, 5, 8], "y": [0, 1, 4, 2], "demand": [15, 24, 6, 11]}
)
sites = pd.DataFrame(
    {
        "id": list("pqr"),
        "x": [0, 4, 7],
        "y": [1, 3, 2],
        "slots": [9, 9, 9],
        "opening_cost": [20, 9, 14],
    }
)
region = region_from_frames(zones, sites, chargers=[{"name": "fast", "capacity": 5, "cost": 4}])
growth = ScenarioConfig(source={"kind": "drivers", "ev_adoption": [1.0, 1.5, 2.5]})
scenarios = generate(region, growth, num_scenarios=6, seed=1)
model = Model(unserved_penalty=30)

# %% [markdown]
# `method: ef` builds each scenario's model, marks the first stage as nonanticipative, and has
# mpi-sppy join them; `method: benders` never builds that problem.

# %%
answers = {
    name: solve(region, scenarios, model, SolveOptions(method=name, gap=1e-6))
    for name in ("ef", "benders")
}
pd.DataFrame(
    {name: [one.objective, one.lower_bound, one.seconds] for name, one in answers.items()},
    index=["cost", "no plan is below", "seconds"],
)

# %%
assert np.isclose(answers["ef"].objective, answers["benders"].objective, rtol=1e-5)
