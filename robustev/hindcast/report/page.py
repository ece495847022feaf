"""The page of a hindcast, from its result folder."""

from __future__ import annotations

from pathlib import Path

import yaml

from robustev.core.formatting import count, duration, listed, percent
from robustev.hindcast.folder import HindcastFolder, done, write_whole
from robustev.hindcast.report import answer, calibration, comparison, maps
from robustev.hindcast.report.results import HindcastResults
from robustev.report.blocks import Block, Section, Source, Words
from robustev.report.page import render_page

MODEL = (
    "Plans are judged on where people lived, by demand in proportion to people; how many drove "
    "electric cars in those years is not part of the test.",
    "Who is served by which station is assigned as is cheapest for all together.",
    "Regions are planned for one by one; nobody charges across a region's border.",
)
MOST_NOTES = 12
"""Notes of regions that are shown in full."""


def write_hindcast_report(folder: Path, path: Path | None = None) -> Path:
    """Write the page of a finished hindcast and return its path, ``report.html`` in the folder.

    Raises
    ------
    InputError
        If the folder holds no finished hindcast.
    """
    results = HindcastResults(*HindcastFolder(folder).read())
    target = path or folder / "report.html"
    write_whole(target, render_hindcast(results))
    return target


def render_hindcast(results: HindcastResults) -> str:
    """Return the page as one HTML document."""
    sections = [answer.section(results), comparison.section(results), maps.section(results),
                calibration.section(results), _limits(results), _provenance(results)]  # fmt: skip
    return render_page(
        sections,
        kind="Retrospective test",
        title=results.config.name,
        description=_question(results),
    )


def _question(results: HindcastResults) -> str:
    years = listed([vintage.years for vintage in results.vintages])
    regions = {d["region"] for d in done(results.documents)}
    return (
        f"Would plans made robust to demographic change have served the people who came? "
        f"{count(len(regions), 'region')}, {years}. Nothing later than the year of decision was "
        "known to any plan but the one made with hindsight."
    )


def _limits(results: HindcastResults) -> Section:
    own = [_regions_words(results)]
    own += [f"{region}, {label}: left out, {why}." for region, label, why
            in results.summary["left_out"]]  # fmt: skip
    gap = results.summary["largest_gap"]
    own.append(f"Every plan is proven to {percent(gap)} of the cost that it was made to keep low, "
               "or better.")  # fmt: skip
    own += _estimated(results)
    if results.config.planning.clusters is not None:
        own.append("Plans were made with neighbouring zones merged, and judged on every zone.")
    if results.config.forecast.errors_of is not None:
        own.append("Sizes of forecast errors were not fitted to these regions but given.")
    notes = [f"{d['region']}, {d['vintage']}: {note}" for d in done(results.documents)
             for note in d["notes"]]  # fmt: skip
    blocks: list[Block] = [Words(own, listed=True, title="Of this test"),
                           Words(MODEL, listed=True, title="Of the model")]  # fmt: skip
    if notes:
        more = [f"{len(notes) - MOST_NOTES} more in the documents of the tasks."]
        shown = notes if len(notes) <= MOST_NOTES else notes[:MOST_NOTES] + more
        blocks.append(Words(shown, listed=True, title="Of the data"))
    return Section("limits", "What limits this", "", blocks, "Limits")


def _estimated(results: HindcastResults) -> list[str]:
    """Return for each vintage how many of the people who judge it were never counted."""
    found = []
    for vintage in results.vintages:
        people = sum(d["people_came"] for d in vintage.documents)
        share = sum(d["estimated_share"] * d["people_came"] for d in vintage.documents) / people
        if share > 0:
            found.append(f"{percent(share)} of the people of {vintage.judged} live in zones whose "
                         "figure of that year is an estimate, not a count.")  # fmt: skip
    return found


def _regions_words(results: HindcastResults) -> str:
    fewest = min(len(vintage.documents) for vintage in results.vintages)
    return (
        f"{count(fewest, 'region')} in the smallest comparison: regions, not zones, are what the "
        "intervals are drawn from, and regions of one country share its fate."
    )


def _provenance(results: HindcastResults) -> Section:
    content = yaml.safe_dump(results.config.model_dump(mode="json"), sort_keys=False)
    source = results.config.panel.source
    sentences = (
        [f"Data: {source}."] if source else ["The file does not say where the data are from."]
    )
    sentences.append(
        f"All plans, scenarios and scores took {duration(results.summary['cpu_seconds'])} of "
        "processor time."
    )
    return Section("provenance", "Where this comes from", "",
                   [Words(sentences), Source("The test, defaults filled in", content)],
                   "Provenance")  # fmt: skip
