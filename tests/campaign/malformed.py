# ruff: noqa: E501 - tables of cases
"""Malformed inputs made of sound ones by seeded mutation, and what each must come to.

A *broken* input cannot be used, whatever the rest holds: it must be refused. A *shaken* one has
bytes changed at random, and may still be sound: it is refused, or it gives a region whose numbers are
numbers. Neither may end in a traceback or take long.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import yaml

ZONES = "id,x,y,demand,population\na,0,0,5,100\nb,3,4,7,200\nc,6,1,9,300\n"
SITES = "id,x,y,slots,existing_fast,opening_cost\ns,0,0,4,1,50\nt,3,0,2,0,60\n"
CHARGERS = [{"name": "fast", "capacity": 10, "cost": 3}]
LONG = "year,zone,demand\n" + "".join(f"{y},{z},{y - 2015}\n" for y in (2020, 2021) for z in "abc")
TRAVEL = "site,zone,travel\n" + "".join(f"{s},{z},{n}\n" for s in "st" for n, z in enumerate("abc"))
EDGES = "from,to,length\nu,v,10\nv,w,10\n"
NODES = "id,x,y\nu,0,0\nv,3,0\nw,6,0\n"
PATHS = "scenario,zone,demand\n" + "".join(f"{s},{z},{n + 4}\n" for s in "pq"
                                           for n, z in enumerate("abc"))  # fmt: skip
GRAPHML = """<graphml xmlns="http://graphml.graphdrawing.org/xmlns">
<key id="x" for="node" attr.name="x" attr.type="double"/>
<key id="y" for="node" attr.name="y" attr.type="double"/>
<key id="l" for="edge" attr.name="length" attr.type="double"/>
<graph edgedefault="undirected"><node id="u"><data key="x">0</data><data key="y">0</data></node>
<node id="v"><data key="x">6</data><data key="y">0</data></node>
<edge source="u" target="v"><data key="l">7</data></edge></graph></graphml>"""
SCFLP = {"n_facilities": 2, "n_customers": 3, "n_scenarios": 2, "capacities": [9, 9],
         "demands": [[1, 2, 3], [2, 2, 2]], "fixed_costs": [5, 6],
         "costs": [[1, 2, 3], [3, 2, 1]]}  # fmt: skip
AMPL = """data;
param demand :=
  1 1.5
  2 2.5
;
param distance : 1 2 :=
  A 10 20
  B 30 15
;
"""


def geojson(rows: list[dict[str, Any]]) -> str:
    features = [
        {"type": "Feature", "properties": {k: v for k, v in row.items() if k not in "xy"},
         "geometry": {"type": "Point", "coordinates": [5 + row["x"] / 100, 52 + row["y"] / 100]}}
        for row in rows
    ]  # fmt: skip
    return json.dumps({"type": "FeatureCollection", "features": features})


def records(text: str) -> list[dict[str, Any]]:
    lines = [line.split(",") for line in text.split()]
    return [
        {k: float(v) if v.isdigit() else v for k, v in zip(lines[0], row, strict=True)}
        for row in lines[1:]
    ]


@dataclass(frozen=True)
class Base:
    """A sound experiment: its section ``region``, the files beside it, other sections."""

    name: str
    region: dict[str, Any]
    files: dict[str, str]
    others: dict[str, Any]

    def experiment(self) -> dict[str, Any]:
        return {"name": "tiny", "region": self.region, "model": {"unserved_penalty": 50},
                "scenarios": {"number": 2, "source": {"kind": "reference"}}, **self.others}  # fmt: skip


def tables(**more: Any) -> dict[str, Any]:
    return {"format": "tables", "zones": "zones.csv", "sites": "sites.csv",
            "chargers": CHARGERS, **more}  # fmt: skip


PLAIN = {"zones.csv": ZONES, "sites.csv": SITES}
BASES = [
    Base("tables", tables(), PLAIN, {}),
    Base("semicolons", tables(), {n: t.replace(",", ";") for n, t in PLAIN.items()}, {}),
    Base("history", tables(history={"file": "past.csv"}), {**PLAIN, "past.csv": LONG}, {}),
    Base("matrix", tables(travel={"kind": "matrix", "file": "m.csv"}), {**PLAIN, "m.csv": TRAVEL}, {}),
    Base("roads", tables(travel={"kind": "network", "edges": "e.csv", "nodes": "n.csv"}),
         {**PLAIN, "e.csv": EDGES, "n.csv": NODES}, {}),
    Base("graphml", tables(travel={"kind": "network", "edges": "g.graphml"}),
         {**PLAIN, "g.graphml": GRAPHML}, {}),
    Base("geo", {"format": "geo", "zones": "z.geojson", "sites": "s.geojson", "chargers": CHARGERS},
         {"z.geojson": geojson(records(ZONES)), "s.geojson": geojson(records(SITES))}, {}),
    Base("trajectories", tables(), {**PLAIN, "p.csv": PATHS},
         {"scenarios": {"source": {"kind": "trajectories", "table": "p.csv"}, "number": 2}}),
    Base("scflp", {"format": "scflp_json", "file": "f.json"}, {"f.json": json.dumps(SCFLP)},
         {"model": {}, "scenarios": {"source": {"kind": "given"}}}),
    Base("orlib_pmed", {"format": "orlib_pmed", "file": "p.txt"},
         {"p.txt": "4 4 2\n1 2 3\n2 3 4\n3 4 5\n1 4 2\n"}, {"model": {"capacitated": False}}),
    Base("orlib_cap", {"format": "orlib_cap", "file": "c.txt"},
         {"c.txt": "2 2\n100 7\n100 8\n5\n1 2\n6\n3 4\n"}, {"model": {}}),
    Base("ampl", {"format": "ampl_city", "file": "c.dat"}, {"c.dat": AMPL}, {"model": {"capacitated": False}}),
]  # fmt: skip


@dataclass(frozen=True)
class Malformed:
    """One malformed input, as files in a folder with ``tiny.yaml`` among them."""

    name: str
    broken: bool
    files: dict[str, bytes]

    def write(self, folder: Path) -> Path:
        for name, data in self.files.items():
            (folder / name).write_bytes(data)
        return folder / "tiny.yaml"


def sound(base: Base) -> Malformed:
    return Malformed(base.name, False, _files(base, base.experiment(), base.files))


def _files(base: Base, experiment: Any, files: dict[str, str]) -> dict[str, bytes]:
    text = (
        experiment if isinstance(experiment, str) else yaml.safe_dump(experiment, sort_keys=False)
    )
    return {"tiny.yaml": text.encode(), **{n: t.encode() for n, t in files.items()}}


# Cells that no column of numbers can hold; and what no id can be.
CELLS = ["", "x", "NaN", "inf", "-inf", "-1", "1e999", "1,5,5", "--3", "0x1F", "2020-13-45", "1e400",
         "٣x", "<script>", "=1+1", "1 2", "1;2", "True ", "null", "\u0007"]  # fmt: skip
NUMBER_COLUMNS = {"zones.csv": (3,), "sites.csv": (3,), "past.csv": (2,), "m.csv": (2,),
                  "e.csv": (2,), "p.csv": (2,)}  # fmt: skip
INFINITE = {"m.csv"}
"""Tables in which infinity means out of reach, which is no fault."""


def broken_cell(rng: np.random.Generator, base: Base) -> Malformed | None:
    """A number that is none, in a column that must have one."""
    names = sorted(base.files.keys() & NUMBER_COLUMNS)
    if not names:
        return None
    name = names[rng.integers(len(names))]
    mark = ";" if base.name == "semicolons" else ","
    lines = base.files[name].splitlines()
    row = int(rng.integers(1, len(lines)))
    cells = lines[row].split(mark)
    bad = str(
        rng.choice([c for c in CELLS if not (name in INFINITE and c in ("inf", "1e999", "1e400"))])
    )
    cells[int(rng.choice(NUMBER_COLUMNS[name]))] = f'"{bad}"' if mark in bad or ";" in bad else bad
    lines[row] = mark.join(cells)
    changed = {**base.files, name: "\n".join(lines) + "\n"}
    return Malformed(f"{base.name}: {name} row {row} {bad!r}", True,
                     _files(base, base.experiment(), changed))  # fmt: skip


def broken_table(rng: np.random.Generator, base: Base) -> Malformed | None:
    """A table without a needed column, with an id twice, without rows, or a row too long."""
    names = sorted(n for n in base.files if n.endswith(".csv"))
    if not names:
        return None
    name = names[rng.integers(len(names))]
    mark = ";" if base.name == "semicolons" else ","
    lines = base.files[name].splitlines()
    width = len(lines[0].split(mark))
    kinds: dict[str, Callable[[], list[str]]] = {
        "no column": lambda: [mark.join(line.split(mark)[1:]) for line in lines],
        "a row again": lambda: [*lines, lines[1]],
        "no rows": lambda: lines[:1],
        "nothing": lambda: [""],
        "too long": lambda: [*lines, mark.join(["1"] * (width + 2))],
        "a column twice": lambda: [mark.join([lines[0], lines[0].split(mark)[-1]]), *lines[1:]],
        "an open quotation": lambda: [lines[0], '"' + lines[1], *lines[2:]],
        "no header": lambda: lines[1:],
    }
    if name == "e.csv":
        kinds.pop("a row again")  # parallel roads are sound
    kind = str(rng.choice(list(kinds)))
    changed = {**base.files, name: "\n".join(kinds[kind]()) + "\n"}
    return Malformed(f"{base.name}: {name} {kind}", True, _files(base, base.experiment(), changed))


BAD_VALUES: list[Any] = [float("nan"), float("inf"), -1, "x", [], {}, [[]], {"a": {"b": 1}}, "1e999",
                         -1e308, True, "2020-13-45", "../../x", "\u0000", "a" * 4000]  # fmt: skip
REFUSING: list[tuple[tuple[str, ...], tuple[int, ...]]] = [
    # A key, and the values above that are no use there.
    (("name",), (0, 1, 2, 4, 5, 6, 7, 9, 10, 12)), (("region",), (0, 1, 2, 3, 4, 5, 6, 7, 9)),
    (("region", "format"), tuple(range(14))), (("seed",), (0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 11, 12)),
    (("scenarios", "number"), (0, 1, 2, 3, 4, 5, 6, 7, 9, 11)),
    (("model", "unserved_penalty"), (0, 1, 2, 3, 4, 6, 7, 8, 9, 11)),
    (("model", "travel_weight"), (0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 11)),
    (("model", "utilisation"), (0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 11)),
    (("solve", "gap"), (0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 11)),
    (("solve", "method"), tuple(range(13))), (("solve", "ranks"), (0, 1, 2, 3, 4, 5, 6, 7, 9, 11)),
    (("plans",), (0, 1, 2, 3, 6, 9)), (("compare", "scenarios"), (0, 1, 2, 3, 4, 5, 6, 7, 9)),
    (("model", "budget"), (0, 1, 2, 3, 4, 5, 6, 7, 9)), (("unknown",), tuple(range(15))),
    (("model", "objective", "measure"), tuple(range(13))),
]  # fmt: skip


def broken_key(rng: np.random.Generator, base: Base) -> Malformed:
    """A value that its key cannot have."""
    keys, bad = REFUSING[rng.integers(len(REFUSING))]
    value = BAD_VALUES[int(rng.choice(bad))]
    content = json.loads(json.dumps(base.experiment()))
    owner = content
    for key in keys[:-1]:
        owner = owner.setdefault(key, {})
    owner[keys[-1]] = value
    return Malformed(f"{base.name}: {'.'.join(keys)} = {value!r:.40}", True,
                     _files(base, content, base.files))  # fmt: skip


TEXTS = [
    "", "- a\n", "name: tiny\n\tregion: x\n", "name: [tiny\n", "&a [*a]\n", "name: !!int abc\n",
    "a: &a [x,x,x,x,x,x,x,x,x]\n" + "".join(
        f"{chr(98 + n)}: &{chr(98 + n)} [{','.join(['*' + chr(97 + n)] * 9)}]\n" for n in range(9)),
    "[" * 5000, "{a: " * 500, "\x00", "name: tiny\nname: tiny\n", "? [a]\n: b\n", "!!python/object:os.system x",
    "name: 2020-13-45\n", "- " * 2000, "%YAML 9.9\n---\nname: x\n", "name: tiny\n---\nname: other\n", "\ufeff",
    "name: \"\\ud800\"\n", "<<: 5\n", "name: 1_000\nregion: 0o9\n", "name: tiny\nregion: *nobody\n",
]  # fmt: skip


def broken_text(rng: np.random.Generator, base: Base) -> Malformed:
    """A file of YAML that is none, or no experiment."""
    text = TEXTS[rng.integers(len(TEXTS))]
    return Malformed(f"{base.name}: text {text[:20]!r}", True, _files(base, text, base.files))


JUNK = [b"", b"\x00" * 64, b"\xff\xfe\x00\xd8", b"PK\x03\x04junk", b"{", b"[1,2", b"null", b"NaN", b"\x89PNG\r\n",
        b"[" * 90_000, b"SQLite format 3\x00" + b"\x01" * 100, b"<!DOCTYPE x [<!ENTITY a 'b'>]><x>&a;</x>"]  # fmt: skip


def broken_bytes(rng: np.random.Generator, base: Base) -> Malformed:
    """A data file of something else altogether."""
    files = _files(base, base.experiment(), base.files)
    name = str(rng.choice(sorted(base.files)))
    junk = JUNK[rng.integers(len(JUNK))]
    return Malformed(f"{base.name}: {name} {junk[:12]!r}", True, {**files, name: junk})


KINDS_OF_FILES = {"zones.xlsx": "spreadsheet", "zones.parquet": "Parquet", "zones.gpkg": "GeoPackage",
                  "zones.shp": "Shapefile", "zones.ods": "spreadsheet", "zones.fgb": "FlatGeobuf"}  # fmt: skip


def broken_suffix(rng: np.random.Generator, base: Base) -> Malformed:
    """Text or junk under the name of another kind of file."""
    name = str(rng.choice(sorted(KINDS_OF_FILES)))
    junk = [*JUNK, ZONES.encode()][rng.integers(len(JUNK) + 1)]
    files = _files(base, {**base.experiment(), "region": tables(zones=name)}, PLAIN)
    return Malformed(f"{name} {junk[:12]!r}", True, {**files, name: junk})


def shaken(rng: np.random.Generator, base: Base) -> Malformed:
    """Bytes flipped, dropped, doubled or cut off at random in any of the files."""
    files = _files(base, base.experiment(), base.files)
    name = str(rng.choice(sorted(files)))
    data = bytearray(files[name])
    for _ in range(int(rng.integers(1, 4))):
        at = int(rng.integers(len(data))) if data else 0
        match int(rng.integers(5)):
            case 0:
                data[at : at + 1] = bytes([int(rng.integers(256))])
            case 1:
                del data[at : at + int(rng.integers(1, 9))]
            case 2:
                data[at:at] = data[at : at + int(rng.integers(1, 20))]
            case 3:
                del data[at:]
            case _:
                other = int(rng.integers(len(data))) if data else 0
                data[at : at + 1], data[other : other + 1] = (
                    data[other : other + 1], data[at : at + 1],
                )  # fmt: skip
    return Malformed(f"{base.name}: {name} shaken", False, {**files, name: bytes(data)})


MAKERS = [
    broken_cell,
    broken_table,
    broken_key,
    broken_text,
    broken_bytes,
    broken_suffix,
    shaken,
    shaken,
]


def malformed(count: int, seed: int) -> Iterator[Malformed]:
    """Yield so many malformed inputs, each of a stream of its own."""
    for number in range(count):
        rng = np.random.default_rng((seed, number))
        base = BASES[number % len(BASES)]
        made = None
        while made is None:
            made = MAKERS[int(rng.integers(len(MAKERS)))](rng, base)  # type: ignore[operator]
        yield made
