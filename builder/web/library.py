"""The library: every sheet with filters, to read, to print, and pictures of the pages."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, Response, abort, make_response, redirect, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from builder import screen, showcase
from builder.diagnostics import RefusalError
from builder.showcase import Card, File, Showcase, Wanted
from builder.web import access
from builder.web.forms import troubles
from builder.web.jobs import Progress, Result
from builder.web.office import Office
from builder.web.pages import Pages

_ON_A_PAGE = 48
_FILTERS = ("language", "topic", "age", "kind", "state", "words")


@dataclass(frozen=True, slots=True)
class Shelves:
    """The pages of the library."""

    office: Office
    pages: Pages

    def index(self) -> Response:
        _, library = self.office.opened()
        case = self.office.showcase(self.pages.viewer())
        given = {name: request.args.get(name, "").strip()[:60] for name in _FILTERS}
        if "language" not in request.args:
            given["language"] = library.program.staff_language
        found: tuple[Card, ...] = ()
        wrong: tuple[object, ...] = ()
        try:
            found = case.find(Wanted(**given))
        except RefusalError as error:
            wrong = troubles(error)
        last = max(0, -(-len(found) // _ON_A_PAGE) - 1)
        number = min(last, max(0, request.args.get("page", 0, int)))
        shown = found[number * _ON_A_PAGE : (number + 1) * _ON_A_PAGE]
        files = showcase.files(self.office.root, library, shown)
        link = {name: value for name, value in given.items() if value or name == "language"}
        return self.pages.show("library", {
            "cards": tuple((card, _picture(files[card.address])) for card in shown),
            "count": len(found), "given": given,
            "choices": _choices(self.office, case, given["age"]), "troubles": wrong, "width": showcase.WIDTHS[0],
            "before": link | {"page": number - 1} if number else None,
            "after": link | {"page": number + 1} if number < last else None,
        })  # fmt: skip

    def sheet(self, address: str) -> Response:
        loaded, library = self.office.opened()
        card = self.office.showcase(self.pages.viewer()).card(address)
        found = screen.reading(loaded, card.key, url_for("library.asset", name="")) if card else None
        if card is None or found is None:
            abort(404)
        files = showcase.files(self.office.root, library, [card])[card.address]
        case = self.office.showcase(self.pages.viewer())
        others = tuple((library.languages[tag], where) for tag, where in case.siblings(card))
        return self.pages.show("sheet", {
            "card": card, "reading": found, "files": files, "editions": case.editions(), "others": others,
            "shown": _picture(files), "width": showcase.WIDTHS[1], "language": library.languages[card.key.language],
        })  # fmt: skip

    def make(self) -> BaseResponse:
        _, library = self.office.opened()
        card = self.office.showcase(self.pages.viewer()).card(request.form.get("address", ""))
        files = showcase.files(self.office.root, library, [card])[card.address] if card else ()
        chosen = next((file for file in files if file.path == request.form.get("path", "")), None)
        if chosen is None:
            abort(404)
        if chosen.pages:
            return redirect(url_for("library.pdf", path=chosen.path), 303)
        desk, address = self.office.desk(), url_for("library.pdf", path=chosen.path)

        def work(progress: Progress) -> Result:
            self.office.build(desk, (chosen.key,), progress)
            return Result(address=address)

        job = self.office.jobs.begin("sheet", access.visitor(), work)
        return redirect(url_for("work.show", name=job.id), 303)

    def pdf(self, path: str) -> Response:
        data = showcase.pdf(self.office.root, path)
        return _file(data, "application/pdf", "private, no-cache")

    def picture(self, width: int, page: int, path: str) -> Response:
        return _file(showcase.picture(self.office.root, path, page, width), "image/png", "private, max-age=600")

    def asset(self, name: str) -> Response:
        data = self.office.project().sources.files.get(f"content/assets/{name}") if name.endswith(".png") else None
        return _file(data, "image/png", "private, max-age=600")


def blueprint(office: Office, pages: Pages) -> Blueprint:
    """The pages of the library."""
    part, own = Blueprint("library", __name__), Shelves(office, pages)
    part.add_url_rule("/library", view_func=own.index)
    part.add_url_rule("/sheet/<path:address>", view_func=own.sheet)
    part.add_url_rule("/make", view_func=own.make, methods=["POST"])
    part.add_url_rule("/pdf/<path:path>", view_func=own.pdf)
    part.add_url_rule("/picture/<int:width>/<int:page>/<path:path>", view_func=own.picture)
    part.add_url_rule("/asset/", view_func=own.asset, defaults={"name": ""})
    part.add_url_rule("/asset/<path:name>", view_func=own.asset)
    return part


def _picture(files: tuple[File, ...]) -> File | None:
    """The file whose pages stand for the sheet, when one has been made."""
    return next((file for file in files if file.pages), None)


def _choices(office: Office, case: Showcase, age: str) -> dict[str, object]:
    """What the filters offer."""
    loaded, library = office.opened()
    languages = (library.languages[tag] for tag in loaded.translated)
    told = () if age in {"", *(name for name, _ in case.ages())} else ((age, case.scribe.line(age)),)
    return {
        "languages": tuple(language for language in languages if not language.pseudo), "topics": case.topics(),
        "ages": (*case.ages(), *told), "kinds": case.kinds(),
    }  # fmt: skip


def _file(data: bytes | None, kind: str, cache: str) -> Response:
    if data is None:
        abort(404)
    answer = make_response(data)
    answer.headers["Content-Type"] = kind
    answer.headers["Cache-Control"] = cache
    if kind == "application/pdf":  # the browser's own reader draws it with styles of its own
        answer.headers["Content-Security-Policy"] = "frame-ancestors 'none'"
    return answer
