"""Site persistence: which decisions come back when the scenarios are redrawn."""

from __future__ import annotations

import pandas as pd
import plotly.graph_objects as go

from robustev.assess.schema import SitePersistence
from robustev.report.figures.canvas import map_figure, zone_traces
from robustev.report.places import Places, places
from robustev.report.rows import records
from robustev.report.texts import text
from robustev.results.folder import ResultFolder

VERDICTS = {
    "safe": ("#0072b2", "circle"),
    "likely": ("#3f97d4", "diamond"),
    "open question": ("#d55e00", "square-open"),
    "not needed": ("#8a94a3", "x-thin"),
}


def verdict_key(verdict: str) -> str:
    """Return the key of a verdict among the texts."""
    return f"verdict.{verdict.replace(' ', '_')}"


def persistence_frame(site_persistence: SitePersistence) -> pd.DataFrame:
    """Return one row per site: site, planned, open_share, same_share, verdict, then by kind.

    For every kind: planned, lowest and highest number of chargers over the redraws.
    """
    rows = []
    for site in site_persistence.sites:
        row = site.model_dump(exclude={"chargers"})
        for kind in site.chargers:
            row |= {
                f"{kind.kind}_planned": kind.planned,
                f"{kind.kind}_lowest": kind.lowest,
                f"{kind.kind}_highest": kind.highest,
            }
        rows.append(row)
    return pd.DataFrame(rows)


def persistence_map(results: ResultFolder) -> go.Figure:
    """Return the sites by how safe the decision about them is.

    Raises
    ------
    ValueError
        If the folder holds no region or no site persistence.
    """
    site_persistence = results.comparison.site_persistence if results.comparison else None
    if results.region is None or site_persistence is None:
        raise ValueError(f"{results.folder} holds no region or no site persistence")
    place, table = places(results.region), persistence_frame(site_persistence)
    traces = [_verdict_trace(table, verdict, place) for verdict in reversed(VERDICTS)]
    return map_figure([*zone_traces(results.region, place), *traces], place)


def _verdict_trace(table: pd.DataFrame, verdict: str, place: Places) -> go.Scatter:
    rows, name = table[table["verdict"] == verdict], text(verdict_key(verdict))
    colour, symbol = VERDICTS[verdict]
    points = place.sites.loc[rows["site"].astype(str).tolist()]
    line = {"width": 0.8, "color": "white"}
    if symbol.endswith(("open", "thin")):
        line = {"width": 2, "color": colour}
    return go.Scatter(
        x=points["x"].to_numpy(), y=points["y"].to_numpy(), mode="markers", name=name,
        text=[text("hover.verdict", site=f"<b>{place.site(row.site)}</b>", verdict=name,
                   open=f"{row.open_share:.0%}", same=f"{row.same_share:.0%}")
              for row in records(rows)],
        hovertemplate="%{text}<extra></extra>",
        marker={"size": 11 if verdict != "not needed" else 6, "symbol": symbol, "color": colour,
                "line": line},
    )  # fmt: skip
