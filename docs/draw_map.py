"""Draw the map of a plan as SVG: zones by demand, chosen stations by chargers, sites left free.

From the project's folder, after ``make run``:

    .venv/bin/python docs/draw_map.py results/randstad robust docs/randstad.svg
"""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

WIDTH, MARGIN, HEAD = 860.0, 24.0, 92.0
KM_PER_DEGREE = 111.32
LARGEST_ZONE, LARGEST_STATION = 34.0, 15.0  # radii in pixels
NUM_LABELS = 10
INK, ZONE, STATION, FREE = "#2b3440", "#5a8cbe", "#d55e00", "#8a94a3"
FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, Arial, sans-serif"


@dataclass(frozen=True)
class Projection:
    """From degrees to pixels, with equal scales in both directions."""

    west: float
    north: float
    cosine: float
    scale: float  # pixels per degree of latitude

    @classmethod
    def around(cls, x: pd.Series[float], y: pd.Series[float]) -> Projection:
        """Return the projection that fits points of longitude x and latitude y into the width."""
        cosine = float(np.cos(np.radians(y.mean())))
        scale = (WIDTH - 2 * MARGIN) / ((x.max() - x.min()) * cosine)
        return cls(float(x.min()), float(y.max()), cosine, float(scale))

    def __call__(self, x: float, y: float) -> tuple[float, float]:
        """Return pixels from the left and from the top."""
        left = MARGIN + (x - self.west) * self.cosine * self.scale
        return left, HEAD + MARGIN + (self.north - y) * self.scale


def draw(folder: Path, plan: str) -> str:
    """Return the SVG of one plan of a result folder whose coordinates are geographic."""
    zones = pd.read_parquet(folder / "region" / "zones.parquet")
    sites = pd.read_parquet(folder / "region" / "sites.parquet")
    region = json.loads((folder / "region" / "region.json").read_text(encoding="utf-8"))
    document = json.loads((folder / "plans" / f"{plan}.json").read_text(encoding="utf-8"))
    sites["chargers"] = [sum(document["chargers"].get(i, {}).values()) for i in sites["id"]]
    is_open = sites["id"].isin(document["open_sites"])
    place = Projection.around(zones["x"], zones["y"])
    height = place(0, float(zones["y"].min()))[1] + MARGIN
    body = [
        *header(document, region["name"]),
        *zone_marks(zones, place),
        *(cross(place(x, y)) for x, y in sites.loc[~is_open, ["x", "y"]].to_numpy()),
        *station_marks(sites[is_open], place),
        *scale_bar(place, height),
    ]
    return svg(body, height)


def header(document: dict[str, Any], region: str) -> list[str]:
    """Return the title and the legend."""
    stations = len(document["open_sites"])
    chargers = sum(sum(kinds.values()) for kinds in document["chargers"].values())
    title = f"{region}: {stations} stations, {chargers:,} chargers"
    proof = f"no plan can be more than {document['gap']:.2%} cheaper"
    y = 70.0
    return [
        text(MARGIN, 30, title, size=20, weight=600),
        text(MARGIN, 50, f"plan {document['plan']!r}, method {document['method']}: {proof}"),
        circle((MARGIN + 8, y), 8, ZONE, 0.4), text(MARGIN + 22, y + 4, "zone, by demand"),
        circle((MARGIN + 166, y), 7, STATION, 0.9),
        text(MARGIN + 180, y + 4, "station, by chargers"),
        cross((MARGIN + 346, y)), text(MARGIN + 358, y + 4, "candidate site left free"),
    ]  # fmt: skip


def zone_marks(zones: pd.DataFrame, place: Projection) -> list[str]:
    """Return one bubble per zone, its area by demand, the largest first."""
    demand = zones[[c for c in zones.columns if str(c).startswith("demand")]].sum(axis=1)
    radius = LARGEST_ZONE * np.sqrt(demand / demand.max())
    order = np.argsort(-radius.to_numpy())
    return [
        circle(place(zones["x"].iloc[j], zones["y"].iloc[j]), max(radius.iloc[j], 1.2), ZONE, 0.35)
        for j in order
    ]


def station_marks(stations: pd.DataFrame, place: Projection) -> list[str]:
    """Return one dot per station, its area by chargers, and the names of the largest."""
    radius = LARGEST_STATION * np.sqrt(stations["chargers"] / stations["chargers"].max())
    marks, labels = [], []
    largest = set(stations["chargers"].nlargest(NUM_LABELS).index)
    for index, row in stations.iterrows():
        x, y = place(row["x"], row["y"])
        size = max(float(radius[index]), 2.5)
        marks.append(circle((x, y), size, STATION, 0.85))
        if index in largest:
            name = f"{str(row['id']).replace('-', ' ').title()} {row['chargers']:,}"
            labels.append(text(x + size + 3, y + 4, name, size=12, weight=600, halo=True))
    return marks + labels


def scale_bar(place: Projection, height: float) -> list[str]:
    """Return a bar of 20 km at the bottom left."""
    length = 20 / KM_PER_DEGREE * place.scale
    y = height - 16
    line = f'<path d="M{MARGIN} {y - 5}v5h{length:.1f}v-5" fill="none" stroke="{INK}"/>'
    return [line, text(MARGIN + length + 6, y + 1, "20 km", size=12)]


def circle(at: tuple[float, float], radius: float, colour: str, opacity: float) -> str:
    """Return a filled circle."""
    return (
        f'<circle cx="{at[0]:.1f}" cy="{at[1]:.1f}" r="{radius:.1f}" fill="{colour}" '
        f'fill-opacity="{opacity}" stroke="white" stroke-width="0.7"/>'
    )


def cross(at: tuple[float, float]) -> str:
    """Return a small cross."""
    x, y = at
    return f'<path d="M{x - 3:.1f} {y - 3:.1f}l6 6m0 -6l-6 6" stroke="{FREE}" stroke-width="1.6"/>'


def text(
    x: float, y: float, words: str, *, size: int = 13, weight: int = 400, halo: bool = False
) -> str:
    """Return a line of text, on a white halo where it stands on the map."""
    around = ' stroke="white" stroke-width="3" paint-order="stroke"' if halo else ""
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" font-size="{size}" font-weight="{weight}" '
        f'fill="{INK}"{around}>{escape(words)}</text>'
    )


def svg(body: list[str], height: float) -> str:
    """Return the whole picture on white, so that it reads on dark pages too."""
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH:.0f} {height:.0f}" '
        f'font-family="{FONT}">'
    )
    return "\n".join([head, '<rect width="100%" height="100%" fill="white"/>', *body, "</svg>\n"])


if __name__ == "__main__":
    results, name, target = sys.argv[1:]
    Path(target).write_text(draw(Path(results), name), encoding="utf-8")
