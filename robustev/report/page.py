"""The page: every section put into one HTML file that needs no network."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import plotly.graph_objects as go
from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup
from plotly.offline import get_plotlyjs

from robustev.report.blocks import Picture, Section, View
from robustev.report.sections import (
    answer,
    comparison,
    frontiers,
    limits,
    map,
    provenance,
    scenarios,
    sites,
    solving,
    worth,
)
from robustev.report.stored import StoredResults, read_results

FILE = "report.html"
PARTS: tuple[Callable[[StoredResults], Section | None], ...] = (
    answer.section,
    map.section,
    comparison.section,
    worth.section,
    frontiers.section,
    scenarios.section,
    sites.section,
    solving.section,
    limits.section,
    provenance.section,
)
"""The sections, in the order of the page."""


def write_report(folder: str | Path, path: str | Path | None = None) -> Path:
    """Write the report of a result folder and return its path.

    Parameters
    ----------
    folder
        A result folder, as ``robustev run`` or ``robustev compare`` leaves it.
    path
        The HTML file; ``report.html`` in the folder by default.

    Raises
    ------
    InputError
        If the folder is not a result folder, or one of its main files cannot be read.
    """
    target = Path(path) if path is not None else Path(folder) / FILE
    target.write_text(render(read_results(folder)), encoding="utf-8")
    return target


def render(results: StoredResults) -> str:
    """Return the report as one HTML document."""
    sections = [part for make in PARTS if (part := make(results)) is not None]
    pictures = [
        block for section in sections for block in section.blocks if isinstance(block, Picture)
    ]
    return _environment().get_template("report.html.j2").render(
        title=results.name,
        description=" ".join(str(results.manifest.get("description") or "").split()),
        region=results.region.name if results.region else "",
        made=str(results.manifest.get("created") or "")[:10],
        sections=sections,
        data={picture.key: Markup(picture_data(picture)) for picture in pictures},
        plotly=Markup(get_plotlyjs()),
    )  # fmt: skip


def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("robustev.report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_unbroken,
    )
    environment.globals["include_raw"] = lambda name: Markup(
        environment.loader.get_source(environment, name)[0] if environment.loader else ""
    )
    return environment


def _unbroken(value: object) -> object:
    """Keep a number and its percent sign on one line."""
    if isinstance(value, str) and not isinstance(value, Markup):
        return value.replace(" %", "\N{NO-BREAK SPACE}%")
    return value


def picture_data(picture: Picture) -> str:
    """Return a picture's figures as JSON that is safe inside a script element.

    ``base`` holds the traces that all views begin with, stored once; ``views`` the rest of each,
    by label, or by two labels where the reader may compare.
    """
    views = dict(picture.views)
    pairs = {f"{one}|{two}": view for (one, two), view in picture.versus.items()}
    shared = _shared_traces([*views.values(), *pairs.values()])
    content = {
        "base": [_plain(trace) for trace in next(iter(views.values())).figure.data[:shared]],
        "views": {key: _view(view, shared) for key, view in (views | pairs).items()},
    }
    text = json.dumps(content, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return text.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")


def _shared_traces(views: list[View]) -> int:
    """Return how many first traces are the same in every view."""
    if len(views) < 2:
        return 0
    first = [_text(trace) for trace in views[0].figure.data]
    shared = len(first)
    for view in views[1:]:
        for n, trace in enumerate(view.figure.data[:shared]):
            if _text(trace) != first[n]:
                shared = n
                break
        shared = min(shared, len(view.figure.data))
    return shared


def _view(view: View, shared: int) -> dict[str, Any]:
    return {
        "data": [_plain(trace) for trace in view.figure.data[shared:]],
        "layout": json.loads(go.Figure(layout=view.figure.layout).to_json())["layout"],
        "text": view.text,
        "points": [list(point) for point in view.points],
        "heading": view.heading,
    }


def _plain(trace: Any) -> Any:
    return json.loads(_text(trace))["data"][0]


def _text(trace: Any) -> str:
    return str(go.Figure(trace).to_json())
