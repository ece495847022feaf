"""Fixtures shared by all tests."""

from __future__ import annotations

from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parent.parent
SHARED_DATA = PROJECT.parent / "shared" / "data"


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of benchmark instances that others wrote; the test skips where it is absent."""
    if not SHARED_DATA.is_dir():
        pytest.skip(f"the benchmark instances are not there: {SHARED_DATA}")
    return SHARED_DATA
