# ---
# jupyter:
#   kernelspec: {display_name: Python 3, language: python, name: python3}
# ---

# %% [markdown]
# # Mumbai
#
# The instance of the IIT Bombay study, in the format of its AMPL files. The data are not part of
# the package; where they are not there, this page says so and stops.

# %%
from pathlib import Path

project = next(p for p in [Path.cwd(), *Path.cwd().parents] if (p / "experiments").is_dir())
data = project.parent / "shared" / "data" / "iitb_mumbai"
there = data.is_dir()
print("the data are there" if there else f"skipped: there is no {data}")

# %%
if there:
    from robustev import load_experiment
    from robustev.experiment.prepare import prepare

    experiment = load_experiment(project / "experiments" / "mumbai_formulation_1.yaml")
    prepared = prepare(experiment)
    print(prepared.region)
    print(prepared.scenarios)

# %% [markdown]
# Twelve stations for 29 hotspots; the optimum is known.

# %%
if there:
    from robustev.methods.solve import solve_instance

    name, spec = next(iter(experiment.plans.items()))
    result = solve_instance(prepared.instances[name], spec.solve, name=name)
    assert abs(result.objective - 92.958562) < 1e-4
    print(f"{name}: cost {result.objective:.4f}, proven within {result.gap:.2%}")
