"""The page: every section put into one HTML file that needs no network."""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Callable, Sequence
from importlib.resources import files
from itertools import takewhile
from pathlib import Path
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

from robustev.core.archive import whole_file
from robustev.report.blocks import Picture, Section
from robustev.report.consistency import refuse_contradictions
from robustev.report.sections import (
    access,
    answer,
    comparison,
    frontiers,
    limits,
    map,
    phases,
    provenance,
    questions,
    scenarios,
    simulation,
    sites,
    solving,
    worth,
)
from robustev.report.texts import english, read_texts, speaking, text
from robustev.results.folder import ResultFolder
from robustev.results.layout import Layout
from robustev.results.reader import read_results

PARTS: tuple[Callable[[ResultFolder], Section | None], ...] = (
    answer.section,
    map.section,
    phases.section,
    comparison.section,
    access.section,
    worth.section,
    frontiers.section,
    questions.section,
    scenarios.section,
    sites.section,
    simulation.section,
    solving.section,
    limits.section,
    provenance.section,
)
"""The sections, in the order of the page."""


def write_report(
    folder: str | Path, path: str | Path | None = None, *, texts: str | Path | None = None
) -> Path:
    """Write the report of a result folder and return its path.

    Parameters
    ----------
    folder
        A result folder, as ``robustev run`` or ``robustev compare`` leaves it.
    path
        The HTML file; ``report.html`` in the folder by default.
    texts
        A translation: a file with the keys of ``report/texts/en.yaml``. What it leaves out stays in
        English.

    Raises
    ------
    InputError
        If the folder is not a result folder, or one of its main files cannot be read.
    """
    target = Path(path) if path is not None else Layout(Path(folder)).report
    with speaking(english() if texts is None else read_texts(Path(texts))):
        results = read_results(folder)
        refuse_contradictions(results)
        page = render(results)
    with whole_file(target) as partial:
        partial.write_text(page, encoding="utf-8")
    return target


def render(results: ResultFolder) -> str:
    """Return the report as one HTML document."""
    return render_page(
        [part for make in PARTS if (part := make(results)) is not None],
        kind=text("page.kicker"),
        title=results.manifest.title or results.name,
        description=" ".join(results.manifest.description.split()),
        region=results.region.name if results.region else "",
        units=results.units.sentence(),
        made=str(results.manifest.created or "")[:10],
    )


def render_page(
    sections: Sequence[Section], *, kind: str, title: str, description: str = "",
    region: str = "", units: str = "", made: str = "",
) -> str:  # fmt: skip
    """Return sections as one HTML document; ``kind`` says above the title what it is."""
    pictures = [
        block for section in sections for block in section.blocks if isinstance(block, Picture)
    ]
    return _environment().get_template("report.html.j2").render(
        kind=kind, title=title, description=description, region=region, units=units, made=made,
        sections=sections,
        data={picture.key: Markup(picture_data(picture)) for picture in pictures},
        plotly=Markup(b64encode(plotly_library()).decode("ascii")),
    )  # fmt: skip


def raw_template(name: str) -> str:
    """Return a file of the templates as it stands, such as the style of pages."""
    return files("robustev.report").joinpath("templates", name).read_text(encoding="utf-8")


def plotly_library() -> bytes:
    """Return the part of plotly.js that the report needs, gzipped; see ``vendor/README.md``."""
    return files("robustev.report").joinpath("vendor", "plotly-cartesian.min.js.gz").read_bytes()


def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("robustev.report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_unbroken,
    )
    environment.filters["breakable"] = _breakable
    environment.globals["text"] = text
    environment.globals["include_raw"] = lambda name: Markup(
        environment.loader.get_source(environment, name)[0] if environment.loader else ""
    )
    return environment


def _unbroken(value: object) -> object:
    """Keep a number and its percent sign on one line."""
    if isinstance(value, str) and not isinstance(value, Markup):
        return value.replace(" %", "\N{NO-BREAK SPACE}%")
    return value


def _breakable(words: str) -> Markup:
    """Let a long name break after an underscore, and nowhere else."""
    return Markup(str(escape(_unbroken(words))).replace("_", "_<wbr>"))


def picture_data(picture: Picture) -> str:
    """Return a picture's figures as JSON that is safe inside a script element.

    ``base`` holds the traces that all views begin with, stored once; ``views`` the rest of each,
    by label, or by two labels where the reader may compare.
    """
    pairs = {f"{one}|{two}": view for (one, two), view in picture.versus.items()}
    views = dict(picture.views) | pairs
    plain = {key: json.loads(str(view.figure.to_json())) for key, view in views.items()}
    traces = {key: figure["data"] for key, figure in plain.items()}
    shared = _num_shared(list(traces.values()))
    content = {
        "base": next(iter(traces.values()))[:shared],
        "views": {
            key: {
                "data": traces[key][shared:],
                "layout": plain[key]["layout"],
                "text": _unbroken(view.text),
                "points": [[_unbroken(part) for part in point] for point in view.points],
                "heading": view.heading,
            }
            for key, view in views.items()
        },
    }
    written = json.dumps(content, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    for letter in "<\u2028\u2029":
        written = written.replace(letter, f"\\u{ord(letter):04x}")
    return written


def _num_shared(views: Sequence[Sequence[Any]]) -> int:
    """Return how many first traces are the same in every view; none where there is one view."""
    if len(views) < 2:
        return 0
    with_workers = zip(*views, strict=False)
    return sum(1 for _ in takewhile(lambda row: all(one == row[0] for one in row), with_workers))
