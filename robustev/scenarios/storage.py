"""Scenario files: a long Parquet table of demand, and a small one of probabilities and drivers.

Written in pieces, so that a set larger than memory can be made and stored.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from robustev.core.arrays import FloatArray, IntArray
from robustev.core.errors import InputError
from robustev.data.region import Region
from robustev.data.scenarios import ScenarioSet, scenario_names
from robustev.scenarios.config import ScenarioConfig
from robustev.scenarios.generator import samples
from robustev.scenarios.sources import Sample

SCHEMA = pa.schema(
    [
        ("scenario", pa.dictionary(pa.int32(), pa.string())),
        ("zone", pa.dictionary(pa.int32(), pa.string())),
        ("type", pa.dictionary(pa.int32(), pa.string())),
        ("demand", pa.float64()),
    ]
)
PIECE = 1 << 21  # numbers written at a time


DEMAND_FILE, DRIVERS_FILE = "scenarios.parquet", "drivers.parquet"


def write_scenarios(scenarios: ScenarioSet, folder: str | Path) -> None:
    """Write a set into a folder.

    ``scenarios.parquet`` has the columns scenario, zone, type and demand; ``drivers.parquet`` one
    row per scenario with its probability and drivers.
    """
    pieces = (Sample(block) for _, block in scenarios.blocks(PIECE))
    _write_demand(pieces, scenarios.names, scenarios.zones, scenarios.types, Path(folder))
    scenarios.driver_frame().to_parquet(Path(folder) / DRIVERS_FILE, index=False)


def stream_scenarios(
    region: Region, config: ScenarioConfig, folder: str | Path, *, num_scenarios: int, seed: int
) -> None:
    """Generate scenarios straight into a folder, holding only a few in memory.

    The files are those that `generate` and `write_scenarios` would give, but never rounded to
    single precision. Stress scenarios and reduction need the whole set and are refused.
    """
    if config.stress or config.reduction:
        raise InputError("a streamed set has no stress scenarios and is not reduced")
    names, drivers = scenario_names(num_scenarios), []

    def watched() -> Iterator[Sample]:
        for sample in samples(region, config, num_scenarios=num_scenarios, seed=seed):
            drivers.append(pd.DataFrame(dict(sample.drivers), index=range(len(sample.demand))))
            yield sample

    _write_demand(watched(), names, region.zones.ids, region.types, Path(folder))
    table = pd.concat(drivers, ignore_index=True)
    table.insert(0, "probability", 1.0 / num_scenarios)
    table.insert(0, "scenario", list(names))
    table.to_parquet(Path(folder) / DRIVERS_FILE, index=False)


def read_scenarios(folder: str | Path) -> ScenarioSet:
    """Read what `write_scenarios` or `stream_scenarios` wrote.

    Raises
    ------
    InputError
        If a file is missing, or not every scenario has every zone and type once.
    """
    try:
        table = pq.read_table(Path(folder) / DEMAND_FILE)
        frame = pd.read_parquet(Path(folder) / DRIVERS_FILE)
    except (OSError, pa.ArrowInvalid) as error:
        raise InputError(f"{folder}: cannot be read: {error}") from error
    axes = (tuple(frame["scenario"].astype(str)), _labels(table, "zone"), _labels(table, "type"))
    expected = len(axes[0]) * len(axes[1]) * len(axes[2])
    demand = _placed(table, axes, expected)
    if table.num_rows != expected or np.isnan(demand).any():
        raise InputError(
            f"{folder}: {table.num_rows} rows; expected {expected}, one for each scenario, zone "
            "and type"
        )
    drivers = {
        str(name): frame[name].to_numpy(dtype=np.float64)
        for name in frame.columns
        if name not in {"scenario", "probability"}
    }
    probability = frame["probability"].to_numpy(dtype=np.float64)
    demand.flags.writeable = False
    return ScenarioSet(demand, probability, *axes, drivers)


def _placed(table: pa.Table, axes: tuple[tuple[str, ...], ...], size: int) -> FloatArray:
    """Return demand, shape (scenarios, zones, types), NaN where there is no row."""
    demand = np.full(size, np.nan)
    for batch in table.to_batches():
        place = np.zeros(batch.num_rows, dtype=np.int64)
        for column, labels in zip(("scenario", "zone", "type"), axes, strict=True):
            place = place * len(labels) + _codes(batch.column(column), labels)
        demand[place] = batch.column("demand").to_numpy()
    return demand.reshape([len(labels) for labels in axes])


def _codes(column: pa.Array, labels: tuple[str, ...]) -> IntArray:
    """Return every row's position among ``labels``."""
    encoded = column if pa.types.is_dictionary(column.type) else column.dictionary_encode()
    position = {label: index for index, label in enumerate(labels)}
    lookup = [position.get(str(label), -1) for label in encoded.dictionary.to_pylist()]
    codes = np.array(lookup, dtype=np.int64)[encoded.indices.to_numpy()]
    if (codes < 0).any():
        raise InputError("the demand table names scenarios that have no probability")
    return np.asarray(codes)


def _write_demand(
    pieces: Iterable[Sample],
    names: tuple[str, ...],
    zones: tuple[str, ...],
    types: tuple[str, ...],
    folder: Path,
) -> None:
    """Write to a file beside the target and rename it when it is whole."""
    folder.mkdir(parents=True, exist_ok=True)
    partial = folder / f"{DEMAND_FILE}.partial"
    labels = [pa.array(values) for values in (names, zones, types)]
    first = 0
    with pq.ParquetWriter(partial, SCHEMA, compression="zstd") as writer:
        for piece in pieces:
            count = len(piece.demand)
            number, zone, kind = (axis.ravel() for axis in np.indices(piece.demand.shape, np.int32))
            columns = [
                pa.DictionaryArray.from_arrays(pa.array(codes), values)
                for codes, values in zip((number + first, zone, kind), labels, strict=True)
            ]
            columns.append(pa.array(piece.demand.ravel()))
            writer.write_table(pa.Table.from_arrays(columns, schema=SCHEMA))
            first += count
    partial.replace(folder / DEMAND_FILE)


def _labels(table: pa.Table, column: str) -> tuple[str, ...]:
    values = table[column]
    if pa.types.is_dictionary(values.type):
        values = values.unify_dictionaries()
        codes = values.chunk(0)
        return tuple(str(label) for label in codes.dictionary.to_pylist())
    return tuple(dict.fromkeys(str(label) for label in values.to_pylist()))
