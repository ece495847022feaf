"""The log: lines for people on stderr, and one JSON object a line in a file for operators."""

from __future__ import annotations

import json
import logging
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from robustev.core.errors import RobustevError
from robustev.parallel import ranks

REPAIRS = "robustev.scenarios"
"""Who logs what was repaired in the data of a forecast."""
USUAL = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}
"""What every record has; anything else belongs to the event."""


class LogError(RobustevError):
    """A log file that cannot be written."""


class JsonLines(logging.Formatter):
    """One JSON object for each event: time, level, rank, part of the program, message, figures."""

    def __init__(self, rank: int) -> None:
        super().__init__()
        self.rank = rank

    def format(self, record: logging.LogRecord) -> str:
        """Return the line of one event, without its end."""
        when = datetime.fromtimestamp(record.created, UTC)
        line: dict[str, object] = {
            "time": when.isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "rank": self.rank,
            "part": record.name.removeprefix("robustev."),
            "message": record.getMessage(),
        }
        line |= {name: value for name, value in vars(record).items() if name not in USUAL}
        if record.exc_info:
            line["traceback"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False, default=str)


class _WholeLines(logging.Handler):
    """Writes each line in one go at the end of a file that several ranks may share."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self._file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o666)

    def emit(self, record: logging.LogRecord) -> None:
        try:
            os.write(self._file, f"{self.format(record)}\n".encode())
        except (OSError, ValueError):
            self.handleError(record)

    def close(self) -> None:
        os.close(self._file)
        super().close()


@contextmanager
def logging_to(verbose: int, *, quiet: bool, notes: bool, file: Path | None) -> Iterator[None]:
    """Send the log to stderr: warnings unless ``quiet``, with -v progress, with -vv everything.

    ``file`` gets progress in any case, of all ranks, as JSON lines at its end.

    Raises
    ------
    LogError
        If the file cannot be written.
    """
    level = {0: logging.WARNING, 1: logging.INFO}.get(verbose, logging.DEBUG)
    if (quiet and not verbose) or (ranks.rank() != 0 and verbose < 2):
        level = logging.ERROR
    logging.basicConfig(
        stream=sys.stderr,
        level=logging.WARNING,
        format="%(asctime)s %(message)s",
        datefmt="%H:%M:%S",
    )
    levels = {
        "robustev": level,
        REPAIRS: logging.ERROR if notes and not verbose else level,
    }
    before = {name: logging.getLogger(name).level for name in levels}
    try:
        for name, chosen in levels.items():
            logging.getLogger(name).setLevel(chosen)
        with _file_log(file, level, verbose):
            yield
    finally:
        for name, known in before.items():
            logging.getLogger(name).setLevel(known)


@contextmanager
def _file_log(file: Path | None, level: int, verbose: int) -> Iterator[None]:
    """Log to the file as well; the terminal is told no more for that."""
    if file is None:
        yield
        return
    try:
        handler = _WholeLines(file)
    except OSError as error:
        raise LogError(f"the log cannot be written: {error}") from error
    handler.setFormatter(JsonLines(ranks.rank()))
    logger = logging.getLogger("robustev")
    logger.addHandler(handler)
    logger.setLevel(min(level, logging.DEBUG if verbose > 1 else logging.INFO))

    def for_people(record: logging.LogRecord) -> bool:
        return not record.name.startswith("robustev") or record.levelno >= level

    others = list(logging.getLogger().handlers)
    for other in others:
        other.addFilter(for_people)
    try:
        yield
    finally:
        for other in others:
            other.removeFilter(for_people)
        logger.removeHandler(handler)
        handler.close()
