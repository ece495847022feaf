"""The page for many regions: its sentences are true, and everything on it is there."""

from __future__ import annotations

import json
import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from robustev.cli.app import app
from robustev.core.errors import InputError
from robustev.hindcast.folder import HindcastFolder
from robustev.hindcast.report import write_hindcast_report
from robustev.hindcast.report.answer import answer
from robustev.hindcast.report.comparison import region_figure, rival_figure
from robustev.hindcast.report.maps import Zones
from robustev.hindcast.report.maps import section as maps
from robustev.hindcast.report.results import HindcastResults, Rival, VintageResults
from robustev.hindcast.run import run_hindcast
from robustev.hindcast.statistics import LEAST_CLEAR, paired_difference
from robustev.report.blocks import Picture
from tests.hindcast.conftest import panel_frame, settings


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    base = tmp_path_factory.mktemp("hindcast")
    panel_frame(regions=2, zones=9).to_csv(base / "panel.csv", index=False)
    config = settings(
        base / "panel.csv", planning={"sites": 3, "modules": 20},
        robust={"expected": {"measure": "expected"}, "worst": {"measure": "worst_case"}},
        vintages=[{"decision": 2000, "judged": 2010},
                  {"decision": 2000, "judged": 2005, "role": "apart"}],
    )  # fmt: skip
    run_hindcast(config, base / "out", workers=1)
    return base / "out"


@pytest.fixture(scope="module")
def results(folder: Path) -> HindcastResults:
    return HindcastResults(*HindcastFolder(folder).read())


def test_the_page_has_every_section_and_needs_no_network(folder: Path) -> None:
    text = write_hindcast_report(folder).read_text(encoding="utf-8")
    assert re.findall(r'<section id="(\w+)"', text) == [
        "answer", "plans", "maps", "forecasts", "limits", "provenance",
    ]  # fmt: skip
    assert "<title>small: retrospective test</title>" in text
    assert not re.findall(r'(?:src|href)="https?://', text)


def test_pictures_hold_every_rival_region_and_vintage(folder: Path) -> None:
    text = write_hindcast_report(folder).read_text(encoding="utf-8")
    data = {
        key: json.loads(content)
        for key, content in re.findall(
            r'<script type="application/json" id="data-(\w+)">(.*?)</script>', text, re.DOTALL
        )
    }
    assert set(data) == {"rivals", "regions", "surprise", "missed", "coverage", "pit"}
    assert len(data["rivals"]["views"]) == 2 * 2
    assert len(data["regions"]["views"]) == 2 * (4 * 2 + 4)
    assert set(data["missed"]["views"]) == {"the last census", "expected"}
    assert list(data["pit"]["views"]) == ["2000 to 2010", "2000 to 2005", "all years together"]


def test_pairs_stand_in_a_table_with_a_row_for_every_region(
    folder: Path, results: HindcastResults
) -> None:
    table = pd.read_csv(folder / "pairs.csv")
    vintage = results.vintages[0]
    for rival in vintage.rivals:
        rows = table[(table["vintage"] == vintage.label) & (table["plan"] == rival.plan)
                     & (table["rival"] == rival.name) & (table["by"] == "cost")]  # fmt: skip
        assert dict(zip(rows["region"], rows["difference"], strict=True)) == pytest.approx(
            rival.by_region
        )
        assert rows["mean"].iloc[0] == pytest.approx(np.mean(list(rival.by_region.values())))


def test_a_year_of_estimates_says_that_nobody_was_counted(folder: Path) -> None:
    text = write_hindcast_report(folder).read_text(encoding="utf-8")
    assert "100\N{NO-BREAK SPACE}% of the people of 2005 live in zones whose figure" in text
    assert "of the people of 2010 live in zones whose figure" not in text


def test_few_regions_say_so_and_call_nothing_clear(results: HindcastResults) -> None:
    for vintage in results.vintages:
        sentences = answer(vintage, results)
        assert "2 regions, fewer than 6, no difference can be called clear" in sentences[0]
        assert "clearly" not in " ".join(sentences)


def test_the_cheapest_plan_is_the_one_with_the_lowest_mean_cost(results: HindcastResults) -> None:
    vintage = results.vintages[0]
    plans = {n: p["cost"] for n, p in vintage.summary["plans"].items() if n != "hindsight"}
    words = results.names[min(plans, key=lambda name: plans[name])]
    sentence = next(s for s in answer(vintage, results) if s.startswith("Cheapest"))
    assert words in sentence


def made(differences: list[list[float]], kinds: list[str]) -> tuple[VintageResults, list[Rival]]:
    """Return a vintage of so many regions, whose robust plan differs from its rivals as told."""
    rng = np.random.default_rng(0)
    regions = [f"R{i}" for i in range(len(differences[0]))]
    rivals = []
    for n, (values, kind) in enumerate(zip(differences, kinds, strict=True)):
        found = paired_difference(np.array(values), regions, rng)
        rivals.append(Rival("expected", f"p{n}", f"plan number {n}", kind, found.mean, found.low,
                            found.high, found.p_value, found.is_clear,
                            dict(zip(regions, values, strict=True))))  # fmt: skip
    plan = {"cost": 10.0, "unserved": 0.1, "regions": len(regions), "kind": "robust"}
    summary = {"plans": {"expected": plan, "hindsight": plan | {"kind": "hindsight", "cost": 9.0}}}
    documents = [{"region": region} for region in regions]
    return VintageResults("a", 2000, 2010, True, summary, documents, rivals), rivals


KINDS = st.sampled_from(["baseline", "margin", "equal_spend"])
VALUES = st.sampled_from([-8.0, -1.0, -0.01, 0.0, 0.01, 1.0, 8.0])


@given(st.data())
def test_every_rival_is_counted_once_and_named_for_what_it_is(data: st.DataObject) -> None:
    regions = data.draw(st.integers(1, 9))
    number = data.draw(st.integers(1, 4))
    column = st.lists(VALUES, min_size=regions, max_size=regions)
    vintage, rivals = made(
        [data.draw(column) for _ in range(number)], [data.draw(KINDS) for _ in range(number)]
    )
    results = Stub()
    sentences = answer(vintage, results)  # type: ignore[arg-type]
    text = " ".join(sentences[2:])
    for rival in rivals:
        assert text.count(rival.words) == 1
        before = text[: text.index(rival.words)]
        relation = re.findall(r"(clearly cheaper than|clearly dearer than|not told apart from|"
                              r"no cheaper than|cheaper than)", before)[-1]  # fmt: skip
        assert relation == expected_relation(rival, regions)
    if regions >= LEAST_CLEAR:
        numbers = [int(n) for n in re.findall(r"(\d+)(?=[,.])", sentences[0])]
        assert sum(numbers) == len(rivals)


class Stub:
    robust = "expected"
    names = {"expected": "expected"}  # noqa: RUF012


def expected_relation(rival: Rival, regions: int) -> str:
    if regions < LEAST_CLEAR:
        return "cheaper than" if rival.mean < 0 else "no cheaper than"
    if not rival.clear:
        return "not told apart from"
    return "clearly cheaper than" if rival.mean < 0 else "clearly dearer than"


def test_five_regions_that_agree_are_not_clear_and_six_are() -> None:
    for regions, clear in ((LEAST_CLEAR - 1, False), (LEAST_CLEAR, True)):
        _, rivals = made([[-1.0] * regions], ["baseline"])
        assert rivals[0].clear is clear


def test_a_picture_of_one_region_needs_no_interval() -> None:
    _, rivals = made([[-1.0]], ["baseline"])
    assert rival_figure(rivals).data[0].error_x.array[0] == 0.0
    assert list(region_figure(rivals[0]).data[0].x) == [-1.0]


def test_missed_people_are_the_unserved_share_of_those_who_came(results: HindcastResults) -> None:
    vintage = results.vintages[0]
    zones = Zones.of(vintage)
    together = zones.table["missed 1"].sum() / zones.table["came"].sum()
    shares = [next(row["unserved"] for row in d["plans"] if row["plan"] == "expected")
              for d in vintage.documents]  # fmt: skip
    people = [d["people_came"] for d in vintage.documents]
    assert together == pytest.approx(np.average(shares, weights=people), abs=1e-5)


def test_very_many_zones_are_drawn_as_cells(
    results: HindcastResults, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("robustev.hindcast.report.maps.MOST_BUBBLES", 5)
    pictures = [block for block in maps(results).blocks if isinstance(block, Picture)]
    for picture in pictures:
        for view in picture.views.values():
            assert any(trace.type == "heatmap" for trace in view.figure.data)
            filled = [t.name for t in view.figure.data if getattr(t, "fill", None) == "toself"]
            assert filled == []  # surfaces would hide the cells, which lie beneath all else


def test_the_report_command_knows_the_folder_of_a_hindcast(folder: Path, tmp_path: Path) -> None:
    target = tmp_path / "page.html"
    result = CliRunner().invoke(app, ["report", str(folder), "-o", str(target)])
    assert result.exit_code == 0, result.output
    assert "Retrospective test" in target.read_text(encoding="utf-8")
    texts = tmp_path / "de.yaml"
    texts.write_text("{}")
    result = CliRunner().invoke(app, ["report", str(folder), "--texts", str(texts)])
    assert result.exit_code == 2
    assert "in English alone" in result.output


def test_an_unfinished_folder_is_told(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="holds no finished hindcast"):
        write_hindcast_report(tmp_path)
