"""Six hundred malformed inputs: each a clear error; no traceback, no hang, no silence."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest

from robustev.config.load import load_experiment
from robustev.core.errors import RobustevError
from robustev.experiment.prepare import prepare
from tests.campaign.malformed import BASES, Malformed, malformed, sound

SEED = 2024
SAMPLE = 90
SECONDS = 60


@contextmanager
def no_hang(seconds: int) -> Iterator[None]:
    """Raise where the block takes so long that it will not end."""

    def ring(number: int, frame: object) -> None:
        raise TimeoutError(f"no end within {seconds} s")

    before = signal.signal(signal.SIGALRM, ring)
    signal.alarm(seconds)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


def refusal(case: Malformed, folder: Path) -> str | None:
    """Return the message that refuses an input; None where it is taken, with numbers throughout.

    Any error but those that users are meant to meet comes out as it is.
    """
    path = case.write(folder)
    try:
        ready = prepare(load_experiment(path))
    except (RobustevError, OSError) as error:
        return str(error)
    region = ready.region
    assert np.isfinite(region.demand).all()
    assert (region.demand >= 0).all()
    assert np.isfinite(ready.scenarios.demand).all()
    assert np.isfinite(region.arcs.cost).all()
    return None


def faults(count: int, folder: Path) -> list[str]:
    """Return what went wrong with malformed inputs, a line each."""
    wrong = []
    for number, case in enumerate(malformed(count, SEED)):
        here = folder / str(number)
        here.mkdir()
        try:
            with no_hang(SECONDS):
                message = refusal(case, here)
        except Exception as error:
            wrong.append(f"{number} {case.name}: {type(error).__name__}: {str(error)[:200]}")
            continue
        if case.broken and message is None:
            wrong.append(f"{number} {case.name}: taken in silence")
        elif message is not None and ("Traceback" in message or not message.strip()):
            wrong.append(f"{number} {case.name}: no clear message")
        if sorted(path.name for path in here.iterdir()) != sorted(case.files):
            wrong.append(f"{number} {case.name}: files were written")
    return wrong


@pytest.mark.parametrize("base", BASES, ids=[base.name for base in BASES])
def test_what_is_not_changed_is_sound(base: object, tmp_path: Path) -> None:
    assert refusal(sound(base), tmp_path) is None  # type: ignore[arg-type]


def test_a_sample_of_malformed_inputs_is_refused(tmp_path: Path) -> None:
    assert faults(SAMPLE, tmp_path) == []


@pytest.mark.slow
def test_every_malformed_input_is_refused(tmp_path: Path) -> None:
    assert faults(600, tmp_path) == []
