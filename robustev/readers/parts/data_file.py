"""A file of a region: a table, a spreadsheet or a map layer, with what it does not say itself."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any, Literal, TypeAlias

from pydantic import BeforeValidator, Field, field_validator

from robustev.core.cells import PARQUET_SUFFIXES, SPREADSHEET_SUFFIXES
from robustev.core.conventions import Conventions
from robustev.core.errors import FaultCollector
from robustev.core.labels import cell_text
from robustev.core.settings import Amount, Settings
from robustev.readers.parts.layers import LAYER_SUFFIXES, read_layer
from robustev.readers.parts.table import Table

DROP = "drop"
MEANT = (
    (LAYER_SUFFIXES, {"layer", "encoding"}, "a map layer"),
    (SPREADSHEET_SUFFIXES, {"sheet", "decimal", "thousands"}, "a spreadsheet"),
    (PARQUET_SUFFIXES, set[str](), "a Parquet file"),
)
"""The keys that mean something for a file, by its suffix; others are texts."""
TEXT_KEYS = {"encoding", "separator", "decimal", "thousands"}
COMMON_KEYS = {"file", "crs", "empty"}


class DataFile(Settings):
    """A file with what it does not say itself. A path alone has all of that found out."""

    file: Path
    """CSV, Parquet, spreadsheet (XLSX, XLS, ODS), or a map layer that GDAL reads (GeoPackage,
    GeoJSON, Shapefile, FlatGeobuf, ...)."""
    encoding: str | None = None
    """Encoding of a text, such as cp1252; absent: UTF-8, or found out and told."""
    separator: str | None = Field(None, min_length=1, max_length=1)
    """What separates the cells of a CSV file; absent: found out."""
    decimal: Literal[".", ","] | None = None
    """Decimal mark of numbers in texts; absent: found out in a CSV file, else a point."""
    thousands: Literal[".", ",", " ", "'", ""] | None = None
    """What stands between groups of three digits; absent: found out where a number has both
    marks, else nothing."""
    sheet: str | None = None
    """Sheet of a spreadsheet; absent for its first one."""
    layer: str | None = None
    """Layer of a map file; absent for its only or first one."""
    crs: str | int | None = None
    """Coordinate reference system of the coordinates, such as EPSG:25832; absent for the layer's
    own, or for that of the other places where the coordinates lie among them."""
    empty: dict[str, Amount | Literal["drop"]] = Field(default_factory=dict)
    """What stands for an empty cell, by column: a number, or ``drop`` to leave its row out.
    Without it an empty cell is a fault, but for existing chargers, of which it means 0."""

    @field_validator("encoding")
    @classmethod
    def _is_known(cls, encoding: str | None) -> str | None:
        try:
            "".encode(encoding or "utf-8")
        except LookupError:
            raise ValueError(f"{encoding!r} is no encoding; such as utf-8 or cp1252") from None
        return encoding

    @field_validator("separator")
    @classmethod
    def _separates(cls, separator: str | None) -> str | None:
        if separator is not None and (separator in '"\r\n' or separator.isalnum()):
            raise ValueError(f"{separator!r} separates no cells; such as ',' or ';'")
        return separator

    def conventions(self, separator: str | None = None) -> Conventions:
        """Return how the file is written; ``separator`` where the file has none of its own."""
        return Conventions(
            self.encoding, self.separator or separator, self.decimal, self.thousands, self.sheet
        )

    def read(
        self, base: Path, faults: FaultCollector, *, separator: str | None = None
    ) -> Table | None:
        """Return the table of the file, or None with faults noted.

        Parameters
        ----------
        base
            Folder that the path is relative to.
        separator
            Of CSV files that do not name their own.
        """
        path = base / self.file
        suffix = path.suffix.lower()
        meant, what = next(
            ((keys, what) for suffixes, keys, what in MEANT if suffix in suffixes),
            (TEXT_KEYS, "a CSV file"),
        )
        said = {key for key in TEXT_KEYS | {"sheet", "layer"} if getattr(self, key) is not None}
        for key in sorted(said - meant):
            faults.add(f"the key {key!r} says nothing about {what}", file=str(path),
                       expected=", ".join(sorted(meant | COMMON_KEYS)))  # fmt: skip
        if suffix in LAYER_SUFFIXES:
            table = read_layer(path, faults, layer=self.layer, encoding=self.encoding)
        else:
            table = Table.read(path, faults, self.conventions(separator))
        return None if table is None else self._with_gaps(table)

    def _with_gaps(self, table: Table) -> Table:
        """Return the table without the rows to drop, knowing its reference system and gaps."""
        numbers = {c: value for c, value in self.empty.items() if isinstance(value, float)}
        table = replace(table, empty=numbers, crs=table.crs if self.crs is None else str(self.crs))
        dropped = [column for column, value in self.empty.items() if value == DROP]
        if not table.require(self.empty) or not dropped:
            return table
        keep = [n for n in range(len(table)) if all(cell_text(v) for v in
                (table.frame[column].iloc[n] for column in dropped))]  # fmt: skip
        if not keep:
            table.faults.add("no row is left", file=table.file, column=", ".join(dropped),
                             expected="a cell that is not empty")  # fmt: skip
        return replace(table, frame=table.frame.iloc[keep], rows=[table.rows[n] for n in keep])


def _whole(value: Any) -> Any:
    """Return the section of a file that is given by its path alone."""
    return {"file": value} if isinstance(value, str | Path) else value


TableFile: TypeAlias = Annotated[
    DataFile, BeforeValidator(_whole, json_schema_input_type=Path | DataFile)
]
"""A file of a region in settings: a path, or a path with more about it."""
