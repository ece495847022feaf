# ---
# jupyter:
#   kernelspec: {display_name: Python 3, language: python, name: python3}
# ---

# %% [markdown]
# # The Randstad
#
# The region that ships: 513 zones and 120 sites in the Dutch Randstad. Eight futures here, so that
# the page is made in a minute; `experiments/randstad.yaml` has 32.

# %%
from pathlib import Path

import plotly.io as pio

from robustev import draw_convergence, draw_costs, draw_map, evaluate, load_experiment
from robustev.experiment.prepare import prepare
from robustev.methods.solve import solve_instance

pio.renderers.default = "notebook_connected"
project = next(p for p in [Path.cwd(), *Path.cwd().parents] if (p / "experiments").is_dir())
experiment = load_experiment(
    project / "experiments" / "randstad.yaml",
    ["scenarios.number=8", "solve.method=benders", "solve.gap=0.02"],
)
prepared = prepare(experiment)
prepared.region

# %% [markdown]
# The futures differ in electric vehicles, growth and migration, each with its own range.

# %%
prepared.scenarios

# %%
results = {
    name: solve_instance(prepared.instances[name], spec.solve, name=name)
    for name, spec in experiment.plans.items()
}
robust, nominal = results["robust"], results["nominal"]
print(f"robust: cost {robust.objective:,.0f}, no plan is below {robust.lower_bound:,.0f}")

# %% [markdown]
# The stations of the robust plan, by their number of chargers.

# %%
draw_map(prepared.region, robust)

# %% [markdown]
# Both bounds on the way there.

# %%
draw_convergence(robust)

# %% [markdown]
# Both plans in every future, by the same model: the plan for the one forecast is cheaper where the
# forecast comes true, and much dearer where it does not.

# %%
evaluations = [
    evaluate(one, prepared.region, prepared.scenarios, experiment.model, name=name)
    for name, one in results.items()
]
draw_costs(evaluations, money=experiment.units.money)

# %%
costs = {one.plan.name: one.mean_cost for one in evaluations}
assert costs["robust"] <= costs["nominal"]
costs
