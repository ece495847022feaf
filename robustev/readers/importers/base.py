"""What every importer offers: its options, and the table that comes of a published file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar

import pandas as pd

from robustev.core.settings import Settings


@dataclass(frozen=True, eq=False)
class Imported:
    """Tables made of published files.

    Parameters
    ----------
    tables
        Tables by the name of the file that they go to, such as ``sites.csv``.
    notes
        What was left out, and what a rule stands for: a sentence each, with how often.
    sections
        Sections of an experiment file by the name of the YAML file that they go to.
    """

    tables: Mapping[str, pd.DataFrame]
    notes: tuple[str, ...] = ()
    sections: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)


class Importer(Settings):
    """One kind of published file, its options, and how it becomes tables."""

    key: ClassVar[str]
    """The word that selects it on the command line."""

    def read(self, path: Path) -> Imported:
        """Return the tables.

        Raises
        ------
        InputError
            With what cannot be used in the file.
        """
        raise NotImplementedError(f"{type(self).__name__} cannot be read")
