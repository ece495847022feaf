"""Serving an exploration until someone ends it."""

from __future__ import annotations

import socket
from collections.abc import Callable
from pathlib import Path

from robustev.core.errors import RobustevError

MISSING = "'robustev explore' needs the extra 'explore': pip install 'robustev[explore]'"


def serve(folder: Path, *, plan: str | None, port: int, ready: Callable[[str], None]) -> None:
    """Serve the page on the loopback address; ``ready`` is told its address once it listens.

    Raises
    ------
    RobustevError
        If the extra is not installed, or the port is taken.
    InputError
        If the folder cannot be explored.
    """
    try:
        import uvicorn  # noqa: PLC0415 - an optional dependency

        from robustev.explore.server import HOST, make_app  # noqa: PLC0415
    except ImportError as error:
        raise RobustevError(MISSING) from error
    from robustev.explore.explorer import Explorer  # noqa: PLC0415 - loads the solvers

    explorer = Explorer(folder, plan)
    try:
        listening = socket.create_server((HOST, port))
    except OSError as error:
        raise RobustevError(
            f"port {port} cannot be used ({error.strerror}); try --port 0"
        ) from error
    with listening:
        ready(f"http://{HOST}:{listening.getsockname()[1]}/")
        server = uvicorn.Server(
            uvicorn.Config(make_app(explorer), log_level="warning", access_log=False)
        )
        server.run(sockets=[listening])
