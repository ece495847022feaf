"""``robustev job``: scripts that bash takes, sized by the data, which stop and are queued again."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from robustev.cli.app import app
from robustev.config.load import load_experiment
from robustev.experiment.job import SCHEDULERS, job_size
from robustev.experiment.prepare import prepare

TWO = "plans={a: {}, b: {demand_factor: 1.1}}"
FAKE_PYTHON = """\
#!/usr/bin/env bash
echo "$@" >> calls
trap 'exit 130' USR1
for _ in $(seq 100); do sleep 0.1; done
"""
FAKE = """\
#!/usr/bin/env bash
echo "$(basename "$0") $@" >> calls
"""


def job(*arguments: str | Path) -> Result:
    return CliRunner().invoke(app, ["job", *map(str, arguments)])


def script(*arguments: str | Path) -> str:
    result = job(*arguments)
    assert result.exit_code == 0, result.output
    return result.stdout


@pytest.mark.parametrize("scheduler", SCHEDULERS)
@pytest.mark.parametrize(
    "options",
    [
        pytest.param([], id="one run"),
        pytest.param(["--set", TWO, "--array", "plans"], id="by plan"),
        pytest.param(["--array", "scenarios.number=2,4,8"], id="by value"),
        pytest.param(["--ranks", "6"], id="ranks"),
        pytest.param(["--ranks", "2", "--launcher", "mpiexec"], id="own mpiexec"),
    ],
)
def test_bash_takes_every_script(experiment_file: Path, scheduler: str, options: list[str]) -> None:
    text = script(experiment_file, "--scheduler", scheduler, *options)
    subprocess.run(["bash", "-n"], input=text, text=True, check=True)
    assert text.endswith("\n")
    assert text.startswith("#!/usr/bin/env bash\n#")
    assert "--resume" in text


def test_an_array_has_a_task_for_each_plan_or_value_and_a_folder_for_each(
    experiment_file: Path,
) -> None:
    by_plan = script(experiment_file, "--set", TWO, "--array", "plans")
    assert "#SBATCH --array=0-1" in by_plan
    assert "--plan b --output results/tiny-b " in by_plan
    by_value = script(experiment_file, "--array", "scenarios.number=2,4,8", "--results", "r/x")
    assert "#SBATCH --array=0-2" in by_value
    assert "--set scenarios.number=8 --output r/x-scenarios.number-8 " in by_value


def test_what_is_asked_for_grows_with_the_data(experiment_file: Path) -> None:
    small, large = (
        job_size(prepare(load_experiment(experiment_file, [f"scenarios.number={n}"])))
        for n in (4, 400)
    )
    assert large.ranks > small.ranks
    assert job_size(prepare(load_experiment(experiment_file)), 5).ranks == 5
    assert "--time=01:30:00" in script(experiment_file, "--hours", "1.5")
    assert "#SBATCH --partition=long" in script(experiment_file, "--directive", "--partition=long")


@pytest.mark.parametrize(
    ("options", "message"),
    [
        pytest.param(["--scheduler", "lsf"], "expected slurm or pbs", id="scheduler"),
        pytest.param(["--launcher", "aprun"], "expected srun or mpiexec", id="launcher"),
        pytest.param(["--array", "regions"], "KEY=VALUE", id="array"),
        pytest.param(["--array", "scenarios.nmber=1,2"], "number", id="key of the array"),
        pytest.param(["--output", "no/such/folder/x.sh"], "cannot be written", id="output"),
    ],
)
def test_what_cannot_be_a_job_is_told_in_words(
    experiment_file: Path, options: list[str], message: str
) -> None:
    result = job(experiment_file, *options)
    assert result.exit_code in (1, 2)
    assert message in result.stderr.replace("\n", " ")
    assert "Traceback" not in result.output


@pytest.mark.parametrize("asked", [True, False], ids=["before the end of the time", "never"])
def test_a_job_that_is_warned_stops_in_order_and_is_queued_again(
    experiment_file: Path, tmp_path: Path, asked: bool
) -> None:
    """Commands of the cluster, and Python, are stood in for by scripts that note their call."""
    path = tmp_path / "job.sh"
    script(experiment_file, "--output", path, "--results", "a folder")
    tools = tmp_path / "bin"
    tools.mkdir()
    long = FAKE_PYTHON if asked else FAKE
    for name, text in (("python", long), ("scontrol", FAKE)):
        (tools / name).write_text(text)
        (tools / name).chmod(0o755)
    environment = {**os.environ, "PATH": f"{tools}:{os.environ['PATH']}", "SLURM_JOB_ID": "17"}
    process = subprocess.Popen(["bash", str(path)], cwd=tmp_path, env=environment)
    calls = tmp_path / "calls"
    while not calls.is_file():
        time.sleep(0.05)
    if asked:
        time.sleep(0.3)
        process.send_signal(signal.SIGUSR1)
    code = process.wait(timeout=60)
    said = calls.read_text().splitlines()
    assert said[0].endswith(f"-m robustev run {experiment_file} --output a folder --resume --quiet "
                            "--ranks 1")  # fmt: skip
    assert (code, said[1:]) == ((130, ["scontrol requeue 17"]) if asked else (0, []))
