"""The web server of an exploration: one page and its answers, on the loopback address alone."""

from __future__ import annotations

import json
import threading
from base64 import b64encode
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup
from pydantic import ValidationError
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from robustev.core.errors import InputError, RobustevError
from robustev.explore.explorer import Explorer
from robustev.explore.question import Question
from robustev.explore.view import View
from robustev.report.page import plotly_library, raw_template

HOST = "127.0.0.1"
NAMES = [HOST, "localhost"]
"""Names that requests may use: a page elsewhere that resolves to this machine is refused."""
POLICY = (
    "default-src 'self'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data: blob:; connect-src 'self'; frame-ancestors 'none'"
)


def make_app(explorer: Explorer) -> Starlette:
    """Return the application; likely questions are answered in a thread while nobody asks."""
    view = View(explorer)
    page = _page(view)

    async def index(request: Request) -> Response:
        return HTMLResponse(page, headers={"Content-Security-Policy": POLICY})

    async def answer(request: Request) -> Response:
        return await run_in_threadpool(_answered, view, await request.body())

    async def keep(request: Request) -> Response:
        kind = request.path_params["kind"]
        return await run_in_threadpool(_kept, view, kind, await request.body())

    @asynccontextmanager
    async def alive(app: Starlette) -> AsyncIterator[None]:
        threading.Thread(target=explorer.prepare_answers, daemon=True).start()
        yield
        explorer.close()

    return Starlette(
        routes=[
            Route("/", index),
            Route("/answer", answer, methods=["POST"]),
            Route("/keep/{kind}", keep, methods=["POST"]),
        ],
        middleware=[Middleware(TrustedHostMiddleware, allowed_hosts=NAMES)],
        lifespan=alive,
    )


def _answered(view: View, body: bytes) -> Response:
    """Return an answer as JSON; a question that cannot be answered gets a sentence."""
    try:
        question, thorough = _question(body)
        return JSONResponse(view.answer(view.explorer.answer(question, thorough=thorough)))
    except (RobustevError, ValueError) as error:
        return JSONResponse({"error": _words(error)}, status_code=400)


def _kept(view: View, kind: str, body: bytes) -> Response:
    """Return the plan or the experiment file of a question."""
    try:
        question, _ = _question(body)
        if kind == "experiment":
            return PlainTextResponse(view.experiment_file(question))
        if kind == "plan":
            return PlainTextResponse(view.plan_file(view.explorer.answer(question)))
    except (RobustevError, ValueError) as error:
        return JSONResponse({"error": _words(error)}, status_code=400)
    return PlainTextResponse("there is no such file", status_code=404)


def _question(body: bytes) -> tuple[Question, bool]:
    content: Any = json.loads(body)
    if not isinstance(content, dict):
        raise InputError("a question is an object")
    thorough = bool(content.pop("thorough", False))
    for key in ("closed", "opened"):
        if isinstance(content.get(key), list):
            content[key] = tuple(sorted(map(str, content[key])))
    return Question.model_validate(content), thorough


def _words(error: Exception) -> str:
    if isinstance(error, ValidationError):
        return "; ".join(str(part["msg"]) for part in error.errors())
    return str(error)


def _page(view: View) -> str:
    environment = Environment(
        loader=PackageLoader("robustev.explore"), autoescape=True, undefined=StrictUndefined
    )
    environment.globals["include_raw"] = lambda name: Markup(
        environment.loader.get_source(environment, name)[0] if environment.loader else ""
    )
    state = json.dumps(view.state(), separators=(",", ":")).replace("<", "\\u003c")
    return environment.get_template("explore.html.j2").render(
        report_css=Markup(raw_template("report.css")),
        declutter=Markup(raw_template("declutter.js")),
        state=Markup(state),
        plotly=Markup(b64encode(plotly_library()).decode("ascii")),
    )
