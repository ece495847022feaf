"""A certificate is read as it was written, up to single precision."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from robustev.core.errors import InputError
from robustev.recourse.certificate import Certificate, StoredDuals


@pytest.mark.parametrize("own", [None, np.array([10.25, 1 / 3])])
def test_a_certificate_is_read_as_it_was_written(tmp_path: Path, own: np.ndarray | None) -> None:
    rng = np.random.default_rng(0)
    path = tmp_path / "certificate" / "robust.npz"
    path.parent.mkdir()
    with pytest.raises(InputError, match=r"robust\.npz"):
        Certificate.load(path)
    covered = StoredDuals(
        "transport",
        {
            "site": rng.random((5, 2, 1)),
            "cover_zones": np.array([[True, False, True]]),
            "cover_sites": np.array([[2, 1]], dtype=np.int8),
            "surcharge": np.array([[3.0, 0.0, 0.1]]),
        },
    )
    empty, shared = (StoredDuals.plain("shared_split", rng.random((n, 2, 2)), 3) for n in (0, 4))
    Certificate(rng.random((3, 4)), (covered, empty), (shared,), own).save(path)
    found = Certificate.load(path)
    assert found.points.shape == (3, 4)
    duals = zip((*found.costs, *found.shortages), (covered, empty, shared), strict=True)
    for one, other in duals:
        assert one.kernel == other.kernel
        assert one.arrays.keys() == other.arrays.keys()
        for name, array in one.arrays.items():
            assert array.shape == other.arrays[name].shape
            assert array == pytest.approx(other.arrays[name], rel=1e-6)
    assert found.own_optimum == pytest.approx(own, abs=0.0)
