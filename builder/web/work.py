"""Long work as its visitor sees it: how far it is, an end, and the pack once it is there."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from threading import Semaphore

from flask import Blueprint, Response, abort, redirect, url_for
from werkzeug.wrappers import Response as BaseResponse

from builder.web import access
from builder.web.jobs import Job, Jobs
from builder.web.office import Office
from builder.web.pages import Pages

_STREAM = 12.0  # seconds of one stream of events; the browser then asks anew, so that no thread is held for long
_STREAMS = 12  # at once; who comes later asks for the state now and then


@dataclass(frozen=True, slots=True)
class Work:
    """The pages of long work."""

    jobs: Jobs
    pages: Pages
    streams: Semaphore = field(default_factory=lambda: Semaphore(_STREAMS))

    def _found(self, name: str) -> Job:
        job = self.jobs.find(name, access.visitor())
        if job is None:
            abort(404)
        return job

    def _state(self, job: Job) -> str:
        return json.dumps({"state": job.state, "done": job.done, "total": job.total, "ahead": self.jobs.ahead(job)})

    def show(self, name: str) -> BaseResponse:
        job = self._found(name)
        if job.state == "done" and job.result and job.result.address:
            return redirect(job.result.address, 303)
        return self.pages.show(
            "job",
            {
                "job": job,
                "ahead": self.jobs.ahead(job),
                "file": job.result.name.removesuffix(".pdf") if job.result else "",
            },
        )

    def now(self, name: str) -> Response:
        return Response(self._state(self._found(name)), content_type="application/json")

    def events(self, name: str) -> Response:
        job = self._found(name)
        if not self.streams.acquire(blocking=False):
            return Response(status=204)  # which tells an EventSource to stop asking

        def stream() -> Iterator[str]:
            yield "retry: 500\n\n"
            for _ in self.jobs.watch(job, _STREAM):
                yield f"data: {self._state(job)}\n\n"

        answer = Response(stream(), content_type="text/event-stream")
        answer.headers["X-Accel-Buffering"] = "no"
        answer.call_on_close(self.streams.release)
        return answer

    def cancel(self, name: str) -> BaseResponse:
        self.jobs.cancel(self._found(name))
        return redirect(url_for("work.show", name=name), 303)

    def forget(self, name: str) -> BaseResponse:
        self.jobs.forget(self._found(name))
        return self.pages.show("forgotten", {})

    def fetch(self, name: str, file: str) -> Response:
        job = self._found(name)
        if job.result is None or job.result.name != f"{file}.pdf" or not job.result.data:
            abort(404)
        answer = Response(self.jobs.read(job), content_type="application/pdf")
        answer.headers["Content-Length"] = str(len(job.result.data))
        answer.headers["Content-Disposition"] = f'inline; filename="{job.result.name}"'
        answer.headers["Content-Security-Policy"] = "frame-ancestors 'none'"
        return answer


def blueprint(office: Office, pages: Pages) -> Blueprint:
    """The pages of long work."""
    part, own = Blueprint("work", __name__), Work(office.jobs, pages)
    part.add_url_rule("/making/<name>", view_func=own.show)
    part.add_url_rule("/making/<name>/state", view_func=own.now)
    part.add_url_rule("/making/<name>/events", view_func=own.events)
    part.add_url_rule("/making/<name>/cancel", view_func=own.cancel, methods=["POST"])
    part.add_url_rule("/making/<name>/forget", view_func=own.forget, methods=["POST"])
    part.add_url_rule("/making/<name>/<file>.pdf", view_func=own.fetch)
    return part
