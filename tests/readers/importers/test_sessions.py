"""Charging sessions: estimates by hand, what is left out, faults, use in an experiment."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from robustev.config.load import load_experiment
from robustev.core.errors import InputError
from robustev.experiment.imports import import_file
from robustev.readers.importers.sessions import SessionsImporter

ROWS = [
    ("AC", "2024-03-02 08:00", "2024-03-02 10:00"),  # a Saturday
    ("AC", "2024-03-04T08:10:00+01:00", "2024-03-04T09:10:00+01:00"),
    ("AC", "2024-03-04 17:00", "2024-03-04 18:00"),
    ("DC", "2024-03-05 17:30", "2024-03-05 17:50"),
    ("DC", "2024-03-05 17:40", "2024-03-05 18:20"),
    ("DC", "2024-03-05 19:00:00", "2024-03-05 19:00:20"),
    ("AC", "2024-03-05 20:00", "2024-03-07 20:00"),
]


@pytest.fixture
def sessions(tmp_path: Path) -> Path:
    path = tmp_path / "sessions.csv"
    pd.DataFrame(ROWS, columns=["power", "start", "end"]).to_csv(path, index=False)
    return path


def test_means_quantiles_and_the_peak_hour_are_those_of_the_sessions_that_count(
    sessions: Path,
) -> None:
    made = SessionsImporter(kind="power", kinds={"AC": "slow", "DC": "fast"}, levels=3)
    found = made.read(sessions)
    service = found.tables["service.csv"].set_index("kind")
    assert service.loc["slow", "mean"] == 80
    assert service.loc["slow", "standard_error"] == pytest.approx(20.0)
    assert service.loc["fast", ["q0", "q50", "q100"]].tolist() == [20, 30, 40]
    profile = found.tables["profile.csv"]["share"]
    assert profile[8] == 0.4
    assert profile[17] == 0.6
    assert profile.sum() == pytest.approx(1.0)
    assert found.sections["waiting.yaml"] == {
        "service": {"fast": 30.0, "slow": 80.0}, "peak_share": 0.6,
    }  # fmt: skip
    assert found.notes[:2] == (
        "1 session shorter than 1 minutes, left out",
        "1 session longer than 1440 minutes, left out",
    )


def test_days_of_the_week_are_chosen_by_when_sessions_begin(sessions: Path) -> None:
    share = SessionsImporter(days="weekend").read(sessions).tables["profile.csv"]["share"]
    assert share[8] == 1.0
    share = SessionsImporter(days="weekdays").read(sessions).tables["profile.csv"]["share"]
    assert share[17] == 0.75


def test_estimates_come_back_from_sessions_that_were_drawn(tmp_path: Path) -> None:
    rng = np.random.default_rng(1)
    weight = np.arange(1, 25) / 300
    begin = pd.Timestamp("2024-05-01") + pd.to_timedelta(
        rng.integers(0, 30, 4000) * 24 + rng.choice(24, 4000, p=weight), unit="h"
    )
    minutes = rng.exponential(30, 4000) + 1
    path = tmp_path / "many.parquet"
    end = begin + pd.to_timedelta(minutes, unit="m")
    pd.DataFrame({"start": begin, "end": end}).to_parquet(path)
    found = SessionsImporter().read(path)
    service, profile = found.tables["service.csv"], found.tables["profile.csv"]
    assert abs(service["mean"][0] - 31) < 5 * service["standard_error"][0]
    assert abs(profile["share"][23] - 0.08) < 5 * profile["standard_error"][23]


@pytest.mark.parametrize(
    ("row", "text"),
    [
        (("AC", "yesterday", "2024-03-04 10:00"), "row 9, column 'start'"),
        (("AC", "2024-03-04 10:00", "2024-03-04 09:00"), "ends before it begins"),
        (("", "2024-03-04 10:00", "2024-03-04 11:00"), "missing label"),
    ],
)
def test_faults_name_row_and_column(sessions: Path, row: tuple[str, str, str], text: str) -> None:
    with sessions.open("a") as file:
        file.write(",".join(row) + "\n")
    with pytest.raises(InputError, match=text):
        SessionsImporter(kind="power").read(sessions)


def test_a_missing_column_and_a_file_without_any_session_are_told(sessions: Path) -> None:
    with pytest.raises(InputError, match="missing column"):
        SessionsImporter(start="began").read(sessions)
    with pytest.raises(InputError, match="no session lasts"):
        SessionsImporter(shortest=700, longest=800).read(sessions)


def test_an_experiment_is_laid_over_what_was_imported(
    sessions: Path, experiment_file: Path, tmp_path: Path
) -> None:
    import_file("sessions", sessions, ["levels=3"], tmp_path / "made")
    text = experiment_file.read_text().replace(
        "model:\n", "model:\n  waiting: {from: made/waiting.yaml, minutes: 10}\n"
    )
    experiment_file.write_text(text + "simulate: {from: made/simulate.yaml, hours: 3}\n")
    experiment = load_experiment(experiment_file)
    waiting = experiment.plans["robust"].model.waiting
    assert (waiting.minutes, waiting.service, waiting.peak_share) == (10, 60.0, 0.6)
    assert experiment.simulate is not None
    assert experiment.simulate.service_times is not None
    assert experiment.simulate.profile[17] == 3


def test_hamburgs_sessions_are_read_as_they_are(shared_data: Path) -> None:
    path = shared_data / "sessions" / "hamburg_2020.parquet"
    if not path.is_file():
        pytest.skip("the sessions are not there")
    made = SessionsImporter(start="start_time", end="end_time", kind="class_short_label")
    found = made.read(path)
    raw = pd.read_parquet(path)
    used = raw[(raw["duration"] >= 60) & (raw["duration"] <= 86400)]
    expected = used.groupby("class_short_label")["duration"].mean() / 60
    service = found.tables["service.csv"].set_index("kind")["mean"]
    assert service.to_dict() == pytest.approx(expected.to_dict(), rel=1e-3)
