"""The comparison as DataFrames, CSV files and one Excel workbook."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from robustev.assess.schema import Comparison, Estimate, Travel
from robustev.core.errors import RobustevError
from robustev.core.settings import Settings


class ExcelError(RobustevError):
    """A workbook that cannot be written."""


def tables(comparison: Comparison) -> dict[str, pd.DataFrame]:
    """Return every table by name; a figure takes columns for value, interval and basis.

    ``figures`` (one row per trial and plan), ``pairs``, ``groups``, ``plans``, ``information``,
    ``site_persistence``, ``observed``, ``frontiers``, ``headline``; empty ones are left out.
    """
    found = {
        "headline": _headline(comparison),
        "plans": pd.DataFrame([_flat(facts) for facts in comparison.plans]),
        "figures": pd.DataFrame(
            [{"trial": t.name, **_flat(one)} for t in comparison.trials for one in t.plans]
        ),
        "pairs": pd.DataFrame(
            [{"trial": t.name, **_flat(one)} for t in comparison.trials for one in t.pairs]
        ),
        "groups": pd.DataFrame(list(_groups(comparison))),
        "information": pd.DataFrame(list(_information(comparison))),
        "site_persistence": pd.DataFrame(list(_persistence(comparison))),
        "observed": pd.DataFrame(
            [
                {"year": year.year, "total_demand": year.total_demand, **_flat(one)}
                for year in comparison.observed
                for one in year.plans
            ]
        ),
        "frontiers": pd.DataFrame(
            [
                {"frontier": frontier.name, "vary": frontier.vary, **_flat(point)}
                for frontier in comparison.frontiers
                for point in frontier.points
            ]
        ),
    }
    return {name: table for name, table in found.items() if len(table)}


def write_tables(comparison: Comparison, folder: Path) -> None:
    """Write every table as a CSV file into ``folder``."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, table in tables(comparison).items():
        table.to_csv(folder / f"{name}.csv", index=False)


def write_excel(comparison: Comparison, path: Path) -> None:
    """Write every table as a sheet of one workbook.

    Raises
    ------
    ExcelError
        If the package openpyxl is not installed.
    """
    try:
        import openpyxl  # noqa: F401, PLC0415 - an optional dependency
    except ImportError as error:
        raise ExcelError(
            "Excel files need the package openpyxl: pip install 'robustev[excel]'"
        ) from error
    with pd.ExcelWriter(path, engine="openpyxl") as writer:
        for name, table in tables(comparison).items():
            table.to_excel(writer, sheet_name=name, index=False)
            writer.sheets[name].freeze_panes = "A2"


def _flat(settings: Settings) -> dict[str, Any]:
    """Return the fields as columns: figures spread out, nested collections left out."""
    columns: dict[str, Any] = {}
    for name in type(settings).model_fields:
        value = getattr(settings, name)
        if isinstance(value, Estimate):
            columns |= _figure(name, value)
        elif isinstance(value, Travel):
            columns |= {f"travel_{key}": getattr(value, key).value for key in Travel.model_fields}
        elif isinstance(value, Mapping):
            scalars = {k: v for k, v in value.items() if isinstance(v, int | float)}
            columns |= {f"{name}_{key}": item for key, item in scalars.items()}
        elif not isinstance(value, tuple):
            columns[name] = value
    return columns


def _figure(name: str, figure: Estimate) -> dict[str, Any]:
    """Return a figure's columns: value, ends of its interval, basis."""
    low, high = figure.interval or (None, None)
    return {
        name: figure.value,
        f"{name}_low": low,
        f"{name}_high": high,
        f"{name}_basis": figure.basis,
    }


def _groups(comparison: Comparison) -> Iterator[dict[str, Any]]:
    """Yield one row per trial, plan and population group."""
    for trial in comparison.trials:
        for one in trial.plans:
            for attribute, parts in one.groups.items():
                for part in parts:
                    yield {
                        "trial": trial.name,
                        "plan": one.plan,
                        "attribute": attribute,
                        **part.model_dump(),
                    }


def _information(comparison: Comparison) -> Iterator[dict[str, Any]]:
    """Yield one row per figure about information, and one for the SAA gap."""
    info = comparison.information
    found = {name: getattr(info, name) for name in type(info).model_fields}
    if comparison.saa_gap is not None:
        found["saa_gap"] = comparison.saa_gap.gap
    for name, figure in found.items():
        if isinstance(figure, Estimate):
            yield {"quantity": name, **_figure("value", figure), "how": figure.how}


def _persistence(comparison: Comparison) -> Iterator[dict[str, Any]]:
    """Yield one row per site."""
    if comparison.site_persistence is None:
        return
    for site in comparison.site_persistence.sites:
        row = _flat(site)
        for kind in site.chargers:
            row |= {
                f"{kind.kind}_planned": kind.planned,
                f"{kind.kind}_mean": kind.mean,
                f"{kind.kind}_lowest": kind.lowest,
                f"{kind.kind}_highest": kind.highest,
                f"{kind.kind}_same_share": kind.same_share,
            }
        yield row


def _headline(comparison: Comparison) -> pd.DataFrame:
    """Return the comparison's sentences, one row each."""
    words = comparison.headline
    rows = [("answer", words.answer)]
    rows += [("evidence", sentence) for sentence in words.evidence]
    rows += [("caution", sentence) for sentence in words.cautions]
    return pd.DataFrame(rows, columns=["part", "sentence"])
