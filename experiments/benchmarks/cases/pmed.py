"""p-median from the OR-Library, 100 and 200 nodes."""

from experiments.benchmarks.registry import DATA, Case, Instance, register
from robustev.model import Model, Stations
from robustev.region.readers.orlib import read_orlib_pmed
from robustev.scenario import ScenarioSet

for number in (1, 6):
    path = DATA / "orlib_pmed" / f"pmed{number}.txt"

    def build(path: object = path) -> Instance:
        region = read_orlib_pmed(path)  # type: ignore[arg-type]
        medians = int(path.read_text().split()[2])  # type: ignore[attr-defined]
        demand = region.demand[None]
        scenarios = ScenarioSet.equiprobable(demand, region.zones.ids, region.types)
        return region, scenarios, Model(stations=Stations(exactly=medians))

    register(Case(f"pmed{number}", build, gap=1e-6, needs=(path,)))
