"""Draw the data flow of docs/architecture.md: ``python docs/draw_architecture.py``."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from pathlib import Path

TARGET = Path(__file__).with_name("architecture.svg")
WIDTH, HEIGHT = 960, 470
FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif"
# Fill and line of each kind of box.
STYLES = {
    "register": ("#dcebf7", "#0072b2"),
    "code": ("#eef0f3", "#8a94a3"),
    "data": ("#ffffff", "#2b3440"),
}


@dataclass(frozen=True)
class Box:
    """A box with a title and a line below it."""

    x: int
    y: int
    width: int
    title: str
    text: str
    kind: str
    height: int = 54

    def svg(self) -> str:
        """Return the box as SVG."""
        fill, line = STYLES[self.kind]
        radius = 14 if self.kind == "data" else 3
        middle = self.x + self.width / 2
        upper, lower = self.y + 0.42 * self.height, self.y + 0.77 * self.height
        return (
            f'<rect x="{self.x}" y="{self.y}" width="{self.width}" height="{self.height}" '
            f'rx="{radius}" fill="{fill}" stroke="{line}" stroke-width="1.5"/>'
            f'<text x="{middle}" y="{upper:g}" font-weight="600">{escape(self.title)}</text>'
            f'<text x="{middle}" y="{lower:g}" font-size="11.5" fill="#4a5563">'
            f"{escape(self.text)}</text>"
        )


BOXES = {
    "readers": Box(12, 70, 190, "readers/", "tables, geo, instances, ...", "register"),
    "sources": Box(12, 160, 190, "scenarios/", "drivers, history, ...", "register"),
    "features": Box(12, 250, 190, "model/features, risk/", "slots, budget, cvar, ...", "register"),
    "region": Box(240, 70, 130, "Region", "zones, sites, arcs", "data"),
    "scenarios": Box(240, 160, 130, "ScenarioSet", "demand, probability", "data"),
    "model": Box(240, 250, 130, "Model", "rules, costs, risk", "data"),
    "instance": Box(420, 160, 120, "Instance", "arrays", "data"),
    "methods": Box(590, 160, 150, "methods/", "ef, ph, benders, ...", "register"),
    "kernels": Box(590, 250, 150, "recourse/kernels", "second stage, cuts", "register"),
    "result": Box(790, 160, 150, "SolveResult", "plan, bound, trace", "data"),
    "evaluate": Box(790, 350, 150, "evaluate/", "exact costs of any plan", "code"),
    "assess": Box(590, 350, 150, "assess/questions", "out of sample, VSS, ...", "register"),
    "folder": Box(400, 350, 140, "ResultFolder", "results/: the contract", "data"),
    "verify": Box(240, 318, 130, "verify/", "derives again", "code", 46),
    "report": Box(240, 370, 130, "report/", "one HTML page", "code", 46),
    "cli": Box(240, 422, 130, "cli/", "prints the answer", "code", 46),
}
ARROWS = [
    ("readers", "region"),
    ("sources", "scenarios"),
    ("features", "model"),
    ("region", "instance"),
    ("scenarios", "instance"),
    ("model", "instance"),
    ("instance", "methods"),
    ("kernels", "methods"),
    ("methods", "result"),
    ("result", "evaluate"),
    ("evaluate", "assess"),
    ("assess", "folder"),
    ("folder", "verify"),
    ("folder", "report"),
    ("folder", "cli"),
]


def arrow(start: Box, end: Box) -> str:
    """Return an arrow between the sides that face each other."""
    if start.x + start.width <= end.x:
        ends = (start.x + start.width, _middle(start), end.x - 3, _middle(end))
    elif end.x + end.width <= start.x:
        ends = (start.x, _middle(start), end.x + end.width + 3, _middle(end))
    else:
        x = start.x + start.width / 2
        down = start.y < end.y
        ends = (x, start.y + start.height, x, end.y - 3) if down else (
            x, start.y, x, end.y + end.height + 3
        )  # fmt: skip
    x1, y1, x2, y2 = ends
    return (
        f'<line x1="{x1}" y1="{y1}" x2="{x2}" y2="{y2}" stroke="#4a5563" stroke-width="1.4" '
        'marker-end="url(#head)"/>'
    )


def _middle(box: Box) -> float:
    return box.y + box.height / 2


def legend() -> str:
    """Return what the three kinds of box mean."""
    words = {
        "register": "a register: one file per kind, add yours",
        "data": "frozen data, passed on",
        "code": "code",
    }
    parts, x = [], 20
    for kind, text in words.items():
        fill, line = STYLES[kind]
        radius = 7 if kind == "data" else 2
        parts.append(
            f'<rect x="{x}" y="22" width="22" height="15" rx="{radius}" fill="{fill}" '
            f'stroke="{line}" stroke-width="1.5"/>'
            f'<text x="{x + 30}" y="34" text-anchor="start" font-size="12.5">{text}</text>'
        )
        x += 60 + 7 * len(text)
    return "".join(parts)


def draw() -> str:
    """Return the picture as SVG."""
    head = (
        '<defs><marker id="head" viewBox="0 0 10 10" refX="8" refY="5" markerWidth="7" '
        'markerHeight="7" orient="auto"><path d="M0 0 10 5 0 10z" fill="#4a5563"/></marker></defs>'
    )
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT + 10}" '
        f'font-family="{FONT}" font-size="14" text-anchor="middle" fill="#2b3440" role="img" '
        'aria-label="The data flow from region, scenarios and model to plan, evaluation, '
        'comparison and report">',
        head,
        f'<rect width="{WIDTH}" height="{HEIGHT + 10}" fill="#ffffff"/>',
        legend(),
        *(arrow(BOXES[start], BOXES[end]) for start, end in ARROWS),
        *(box.svg() for box in BOXES.values()),
        "</svg>",
    ]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    TARGET.write_text(draw(), encoding="utf-8")
