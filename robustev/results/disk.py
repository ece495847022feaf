"""Writing that leaves nothing half done: whole files, whole folders, one writer at a time."""

from __future__ import annotations

import contextlib
import errno
import glob
import json
import os
import shutil
import socket
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from robustev.core.errors import RobustevError
from robustev.parallel import interrupt
from robustev.results.layout import Layout

try:
    import fcntl
except ImportError:  # no locks on this system
    fcntl = None  # type: ignore[assignment]


class OutputError(RobustevError):
    """A result folder that cannot be written."""


@dataclass
class Staging:
    """A folder being written (``path``), and the place it will have (``final``)."""

    path: Path
    final: Path


@contextmanager
def replacing(target: Path, *, keep: bool = False) -> Iterator[Staging]:
    """Give a new folder to write into, and put it in the place of ``target`` once it is complete.

    If the block fails, ``target`` stays as it was. With ``keep`` an existing ``target`` stays,
    and the new folder is ``target-2``, ``target-3``, ... Requests to stop wait until the end.

    Raises
    ------
    OutputError
        If ``target`` exists and is not a result folder, or cannot be written.
    """
    check_replaceable(target)
    with interrupt.shielded():
        target.parent.mkdir(parents=True, exist_ok=True)
        staging = Path(tempfile.mkdtemp(prefix=f".{target.name}.new-", dir=target.parent))
        final = _free_name(target) if keep else target
        try:
            yield Staging(staging, final)
            staging.chmod(0o777 & ~_umask())
            _swap(staging, final)
        except OSError as error:
            raise OutputError(f"the results could not be written to {final}: {error}") from error
        finally:
            shutil.rmtree(staging, ignore_errors=True)


def check_replaceable(target: Path) -> None:
    """Refuse a place that holds something else than results.

    Raises
    ------
    OutputError
        If ``target`` is a file, or a folder with contents but without a manifest.
    """
    try:
        if target.is_dir():
            manifest = Layout(target).manifest
            if any(target.iterdir()) and not manifest.is_file():
                raise OutputError(
                    f"{target} holds something else than results (it has no {manifest.name}); "
                    "name another folder with --output, or empty this one"
                )
        elif target.exists() or target.is_symlink():
            raise OutputError(f"{target} is a file; name a folder with --output")
    except OSError as error:
        raise OutputError(f"{target} cannot hold results: {error}") from error


def check_target(target: Path) -> None:
    """Refuse, before any long work, a place where results cannot be written.

    Raises
    ------
    OutputError
        As :func:`check_replaceable`; if the place cannot be written, its name is too long, or
        another run writes there.
    """
    with locked(target):
        pass


@contextmanager
def locked(target: Path) -> Iterator[None]:
    """Keep other runs away from a result folder while the block runs.

    The lock is a file beside the folder, which the system gives up with the process that holds
    it; it names process and machine for those who find it taken.

    Raises
    ------
    OutputError
        As :func:`check_target`.
    """
    check_replaceable(target)
    path = target.with_name(f".{target.name}.lock")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        # The longest name that writing will need.
        with contextlib.suppress(FileNotFoundError):
            os.lstat(target.parent / f".{target.name}.partial.part")
        handle = _taken(path)
    except OSError as error:
        raise OutputError(f"results cannot be written to {target}: {error}") from error
    try:
        _tidy(target)
        yield
    finally:
        path.unlink(missing_ok=True)
        os.close(handle)


def _tidy(target: Path) -> None:
    """Undo what a run that was killed while it replaced the folder has left beside it."""
    name = glob.escape(target.name)
    with contextlib.suppress(OSError):
        for old in target.parent.glob(f".{name}.old-*"):
            if target.exists():
                shutil.rmtree(old)
            else:
                old.rename(target)
        for new in target.parent.glob(f".{name}.new-*"):
            shutil.rmtree(new)


def _taken(path: Path) -> int:
    """Return the open lock file, once this process has it."""
    while True:
        handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o666)
        try:
            if not _lock(handle):
                raise OutputError(f"another run writes there ({_holder(path)}): {path}")
            # The one who had it may have removed the file between opening and locking.
            if os.fstat(handle).st_ino == path.stat().st_ino:
                os.ftruncate(handle, 0)
                os.write(handle, _identity().encode())
                return handle
        except FileNotFoundError:
            pass
        except BaseException:
            os.close(handle)
            raise
        os.close(handle)


def _lock(handle: int) -> bool:
    """Take the lock; False if another process has it. Where there are no locks all may write."""
    if fcntl is None:
        return True
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        return error.errno not in (errno.EWOULDBLOCK, errno.EACCES)
    return True


def _identity() -> str:
    since = datetime.now(UTC).isoformat(timespec="seconds")
    return json.dumps({"pid": os.getpid(), "host": socket.gethostname(), "since": since})


def _holder(path: Path) -> str:
    with contextlib.suppress(OSError, ValueError, KeyError, TypeError):
        content = json.loads(path.read_text(encoding="utf-8"))
        return f"process {content['pid']} on {content['host']} since {content['since']}"
    return "an unknown process"


def _swap(staging: Path, final: Path) -> None:
    """Move ``staging`` to ``final``; what stood there goes last, and comes back on failure."""
    old = staging.with_name(staging.name.replace(".new-", ".old-"))
    if not final.exists():
        staging.rename(final)
        return
    final.rename(old)
    try:
        staging.rename(final)
    except OSError:
        old.rename(final)
        raise
    shutil.rmtree(old, ignore_errors=True)


def _free_name(target: Path) -> Path:
    number, free = 2, target
    while free.exists():
        free = target.with_name(f"{target.name}-{number}")
        number += 1
    return free


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
