"""A certificate is read as it was written, up to single precision."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from robustev.core.errors import InputError
from robustev.recourse.certificate import Certificate, PricePool


@pytest.mark.parametrize("own", [None, np.array([10.25, 1 / 3])])
def test_a_certificate_is_read_as_it_was_written(tmp_path: Path, own: np.ndarray | None) -> None:
    rng = np.random.default_rng(0)
    path = tmp_path / "certificate" / "robust.npz"
    path.parent.mkdir()
    with pytest.raises(InputError, match=r"robust\.npz"):
        Certificate.load(path)
    covered = PricePool(
        rng.random((5, 2, 1)),
        np.array([[True, False, True]]),
        np.array([[2, 1]], dtype=np.int8),
        np.array([[3.0, 0.0, 0.1]]),
    )
    empty, shared = (PricePool.plain(rng.random((n, 2, 2)), 3) for n in (0, 4))
    Certificate(rng.random((3, 4)), (covered, empty), (shared,), own).save(path)
    found = Certificate.load(path)
    assert found.points.shape == (3, 4)
    pools = zip((*found.services, *found.shortages), (covered, empty, shared), strict=True)
    for one, other in pools:
        assert one.site.shape == other.site.shape
        assert one.site == pytest.approx(other.site, rel=1e-6)
        assert one.surcharge == pytest.approx(other.surcharge, rel=1e-6)
        assert one.cover_zones.tolist() == other.cover_zones.tolist()
        assert one.cover_sites.tolist() == other.cover_sites.tolist()
    assert found.own_optimum == pytest.approx(own, abs=0.0)
