"""The pages put together, and what happens when one fails: nobody's words go to a log."""

from __future__ import annotations

import sys
import traceback
from pathlib import Path

from flask import Flask, Response, redirect, request, session, url_for
from werkzeug.exceptions import HTTPException, SecurityError
from werkzeug.wrappers import Response as BaseResponse

from builder import screen
from builder.diagnostics import ProblemsError, RefusalError
from builder.web import access, groups, library, translators, visits, work
from builder.web.forms import Trouble, TroubleError, troubles
from builder.web.jobs import FullError
from builder.web.office import Office
from builder.web.pages import Pages

_AGAIN = 20  # seconds after which a visitor who found the queue full may come again


def create(office: Office) -> Flask:
    """The application; every page shares the office."""
    app = Flask("builder.web", static_folder="static", template_folder=None)
    app.config["SEND_FILE_MAX_AGE_DEFAULT"] = 3600
    access.guard(app, office.settings)
    pages = Pages(office)
    _own(app, office, pages)
    for part in (library, visits, groups, work):
        app.register_blueprint(part.blueprint(office, pages))
    if office.settings.edit:
        app.register_blueprint(translators.blueprint(office, pages))
    _failures(app, pages)
    return app


def _own(app: Flask, office: Office, pages: Pages) -> None:
    @app.get("/")
    def home() -> Response:
        return pages.show("home", {})

    @app.get("/login")
    def login() -> Response:
        return pages.show("login", {"wrong": bool(request.args.get("wrong"))})

    @app.post("/interface")
    def interface() -> BaseResponse:
        loaded, found = office.opened()
        tag, back = request.form.get("interface", ""), request.form.get("back", "")
        if tag in screen.interfaces(loaded) or tag in screen.mirrors(found):
            session["interface"] = tag
        local = back.startswith("/") and not back.startswith(("//", "/\\")) and back.isprintable()
        return redirect(back if local else url_for("home"), 303)


def _failures(app: Flask, pages: Pages) -> None:
    def told(status: int, found: tuple[Trouble, ...]) -> BaseResponse:
        try:
            return pages.refuse(status, found)
        except ProblemsError as error:  # the project cannot be read: there is no template to say so
            return Response("\n".join(map(str, error.diagnostics)), 500, content_type="text/plain; charset=utf-8")

    @app.errorhandler(SecurityError)
    def strange(_error: SecurityError) -> BaseResponse:  # no page: its links would be made with the strange name
        return Response("This server has another name: start it with --name\n", 400, content_type="text/plain")

    @app.errorhandler(HTTPException)
    def refused(error: HTTPException) -> BaseResponse:
        if error.code is None or error.code < 400:  # a redirection is no failure
            return BaseResponse(error.get_response().get_data(), error.code, error.get_headers())
        return told(error.code, (Trouble(f"status-{error.code}"),))

    @app.errorhandler(FullError)
    def full(_error: FullError) -> BaseResponse:
        answer = told(503, (Trouble("status-503"),))
        answer.headers["Retry-After"] = str(_AGAIN)
        return answer

    @app.errorhandler(ProblemsError)
    @app.errorhandler(RefusalError)
    @app.errorhandler(TroubleError)
    def wrong(error: ProblemsError | RefusalError | TroubleError) -> BaseResponse:
        return told(400, troubles(error))

    @app.errorhandler(Exception)
    def crashed(error: Exception) -> BaseResponse:
        frames = traceback.extract_tb(error.__traceback__)[-2:]
        places = " < ".join(f"{Path(frame.filename).name}:{frame.lineno}" for frame in reversed(frames))
        print(
            f"handouts web: {type(error).__name__} at {places}", file=sys.stderr, flush=True
        )  # its words are kept back
        return told(500, (Trouble("status-500"),))
