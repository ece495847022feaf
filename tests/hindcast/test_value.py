"""What each part of the model is worth: one thing is changed at a time."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pandas as pd
import pytest

from robustev.hindcast.config import HindcastConfig
from robustev.hindcast.panel import read_panel
from robustev.hindcast.report.value import by_budget, value_figure, write_value_page
from robustev.hindcast.value import WHOLE, run_variants, value_table, variants
from tests.hindcast.conftest import panel_frame, settings


def small(table: Path) -> HindcastConfig:
    return settings(table, planning={"sites": 3, "modules": 20}, baselines=["last"],
                    vintages=[{"decision": 2000, "judged": 2010},
                              {"decision": 2000, "judged": 2005, "role": "apart"}])  # fmt: skip


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[HindcastConfig, pd.DataFrame]:
    path = tmp_path_factory.mktemp("value") / "panel.csv"
    panel_frame(regions=2, zones=9).to_csv(path, index=False)
    config = small(path)
    return config, run_variants(config, read_panel(config.panel), workers=1)


def test_every_variant_changes_one_setting(tmp_path: Path) -> None:
    found = list(variants(small(tmp_path / "panel.csv"), 40))
    assert found[0].name == WHOLE
    whole = found[0].config.model_dump()
    for variant in found[1:]:
        other = variant.config.model_dump()
        changed = [
            (section, key)
            for section in ("forecast", "planning")
            for key in whole[section] if whole[section][key] != other[section][key]
        ] + ([("", "scenarios")] if whole["scenarios"] != other["scenarios"] else [])  # fmt: skip
        assert len(changed) == 1, variant.name


def test_few_zones_are_merged_into_no_more_than_there_are(tmp_path: Path) -> None:
    found = [v for v in variants(small(tmp_path / "panel.csv"), 6) if v.axis == "aggregation"]
    assert all(v.config.planning.clusters is not None for v in found)
    assert all(v.config.planning.clusters < 6 for v in found)  # type: ignore[operator]


def test_only_the_main_vintage_is_varied(made: tuple[HindcastConfig, pd.DataFrame]) -> None:
    assert set(made[1]["vintage"]) == {"2000-2010"}


def test_more_budget_never_costs_the_plan_made_with_hindsight(
    made: tuple[HindcastConfig, pd.DataFrame],
) -> None:
    rows = made[1][(made[1]["plan"] == "hindsight") & (made[1]["axis"] == "budget")]
    for _, part in rows.groupby("region"):
        cost = part.assign(budget=part["variant"].astype(float)).sort_values("budget")["cost"]
        # Each is proven to 0.3 %.
        assert (cost.diff().dropna() <= 0.003 * cost.max()).all()


def test_change_is_against_the_same_plan_with_nothing_changed(
    made: tuple[HindcastConfig, pd.DataFrame],
) -> None:
    rows = made[1]
    table = value_table(rows)
    whole = table[table["variant"] == WHOLE]
    assert (whole["change"] == 0).all()
    name = "without migration"
    keyed = rows.set_index(["variant", "region", "plan"])["cost"]
    expected = [
        100 * (keyed[name, region, "expected"] - keyed[WHOLE, region, "expected"])
        / keyed[WHOLE, region, "hindsight"]
        for region in ("S0", "S1")
    ]  # fmt: skip
    found = table[(table["variant"] == name) & (table["plan"] == "expected")]["change"].item()
    assert found == pytest.approx(sum(expected) / 2)


def test_the_page_draws_every_plan_by_budget_and_every_change(
    made: tuple[HindcastConfig, pd.DataFrame], tmp_path: Path
) -> None:
    config, rows = made
    table = value_table(rows)
    wide = by_budget(table, config)
    assert list(wide.index) == sorted({0.8, 1.0, 1.1, 1.2, 1.4, 1.7})
    assert not wide.isna().any().any()
    figure = value_figure(table, config)
    assert {trace.name for trace in figure.data[:-2]} == {
        "robust: expected", "the last census", "the last census + 20 %",
    }  # fmt: skip
    text = write_value_page(table, config, tmp_path / "value.html").read_text(encoding="utf-8")
    data = re.search(r'id="data-value-2000-2010">(.*?)</script>', text, re.DOTALL)
    assert data is not None
    sentence = json.loads(data[1])["views"][""]["text"]
    budgets = re.findall(r" at ([\d.]+)(?=[;.] |[;.]$)", sentence.split(": ", 1)[1])
    assert [float(budget) for budget in budgets] == list(wide.index)
