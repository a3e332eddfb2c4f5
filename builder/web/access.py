"""Who may ask, and what browsers are told to refuse.

A page that some other site shows can neither read nor change anything here: a foreign Host is refused (DNS rebinding),
a form must come from this origin and carry the token of its visitor, and a browser loads nothing that is not ours.
"""

from __future__ import annotations

import hmac
import secrets
import time
from dataclasses import dataclass, field
from threading import Lock
from urllib.parse import urlsplit

from flask import Flask, abort, redirect, request, session, url_for
from werkzeug.wrappers import Response as BaseResponse

from builder.web.office import Settings

TOKEN = "token"  # noqa: S105 - the name of a field
MAX_BODY = 96 * 1024  # bytes of a form: a list of families has at most 64 kB
LEAST_SECRET = 12  # characters
_TRIES = 10  # wrong secrets a minute, from all visitors together

_POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self';"
    " form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
_HEADERS = {
    "Content-Security-Policy": _POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",  # "no-referrer" would take the Origin off our own forms
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}


@dataclass(slots=True)
class _Door:
    """Wrong secrets of the last minute, so that nobody can try them all."""

    lock: Lock = field(default_factory=Lock)
    wrong: list[float] = field(default_factory=list)

    def opens(self, given: str, secret: str) -> bool:
        """Whether the secret is right; aborts with 429 when there were too many wrong ones."""
        now = time.monotonic()
        with self.lock:
            self.wrong = [at for at in self.wrong if now - at < 60]
            if len(self.wrong) >= _TRIES:
                abort(429)
            right = hmac.compare_digest(given.encode(), secret.encode())
            if not right:
                self.wrong.append(now)
            return right


def guard(app: Flask, settings: Settings) -> None:
    """Put every page behind the rules."""
    app.config.update(
        SECRET_KEY=secrets.token_bytes(32),  # visitors of the last run begin anew
        TRUSTED_HOSTS=list(settings.hosts),
        MAX_CONTENT_LENGTH=MAX_BODY,
        MAX_FORM_MEMORY_SIZE=MAX_BODY,
        MAX_FORM_PARTS=400,
        SESSION_COOKIE_NAME="handouts",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
    )
    door = _Door()

    @app.before_request
    def admit() -> BaseResponse | None:
        _ = request.host  # a Host that is not trusted ends here, with 400
        if request.method == "POST":
            check_form()
        if settings.secret and not session.get("in") and request.endpoint not in {"login", "enter", "static"}:
            return redirect(url_for("login"))
        return None

    @app.post("/login")
    def enter() -> BaseResponse:
        if not settings.secret or not door.opens(request.form.get("secret", "")[:200], settings.secret):
            return redirect(url_for("login", wrong="1"), 303)
        session.clear()
        session["in"] = True
        return redirect(url_for("home"), 303)

    @app.after_request
    def seal(response: BaseResponse) -> BaseResponse:
        for name, value in _HEADERS.items():
            response.headers.setdefault(name, value)
        response.headers.setdefault("Cache-Control", "no-store")
        response.headers["Vary"] = "Cookie, Accept-Language"
        return response


def token() -> str:
    """What every form of this visitor carries."""
    if TOKEN not in session:
        session[TOKEN] = secrets.token_urlsafe(24)
    return str(session[TOKEN])


def visitor() -> str:
    """What tells this visitor from others, for as long as the browser is open."""
    return token()


def check_form() -> None:
    """Abort with 403 unless the form was sent from a page of ours, by the visitor it was made for."""
    site, origin = request.headers.get("Sec-Fetch-Site"), request.headers.get("Origin")
    if site is None and origin is None:
        abort(403)
    if site not in {None, "same-origin"} or (origin is not None and urlsplit(origin).netloc != request.host):
        abort(403)
    given, own = request.form.get(TOKEN, ""), str(session.get(TOKEN, ""))
    if not own or not hmac.compare_digest(given.encode(), own.encode()):
        abort(403)
