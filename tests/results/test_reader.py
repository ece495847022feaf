"""A result folder is read as it is, and what is not there is not made up."""

import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from robustev.core.errors import InputError
from robustev.results.files import read_csv
from robustev.results.folder import ResultFolder
from robustev.results.reader import examine_results, read_results
from robustev.results.schema import PLAN_TABLE


def test_a_whole_folder_is_read_in_the_order_of_the_report(whole: ResultFolder) -> None:
    assert whole.ordered[:2] == ("robust", "nominal")
    assert whole.name == "tiny"
    assert whole.comparison is not None
    assert whole.region is not None
    assert whole.region.demand.tolist() == [10, 6, 3]


def test_the_main_evaluation_is_that_of_the_main_trial(whole: ResultFolder) -> None:
    assert whole.main_evaluation is not None
    assert whole.main_evaluation.groupby("plan").size().unique().tolist() == [20]


@pytest.mark.parametrize(
    ("part", "attribute"),
    [
        ("comparison.json", "comparison"),
        ("evaluation.parquet", "evaluation"),
        ("region", "region"),
        ("scenarios.parquet", "scenarios"),
    ],
)
def test_what_is_not_there_is_none(without: Callable[..., Path], part: str, attribute: str) -> None:
    assert getattr(read_results(without(part)), attribute) is None


def test_plans_without_their_tables_are_still_known(without: Callable[..., Path]) -> None:
    plan = read_results(without("plans/robust.csv", "trace/robust.csv")).plans["robust"]
    assert plan.table is None
    assert plan.trace is None
    assert plan.chargers


@pytest.mark.parametrize(
    ("file", "text", "reason"),
    [
        ("manifest.json", "{", "cannot be read"),
        ("manifest.json", "[]", "holds no JSON object"),
        ("manifest.json", '{"schema_version": 99}', "schema_version"),
        ("manifest.json", '{"created": "2020-13-45"}', "created"),
        ("manifest.json", '{"versions": {"python": 3}}', "versions.python"),
        ("comparison.json", "{}", "not a Comparison of this version"),
        ("comparison.json", "[" * 100_000, "cannot be read"),
        ("config.yaml", "a: [", "not valid YAML"),
        ("config.yaml", "seed: !!int abc", "config.yaml"),
        ("plans/robust.json", '{"plan": "robust", "lower_bound": 1e999}', "'lower_bound'"),
        ("plans/robust.json", '{"plan": "robust", "lower_bound": NaN}', "finite"),
        ("plans/robust.json", '{"plan": "robust", "gap": "none"}', "'gap'"),
        ("plans/robust.json", '{"plan": "robust", "status": "fine"}', "'status'"),
        ("plans/robust.json", '{"plan": "robust", "chargers": {"west": [1]}}', "'chargers.west'"),
        ("plans/robust.json", "\x00\x01", "cannot be read"),
        ("plans/robust.csv", "", "cannot be read"),
        ("plans/robust.csv", "site,fast\nwest,1\n", "'id'"),
        ("plans/robust.csv", "id,fast\nwest,many\n", "row 2, column 'fast'"),
        ("plans/robust.csv", "id,fast\nwest,inf\n", "a finite number"),
        ("trace/robust.csv", "seconds,iteration\n1,2\n", "'lower_bound'"),
        ("trace/robust.csv",
         "seconds,iteration,lower_bound,upper_bound,source\n1,1.5,,,x\n", "a whole number"),
        ("certificate/robust.npz", "PK", "an .npz file of arrays"),
        ("region/region.json", '{"types": "ev"}', "'types'"),
        ("region/zones.parquet", "PAR1", "a Parquet table"),
        ("evaluation.parquet", "PAR1PAR1", "a Parquet table"),
        ("evaluation_zones.parquet", "no table", "a Parquet table"),
    ],
)  # fmt: skip
def test_a_damaged_file_is_named_with_its_field(
    without: Callable[..., Path], file: str, text: str, reason: str
) -> None:
    folder = without()
    (folder / file).write_text(text)
    with pytest.raises(InputError) as error:
        read_results(folder)
    assert reason in str(error.value)
    assert file in str(error.value)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_no_damage_to_any_file_ends_in_anything_but_named_faults(
    whole_folder: Path, tmp_path: Path, data: st.DataObject
) -> None:
    files = sorted(p for p in whole_folder.rglob("*.*") if p.name != "report.html")
    path = data.draw(st.sampled_from(files))
    content = path.read_bytes()
    where = data.draw(st.integers(0, len(content)))
    junk = data.draw(st.one_of(st.just(b""), st.binary(max_size=8)))
    kept = data.draw(st.booleans())
    damaged = content[:where] + junk + (content[where + len(junk) :] if kept else b"")
    folder = tmp_path / "damaged"
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(whole_folder, folder, ignore=shutil.ignore_patterns("report.html"))
    (folder / path.relative_to(whole_folder)).write_bytes(damaged)
    for fault in examine_results(folder).faults:
        assert path.name in str(fault) or path.name.startswith(("scenarios", "drivers"))


def test_several_faults_are_told_together(without: Callable[..., Path]) -> None:
    folder = without()
    (folder / "comparison.json").write_text("{")
    (folder / "trace" / "robust.csv").write_text("")
    with pytest.raises(InputError) as error:
        read_results(folder)
    assert len(error.value.faults) == 2


def test_arrays_of_a_certificate_are_checked_one_by_one(without: Callable[..., Path]) -> None:
    folder = without()
    path = folder / "certificate" / "robust.npz"
    with np.load(path) as file:
        arrays = {name: file[name] for name in file.files}
    arrays["points"] = arrays["points"] * np.nan
    arrays["costs_0_site"] = arrays["costs_0_site"][0]
    np.savez(path, **arrays)
    with pytest.raises(InputError, match="'points': infinite") as error:
        read_results(folder)
    assert "'costs_0_site'" in str(error.value)


def test_a_folder_without_a_manifest_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"no manifest\.json"):
        read_results(tmp_path)


@pytest.mark.parametrize("file", ["scenarios.parquet", "drivers.parquet"])
def test_damaged_scenarios_are_left_out_and_told(without: Callable[..., Path], file: str) -> None:
    folder = without()
    (folder / file).write_text("not a table")
    results = read_results(folder)
    assert results.scenarios is None
    assert "cannot be read" in str(results.faults[0])


def test_a_site_that_is_called_null_keeps_its_name(tmp_path: Path) -> None:
    (tmp_path / "plan.csv").write_text("id,fast\nNA,1\nnull,2\n")
    assert read_csv(tmp_path / "plan.csv", PLAN_TABLE)["id"].tolist() == ["NA", "null"]
